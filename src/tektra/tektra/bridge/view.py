# SPDX-License-Identifier: Apache-2.0
"""The bridge's own channels: where frames are, a drawing of the home and what is in it, plan and safety in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tektra.bridge.backends import Server
from tektra.bridge.bodies import placed, tip
from tektra.bridge.drawn import Drawing, Notice, RobotShape, ThingAt, Way
from tektra.bridge.frames import Pose, RobotFrames
from tektra.bridge.known_things import KnownThings
from tektra.bridge.told import PlanSeen, SafetySeen, plan_told, safety_told
from tektra.common.urdf_shape import Shape, shape_of
from tektra.common.world import World

#: A robot's joints are drawn so often at most, and when one has moved so far (rad or m).
REDRAWN_NS, MOVED = 100_000_000, 0.01
#: How high over the home's far wall the notice stands, m.
NOTICE_M = 2.6
#: Twice a tick: whoever was held up for longer heard nobody meanwhile, and cannot tell who was silent.
HELD_UP_NS = 2_500_000_000
#: Points of a way that are drawn, evenly chosen, and the last.
MOST_POINTS = 200


@dataclass
class _Robot:
    footprint_m: tuple[tuple[float, float], ...] = ()
    shape: Shape = Shape()
    joints: dict[str, float] = field(default_factory=dict)
    altitude_m: float = 0.0
    drawn_ns: int = 0
    drawn_at: tuple[dict[str, float], float] | None = None


@dataclass(frozen=True)
class Channels:
    """What the own channels are called."""

    map: str
    plan: str
    safety: str


class View:
    """For one thread. `follow(True)` is called when the first viewer comes, `follow(False)` after the last:
    only in between are robots and the gate worth following. All times are ns since the epoch."""

    def __init__(
        self, server: Server, world: World | None, channels: Channels, follow: Callable[[bool], None]
    ) -> None:
        self._server = server
        self._world = world
        self._channels = channels
        self._follow = follow
        self._watchers: dict[str, int] = {}
        self._frames: dict[str, RobotFrames] = {}
        self._robots: dict[str, _Robot] = {}
        self._ways: dict[str, Way] = {}
        self._things = KnownThings(world) if world is not None else None
        self._plan: PlanSeen | None = None
        self._safety: SafetySeen | None = None
        self._safety_ns = self._ticked_ns = 0
        self._planner = True
        self._notice: Notice | None = None
        self._told: dict[str, Mapping[str, object]] = {}

    @property
    def watched_at_all(self) -> bool:
        """Somebody watches one of the channels."""
        return any(self._watchers.values())

    def watched(self, channel: str, watchers: int, now_ns: int) -> None:
        """So many clients watch one of the channels; a new one needs all of it."""
        came = watchers > self._watchers.get(channel, 0)
        before = self.watched_at_all
        self._watchers[channel] = watchers
        if self.watched_at_all != before:
            self._safety = None  # what was heard before nobody followed is no news
            self._safety_ns = now_ns
            self._follow(not before)
        if came and channel == self._channels.map:
            self._draw_all(now_ns)
        elif came:
            self._told.pop(channel, None)
            self.tick(now_ns, planner=self._planner)

    def described(self, robot: str, footprint_m: tuple[tuple[float, float], ...], now_ns: int) -> None:
        """A robot announced itself."""
        self._of(robot).footprint_m = footprint_m
        self._draw_robot(robot, now_ns)

    def looks(self, robot: str, urdf: str, now_ns: int) -> None:
        """A robot's URDF."""
        self._of(robot).shape = shape_of(urdf)
        self._draw_robot(robot, now_ns)

    def bent(self, robot: str, joints: Mapping[str, float], altitude_m: float, now_ns: int) -> None:
        """A robot's joints (rad or m), and how high it flies."""
        known = self._robots.get(robot)
        if known is None or not (joints or altitude_m or known.altitude_m):
            return
        known.joints, known.altitude_m = dict(joints), altitude_m
        if now_ns - known.drawn_ns >= REDRAWN_NS and _moved(known):
            self._draw_robot(robot, now_ns)

    def moved(self, robot: str, stamp_ns: int, pose: Pose) -> None:
        """A robot's odometry."""
        self._server.send_transforms(self._framed(robot).odometry(stamp_ns, pose))

    def located(self, robot: str, stamp_ns: int, pose: Pose) -> None:
        """A robot's pose in the map."""
        self._server.send_transforms(self._framed(robot).localization(stamp_ns, pose))

    def claimed(self, robot: str, points_m: Sequence[tuple[float, float]], now_ns: int) -> None:
        """The way that a robot claims; none, or the one point where it stands: it claims nothing."""
        if robot not in self._robots:
            return
        if len(points_m) < 2:
            if self._ways.pop(robot, None) is not None:
                self._server.erase(Way(robot, ()).key, now_ns)
            return
        step = max(1, -(-len(points_m) // MOST_POINTS))
        points = (*points_m[:-1:step], points_m[-1])
        self._ways[robot] = way = Way(robot, tuple(points), self._color(robot))
        self._draw(way, now_ns)

    def gone(self, robot: str, now_ns: int) -> None:
        """A robot left."""
        self._frames.pop(robot, None)
        self.claimed(robot, (), now_ns)
        if self._robots.pop(robot, None) is not None:
            self._server.erase(robot, now_ns)
            for name in self._held_by(robot):
                self._server.erase(f"thing {name}", now_ns)

    def planned(self, plan: PlanSeen, now_ns: int) -> None:
        """A plan, as far as it has come."""
        self._plan = plan
        changed = self._things.heard(plan) if self._things is not None else set()
        if changed and self._watchers.get(self._channels.map):
            self._draw_things(now_ns, changed)
        self._tell(now_ns)

    def safety(self, safety: SafetySeen, now_ns: int) -> None:
        """What the gate said."""
        news, self._safety, self._safety_ns = safety != self._safety, safety, now_ns
        if news:
            self._tell(now_ns)

    def tick(self, now_ns: int, *, planner: bool) -> None:
        """To be called about once a second: tells what has grown old. `planner`: it is there."""
        self._planner = planner
        if now_ns - self._ticked_ns > HELD_UP_NS:
            self._safety_ns = max(self._safety_ns, now_ns)
        self._ticked_ns = now_ns
        self._tell(now_ns)

    def _of(self, robot: str) -> _Robot:
        return self._robots.setdefault(robot, _Robot())

    def _framed(self, robot: str) -> RobotFrames:
        return self._frames.setdefault(robot, RobotFrames(robot))

    def _color(self, robot: str) -> tuple[float, float, float] | None:
        known = self._world.robots.get(robot) if self._world is not None else None
        return known.color if known is not None else None

    def _lift_m(self, robot: str) -> float:
        """How high its base stands: where it flies, or on the table that it is bolted to."""
        known = self._world.robots.get(robot) if self._world is not None else None
        return (known.z_m if known is not None else 0.0) + self._of(robot).altitude_m

    def _draw(self, drawing: Drawing, now_ns: int) -> None:
        if self._watchers.get(self._channels.map):
            self._server.draw(drawing, now_ns)

    def _draw_all(self, now_ns: int) -> None:
        if self._world is not None:
            self._server.send_map(self._world, now_ns)
        for robot in self._robots:
            self._draw_robot(robot, now_ns)
        for way in self._ways.values():
            self._draw(way, now_ns)
        self._draw_things(now_ns, set())
        self._tell(now_ns)
        if self._notice is not None:
            self._draw(self._notice, now_ns)

    def _draw_robot(self, robot: str, now_ns: int) -> None:
        known = self._of(robot)
        known.drawn_ns, known.drawn_at = now_ns, (dict(known.joints), known.altitude_m)
        solids, lift_m = placed(known.shape, known.joints), self._lift_m(robot)
        self._draw(RobotShape(robot, known.footprint_m, self._color(robot), solids, lift_m), now_ns)
        self._draw_held(robot, now_ns)

    def _held_by(self, robot: str) -> list[str]:
        return [name for name, who in self._things.held() if who == robot] if self._things else []

    def _draw_held(self, robot: str, now_ns: int) -> None:
        known = self._of(robot)
        for name in self._held_by(robot):
            at = tip(known.shape, known.joints)
            if at is not None and self._world is not None:
                thing, lift_m = self._world.objects[name], self._lift_m(robot)
                held = ThingAt(name, (at[0], at[1], at[2] + lift_m), thing.size_m, thing.color, robot)
                self._draw(held, now_ns)

    def _draw_things(self, now_ns: int, gone: set[str]) -> None:
        """All, and erases those of `gone` that lie nowhere any more."""
        if self._things is None or self._world is None:
            return
        lying = dict(self._things.lying())
        for name in gone - lying.keys():
            self._server.erase(f"thing {name}", now_ns)
        for name, at in lying.items():
            thing = self._world.objects[name]
            self._draw(ThingAt(name, at, thing.size_m, thing.color), now_ns)
        for robot in {who for _, who in self._things.held()}:
            self._draw_held(robot, now_ns)

    def _tell(self, now_ns: int) -> None:
        if not self.watched_at_all:
            return
        words = safety_told(self._safety, (now_ns - self._safety_ns) * 1e-9)
        self._say(self._channels.plan, plan_told(self._plan, now_ns * 1e-9, planner=self._planner))
        self._say(self._channels.safety, words)
        self._notify(str(words["short"]), now_ns)

    def _say(self, channel: str, words: Mapping[str, object]) -> None:
        if self._watchers.get(channel) and self._told.get(channel) != words:
            self._told[channel] = words
            self._server.tell(channel, words)

    def _notify(self, words: str, now_ns: int) -> None:
        """Shows a notice over the home, or takes it away."""
        if self._world is None or not self._watchers.get(self._channels.map):
            return
        bounds = self._world.bounds
        notice = Notice(words, (bounds.center_m[0], bounds.y_max_m, NOTICE_M)) if words else None
        if notice == self._notice:
            return
        if notice is None:
            self._server.erase("notice", now_ns)
        else:
            self._draw(notice, now_ns)
        self._notice = notice


def _moved(robot: _Robot) -> bool:
    """Since it was drawn, far enough to be seen."""
    if robot.drawn_at is None:
        return True
    joints, altitude_m = robot.drawn_at
    return abs(robot.altitude_m - altitude_m) > MOVED or any(
        abs(at - joints.get(name, 0.0)) > MOVED for name, at in robot.joints.items()
    )

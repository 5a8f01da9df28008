# SPDX-License-Identifier: Apache-2.0
"""From a skill's name and arguments to one run of it. Everything is checked before anything moves."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from tektra.common import skills as catalogue
from tektra.common.areas import Area, areas_of
from tektra.common.arm_geometry import ARM_JOINTS
from tektra.common.errors import InputError
from tektra.common.sight_skills import APART_M, ASKER, COME_S, FOLLOW_S, SEARCH_S
from tektra.common.world import World
from tektra.skills import grasp
from tektra.skills.arguments import Arguments, checked
from tektra.skills.arm import Gripper, JointPath
from tektra.skills.backends import Navigator
from tektra.skills.base import BaseLimits, LookAt, Move, Turn, Wait
from tektra.skills.dock import Dock
from tektra.skills.find import Find, Wanted
from tektra.skills.flight import ForAWhile, ToGround, ToHeight
from tektra.skills.navigate import Driver, NavigateTo
from tektra.skills.navigated import Navigated
from tektra.skills.posture import Posture
from tektra.skills.route import Floor
from tektra.skills.seen import Point, Pose, Skill
from tektra.skills.things import Things
from tektra.skills.to_person import Keeping, ToPerson

#: Kept between a robot's edge and walls on its way.
MARGIN_M = 0.07
#: How high it takes off where nobody says (m).
HOVER_M = 1.5


@dataclass(frozen=True)
class Body:
    """What the driver announced of the robot: its skills by name with their JSON schemas, limits and size."""

    schemas: Mapping[str, str]
    base: BaseLimits
    joint_speeds: Mapping[str, float]
    radius: float
    joint_ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    gripper: tuple[float, float] = (catalogue.GRIPPER_CLOSED_M, catalogue.GRIPPER_OPEN_M)


class Library:
    """Makes the runs of one robot's skills in a world, within the areas that the safety gate lets robots be in.

    `things` outlives it: a robot may be announced anew.
    """

    def __init__(
        self,
        robot: str,
        body: Body,
        world: World,
        *,
        areas: tuple[Area, ...] = (),
        things: Things | None = None,
        navigator: Navigator | None = None,
    ) -> None:
        self._robot, self._body, self._world, self._areas = robot, body, world, areas
        self._things, self._navigator = things or Things(world), navigator
        self._driver = Driver(robot, body.radius, body.base)
        self._makers: dict[str, Callable[[Arguments], Skill]] = {
            "move": self._move,
            "turn": self._turn,
            "navigate_to": self._navigate_to,
            "follow_path": self._follow_path,
            "dock": self._dock,
            "look_at": self._look_at,
            "find": self._find,
            "come_to": partial(self._to_person, False),
            "follow": partial(self._to_person, True),
            "wait": lambda arguments: Wait(arguments["seconds"]),
            "arm_pose": self._arm_pose,
            "wave": self._wave,
            "open_gripper": self._open_gripper,
            "close_gripper": lambda _: Gripper(body.gripper[0], closing=True),
            "grasp": self._grasp,
            "place": self._place,
            "take_off": lambda arguments: ToHeight(arguments.get("altitude_m", HOVER_M), from_ground=True),
            "go_to_height": lambda arguments: ToHeight(arguments["altitude_m"], from_ground=False),
            "land": lambda _: ToGround(),
            **{name: partial(self._posture, name) for name in catalogue.POSTURES},
            "use_tool": lambda arguments: ForAWhile(
                arguments["tool"], arguments.get("value", 1.0), arguments["seconds"]
            ),
        }

    def make(self, name: str, arguments_json: str) -> Skill:
        """A run of the skill. Raises InputError that names the value and what is possible."""
        schema = self._body.schemas.get(name)
        if schema is None or name not in self._makers:
            offered = ", ".join(sorted(self._body.schemas)) or "nothing"
            raise InputError(f"{self._robot} has no skill {name[:60]!r}", f"it offers {offered}")
        return self._makers[name](checked(name, arguments_json, schema))

    def prepare(self) -> None:
        """Works out what ways need, so that the first goal does not wait for it. Computes for some 20 ms."""
        if "navigate_to" in self._body.schemas:
            _ = self._floor, self._rests

    @cached_property
    def _floor(self) -> Floor:
        areas = areas_of(self._areas, self._robot)
        return Floor(self._world, self._body.radius + MARGIN_M, areas)

    def _move(self, arguments: Arguments) -> Skill:
        distance = arguments["distance_m"]
        return Move(distance, self._body.base, arguments.get("speed_mps")) if distance else Wait(0.0)

    def _turn(self, arguments: Arguments) -> Skill:
        rate = math.radians(arguments.get("rate_dps", math.inf))
        limits = replace(self._body.base, turn_rate=min(rate, self._body.base.turn_rate))
        return Turn(math.radians(arguments["angle_deg"]), limits)

    def _navigate_to(self, arguments: Arguments) -> Skill:
        if "place" in arguments:
            name, poses = self._poses(arguments["place"])
            return self._way_to(name, poses)
        x, y = self._on_floor((arguments["x"], arguments["y"]))
        # Without a heading of its own the point is taken as it is reached.
        return self._way_to(f"({x:g}, {y:g})", [Pose(x, y, math.nan)])

    def _way_to(self, name: str, poses: Sequence[Pose]) -> Skill:
        if self._navigator is not None:
            return Navigated(self._navigator, name, poses[0], self._body.base)
        return NavigateTo(self._driver, self._floor, name, poses, rests=self._rests)

    def _follow_path(self, arguments: Arguments) -> Skill:
        if "places" in arguments:
            *through, (name, poses) = [self._poses(place) for place in arguments["places"]]
            via = [(first.x, first.y) for _, (first, *_) in through]
            return NavigateTo(self._driver, self._floor, name, poses, via=via, rests=self._rests)
        *via, (x, y) = [self._on_floor((x, y)) for x, y in arguments["points"]]
        goal = Pose(x, y, math.nan)
        return NavigateTo(self._driver, self._floor, f"({x:g}, {y:g})", [goal], via=via, rests=self._rests)

    def _dock(self, _: Arguments) -> Skill:
        start = self._world.robots.get(self._robot)
        if start is None or not start.dock:
            raise InputError(f"{self._robot} has no dock", "give it one among the robots of the world's file")
        name, poses = self._poses(start.dock)
        return Dock(self._driver, self._floor, name, poses[0])

    def _look_at(self, arguments: Arguments) -> Skill:
        if robot := arguments.get("robot"):
            if robot == self._robot:
                raise InputError(f"{robot} cannot look at itself", "name another robot")
            return LookAt(robot, robot, self._body.base)
        if "place" in arguments:
            name, poses = self._poses(arguments["place"])
            return LookAt(name, (poses[0].x, poses[0].y), self._body.base)
        x, y = arguments["x"], arguments["y"]
        return LookAt(f"({x:g}, {y:g})", (x, y), self._body.base)

    def _find(self, arguments: Arguments) -> Skill:
        wanted = Wanted(arguments["thing"], arguments.get("seconds", SEARCH_S), self._room)
        docks = {start.dock for start in self._world.robots.values()}
        if "place" in arguments:
            name, poses = self._poses(arguments["place"])
            stops = [(name, pose) for pose in poses]
        else:
            places = [name for name in self._world.places if name not in docks]
            stops = [(name, pose) for name in places for pose in self._allowed(name)[:1]]
        here = "place" not in arguments
        return Find(self._robot, wanted, stops, self._way_to, self._body.base, here=here)

    def _to_person(self, stays: bool, arguments: Arguments) -> Skill:
        seconds = arguments.get("seconds", FOLLOW_S if stays else COME_S)
        person = arguments.get("person", "")
        keeping = Keeping(
            arguments.get("distance_m", APART_M), seconds, stays, "" if person == ASKER else person
        )
        return ToPerson(keeping, self._way_to, self._floor.free, self._room, self._body.base)

    def _room(self, x: float, y: float) -> str:
        room = self._world.room_at(x, y)
        return room.name if room else ""

    @cached_property
    def _rests(self) -> list[Pose]:
        """Where robots may stand and wait: the poses of all places. They leave ways between each other (tested)."""
        poses = [
            Pose(pose.x_m, pose.y_m, pose.yaw_rad)
            for place in self._world.places.values()
            for pose in place.poses
        ]
        return [pose for pose in poses if self._floor.free(pose.x, pose.y)]

    def _poses(self, place: str) -> tuple[str, list[Pose]]:
        """A place's own name and its poses. Raises InputError for one that is unknown, or out of bounds for robots."""
        name = self._world.place(place).name
        if not (allowed := self._allowed(name)):
            raise InputError(f"{self._robot} may not stand at {name}", "choose another place")
        return name, allowed

    def _allowed(self, place: str) -> list[Pose]:
        """The poses of a place, by its own name, at which it may stand."""
        poses = (Pose(pose.x_m, pose.y_m, pose.yaw_rad) for pose in self._world.places[place].poses)
        return [pose for pose in poses if self._floor.free(pose.x, pose.y, slack=MARGIN_M)]

    def _on_floor(self, point: Point) -> Point:
        x, y = point
        if not self._floor.free(x, y, slack=MARGIN_M):
            raise InputError(f"({x:g}, {y:g}) is not free floor", "give a point that a robot can stand on")
        return x, y

    def _arm_pose(self, arguments: Arguments) -> Skill:
        """The pose as the robot announced it."""
        announced = json.loads(self._body.schemas["arm_pose"]).get(catalogue.POSES)
        posture = announced.get(arguments["pose"]) if isinstance(announced, dict) else None
        if (
            not isinstance(posture, dict)
            or not posture
            or not posture.keys() <= self._body.joint_speeds.keys()
        ):
            raise InputError(
                f"{self._robot} does not tell where its joints are in {arguments['pose'][:40]!r}",
                "give its driver pose_names and pose_positions",
            )
        return JointPath(arguments["pose"], [posture], self._body.joint_speeds)

    def _posture(self, name: str, _: Arguments) -> Skill:
        height = json.loads(self._body.schemas[name]).get(catalogue.HEIGHT)
        if not isinstance(height, int | float):
            raise InputError(
                f"{self._robot} does not tell how high its body is after {name}",
                "give its driver posture_names and posture_heights",
            )
        return Posture(name, height)

    def _wave(self, _: Arguments) -> Skill:
        home = catalogue.arm_pose("home")
        poses = [*catalogue.WAVE, *([home] if home else [])]
        return JointPath("a wave", [_posture(pose) for pose in poses], self._body.joint_speeds)

    def _open_gripper(self, _: Arguments) -> Skill:
        self._things.let_go()
        return Gripper(self._body.gripper[1], closing=False)

    def _grasp(self, arguments: Arguments) -> Skill:
        held = self._things.held
        wanted = self._world.thing(arguments["object"]).name
        thing = held.thing if held and held.thing.name == wanted else self._things.find(wanted)
        return grasp.grasp(self._arm, thing, self._things)

    def _place(self, arguments: Arguments) -> Skill:
        if "spot" in arguments:
            spot = self._world.table_spot(arguments["spot"])
            return grasp.put_down(self._arm, spot.x_m, spot.y_m, spot.z_m, f"the {spot.name}", self._things)
        x, y = arguments["x"], arguments["y"]
        height = self._world.table_height_m(x, y)
        if height is None:
            raise InputError(f"there is no table at ({x:g}, {y:g})", "give a point of the arm's own table")
        return grasp.put_down(self._arm, x, y, height, f"({x:g}, {y:g})", self._things)

    @cached_property
    def _arm(self) -> grasp.ArmBody:
        start, body = self._world.robots.get(self._robot), self._body
        if start is None or start.kind != "arm":
            raise InputError(f"the world does not say where {self._robot} stands", "add it to its robots")
        if missing := [joint for joint in ARM_JOINTS if joint not in body.joint_ranges]:
            raise InputError(
                f"{self._robot} has no joint {', '.join(missing)}",
                "grasp and place know Tektra's own arm alone",
            )
        ranges = tuple(body.joint_ranges[joint] for joint in ARM_JOINTS)
        return grasp.ArmBody(self._robot, start.pose, start.z_m, ranges, body.joint_speeds)


def _posture(pose: catalogue.ArmPose) -> dict[str, float]:
    return dict(zip(catalogue.ARM_JOINTS, pose.positions_rad, strict=True))

# SPDX-License-Identifier: Apache-2.0
"""What the gate knows of one robot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tektra.common.areas import GROUND_M
from tektra.safety.heights import Climbing, Tall
from tektra.safety.limits import BEYOND_ALL, FASTEST_MPS, FASTEST_RADPS, Limits
from tektra.safety.path import Placed
from tektra.safety.ramp import Ramp, Twist
from tektra.safety.whereabouts import Whereabouts
from tektra.safety.zones import RETREAT_MPS

#: A goal that has been silent for so long no longer owns its robot.
OWNER_TIMEOUT_S = 0.3
#: For how long a robot that a zone held back says so, and its goal with it.
BARRED_S = 1.0
#: For so long a goal waits for somebody to pass, before it is told that they are in the way.
PATIENCE_S = 2.0
#: Whoever takes so much longer to stand than by its own brakes does not obey, or is carried.
STRAYS_S = 2.0
#: Stamps of two states in their order may be out of order by so much, since two clocks are compared.
ORDER_S = 0.005
#: How many revoked goals are remembered for each robot.
REVOKED_KEPT = 32
#: Of a robot that does not tell how large it is, and how it brakes.
UNKNOWN_RADIUS_M, UNKNOWN_DECELERATION_MPS2, UNKNOWN_TURN_DECELERATION_RPS2 = 0.5, 0.5, 1.0
#: No robot's footprint reaches farther from its middle (m).
RADIUS_MAX_M = 100.0
#: A robot that leaves a place where it must not be is told no more than RETREAT_MPS; sensors add their noise.
RETREAT_SHARE = 1.5


@dataclass(frozen=True)
class Report:
    """A driver's state as plain data. `stamp_s` by the ROS clock; `alone`: what it latched concerns its robot alone."""

    connected: bool
    moving: bool
    latched: bool
    epoch: int
    stamp_s: float
    alone: bool = False
    collision: bool = False
    pose: tuple[float, float, float] | None = None
    twist: Twist = Twist()
    joints: Mapping[str, float] = field(default_factory=dict)
    altitude: float = math.nan  # of what flies


@dataclass
class Known:
    """One robot: what it declared, what it said last, and the goal that moves it."""

    limits: Limits | None = None
    radius: float = 0.0
    height: float = GROUND_M
    outline: tuple[tuple[float, float], ...] = ()
    placed: Placed | None = None  # for itself: of what declares no base, none
    joints: Mapping[str, float] = field(default_factory=dict)
    barred: tuple[str, float] = ("", -math.inf)
    waits_s: float = math.inf
    instance: str = ""
    duplicate: bool = False
    heard_s: float | None = None
    measured_s: float = -math.inf  # the newest of its states that counted
    connected: bool = False
    moving: bool = False
    collision: bool = False
    #: Why the speed that it tells cannot be its own.
    nonsense: str = ""
    goal_id: str = ""
    goal_sequence: int = -1
    asked_s: float = -math.inf
    ramp: Ramp = field(default_factory=Ramp)
    permits: int = 0
    revoked: list[str] = field(default_factory=list)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    climbing: Climbing = field(default_factory=Climbing)
    left_clear_s: float = (
        -math.inf
    )  # when its joints were permitted to leave their `clear` last (safety/arms.py)
    #: It drives about, or did since it was forgotten: where it was bolted, were it an arm, tells nothing. And so it flew.
    roams: bool = False
    flew: bool = False
    #: Its description has vanished, though it may still be there.
    gone: bool = False
    #: An operator said so: until it is reached again it is nowhere.
    forgotten: bool = False
    #: Since when it moves though no permit is in force; not finite: it does not.
    unasked_s: float = math.inf
    #: When it was reached last, it moved, or a goal was moving it.
    left_moving: bool = False

    def revoke(self) -> None:
        """The goal that moves it gets no permit any more, ever."""
        if self.goal_id:
            self.revoked = [*self.revoked, self.goal_id][-REVOKED_KEPT:]
        self.goal_id, self.ramp = "", Ramp()

    def describe(
        self, instance: str, limits: Limits, radius: float, outline: Sequence[tuple[float, float]]
    ) -> bool:
        """What its driver declares. True when that ended a goal, which was asked of another driver or another body."""
        before, told = (self.instance, self.limits, self.radius, self.outline), tuple(outline)
        self.instance, self.limits, self.radius, self.outline = instance, limits, radius, told
        self.roams, self.flew = self.roams or limits.roams, self.flew or limits.altitude != 0.0
        if before != (instance, limits, radius, told):
            self.whereabouts.embody(*self._body(), flies=limits.altitude != 0.0)
        ends, self.gone = bool(self.goal_id) and before != (instance, limits, radius, told), False
        if ends:
            self.revoke()
        return ends

    def waits(self, now_s: float) -> bool:
        """Its goal may wait on for somebody to pass; since its last permit, and no longer than PATIENCE_S."""
        if not now_s - self.waits_s < OWNER_TIMEOUT_S + PATIENCE_S:
            self.waits_s = now_s
        self.waits_s = min(self.waits_s, now_s)
        return now_s - self.waits_s < PATIENCE_S

    def overtaken(self, measured_s: float) -> bool:
        """A state that was measured then came after a newer one: it tells of the past."""
        return measured_s < self.measured_s - ORDER_S

    def take(self, report: Report, now_s: float, age_s: float = 0.0) -> str:
        """Its driver's state, already checked, of `age_s` ago. In words what of it leapt, farther than its speed leads."""
        leap, self.measured_s = "", now_s - age_s
        passed_s = now_s - (now_s if self.heard_s is None else self.heard_s)
        if report.connected:
            self.left_moving, self.forgotten = report.moving or self.driven(now_s), False
        elif self.connected:
            self.revoke()
        alone = report.connected and report.moving and not self.driven(now_s)
        self.unasked_s = min(self.unasked_s, now_s) if alone else math.inf
        self.heard_s, self.connected = now_s, report.connected
        self.moving, self.collision = report.moving, report.collision
        self.joints = report.joints
        report = self._believed(report)
        place = self._place(report)
        self.placed = place if self.limits is not None and self.limits.linear_deceleration > 0.0 else None
        if self.duplicate:
            # Which of them tells of it nobody knows: it may still be where it was, whatever another says in its name.
            self.placed = None
            self.whereabouts.unreached(now_s, now_s - passed_s)
        elif not report.connected:
            self.whereabouts.unreached(now_s, now_s - passed_s)
        elif place is not None:
            leap = self.whereabouts.leap(place, now_s) or self.climbing.leapt
            self.whereabouts.measured(place, now_s - max(age_s, 0.0))
        else:
            self.whereabouts.moved(report.twist, now_s - max(age_s, 0.0), now_s)
        return leap

    def here(self, now_s: float) -> Placed | None:
        """Where it knows itself to be, and how far it may have gone since that was measured."""
        return self.whereabouts.now(now_s) if self.placed is not None else None

    def there(self, now_s: float, ahead_s: float = 0.0) -> Placed | None:
        """Where it may be, for others: known or not. None when it was never anywhere, or is forgotten. Whom nobody
        reaches, nobody stops: it may go on for `ahead_s`, until whoever asks stands; so may one of whom no way is known."""
        if self.forgotten:
            return None
        unknown = self.whereabouts.unreachable or self.whereabouts.adrift
        return self.whereabouts.now(now_s + (ahead_s if unknown else 0.0))

    def lose(self, now_s: float, timeout_s: float) -> bool:
        """Whether nobody reaches it; its goal has ended then."""
        if self.fresh(now_s, timeout_s) and not self.gone:
            return False
        if self.heard_s is not None:
            self.whereabouts.unreached(now_s, self.heard_s)
        if self.goal_id:
            self.revoke()
        return True

    def after_it_left(self) -> Known | None:
        """What stays of it when its description has vanished; None when that is nothing."""
        moving = self.left_moving or self.driven(self.heard_s if self.heard_s is not None else -math.inf)
        if self.forgotten or (self.whereabouts.place is None and not moving):
            return None
        if self.heard_s is not None:
            self.whereabouts.unreached(self.heard_s, self.heard_s)
        return Known(
            whereabouts=self.whereabouts,
            heard_s=self.heard_s,
            left_moving=moving,
            gone=True,
            height=self.height,
            roams=self.roams,
            flew=self.flew,
        )

    def forget(self) -> None:
        """An operator says that it is not where it was, and stands."""
        self.whereabouts, self.placed = Whereabouts(), None
        self.forgotten, self.left_moving = True, False
        self.roams = self.limits is not None and self.limits.roams
        self.flew = self.limits is not None and self.limits.altitude != 0.0

    def fault(self) -> str:
        """Why what it declared cannot be trusted; empty when it can."""
        if self.limits is None:
            return "it declared nothing"
        if not self.instance:
            return "it names no instance, by which a driver that was started anew could be told"
        drives = bool(self.limits.linear_speed or self.limits.angular_speed)
        if not math.isfinite(self.radius) or (drives and self.radius <= 0.0):
            return "its footprint is absent or not finite"
        if self.radius > RADIUS_MAX_M:
            return f"its footprint reaches {self.radius:.3g} m from its middle, which is more than {RADIUS_MAX_M:g}"
        return self.limits.fault()

    def fresh(self, now_s: float, timeout_s: float) -> bool:
        """Its driver speaks, and reaches it."""
        return self._speaks(now_s, timeout_s) and self.connected

    def faults(self, now_s: float, timeout_s: float) -> list[str]:
        """Why it gets no permit whatever is latched; empty when nothing is wrong with it."""
        if self.gone:
            return ["gone"]
        if self.limits is None:
            return ["not described"]
        causes = ["limits"] if self.fault() else []
        causes += ["duplicate"] if self.duplicate else []
        if not self._speaks(now_s, timeout_s):
            return [*causes, "driver silent"]
        causes += [] if self.connected else ["link down"]
        causes += [self.nonsense] if self.nonsense else []
        return causes + ([f"{self.barred[0]} is in the way"] if now_s - self.barred[1] < BARRED_S else [])

    def driven(self, now_s: float) -> bool:
        """A goal moves it, or did a moment ago: its name alone stays when it has ended."""
        return bool(self.goal_id) and now_s - self.asked_s <= OWNER_TIMEOUT_S

    def strays(self, now_s: float) -> bool:
        """It moves though nothing is permitted to it, for longer than it takes to stand."""
        limits = self.limits
        brakes_s = (
            limits.linear_speed / limits.linear_deceleration if limits and limits.linear_deceleration else 0.0
        )
        return now_s - self.unasked_s > brakes_s + STRAYS_S

    def leaving(self, now_s: float) -> bool:
        """It moves under a permit, as slowly as what leaves a place where it must not be."""
        moves = math.hypot(self.placed.twist.vx, self.placed.twist.vy) if self.placed else math.inf
        return self.driven(now_s) and moves <= RETREAT_SHARE * RETREAT_MPS

    def still_moves(self, now_s: float, timeout_s: float) -> bool:
        """It is reached, and says that it moves."""
        return not self.gone and self.fresh(now_s, timeout_s) and self.moving

    def may_move(self, now_s: float, timeout_s: float) -> bool:
        """It is not reached, and did not stand when it was last."""
        return self.left_moving and (self.gone or not self.fresh(now_s, timeout_s))

    def _speaks(self, now_s: float, timeout_s: float) -> bool:
        return self.heard_s is not None and 0.0 <= now_s - self.heard_s <= timeout_s

    def _believed(self, report: Report) -> Report:
        """The same no faster than anything goes, for others; of a speed that cannot be its own, the fault is kept."""
        twist, limits = report.twist, self.limits
        self.nonsense = limits.told_fault(math.hypot(twist.vx, twist.vy), twist.wz) if limits else ""
        trusted = limits if limits and not limits.fault() else None
        most, turns = (trusted.fastest, trusted.fastest_turn) if trusted else (FASTEST_MPS, FASTEST_RADPS)
        cut = twist.no_faster(most, turns)
        return report if cut is twist else replace(report, twist=cut)

    def _place(self, report: Report) -> Placed | None:
        """Where it is on the map, for others; None when it does not know, or its words make no sense. Whoever does not
        declare what could be is taken to be large and to brake badly: it may stand there all the same."""
        pose, twist = report.pose, report.twist
        if pose is None or not all(map(math.isfinite, (*pose, math.hypot(twist.vx, twist.vy), twist.wz))):
            return None
        if max(map(abs, pose)) > BEYOND_ALL:
            return None
        radius, brakes, turns = self._body()
        tall = self._tall(report, radius, brakes)
        return Placed(*pose, twist, radius, brakes, turn_deceleration=turns, tall=tall)

    def _body(self) -> tuple[float, float, float]:
        """How large it is (m), how it brakes (m/s^2), and how it ends a turn (rad/s^2); of what it does not declare, the worst."""
        known = math.isfinite(self.radius) and self.radius > 0.0
        radius = min(self.radius, RADIUS_MAX_M) if known else UNKNOWN_RADIUS_M
        trusted = self.limits if self.limits and not self.limits.fault() else None
        brakes = trusted.linear_deceleration if trusted else 0.0
        turns = trusted.angular_acceleration if trusted else 0.0
        return radius, brakes or UNKNOWN_DECELERATION_MPS2, turns or UNKNOWN_TURN_DECELERATION_RPS2

    def _tall(self, report: Report, radius: float, deceleration: float) -> Tall:
        """Which heights it takes up. Of whom it is not known whether they fly, they may; of one that declares that it does not,
        and did, or tells that it is up there, every height."""
        if self.limits is None or self.limits.altitude != 0.0:
            return self.climbing.tall(report.altitude, radius, deceleration, self.measured_s)
        up = report.altitude > self.height or (self.flew and not math.isfinite(report.altitude))
        return Tall(flies=True, radius=radius) if up else Tall(top=self.height)

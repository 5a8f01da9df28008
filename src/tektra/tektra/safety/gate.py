# SPDX-License-Identifier: Apache-2.0
"""The safety gate: the only place where a request to move becomes a permit.

A plain class: everything comes in by a call with the time, nothing is waited for, and every doubt is a refusal.
Two times are passed in: `now_s` of the monotonic clock, by which ages are judged, and `stamp_s` of the ROS clock,
against which the stamps of messages are. One thread uses it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from tektra.common.errors import InputError
from tektra.safety.latch import DRIVER, START_UP, Latch, LatchState
from tektra.safety.motion import Ceilings, Kind, Limits, Motion, Permitted, Refused, Twist, permit
from tektra.safety.options import SafetyOptions
from tektra.safety.zones import Placed, Rules, Zones

#: A goal that has been silent for so long no longer owns its robot.
OWNER_TIMEOUT_S = 0.3
#: Ticks in time that make the first healthy check.
HEALTHY_TICKS = 3
#: A tick that came later than so many periods is not in time.
LATE_PERIODS = 3.0
#: For how long a robot that a zone held back says so, and its goal with it.
BARRED_S = 1.0
#: How many revoked goals are remembered for each robot.
REVOKED_KEPT = 32


@dataclass(frozen=True)
class Request:
    """A MotionRequest, as plain data. `stamp_s` by the ROS clock."""

    robot: str
    goal_id: str
    skill: str
    sequence: int
    epoch: int
    stamp_s: float
    motion: Motion


@dataclass(frozen=True)
class Record:
    """What goes to the audit: who asked for what, and what became of it."""

    who: str
    event: str
    detail: str
    robot: str = ""
    skill: str = ""


@dataclass
class _Robot:
    """What the gate knows of one robot."""

    limits: Limits | None = None
    radius: float = 0.0
    placed: Placed | None = None
    barred: tuple[str, float] = ("", float("-inf"))
    instance: str = ""
    duplicate: bool = False
    heard_s: float | None = None
    connected: bool = False
    moving: bool = False
    goal_id: str = ""
    goal_sequence: int = -1
    asked_s: float = float("-inf")
    twist: Twist = Twist()
    permits: int = 0
    revoked: list[str] = field(default_factory=list)
    told: tuple[str, str] = ("", "")

    def revoke(self) -> None:
        """The goal that moves it gets no permit any more, ever."""
        if self.goal_id:
            self.revoked = [*self.revoked, self.goal_id][-REVOKED_KEPT:]
        self.goal_id, self.twist = "", Twist()


class Gate:
    """Latch, limits and watchdogs of all robots."""

    def __init__(
        self, options: SafetyOptions, kept: LatchState | None = None, rules: Rules | None = None
    ) -> None:
        self.latch = Latch(kept)
        self._options = options
        self._ceilings = Ceilings(
            options.linear_speed_max, options.angular_speed_max, options.joint_speed_max
        )
        self._zones = Zones(rules or Rules())
        self._robots: dict[str, _Robot] = {}
        self._records: list[Record] = []
        self._ticked_s: float | None = None
        self._healthy_ticks = 0
        kept_causes = ", ".join(sorted(self.latch.causes - {START_UP}))
        self._record("safety", "start_up", f"the gate started; kept causes: {kept_causes or 'none'}")

    # -- what is heard of robots -------------------------------------------------------------------------------

    def described(self, robot: str, instance: str, limits: Limits, radius: float = 0.0) -> None:
        """A driver announced itself, `radius` m wide. Limits that cannot be trusted leave the robot without permits."""
        known = self._robots.setdefault(robot, _Robot())
        if known.instance and known.instance != instance:
            known.revoke()
        known.instance, known.limits, known.radius = instance, limits, radius
        if fault := limits.fault():
            self._record(robot, "refusal", f"its description is refused: {fault}", robot=robot)

    def counted(self, robot: str, drivers: int) -> None:
        """How many drivers announce themselves under this name; with more than one, neither gets a permit."""
        known = self._robots.setdefault(robot, _Robot())
        if drivers > 1 and not known.duplicate:
            known.revoke()
            self._record(robot, "refusal", f"{drivers} drivers announce themselves as {robot}", robot=robot)
        known.duplicate = drivers > 1

    def gone(self, robot: str) -> None:
        """The last driver of that name left."""
        self._robots.pop(robot, None)

    def heard(
        self, robot: str, *, connected: bool, moving: bool, latched: bool, epoch: int, now_s: float
    ) -> None:
        """A driver's state. A stop that only the driver heard becomes everyone's."""
        known = self._robots.setdefault(robot, _Robot())
        if known.connected and not connected:
            known.revoke()
        known.heard_s, known.connected, known.moving = now_s, connected, moving
        if epoch > self.latch.epoch:
            self.latch.outgrow(epoch)
        elif latched and not self.latch.stopped and epoch == self.latch.epoch:
            self.stop(DRIVER, robot, "a driver heard a stop that the gate did not")

    def placed(self, robot: str, pose: tuple[float, float, float] | None, twist: Twist) -> None:
        """Where a robot is on the map (x, y, yaw) and how it moves; None when it does not know."""
        known = self._robots.get(robot)
        if known is not None and known.limits is not None:
            numbers = (*pose, twist.vx, twist.vy, twist.wz) if pose else (math.nan,)
            fine = (
                pose is not None and all(map(math.isfinite, numbers)) and known.limits.linear_deceleration > 0
            )
            rate = known.limits.linear_deceleration
            known.placed = Placed(*pose, twist, known.radius, rate) if fine and pose else None

    # -- stop and reset ----------------------------------------------------------------------------------------

    def stop(self, cause: str, who: str, detail: str = "") -> None:
        """Stops everything, until a reset."""
        if self.latch.stop(cause):
            for known in self._robots.values():
                known.revoke()
            self._record(who, "stop", f"{cause}: {detail}" if detail else cause)

    def reset(self, who: str) -> None:
        """Releases the latch; nothing moves until it is asked for anew. Raises InputError with the reason."""
        moving = sorted(name for name, known in self._robots.items() if known.connected and known.moving)
        if self.latch.stopped and moving:
            raise InputError(f"{', '.join(moving)} still moves", "reset when every robot stands still")
        causes = ", ".join(sorted(self.latch.causes))
        self.latch.reset()
        self._record(who, "reset", f"causes were: {causes}")

    def tick(self, now_s: float) -> None:
        """The gate's own heartbeat. Some ticks in time are the first healthy check; lost drivers lose their goals."""
        period_s = 1.0 / self._options.rate_hz
        late = self._ticked_s is not None and now_s - self._ticked_s > LATE_PERIODS * period_s
        self._healthy_ticks = 0 if late else self._healthy_ticks + 1
        self._ticked_s = now_s
        if self._healthy_ticks >= HEALTHY_TICKS and START_UP in self.latch.causes:
            self.latch.started()
            self._record("safety", "start_up", "the first check found the gate healthy")
        for known in self._robots.values():
            if known.goal_id and not self._fresh(known, now_s):
                known.revoke()

    # -- the decision ------------------------------------------------------------------------------------------

    def decide(self, request: Request, *, now_s: float, stamp_s: float) -> tuple[int, Permitted] | None:
        """The permit's sequence number and what is permitted; None when refused, which the audit then tells."""
        try:
            known = self._check(request, now_s, stamp_s)
            permitted = self._cut(known, request, now_s)
        except Refused as refusal:
            self._refuse(request, str(refusal))
            return None
        if known.goal_id != request.goal_id:
            self._record(request.goal_id, "permit", "first permit of this goal", request.robot, request.skill)
        if permitted.clamped and permitted.clamped != "acceleration":
            self._tell_once(known, request, "clamp", f"cut to the limit of {permitted.clamped}")
        known.goal_id, known.goal_sequence, known.asked_s = request.goal_id, request.sequence, now_s
        known.twist = permitted.motion.twist if request.motion.kind == Kind.VELOCITY else Twist()
        known.permits += 1
        return known.permits, permitted

    def why_stopped(self, robot: str, now_s: float) -> list[str]:
        """Why this robot alone gets no permit; empty when nothing but the latch could hold it."""
        known = self._robots.get(robot)
        if known is None or known.limits is None:
            return ["not described"]
        causes = ["limits"] if known.limits.fault() else []
        if known.duplicate:
            causes.append("duplicate")
        if known.heard_s is None or now_s - known.heard_s > self._options.driver_timeout_s:
            return [*causes, "driver silent"]
        causes += [] if known.connected else ["link down"]
        barred = [f"{known.barred[0]} is in the way"] if now_s - known.barred[1] < BARRED_S else []
        return causes + barred

    def robots(self) -> Iterable[tuple[str, str]]:
        """Each robot's name and the goal that moves it, by name."""
        return [(name, known.goal_id) for name, known in sorted(self._robots.items())]

    def take_records(self) -> list[Record]:
        """What happened since the last call, for the audit."""
        taken, self._records = self._records, []
        return taken

    # -- inside ------------------------------------------------------------------------------------------------

    def _check(self, request: Request, now_s: float, stamp_s: float) -> _Robot:
        if self.latch.stopped:
            raise Refused(f"stopped: {', '.join(sorted(self.latch.causes))}")
        if request.epoch != self.latch.epoch:
            raise Refused("it was asked for before a stop or reset: ask anew")
        known = self._robots.get(request.robot)
        if causes := self.why_stopped(request.robot, now_s):
            raise Refused(f"{request.robot}: {', '.join(causes)}")
        assert known is not None
        if (
            not -self._options.request_ahead_max_s
            <= stamp_s - request.stamp_s
            <= self._options.request_age_max_s
        ):
            raise Refused(f"its stamp is {stamp_s - request.stamp_s:.3f} s old")
        if not request.goal_id or request.goal_id in known.revoked:
            raise Refused("its goal was revoked: ask anew")
        if known.goal_id == request.goal_id and request.sequence <= known.goal_sequence:
            raise Refused("an older request of the same goal")
        if known.goal_id not in ("", request.goal_id) and now_s - known.asked_s < OWNER_TIMEOUT_S:
            raise Refused("another goal moves this robot")
        return known

    def _cut(self, known: _Robot, request: Request, now_s: float) -> Permitted:
        assert known.limits is not None
        fresh = known.goal_id == request.goal_id and now_s - known.asked_s < OWNER_TIMEOUT_S
        before = known.twist if fresh else Twist()
        period_s = (
            min(now_s - known.asked_s, self._options.permit_valid_s) if fresh else 1.0 / self._options.rate_hz
        )
        permitted = permit(request.motion, known.limits, self._ceilings, before, period_s)
        return (
            self._within_zones(known, request, permitted, now_s)
            if request.motion.kind == Kind.VELOCITY
            else permitted
        )

    def _within_zones(self, known: _Robot, request: Request, permitted: Permitted, now_s: float) -> Permitted:
        others = {
            name: other.placed
            for name, other in self._robots.items()
            if other.placed and name != request.robot
        }
        twist = permitted.motion.twist
        judged = self._zones.judge(request.robot, known.placed, twist, others)
        if judged.factor == 1.0:
            return permitted
        if not judged.factor:
            known.barred = (judged.cause, now_s)
            raise Refused(f"{judged.cause} is in the way")
        cut = Twist(*(value * judged.factor for value in (twist.vx, twist.vy, twist.wz)))
        return Permitted(dataclasses.replace(permitted.motion, twist=cut), clamped=judged.cause)

    def _fresh(self, known: _Robot, now_s: float) -> bool:
        heard = known.heard_s is not None and now_s - known.heard_s <= self._options.driver_timeout_s
        return heard and known.connected

    def _refuse(self, request: Request, reason: str) -> None:
        known = self._robots.get(request.robot)
        if known is None:
            self._record(request.goal_id, "refusal", reason, request.robot, request.skill)
            return
        known.twist = Twist()
        self._tell_once(known, request, "refusal", reason)

    def _tell_once(self, known: _Robot, request: Request, event: str, detail: str) -> None:
        """Twenty requests a second are one line in the audit."""
        told = (request.goal_id, f"{event} {detail.split(' = ')[0].split(' is ')[0]}")
        if known.told != told:
            known.told = told
            self._record(request.goal_id, event, detail, request.robot, request.skill)

    def _record(self, who: str, event: str, detail: str, robot: str = "", skill: str = "") -> None:
        self._records.append(Record(who, event, detail, robot, skill))

# SPDX-License-Identifier: Apache-2.0
"""The driver's own watchdog: permits and safety states go in, and what the robot may be told comes out.

A plain class, fail-closed: without a fresh permit *and* a fresh safety state the answer is to stand still.
Two times are passed in. `now_s` is monotonic, and everything expires by it: a stepped clock lengthens nothing.
`stamp_s` is the ROS clock's, and serves only to refuse messages whose stamp is stale or in the future.
One thread uses it.
"""

import math
from dataclasses import dataclass, replace

from tektra.driver.commands import Command, Drive, Motion, MoveGripper, MoveJoints, StandStill
from tektra.driver.options import DriverOptions

ORDER_S = 1.0  # a permit numbered lower than one from the last second is a copy; later, the gate counts anew
TOLERANCE = 1.001  # of limits: floats travel through messages


@dataclass(frozen=True)
class SafetyReading:
    """What the driver needs of a SafetyState. `stopped` is true for a global stop and for one of this robot."""

    instance: str
    sequence: int
    epoch: int
    stopped: bool
    stamp_s: float


@dataclass(frozen=True)
class Permit:
    """A MotionPermit as plain data; the motion's own ttl is not looked at."""

    robot: str
    sequence: int
    epoch: int
    stamp_s: float
    valid_s: float
    motion: Motion


@dataclass(frozen=True)
class Verdict:
    """What to tell the robot; `reason` says why it must stand, empty while it may move."""

    command: Command
    reason: str


class Guard:
    """Decides whether the robot may move now."""

    def __init__(self, robot: str, options: DriverOptions) -> None:
        self.refused = 0  # permits and safety states not trusted
        self.last_refusal = ""
        self.epoch = 0  # newest seen
        self._robot, self._options = robot, options
        self._safety: SafetyReading | None = None
        self._safety_until_s = -math.inf
        self._permit: tuple[Permit, float] | None = None  # the one in force, and when it runs out
        self._newest: tuple[int, float] = (-1, -math.inf)  # number of the newest permit, when it was heard
        self._linked = False
        self._latched = False
        self._latched_at: int | None = None  # epoch when the stop was heard; None until one is known
        self._decided_s = -math.inf

    @property
    def latched(self) -> bool:
        """A stop was heard that no safety state has undone."""
        return self._latched

    def stop(self) -> None:
        """Someone said stop. Latches until a safety state with a greater epoch says that all may move."""
        if not self._latched:
            self._latched, self._latched_at = True, self.epoch if self._safety else None
        elif self._latched_at is not None:
            self._latched_at = max(self._latched_at, self.epoch)
        self._permit = None

    def link(self, up: bool) -> None:
        """Whether the robot is reached. A permit from before a cut does not outlive it."""
        if not up:
            self._permit = None
        self._linked = up

    def safety_state(self, reading: SafetyReading, *, now_s: float, stamp_s: float) -> None:
        """The gate's state and heartbeat."""
        old = self._safety
        if old and reading.instance == old.instance and reading.sequence <= old.sequence:
            self._refuse("safety state out of order")
            return
        if reading.epoch < self.epoch:
            self._refuse(f"safety state of epoch {reading.epoch} after {self.epoch}")
            return
        age_s = self._age(reading.stamp_s, stamp_s)
        if reading.epoch > self.epoch or reading.stopped:
            self._permit = None
        self.epoch = reading.epoch
        if age_s is None:  # a stop is believed however old it is; leave to move is not
            self._safety_until_s = -math.inf
            self._safety = reading if reading.stopped else self._safety
            self._refuse("stamp of the safety state is stale or in the future")
            return
        self._safety, self._safety_until_s = reading, now_s + self._options.safety_timeout_s - age_s
        self._unlatch(reading)

    def permit(self, permit: Permit, *, now_s: float, stamp_s: float) -> None:
        """Leave to move. Whatever is wrong with it ends the leave given before, too."""
        fault = self._fault(permit, now_s, stamp_s)
        if fault:
            self.distrust(fault)
            return
        age_s = self._age(permit.stamp_s, stamp_s) or 0.0
        self._newest = (permit.sequence, now_s)
        until_s = now_s + min(permit.valid_s, self._options.permit_max_s) - age_s
        self._permit = (permit, until_s)

    def distrust(self, why: str) -> None:
        """Something that claims to be a permit is none: counted, and it ends the leave given before."""
        self._permit = None
        self._refuse(why)

    def decide(self, now_s: float) -> Verdict:
        """What the robot is told now. Its ttl ends with the permit and with the safety state, whichever is first."""
        backwards, self._decided_s = now_s < self._decided_s, now_s
        if backwards:
            self._permit = None
        reason = self._why_not(now_s)
        if reason or self._permit is None:
            return Verdict(StandStill(self._options.stop_category), reason or "no permit")
        permit, until_s = self._permit
        ttl_s = min(until_s, self._safety_until_s) - now_s
        return Verdict(replace(permit.motion, ttl_s=ttl_s), "")

    def _why_not(self, now_s: float) -> str:
        if self._latched:
            return "stop heard"
        if self._safety is None:
            return "no safety state"
        if self._safety.stopped:
            return "stopped"
        if now_s >= self._safety_until_s:
            return "safety heartbeat lost"
        if not self._linked:
            return "link down"
        if self._permit is None or now_s >= self._permit[1] or self._permit[0].epoch != self.epoch:
            self._permit = None
            return "no permit"
        return ""

    def _unlatch(self, reading: SafetyReading) -> None:
        if not self._latched:
            return
        if self._latched_at is None:
            self._latched_at = reading.epoch
        elif reading.epoch > self._latched_at and not reading.stopped:
            self._latched, self._latched_at = False, None

    def _fault(self, permit: Permit, now_s: float, stamp_s: float) -> str:
        newest, heard_s = self._newest
        if permit.robot != self._robot:
            return f"permit for {permit.robot[:40]!r}"
        if self._latched or self._safety is None or self._safety.stopped:
            return "permit while stopped"
        if permit.epoch != self.epoch:
            return f"permit of epoch {permit.epoch}, but it is {self.epoch}"
        if permit.sequence <= newest and now_s - heard_s < ORDER_S:
            return f"permit {permit.sequence} after {newest}"
        if self._age(permit.stamp_s, stamp_s) is None:
            return "stamp of the permit is stale or in the future"
        if not (math.isfinite(permit.valid_s) and permit.valid_s > 0.0):
            return "permit without a length of time"
        return _motion_fault(permit.motion, self._options)

    def _age(self, then_s: float, stamp_s: float) -> float | None:
        """How old a stamp is; None when it must not be trusted."""
        age_s = stamp_s - then_s
        if not -self._options.stamp_ahead_max_s <= age_s <= self._options.stamp_age_max_s:
            return None  # also for NaN
        return max(age_s, 0.0)

    def _refuse(self, why: str) -> None:
        self.refused += 1
        self.last_refusal = why


def _motion_fault(motion: Motion, options: DriverOptions) -> str:
    """Why this robot must not do that; empty when it may. The gate has checked the same; this trusts nobody."""
    match motion:
        case Drive(vx, vy, wz, _):
            if not options.linear_speed and not options.angular_speed:
                return "permit to drive, but this robot has no base"
            fast = (
                math.hypot(vx, vy) > options.linear_speed * TOLERANCE
                or abs(wz) > options.angular_speed * TOLERANCE
            )
            return _unless_finite((vx, vy, wz)) or ("permit beyond the speed limit" if fast else "")
        case MoveJoints(names, positions, speeds, _):
            return _unless_finite((*positions, *speeds)) or _joints_fault(names, positions, speeds, options)
        case MoveGripper(opening, _):
            if options.gripper_max <= options.gripper_min:
                return "permit for a gripper, but this robot has none"
            inside = options.gripper_min <= opening <= options.gripper_max * TOLERANCE
            return _unless_finite((opening,)) or ("" if inside else "permit beyond the gripper's range")


def _joints_fault(
    names: tuple[str, ...], positions: tuple[float, ...], speeds: tuple[float, ...], options: DriverOptions
) -> str:
    if (
        not names
        or len(names) != len(positions)
        or len(set(names)) != len(names)
        or len(speeds) not in (0, len(names))
    ):
        return "permit whose joints do not fit together"
    for index, name in enumerate(names):
        if not name or name not in options.joint_names:
            return f"permit for an unknown joint {name[:40]!r}"
        joint = options.joint_names.index(name)
        if not options.joint_lower[joint] - 1e-6 <= positions[index] <= options.joint_upper[joint] + 1e-6:
            return f"permit beyond the range of {name}"
        if speeds and not 0.0 < speeds[index] <= options.joint_speed[joint] * TOLERANCE:
            return f"permit beyond the speed limit of {name}"
    return ""


def _unless_finite(numbers: tuple[float, ...]) -> str:
    return "" if all(map(math.isfinite, numbers)) else "permit with a number that is not finite"

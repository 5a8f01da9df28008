# SPDX-License-Identifier: Apache-2.0
"""What is asked of a robot, what it may do, and how a request is cut to the limits. Fail-closed.

Units: m, s, rad, and their quotients.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Verbs of motion, numbered as in MotionRequest."""

    VELOCITY = 1
    JOINTS = 2
    GRIPPER = 3


class Refused(Exception):
    """Why a request gets no permit, in words."""


@dataclass(frozen=True)
class Twist:
    """Velocity of the base in its own frame: forward, to the left, counter-clockwise."""

    vx: float = 0.0
    vy: float = 0.0
    wz: float = 0.0


@dataclass(frozen=True)
class Motion:
    """One moment's motion; only the fields of its kind count."""

    kind: int
    twist: Twist = Twist()
    joint_names: tuple[str, ...] = ()
    joint_positions: tuple[float, ...] = ()
    gripper_opening: float = 0.0


@dataclass(frozen=True)
class Limits:
    """What a robot declares it can do, as in RobotLimits."""

    linear_speed: float
    angular_speed: float
    linear_acceleration: float
    linear_deceleration: float
    angular_acceleration: float
    joint_names: tuple[str, ...] = ()
    joint_lower: tuple[float, ...] = ()
    joint_upper: tuple[float, ...] = ()
    joint_speed: tuple[float, ...] = ()
    gripper_min: float = 0.0
    gripper_max: float = 0.0

    def fault(self) -> str:
        """Why these limits cannot be trusted; empty when they can."""
        base = (self.linear_speed, self.angular_speed)
        rates = (self.linear_acceleration, self.linear_deceleration, self.angular_acceleration)
        numbers = (*base, *rates, *self.joint_lower, *self.joint_upper, *self.joint_speed)
        if not all(map(math.isfinite, (*numbers, self.gripper_min, self.gripper_max))):
            return "a limit is not a finite number"
        if any(value < 0 for value in base) or (any(base) and any(value <= 0 for value in rates)):
            return "a speed or acceleration limit is not positive"
        if (
            not len(self.joint_names)
            == len(self.joint_lower)
            == len(self.joint_upper)
            == len(self.joint_speed)
        ):
            return "joint limits and joint names differ in number"
        pairs = zip(self.joint_lower, self.joint_upper, strict=True)
        if any(low >= high for low, high in pairs) or any(speed <= 0 for speed in self.joint_speed):
            return "a joint's range or speed limit is empty"
        return "" if self.gripper_min <= self.gripper_max else "the gripper's range is empty"


@dataclass(frozen=True)
class Ceilings:
    """The operator's own limits, over every robot's."""

    linear_speed: float
    angular_speed: float
    joint_speed: float


@dataclass(frozen=True)
class Permitted:
    """What may be done: the motion after all limits, the speed of each of its joints, and which limit cut it."""

    motion: Motion
    joint_speeds: tuple[float, ...] = ()
    clamped: str = ""


def permit(motion: Motion, limits: Limits, ceilings: Ceilings, before: Twist, period_s: float) -> Permitted:
    """The request within every limit. `before` was permitted `period_s` ago. Raises Refused."""
    if motion.kind == Kind.VELOCITY:
        return _velocity(motion, limits, ceilings, before, period_s)
    if motion.kind == Kind.JOINTS:
        return _joints(motion, limits, ceilings)
    if motion.kind == Kind.GRIPPER:
        return _gripper(motion, limits)
    raise Refused(f"{motion.kind} is no kind of motion")


def _velocity(
    motion: Motion, limits: Limits, ceilings: Ceilings, before: Twist, period_s: float
) -> Permitted:
    twist = motion.twist
    if not _finite((twist.vx, twist.vy, twist.wz)):
        raise Refused("a velocity is not a finite number")
    linear_max = min(limits.linear_speed, ceilings.linear_speed)
    angular_max = min(limits.angular_speed, ceilings.angular_speed)
    speed = math.hypot(twist.vx, twist.vy)
    if (speed and not linear_max) or (twist.wz and not angular_max):
        raise Refused("this robot declares no base that could do that")
    # One factor for all three keeps the curve that was asked for.
    factor = min(1.0, linear_max / speed if speed else 1.0, angular_max / abs(twist.wz) if twist.wz else 1.0)
    cut = "speed" if factor < 1.0 else ""
    twist = Twist(twist.vx * factor, twist.vy * factor, twist.wz * factor)
    slowed = _within_acceleration(twist, limits, before, period_s)
    clamped = "+".join(name for name in (cut, "acceleration" if slowed != twist else "") if name)
    return Permitted(dataclasses.replace(motion, twist=slowed), clamped=clamped)


def _within_acceleration(twist: Twist, limits: Limits, before: Twist, period_s: float) -> Twist:
    """Speeding up is held to the declared acceleration; slowing down is the driver's, and never held back."""

    def step(now: float, then: float, rate: float) -> float:
        start = then if now * then > 0 else 0.0
        return math.copysign(min(abs(now), abs(start) + rate * period_s), now)

    return Twist(
        step(twist.vx, before.vx, limits.linear_acceleration),
        step(twist.vy, before.vy, limits.linear_acceleration),
        step(twist.wz, before.wz, limits.angular_acceleration),
    )


def _joints(motion: Motion, limits: Limits, ceilings: Ceilings) -> Permitted:
    names, positions = motion.joint_names, motion.joint_positions
    if not names or len(names) != len(positions) or len(set(names)) != len(names):
        raise Refused("joint names and positions do not fit together")
    if not _finite(positions):
        raise Refused("a joint position is not a finite number")
    speeds = []
    for name, position in zip(names, positions, strict=True):
        if name not in limits.joint_names:
            raise Refused(f"this robot has no joint {name!r}")
        index = limits.joint_names.index(name)
        low, high = limits.joint_lower[index], limits.joint_upper[index]
        if not low <= position <= high:
            raise Refused(f"{name} = {position:.3f} rad is outside {low:.3f} to {high:.3f} rad")
        speeds.append(min(limits.joint_speed[index], ceilings.joint_speed))
    return Permitted(motion, joint_speeds=tuple(speeds))


def _gripper(motion: Motion, limits: Limits) -> Permitted:
    opening = motion.gripper_opening
    if not math.isfinite(opening):
        raise Refused("the gripper opening is not a finite number")
    if limits.gripper_min == limits.gripper_max:
        raise Refused("this robot has no gripper")
    if not limits.gripper_min <= opening <= limits.gripper_max:
        raise Refused(f"{opening:.3f} m is outside {limits.gripper_min:.3f} to {limits.gripper_max:.3f} m")
    return Permitted(motion)


def _finite(numbers: Sequence[float]) -> bool:
    return all(map(math.isfinite, numbers))

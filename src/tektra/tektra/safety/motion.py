# SPDX-License-Identifier: Apache-2.0
"""What is asked of a robot, and how a request is cut to the limits. Fail-closed.

Units: m, s, rad, and their quotients.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from tektra.safety.limits import Ceilings, Limits
from tektra.safety.ramp import STANDING_MPS, Ramp, Twist

__all__ = [
    "Ceilings",
    "Kind",
    "Limits",
    "Motion",
    "Permitted",
    "Ramp",
    "Refused",
    "Request",
    "Twist",
    "permit",
]


class Kind(IntEnum):
    """Verbs of motion, numbered as in MotionRequest."""

    VELOCITY = 1
    JOINTS = 2
    GRIPPER = 3
    TOOL = 4
    TAKE_OFF = 5
    LAND = 6


class Refused(Exception):
    """Why a request gets no permit, in words."""


@dataclass(frozen=True)
class Motion:
    """One moment's motion; only the fields of its kind count."""

    kind: int
    twist: Twist = Twist()
    joint_names: tuple[str, ...] = ()
    joint_positions: tuple[float, ...] = ()
    gripper_opening: float = 0.0
    tool_name: str = ""
    tool_value: float = 0.0
    altitude: float = 0.0


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
class Permitted:
    """What may be done: the motion after all limits, the speed of each of its joints, and which limit cut it.

    `ramp`: where the goal goes on from. `ways`: how far each joint is from its target.
    """

    motion: Motion
    joint_speeds: tuple[float, ...] = ()
    clamped: str = ""
    ramp: Ramp = field(default_factory=Ramp)
    ways: tuple[float, ...] = ()

    def slowed(self, factor: float, cause: str, before: Ramp, period_s: float) -> Permitted:
        """The same at a share of its speed. `before` and `period_s` as in `permit`."""
        if self.motion.kind == Kind.VELOCITY:
            twist = self.motion.twist.scaled(factor).settled()
            motion = dataclasses.replace(self.motion, twist=twist)
            return Permitted(motion, clamped=cause, ramp=before.driven(twist, period_s))
        speeds = tuple(speed * factor for speed in self.joint_speeds)
        ramp = before.moved(self.motion.joint_names, self.ways, speeds)
        return dataclasses.replace(self, joint_speeds=speeds, clamped=cause, ramp=ramp)


def permit(
    motion: Motion,
    limits: Limits,
    ceilings: Ceilings,
    before: Ramp,
    period_s: float,
    joints: Mapping[str, float] | None = None,
) -> Permitted:
    """The request within every limit, and nothing but what its kind means: what else it carries was not looked at. `before` was
    permitted `period_s` ago; `joints` are where they are. Raises Refused."""
    match motion.kind:
        case Kind.VELOCITY:
            return _velocity(motion, limits, ceilings, before, period_s)
        case Kind.JOINTS:
            return _joints(motion, limits, ceilings, before, period_s, joints or {})
        case Kind.GRIPPER:
            return _gripper(motion, limits)
        case Kind.TOOL:
            return _tool(motion, limits)
        case Kind.TAKE_OFF | Kind.LAND:
            return _flight(motion, limits, ceilings)
    raise Refused(f"{motion.kind} is no kind of motion")


def _velocity(motion: Motion, limits: Limits, ceilings: Ceilings, before: Ramp, period_s: float) -> Permitted:
    twist = motion.twist
    if not _finite((twist.vx, twist.vy, twist.wz)):
        raise Refused("a velocity is not a finite number")
    if not limits.sideways:
        # It would go straight where the way aside was judged.
        if abs(twist.vy) >= STANDING_MPS:
            raise Refused("this robot does not go sideways")
        twist = Twist(twist.vx, 0.0, twist.wz)
    linear_max = min(limits.linear_speed, ceilings.linear_speed)
    angular_max = min(limits.angular_speed, ceilings.angular_speed)
    speed = math.hypot(twist.vx, twist.vy)
    if (speed and not linear_max) or (twist.wz and not angular_max):
        raise Refused("this robot declares no base that could do that")
    # One factor for all three keeps the curve that was asked for.
    factor = min(1.0, linear_max / speed if speed else 1.0, angular_max / abs(twist.wz) if twist.wz else 1.0)
    cut = "speed" if factor < 1.0 else ""
    twist = twist.scaled(factor).settled()
    eased = before.drive(twist, limits, period_s)
    clamped = "+".join(name for name in (cut, "acceleration" if eased != twist else "") if name)
    ramp = before.driven(eased, period_s)
    return Permitted(Motion(Kind.VELOCITY, twist=eased.settled()), clamped=clamped, ramp=ramp)


def _joints(
    motion: Motion,
    limits: Limits,
    ceilings: Ceilings,
    before: Ramp,
    period_s: float,
    joints: Mapping[str, float],
) -> Permitted:
    names, positions = motion.joint_names, motion.joint_positions
    if not names or len(names) != len(positions) or len(set(names)) != len(names):
        raise Refused("joint names and positions do not fit together")
    if not _finite(positions):
        raise Refused("a joint position is not a finite number")
    speeds, ways, eased = [], [], False
    for name, position in zip(names, positions, strict=True):
        if name not in limits.joint_names:
            raise Refused(f"this robot has no joint {name!r}")
        index = limits.joint_names.index(name)
        low, high = limits.joint_lower[index], limits.joint_upper[index]
        if not low <= position <= high:
            raise Refused(f"{name} = {position:.3f} rad is outside {low:.3f} to {high:.3f} rad")
        most = min(limits.joint_speed[index], ceilings.joint_speed)
        way = position - joints.get(name, math.nan)
        speed = before.joint(name, way, most, limits.joint_acceleration[index], period_s)
        speeds.append(speed)
        ways.append(way)
        eased = eased or speed < most
    clamped = "acceleration" if eased else ""
    permitted = Motion(Kind.JOINTS, joint_names=names, joint_positions=positions)
    return Permitted(permitted, tuple(speeds), clamped, before.moved(names, ways, speeds), tuple(ways))


def _gripper(motion: Motion, limits: Limits) -> Permitted:
    opening = motion.gripper_opening
    if not math.isfinite(opening):
        raise Refused("the gripper opening is not a finite number")
    if limits.gripper_min == limits.gripper_max:
        raise Refused("this robot has no gripper")
    if not limits.gripper_min <= opening <= limits.gripper_max:
        raise Refused(f"{opening:.3f} m is outside {limits.gripper_min:.3f} to {limits.gripper_max:.3f} m")
    return Permitted(Motion(Kind.GRIPPER, gripper_opening=opening))


def _tool(motion: Motion, limits: Limits) -> Permitted:
    if motion.tool_name not in limits.tool_names:
        raise Refused(f"this robot has no tool {motion.tool_name[:40]!r}")
    if not 0.0 <= motion.tool_value <= 1.0:  # also for NaN
        raise Refused(f"{motion.tool_value:g} is no share of the tool's effect: 0 to 1")
    return Permitted(Motion(Kind.TOOL, tool_name=motion.tool_name, tool_value=motion.tool_value))


def _flight(motion: Motion, limits: Limits, ceilings: Ceilings) -> Permitted:
    if not limits.altitude:
        raise Refused("this robot does not fly")
    most = min(limits.altitude, ceilings.altitude)
    if motion.kind == Kind.TAKE_OFF and not 0.0 < motion.altitude <= most:  # also for NaN
        raise Refused(f"{motion.altitude:.2f} m is outside 0 to {most:.2f} m of altitude")
    lands = motion.kind == Kind.LAND
    return Permitted(Motion(Kind.LAND) if lands else Motion(Kind.TAKE_OFF, altitude=motion.altitude))


def _finite(numbers: Sequence[float]) -> bool:
    return all(map(math.isfinite, numbers))

# SPDX-License-Identifier: Apache-2.0
"""Whether a permitted motion is within the robot's own limits. The gate has checked the same; the driver trusts nobody."""

import math

from tektra.common.robot_kinds import SIDEWAYS
from tektra.driver.commands import Drive, Land, Motion, MoveGripper, MoveJoints, TakeOff, Tool
from tektra.driver.options import DriverOptions

TOLERANCE = 1.001  # of limits: floats travel through messages
ASIDE_MPS = 1e-3  # slower is standing


def motion_fault(motion: Motion, options: DriverOptions) -> str:
    """Why this robot must not do that; empty when it may."""
    match motion:
        case Drive(vx, vy, wz, _):
            return _unless_finite((vx, vy, wz)) or _drive_fault(vx, vy, wz, options)
        case MoveJoints(names, positions, speeds, _):
            return _unless_finite((*positions, *speeds)) or _joints_fault(names, positions, speeds, options)
        case MoveGripper(opening, _):
            if options.gripper_max <= options.gripper_min:
                return "permit for a gripper, but this robot has none"
            inside = options.gripper_min <= opening <= options.gripper_max * TOLERANCE  # not so for NaN
            return "" if inside else "permit beyond the gripper's range"
        case Tool(name, value, _):
            if not name or name not in (*options.tool_names, *options.posture_names):
                return f"permit for an unknown tool {name[:40]!r}"
            return "" if 0.0 <= value <= 1.0 else "permit beyond the tool's range"
        case TakeOff(altitude, _):
            inside = 0.0 < altitude <= options.altitude * TOLERANCE
            return "" if inside else "permit beyond the altitude limit"
        case Land():
            return "" if options.altitude > 0.0 else "permit to land, but this robot does not fly"


def _drive_fault(vx: float, vy: float, wz: float, options: DriverOptions) -> str:
    if not options.linear_speed and not options.angular_speed:
        return "permit to drive, but this robot has no base"
    if abs(vy) > ASIDE_MPS and options.kind not in SIDEWAYS:
        return f"permit to go sideways, which a {options.kind} does not"
    fast = (
        math.hypot(vx, vy) > options.linear_speed * TOLERANCE or abs(wz) > options.angular_speed * TOLERANCE
    )
    return "permit beyond the speed limit" if fast else ""


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

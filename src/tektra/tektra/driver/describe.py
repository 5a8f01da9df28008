# SPDX-License-Identifier: Apache-2.0
"""What a robot tells of itself: its skills, limits and footprint, from its parameters. Plain data, no ROS."""

from dataclasses import dataclass, replace

from tektra.common.errors import OptionError
from tektra.common.robot_kinds import ANY_BASE
from tektra.common.skills import POSTURES, Skill
from tektra.driver.options import DriverOptions
from tektra.driver.robot_skills import robot_skills

#: What a base must be given, and what an arm.
BASE = (
    *("linear_speed", "linear_acceleration", "linear_deceleration", "linear_jerk"),
    *("angular_acceleration", "angular_jerk"),
)
ARM = ("joint_names", "joint_lower", "joint_upper", "joint_speed", "joint_acceleration")


@dataclass(frozen=True)
class Description:
    """The content of a RobotDescription."""

    robot: str
    kind: str
    capabilities: tuple[str, ...]
    skills: tuple[Skill, ...]
    footprint_m: tuple[tuple[float, float], ...]
    base_frame: str
    odom_frame: str
    tf_topic: str  # as the driver's namespace resolves it


def joints_of(options: DriverOptions) -> tuple[str, ...]:
    """The robot's joints, in order."""
    return tuple(name for name in options.joint_names if name)


def tools_of(options: DriverOptions) -> tuple[str, ...]:
    """The tools that can be switched."""
    return tuple(name for name in options.tool_names if name)


def postures_of(options: DriverOptions) -> dict[str, float]:
    """Of a robot on legs: how high its body is in each posture (m). Raises OptionError."""
    names = [name for name in options.posture_names if name]
    if not names:
        return {}
    if unknown := sorted(set(names) - set(POSTURES)):
        raise OptionError(f"posture_names has {unknown[0][:40]!r}", f"choose of {', '.join(POSTURES)}")
    if options.kind != "legged":
        raise OptionError(
            f"posture_names are given to a {options.kind}", "leave them out, or give kind: legged"
        )
    if len(set(names)) != len(names) or len(options.posture_heights) != len(names):
        raise OptionError(
            f"posture_heights has {len(options.posture_heights)} values for {len(names)} posture_names",
            "give each posture once, and its height",
        )
    return dict(zip(names, options.posture_heights, strict=True))


def footprint_of(options: DriverOptions) -> list[float]:
    """x and y of its corners, one after the other; empty without."""
    return [] if options.footprint == [0.0] else options.footprint


def missing(options: DriverOptions) -> tuple[str, ...]:
    """Parameters that a robot of its kind needs and that were not given. Nothing is assumed in their place."""
    if options.kind == "arm" and not options.linear_speed:
        return () if joints_of(options) else ARM
    given = {name: bool(getattr(options, name)) for name in BASE}
    return tuple(
        name for name, there in {**given, "footprint": bool(footprint_of(options))}.items() if not there
    )


def told_missing(options: DriverOptions) -> str:
    """The same for people; empty when nothing is missing."""
    names = missing(options)
    return f"limits are missing, and nothing moves: give {', '.join(names)}" if names else ""


def declared(options: DriverOptions) -> DriverOptions:
    """The options as they are announced: of a base that lacks a limit, none; and it does not fly."""
    return (
        replace(options, linear_speed=0.0, angular_speed=0.0, altitude=0.0) if missing(options) else options
    )


def describe(robot: str, options: DriverOptions) -> Description:
    """Checks the parameters against each other. Raises OptionError, naming the one to correct."""
    joints, numbers = joints_of(options), footprint_of(options)
    if joints:
        for key in ("joint_lower", "joint_upper", "joint_speed", "joint_acceleration"):
            if len(getattr(options, key)) != len(options.joint_names):
                raise OptionError(
                    f"{key} has {len(getattr(options, key))} values",
                    f"give {len(options.joint_names)}, as joint_names",
                )
    if numbers and (len(numbers) < 6 or len(numbers) % 2):
        raise OptionError(f"footprint has {len(numbers)} numbers", "give x and y of three corners or more")
    if len(options.odom_sigmas) != 6:
        raise OptionError(f"odom_sigmas has {len(options.odom_sigmas)} numbers", "give x, y, yaw, vx, vy, wz")
    if options.gripper_min > options.gripper_max:
        raise OptionError(
            f"gripper_min = {options.gripper_min}", f"give at most gripper_max = {options.gripper_max}"
        )
    able = {
        "base": options.linear_speed > 0.0,
        "arm": bool(joints),
        "gripper": options.gripper_max > options.gripper_min,
        "tool": bool(tools_of(options)),
        "flight": options.altitude > 0.0,
        "posture": bool(postures_of(options)),
    }
    capabilities = tuple(name for name, has in able.items() if has)
    prefix, tf_topic = ("", "tf") if options.namespaced_tf else (f"{robot}/", "/tf")
    return Description(
        robot=robot,
        kind=options.kind,
        capabilities=capabilities,
        skills=robot_skills(options, capabilities, postures_of(options)),
        footprint_m=tuple(zip(numbers[::2], numbers[1::2], strict=True)),
        base_frame=f"{prefix}base_link",
        odom_frame=f"{prefix}odom",
        tf_topic=tf_topic,
    )


def mismatch(described: Description, kind: str, capabilities: tuple[str, ...]) -> str:
    """Why the robot that answered is not the one that the parameters describe; empty when it is."""
    any_base = kind == ANY_BASE and described.kind not in ("arm", "copter")
    if kind != described.kind and not any_base:
        return f"the robot says it is a {kind[:40]}, but the parameter kind says {described.kind}"
    lacking = [name for name in described.capabilities if name not in capabilities]
    return f"the robot lacks {', '.join(lacking)}, which its parameters give it" if lacking else ""

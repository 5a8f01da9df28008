# SPDX-License-Identifier: Apache-2.0
"""The catalogue's skills as one robot has them: within its own limits, with its own poses and tools. Plain data."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from tektra.common.errors import OptionError
from tektra.common.skills import ARM_JOINTS, HEIGHT, POSES, Skill, skills_of
from tektra.driver.options import DriverOptions

#: What moves the joints of Tektra's own arm by itself, and no other's.
OWN_ARM = frozenset({"wave", "grasp", "place"})


def robot_skills(
    options: DriverOptions, capabilities: Collection[str], postures: Mapping[str, float] | None = None
) -> tuple[Skill, ...]:
    """What a robot with these parameters offers; `postures`: of one on legs, how high its body is in each (m). Raises OptionError for poses that do not fit its joints."""
    joints, poses = tuple(name for name in options.joint_names if name), poses_of(options)
    tools = [name for name in options.tool_names if name]
    offered = []
    able = [*capabilities, *(["sight"] if options.camera and "base" in capabilities else [])]
    for skill in skills_of(able):
        if skill.name in OWN_ARM and joints != ARM_JOINTS:
            continue
        if skill.name == "turn" and not options.angular_speed:
            continue
        if skill.name == "arm_pose" and not poses:
            continue
        if skill.capability == "posture":
            if skill.name in (postures or {}):
                schema = json.loads(skill.schema) | {HEIGHT: (postures or {})[skill.name]}
                offered.append(replace(skill, schema=json.dumps(schema)))
            continue
        offered.append(_within(skill, options, poses, tools))
    return tuple(offered)


def poses_of(options: DriverOptions) -> dict[str, dict[str, float]]:
    """The arm's poses by name: rad by joint. Raises OptionError."""
    joints = [name for name in options.joint_names if name]
    names = [name for name in options.pose_names if name]
    if not names:
        return {}
    given = len(options.pose_positions)
    if len(set(names)) != len(names) or given != len(names) * len(joints) or not joints:
        raise OptionError(
            f"pose_positions has {given} values for {len(names)} poses of {len(joints)} joints",
            f"give {len(names) * len(joints)}: each pose's joints in the order of joint_names, and each pose one name",
        )
    poses = {}
    for index, name in enumerate(names):
        values = options.pose_positions[index * len(joints) : (index + 1) * len(joints)]
        for joint, value, low, high in zip(
            joints, values, options.joint_lower, options.joint_upper, strict=True
        ):
            if not low <= value <= high:
                raise OptionError(
                    f"pose {name}: {joint} = {value:g} rad is outside {low:g} to {high:g} rad",
                    "correct pose_positions",
                )
        poses[name] = dict(zip(joints, values, strict=True))
    return poses


def _within(
    skill: Skill, options: DriverOptions, poses: Mapping[str, Mapping[str, float]], tools: list[str]
) -> Skill:
    schema = json.loads(skill.schema)
    properties = schema["properties"]
    if skill.name == "move":
        speed = properties["speed_mps"]
        speed["maximum"] = options.linear_speed
        speed["minimum"] = min(speed["minimum"], options.linear_speed)
    elif skill.name == "turn":
        most = math.degrees(options.angular_speed)
        properties["rate_dps"] = {
            "type": "number",
            "minimum": min(1.0, most),
            "maximum": most,
            "description": "degrees per second at most",
        }
    elif skill.name == "arm_pose":
        properties["pose"]["enum"], schema[POSES] = list(poses), poses
        return replace(
            skill,
            sentence=f"Move the arm to a named pose: {', '.join(poses)}.",
            schema=json.dumps(schema),
        )
    elif skill.name == "use_tool":
        properties["tool"]["enum"] = tools
    elif "altitude_m" in properties:
        height = properties["altitude_m"]
        height["maximum"] = options.altitude
        height["minimum"] = min(height["minimum"], options.altitude)
    return replace(skill, schema=json.dumps(schema))

# SPDX-License-Identifier: Apache-2.0
"""The skills' data from and to ROS messages. Reads and builds messages only; talks to nobody."""

from __future__ import annotations

import math

from tektra.ros.robot_place import place_of
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body
from tektra.skills.run import Run, SafetyView, safety_view
from tektra.skills.seen import Command, Descend, Drive, Grip, Joints, Pose, Rise, Seen, Use
from tektra_interfaces.msg import MotionRequest, RobotDescription, RobotState, SafetyState


def request_message(robot: str, run: Run, command: Command) -> MotionRequest | None:
    """What a run asks for, but for stamp and period; None when it asks for nothing."""
    message = MotionRequest(
        robot=robot, goal_id=run.goal_id, skill=run.name, sequence=run.sequence, epoch=run.epoch
    )
    if isinstance(command, Drive):
        message.kind = MotionRequest.VELOCITY
        message.twist.linear.x, message.twist.linear.y = float(command.vx), float(command.vy)
        message.twist.angular.z = float(command.wz)
    elif isinstance(command, Joints):
        message.kind = MotionRequest.JOINTS
        message.joint_names = list(command.positions)
        message.joint_positions = list(map(float, command.positions.values()))
    elif isinstance(command, Grip):
        message.kind, message.gripper_opening = MotionRequest.GRIPPER, float(command.opening)
    elif isinstance(command, Rise):
        message.kind, message.altitude = MotionRequest.TAKE_OFF, float(command.altitude)
    elif isinstance(command, Descend):
        message.kind = MotionRequest.LAND
    elif isinstance(command, Use):
        message.kind, message.tool_name = MotionRequest.TOOL, command.tool
        message.tool_value = float(command.value)
    else:
        return None
    return message


def safety_of(message: SafetyState, robot: str, now_s: float) -> SafetyView:
    """What the gate says of all, and of this robot."""
    own = next((entry for entry in message.robots if entry.robot == robot), None)
    return safety_view(
        epoch=max(message.epoch, own.epoch if own else 0),
        stopped=message.stopped,
        causes=message.causes,
        robot_causes=own.causes if own else ("unknown to the safety gate",),
        heard_s=now_s,
        latched=own.latched if own else (),
    )


def seen_of(message: RobotState, now_s: float) -> Seen:
    """The robot itself; what it knows of others is added later."""
    return Seen(
        now_s=now_s,
        pose=None if (place := place_of(message)) is None else Pose(*place),
        speed=message.twist.linear.x,
        turn_rate=message.twist.angular.z,
        joints=dict(zip(message.joints.name, message.joints.position, strict=False)),
        altitude=message.altitude,
        gripper_opening=message.gripper_opening,
        gripper_holding=message.gripper_holding,
    )


def body_of(message: RobotDescription) -> Body:
    """What a driver announced of its robot."""
    limits = message.limits
    ranges = zip(limits.joint_lower, limits.joint_upper, strict=False)
    return Body(
        schemas={skill.name: skill.arguments_schema for skill in message.skills},
        base=BaseLimits(
            limits.linear_speed, limits.angular_speed, limits.linear_deceleration, limits.angular_acceleration
        ),
        joint_speeds=dict(zip(limits.joint_names, limits.joint_speed, strict=False)),
        radius=max((math.hypot(point.x, point.y) for point in message.footprint.points), default=0.0),
        joint_ranges=dict(zip(limits.joint_names, ranges, strict=False)),
        gripper=(limits.gripper_min, limits.gripper_max),
    )

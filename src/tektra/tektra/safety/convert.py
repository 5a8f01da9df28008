# SPDX-License-Identifier: Apache-2.0
"""Between the gate's plain data and ROS messages. No node, no clock; stamps are passed in."""

from __future__ import annotations

import math
from collections.abc import Iterable

from builtin_interfaces.msg import Time

from tektra.common.robot_kinds import MOBILE, SIDEWAYS
from tektra.common.rotations import Place
from tektra.ros.clock import duration_msg, seconds
from tektra.ros.lateness import older
from tektra.ros.robot_place import place_of
from tektra.ros.sensor_cdr import Transform, read_bool, read_cloud, read_frame, read_range, read_scan
from tektra.safety.frames import Edge
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Motion, Permitted, Twist
from tektra.safety.obstacle_rules import BUMPER, CLOUD, RANGE, SCAN
from tektra.safety.obstacles import Obstacles
from tektra.safety.people import Person
from tektra.safety.seats import Seats
from tektra.safety.sight import Scan
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    PeoplePositions,
    RobotDescription,
    RobotLimits,
    RobotSafety,
    RobotState,
    SafetyState,
)


def limits(message: RobotLimits, kind: str = "") -> Limits:
    """What a robot of that kind declares; the gate judges whether it can be trusted."""
    return Limits(
        linear_speed=message.linear_speed,
        angular_speed=message.angular_speed,
        linear_acceleration=message.linear_acceleration,
        linear_deceleration=message.linear_deceleration,
        angular_acceleration=message.angular_acceleration,
        linear_jerk=message.linear_jerk,
        angular_jerk=message.angular_jerk,
        altitude=message.altitude,
        stop_category=message.stop_category,
        power_off=message.power_off,
        joint_names=tuple(message.joint_names),
        joint_lower=tuple(message.joint_lower),
        joint_upper=tuple(message.joint_upper),
        joint_speed=tuple(message.joint_speed),
        joint_acceleration=tuple(message.joint_acceleration),
        gripper_min=message.gripper_min,
        gripper_max=message.gripper_max,
        tool_names=tuple(message.tool_names),
        sideways=kind in SIDEWAYS,
        mobile=kind in MOBILE,
    )


def radius(message: RobotDescription) -> float:
    """Of the circle round the base's origin that holds the whole footprint; 0 without one, NaN when it is no footprint."""
    corners = [math.hypot(corner.x, corner.y) for corner in message.footprint.points]
    return max(corners, default=0.0) if all(map(math.isfinite, corners)) else math.nan


def shape(message: RobotDescription) -> tuple[float, list[tuple[float, float]]]:
    """The radius of a footprint, and its corners."""
    return radius(message), [(corner.x, corner.y) for corner in message.footprint.points]


def obstacles(
    seen: Obstacles,
    robot: str,
    name: str,
    kind: str,
    data: bytes,
    *,
    now_s: float,
    stamp_s: float,
    late_s: float = 0.0,
) -> bool | None:
    """Takes what a sensor of obstacles says, sent `late_s` ago by the middleware: it is no younger than that, whatever its
    stamp. Whether it is a bumper that is pressed; None for what is none, and for one that was free too long ago. Raises
    ValueError."""
    if kind == BUMPER:
        pressed, counts = read_bool(data), seen.felt(robot, name, now_s, late_s)
        return pressed if pressed or counts else None
    try:
        seen.framed(robot, name, read_frame(data))
        if kind == SCAN:
            scan = read_scan(data)
            more_s = seen.sits(robot, name, scan.stamp_s)
            angles, near, far = (scan.angle_min, scan.angle_increment), scan.range_min, scan.range_max
            plain = Scan(*angles, near, far, scan.ranges, angle_max=scan.angle_max)
            seen.scanned(robot, name, plain, now_s, older(stamp_s - scan.stamp_s, late_s) + more_s)
        elif kind == CLOUD:
            told_s, points = read_cloud(data)
            more_s = seen.sits(robot, name, told_s)
            seen.clouded(robot, name, points, now_s, older(stamp_s - told_s, late_s) + more_s)
        elif kind == RANGE:
            told_s, cone, distance = read_range(data)
            age_s = older(stamp_s - told_s, late_s) + seen.sits(robot, name, told_s)
            seen.ranged(robot, name, cone, distance, now_s=now_s, age_s=age_s)
    except ValueError as error:
        seen.troubled(robot, name, str(error))
        raise
    seen.troubled(robot, name, "")
    return None


def transforms(seats: Seats, robot: str, told: Iterable[Transform], *, static: bool, teller: str) -> str:
    """Takes what was told on /tf_static or /tf, in this robot's namespace or, without one, of all. Why some is not believed."""
    edges = (
        Edge(parent, child, stamp_s, Place((x, y, z), (a, b, c, d)))
        for stamp_s, parent, child, (x, y, z, a, b, c, d) in told
    )
    return seats.take(robot, edges, static=static, teller=teller)


def report(message: RobotState) -> Report:
    """What a driver tells of its robot; its pose is None where that tells no place."""
    twist = message.twist
    return Report(
        connected=message.connected,
        moving=message.moving,
        latched=message.stop_latched,
        epoch=message.epoch,
        stamp_s=seconds(message.header.stamp),
        alone=message.stopped_alone,
        collision=message.collision,
        pose=place_of(message),
        twist=Twist(twist.linear.x, twist.linear.y, twist.angular.z),
        altitude=message.altitude,
        joints=dict(zip(message.joints.name, message.joints.position, strict=False)),
    )


def people(message: PeoplePositions) -> tuple[str, list[tuple[float, float]], list[Person]]:
    """Which sensor, what it sees, and who is there. In another frame than the map nobody can be placed."""
    seen = [(corner.x, corner.y) for corner in message.seen.points]
    known = message.header.frame_id == "map"
    found = [
        Person(
            id=person.id,
            x=person.position.x if known else math.nan,
            y=person.position.y,
            vx=person.velocity.x,
            vy=person.velocity.y,
            uncertainty=person.uncertainty,
        )
        for person in message.people
    ]
    return message.source, seen if known else [], found


def request(message: MotionRequest) -> Request:
    motion = Motion(
        kind=message.kind,
        twist=Twist(message.twist.linear.x, message.twist.linear.y, message.twist.angular.z),
        joint_names=tuple(message.joint_names),
        joint_positions=tuple(message.joint_positions),
        gripper_opening=message.gripper_opening,
        tool_name=message.tool_name,
        tool_value=message.tool_value,
        altitude=message.altitude,
    )
    return Request(
        robot=message.robot,
        goal_id=message.goal_id,
        skill=message.skill,
        sequence=message.sequence,
        epoch=message.epoch,
        stamp_s=seconds(message.stamp),
        motion=motion,
    )


def permit(
    asked: Request, sequence: int, permitted: Permitted, *, stamp: Time, valid_s: float
) -> MotionPermit:
    motion = permitted.motion
    message = MotionPermit(stamp=stamp, robot=asked.robot, goal_id=asked.goal_id, skill=asked.skill)
    message.sequence, message.epoch = sequence, asked.epoch
    message.kind, message.clamped = int(motion.kind), permitted.clamped
    message.valid_for = duration_msg(valid_s)
    message.twist.linear.x, message.twist.linear.y = motion.twist.vx, motion.twist.vy
    message.twist.angular.z = motion.twist.wz
    message.joint_names, message.joint_positions = list(motion.joint_names), list(motion.joint_positions)
    message.joint_speeds, message.gripper_opening = list(permitted.joint_speeds), motion.gripper_opening
    message.tool_name, message.tool_value = motion.tool_name, motion.tool_value
    message.altitude = motion.altitude
    return message


def state(gate: Gate, instance: str, sequence: int, *, stamp: Time, now_s: float) -> SafetyState:
    """The gate's state and heartbeat."""
    latch = gate.latch
    message = SafetyState(stamp=stamp, instance=instance, sequence=sequence, epoch=latch.epoch)
    message.stopped, message.causes = latch.stopped, sorted(latch.causes)
    message.pending, message.doubts = gate.stops.pending(), gate.doubts.told(now_s)
    for robot, goal_id in gate.robots():
        causes, known = gate.why_stopped(robot, now_s), gate.known().get(robot)
        message.robots.append(
            RobotSafety(
                robot=robot,
                stopped=bool(causes),
                causes=causes,
                latched=sorted(latch.causes_of(robot)),
                epoch=latch.own_epoch(robot),
                stop_category=gate.stop_category(robot),
                goal_id=goal_id if known is not None and known.driven(now_s) else "",
            )
        )
    return message

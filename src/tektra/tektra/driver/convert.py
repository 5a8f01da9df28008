# SPDX-License-Identifier: Apache-2.0
"""Between the driver's plain data and ROS messages. No node, no clock; stamps are passed in."""

import math
from array import array
from collections.abc import Sequence

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point32, Pose, TransformStamped, Twist
from nav_msgs.msg import Odometry
from sensor_msgs.msg import BatteryState, Imu, JointState, LaserScan

from tektra.common.robot_wire import ImuReading, Scan, State
from tektra.driver.commands import Drive, Land, Motion, MoveGripper, MoveJoints, TakeOff, Tool
from tektra.driver.describe import Description, joints_of, postures_of, tools_of
from tektra.driver.guard import Permit, SafetyReading
from tektra.driver.options import DriverOptions
from tektra.driver.planar import Pose as Pose2
from tektra.driver.planar import compose, inverse
from tektra.ros.clock import seconds, time_msg
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    RobotDescription,
    RobotLimits,
    RobotState,
    SafetyState,
    SkillDescription,
)

#: Standard deviation of what is not known; and of an odometry of which nobody told.
UNKNOWN, NO_SIGMAS = 1e3, (1e3,) * 6
#: Links by which a robot tells its place on the map itself.
LOCALIZED_LINKS = frozenset({"json_tcp", "json_udp"})


def safety_reading(message: SafetyState, robot: str, source: str = "") -> SafetyReading:
    """A robot that the gate does not list is stopped. To have just started is a stop that nobody asked for."""
    own = next((known for known in message.robots if known.robot == robot), None)
    return SafetyReading(
        instance=message.instance,
        sequence=message.sequence,
        all_epoch=message.epoch,
        stopped=message.stopped or own is None or own.stopped,
        stamp_s=seconds(message.stamp),
        own_epoch=own.epoch if own else 0,
        all_latched=message.stopped and list(message.causes) != ["start_up"],
        own_latched=bool(own and own.latched),
        source=source,
    )


def permit(message: MotionPermit, source: str = "") -> Permit | None:
    """None for a kind of motion that is unknown."""
    twist = message.twist
    motion: Motion
    if message.kind == MotionRequest.VELOCITY:
        motion = Drive(twist.linear.x, twist.linear.y, twist.angular.z, 0.0)
    elif message.kind == MotionRequest.JOINTS:
        motion = MoveJoints(
            tuple(message.joint_names), tuple(message.joint_positions), tuple(message.joint_speeds), 0.0
        )
    elif message.kind == MotionRequest.GRIPPER:
        motion = MoveGripper(message.gripper_opening, 0.0)
    elif message.kind == MotionRequest.TOOL:
        motion = Tool(message.tool_name, message.tool_value, 0.0)
    elif message.kind == MotionRequest.TAKE_OFF:
        motion = TakeOff(message.altitude, 0.0)
    elif message.kind == MotionRequest.LAND:
        motion = Land(0.0)
    else:
        return None
    valid_s = seconds(message.valid_for)
    stamp_s = seconds(message.stamp)
    return Permit(message.robot, message.sequence, message.epoch, stamp_s, valid_s, motion, source)


def measured(link: object, now: Time) -> Time:
    """The stamp of a state that came now: when it was measured, as its link tells."""
    at_s, late_s = getattr(link, "measured_s", math.nan), getattr(link, "late_s", 0.0)
    if not math.isfinite(at_s):
        at_s = seconds(now) - late_s
    return time_msg(max(at_s, 0.0)) if at_s < seconds(now) else now


def description(described: Description, options: DriverOptions) -> RobotDescription:
    """What it announces, but for its instance and stamp."""
    message = RobotDescription(
        robot=described.robot,
        kind=described.kind,
        base_frame=described.base_frame,
        odom_frame=described.odom_frame,
    )
    message.skills = [
        SkillDescription(name=skill.name, description=skill.sentence, arguments_schema=skill.schema)
        for skill in described.skills
    ]
    message.footprint.points = [Point32(x=x, y=y) for x, y in described.footprint_m]
    message.limits = RobotLimits(
        linear_speed=options.linear_speed,
        angular_speed=options.angular_speed,
        linear_acceleration=options.linear_acceleration,
        linear_deceleration=options.linear_deceleration,
        angular_acceleration=options.angular_acceleration,
        linear_jerk=options.linear_jerk,
        angular_jerk=options.angular_jerk,
        altitude=options.altitude,
        standing_m=options.standing_m,
        standing_rad=options.standing_rad,
        standing_time_s=options.standing_time_s,
        stop_category=options.stop_category,
        power_off=options.power_off,
        tool_names=[*tools_of(options), *postures_of(options)],
    )
    if joints := joints_of(options):
        limits = message.limits
        limits.joint_names, limits.joint_speed = list(joints), options.joint_speed
        limits.joint_lower, limits.joint_upper = options.joint_lower, options.joint_upper
        limits.joint_acceleration = options.joint_acceleration
    message.limits.gripper_min, message.limits.gripper_max = options.gripper_min, options.gripper_max
    return message


def robot_state(state: State | None, stamp: Time, described: Description) -> RobotState:
    """What the robot says of itself; the driver adds what it knows. Without a state everything is unknown."""
    message = RobotState(robot=described.robot, moving=True, gripper_opening=math.nan, battery=math.nan)
    message.altitude = math.nan
    message.header.stamp, message.header.frame_id = stamp, "map"
    if state is None:
        return message
    message.localized = state.pose is not None
    if state.pose:
        message.pose = _pose(state.pose)
    message.twist = _twist(state)
    message.joints = joint_state(state, stamp)
    if state.gripper:
        message.gripper_opening, message.gripper_holding = state.gripper.opening, state.gripper.holding
    message.battery, message.fault = state.battery, state.fault
    return message


def odometry(
    state: State, stamp: Time, described: Description, sigmas: Sequence[float] = NO_SIGMAS
) -> Odometry:
    """`sigmas`: standard deviations of x, y, yaw, vx, vy, wz. What a base in the plane does not know is 1e6."""
    message = Odometry(child_frame_id=described.base_frame)
    message.header.stamp, message.header.frame_id = stamp, described.odom_frame
    message.pose.pose, message.twist.twist = _pose(state.odom), _twist(state)
    message.pose.covariance, message.twist.covariance = _covariance(sigmas[:3]), _covariance(sigmas[3:])
    return message


def transforms(
    state: State, stamp: Time, described: Description, options: DriverOptions
) -> list[TransformStamped]:
    """The edges of /tf that this driver publishes (REP-105): each has one publisher."""
    found = []
    if options.odom_to_base:
        found.append(_edge(described.odom_frame, described.base_frame, state.odom, stamp))
    own = options.map_to_odom == "auto" and options.link in LOCALIZED_LINKS
    if state.pose is not None and (own or options.map_to_odom == "yes"):
        found.append(_edge("map", described.odom_frame, compose(state.pose, inverse(state.odom)), stamp))
    return found


def measurement(sensed: Scan | ImuReading, stamp_s: float, described: Description) -> LaserScan | Imu:
    """What a robot's sensor measured at `stamp_s` of the ROS clock; a time that no stamp can tell is long ago."""
    stamp_s = max(stamp_s, 0.0)
    if isinstance(sensed, Scan):
        return laser_scan(sensed, stamp_s, described)
    return imu(sensed, stamp_s, described)


def laser_scan(scan: Scan, stamp_s: float, described: Description) -> LaserScan:
    """By REP-117: +inf for nothing within range, NaN for no measurement. It was measured from the base's middle."""
    message = LaserScan(angle_min=scan.angle_min, angle_increment=scan.angle_step)
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), described.base_frame
    message.angle_max = scan.angle_min + scan.angle_step * (len(scan.ranges) - 1)
    message.range_min, message.range_max = scan.range_min, scan.range_max
    told = [math.inf if one is None else math.nan if one < 0.0 else one for one in scan.ranges]
    message.ranges = array("f", told)
    return message


def imu(reading: ImuReading, stamp_s: float, described: Description) -> Imu:
    """By REP-145: gravity is among the accelerations, and no orientation is told (-1). It sits in the base's middle, along its
    axes. Covariances that are not told are 0, as sensor_msgs has it."""
    message = Imu()
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), described.base_frame
    message.orientation_covariance[0] = -1.0
    turning, pull = message.angular_velocity, message.linear_acceleration
    turning.x, turning.y, turning.z = reading.rates
    pull.x, pull.y, pull.z = reading.accelerations
    message.angular_velocity_covariance[::4] = [reading.rate_sigma**2] * 3
    message.linear_acceleration_covariance[::4] = [reading.acceleration_sigma**2] * 3
    return message


def joint_state(state: State, stamp: Time) -> JointState:
    joints = state.joints
    message = JointState(
        name=list(joints.names), position=list(joints.positions), velocity=list(joints.velocities)
    )
    message.header.stamp = stamp
    return message


def battery_state(state: State, stamp: Time) -> BatteryState:
    message = BatteryState(percentage=state.battery, present=True, voltage=math.nan, current=math.nan)
    message.header.stamp = stamp
    message.charge = message.capacity = message.design_capacity = message.temperature = math.nan
    message.power_supply_status = BatteryState.POWER_SUPPLY_STATUS_DISCHARGING
    return message


def _edge(parent: str, child: str, at: Pose2, stamp: Time) -> TransformStamped:
    message, pose = TransformStamped(child_frame_id=child), _pose(at)
    message.header.stamp, message.header.frame_id = stamp, parent
    message.transform.translation.x, message.transform.translation.y = pose.position.x, pose.position.y
    message.transform.rotation = pose.orientation
    return message


def _covariance(sigmas: Sequence[float]) -> list[float]:
    """Six by six, row by row: x, y, z, then about x, y, z."""
    found = [0.0] * 36
    for row, value in enumerate((sigmas[0], sigmas[1], UNKNOWN, UNKNOWN, UNKNOWN, sigmas[2])):
        found[row * 7] = value * value
    return found


def _pose(x_y_yaw: tuple[float, float, float]) -> Pose:
    message = Pose()
    message.position.x, message.position.y = x_y_yaw[0], x_y_yaw[1]
    message.orientation.z, message.orientation.w = math.sin(x_y_yaw[2] / 2.0), math.cos(x_y_yaw[2] / 2.0)
    return message


def _twist(state: State) -> Twist:
    message = Twist()
    message.linear.x, message.angular.z = state.twist
    message.linear.y = state.vy
    return message

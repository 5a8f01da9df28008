# SPDX-License-Identifier: Apache-2.0
"""The driver's options, declared once."""

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option
from tektra.common.robot_kinds import KINDS
from tektra.driver.backends.link_options import (
    JointTrajectoryOptions,
    JsonTcpOptions,
    JsonUdpOptions,
    MavlinkOptions,
    RosBaseOptions,
    UnitreeOptions,
)

__all__ = [
    "DriverOptions",
    "JointTrajectoryOptions",
    "JsonTcpOptions",
    "JsonUdpOptions",
    "MavlinkOptions",
    "RosBaseOptions",
    "UnitreeOptions",
]


@dataclass(frozen=True)
class DriverOptions:
    """A driver: which robot, over which link, and how long it trusts what."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    link: str = option(
        "json_tcp",
        "Back end that talks to the robot: json_tcp, json_udp, mavlink, ros_base, joint_trajectory, unitree or another tektra.driver.",
    )
    host: str = option("127.0.0.1", "Address of the robot.")
    port: int = option(7101, "TCP or UDP port of the robot.", low=1, high=65535)
    kind: str = option(
        "rover",
        "What the robot is: it must say the same of itself. mecanum, legged and copter go sideways as well.",
        choices=KINDS,
    )
    rate_hz: float = option(
        50.0, "How often the driver decides and commands.", unit="Hz", low=20.0, high=200.0
    )
    state_rate_hz: float = option(
        20.0, "How often the robot's state is published.", unit="Hz", low=5.0, high=50.0
    )
    safety_timeout_s: float = option(
        0.1, "Without a safety state for this long the robot stands.", unit="s", low=0.05, high=1.0
    )
    permit_max_s: float = option(
        0.2, "A permit holds for this long at most, whatever it says.", unit="s", low=0.05, high=0.5
    )
    stamp_age_max_s: float = option(
        0.25, "Permits and safety states with an older stamp are refused.", unit="s", low=0.02, high=2.0
    )
    stamp_ahead_max_s: float = option(
        0.05,
        "Permits and safety states stamped further in the future are refused.",
        unit="s",
        low=0.0,
        high=1.0,
    )
    stop_category: int = option(
        1,
        "How the robot stops, with its power on (category 2 of IEC 60204-1): 0 brakes at once, 1 slows down within its limit.",
        low=0,
        high=1,
    )
    power_off: bool = option(
        False, "After a stop, once it stands, take the power from what moves; where the back end can."
    )
    linear_speed: float = option(
        0.0,
        "Fastest drive; 0: no base. Nothing is assumed: a base needs each of the next six, too, and a footprint.",
        unit="m/s",
        low=0.0,
        high=10.0,
    )
    angular_speed: float = option(0.0, "Fastest turn.", unit="rad/s", low=0.0, high=10.0)
    linear_acceleration: float = option(0.0, "When speeding up.", unit="m/s^2", low=0.0, high=20.0)
    linear_deceleration: float = option(0.0, "When stopping.", unit="m/s^2", low=0.0, high=20.0)
    angular_acceleration: float = option(0.0, "When speeding up.", unit="rad/s^2", low=0.0, high=50.0)
    linear_jerk: float = option(0.0, "When speeding up.", unit="m/s^3", low=0.0, high=200.0)
    angular_jerk: float = option(0.0, "When speeding up.", unit="rad/s^3", low=0.0, high=500.0)
    joint_names: list[str] = option([""], "Joints, in order; one empty name: none.")
    joint_lower: list[float] = option([0.0], "Least position of each joint.", unit="rad")
    joint_upper: list[float] = option([0.0], "Greatest position of each joint.", unit="rad")
    joint_speed: list[float] = option([0.0], "Fastest speed of each joint.", unit="rad/s", low=0.0, high=20.0)
    joint_acceleration: list[float] = option(
        [0.0], "When each joint speeds up.", unit="rad/s^2", low=0.0, high=50.0
    )
    pose_names: list[str] = option([""], "Poses of the arm that can be asked for; one empty name: none.")
    pose_positions: list[float] = option(
        [0.0], "Joints of each pose, one pose after the other, in the order of joint_names.", unit="rad"
    )
    gripper_min: float = option(0.0, "Least opening of the gripper.", unit="m", low=0.0, high=1.0)
    gripper_max: float = option(
        0.0, "Greatest opening of the gripper; 0: no gripper.", unit="m", low=0.0, high=1.0
    )
    tool_names: list[str] = option([""], "Tools that can be switched or set; one empty name: none.")
    posture_names: list[str] = option(
        [""], "Postures of a robot on legs, of stand_up, lie_down and damp; one empty name: none."
    )
    posture_heights: list[float] = option(
        [0.0], "How high its body is in each of them, as its link tells.", unit="m", low=0.0, high=3.0
    )
    altitude: float = option(
        0.0, "Greatest height above where it took off; 0: it does not fly.", unit="m", low=0.0, high=120.0
    )
    urdf_file: str = option(
        "",
        "The robot's URDF, for robot_description; limits of joints that are not given are taken from it. Empty: one is made.",
    )
    footprint: list[float] = option(
        [0.0],
        "Corners in base_link: x1, y1, x2, y2, ...; 0 alone: none.",
        unit="m",
    )
    camera: bool = option(
        False,
        "It carries a camera that vision looks through under the robot's own name: it can look for things.",
    )
    odom_to_base: bool = option(
        True, "Publish odom to base_link; false where another node does: each edge has one publisher."
    )
    map_to_odom: str = option(
        "auto",
        "Publish map to odom; auto: where the robot's own link tells its place (json_tcp, json_udp), and no AMCL does.",
        choices=("auto", "yes", "no"),
    )
    namespaced_tf: bool = option(
        False,
        "Transforms go to NAME/tf, with frames without a prefix (odom, base_link), as Nav2's bring-up has them; otherwise to /tf, with NAME/odom and NAME/base_link.",
    )
    odom_sigmas: list[float] = option(
        [0.05, 0.05, 0.05, 0.02, 0.02, 0.05],
        "Standard deviations of odometry: x, y (m), yaw (rad), vx, vy (m/s), wz (rad/s).",
        low=0.0,
        high=100.0,
    )
    standing_m: float = option(
        0.01,
        "It stands while it gets no farther than this in standing_time_s.",
        unit="m",
        low=0.001,
        high=2.0,
    )
    standing_rad: float = option(
        0.02,
        "It stands while neither its base nor a joint turns farther than this in standing_time_s.",
        unit="rad",
        low=0.001,
        high=1.0,
    )
    standing_time_s: float = option(
        0.3, "Over this time it is judged whether the robot stands.", unit="s", low=0.1, high=5.0
    )

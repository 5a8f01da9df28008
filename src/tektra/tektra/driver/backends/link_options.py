# SPDX-License-Identifier: Apache-2.0
"""Options of single back ends. In a parameter file they stand below the back end's name: `mavlink.arming: pilot`."""

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class JsonTcpOptions:
    """The back end `json_tcp` (parameters `json_tcp.…`): signed messages and TLS. See docs/protocol.md."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    key_file: str = option(
        "",
        "File with the key that the robot shares, readable by its owner alone; empty: messages are not signed.",
    )
    ca_file: str = option("", "PEM file of the CA that signed the robot's certificate; empty: no TLS.")
    server_name: str = option("", "Name in the robot's certificate; empty: the host as it is given.")
    certificate_file: str = option(
        "", "PEM file of this driver's own certificate, where the robot asks for one."
    )
    certificate_key_file: str = option("", "Its private key, readable by its owner alone.")


@dataclass(frozen=True)
class JsonUdpOptions:
    """The back end `json_udp` (parameters `json_udp.…`): signed messages. Nothing hides what UDP carries."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    key_file: str = option(
        "",
        "File with the key that the robot shares, readable by its owner alone; empty: messages are not signed.",
    )


@dataclass(frozen=True)
class MavlinkOptions:
    """The back end `mavlink` (parameters `mavlink.…`): who may arm, how the vehicle halts, where its origin lies."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    listen: bool = option(
        False, "Wait on host:port for the vehicle to speak first, instead of speaking to host:port."
    )
    system_id: int = option(1, "MAVLink system of the vehicle.", low=1, high=255)
    own_system_id: int = option(
        254,
        "MAVLink system of this driver, and of nobody else: 255 is QGroundControl's. The vehicle's SYSID_MYGCS names whose failsafe it keeps.",
        low=1,
        high=255,
    )
    arming: str = option(
        "pilot",
        "Who arms: a pilot alone, or also the driver of a rover once it has a permit. Never a copter, never before a permit.",
        choices=("pilot", "with_permit"),
    )
    disarm_after_s: float = option(
        0.0,
        "A rover that this driver armed is disarmed after standing for so long; 0: only at the driver's end.",
        unit="s",
        low=0.0,
        high=3600.0,
    )
    disarm_at_category_0: bool = option(
        False, "A stop of category 0 also disarms a rover: its motors lose power."
    )
    halt_mode: str = option(
        "auto",
        "Flight mode in which it stands after a halt; auto: HOLD for rovers, BRAKE for copters; GUIDED: no change of mode.",
        choices=("auto", "HOLD", "BRAKE", "LOITER", "GUIDED"),
    )
    hold_after_s: float = option(
        1.0,
        "After zero velocity for so long it is put into halt_mode; at category 0 at once.",
        unit="s",
        low=0.2,
        high=60.0,
    )
    take_from_hold: bool = option(
        True,
        "At its first sight, a rover in HOLD may be taken over; otherwise a pilot hands it over in GUIDED.",
    )
    guided_timeout_s: float = option(
        0.3,
        "The vehicle's own GUID_TIMEOUT: set, and confirmed, before anything moves; 0: left as it is (3 s).",
        unit="s",
        low=0.0,
        high=3.0,
    )
    climb_mps: float = option(
        0.5, "A copter in the air climbs or sinks to its height no faster.", unit="m/s", low=0.1, high=5.0
    )
    localized: bool = option(True, "The vehicle's local position tells where it is on the map.")
    map_x_m: float = option(0.0, "Where the vehicle's local origin lies on the map.", unit="m")
    map_y_m: float = option(0.0, "Where the vehicle's local origin lies on the map.", unit="m")
    map_yaw_rad: float = option(
        0.0, "How far east is turned from the map's x, counter-clockwise.", unit="rad"
    )


@dataclass(frozen=True)
class RosBaseOptions:
    """The back end `ros_base` (parameters `ros_base.…`): the topics of a base that takes velocities and tells odometry."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    cmd_vel_topic: str = option(
        "base/cmd_vel", "Where the base takes velocities; relative to the robot's namespace."
    )
    stamped: bool = option(
        True, "TwistStamped (Jazzy and later), else Twist. Both at once on one topic are two types."
    )
    odom_topic: str = option(
        "base/odom", "Where the base tells its nav_msgs/Odometry; not the driver's own topic `odom`."
    )
    exclusive: bool = option(
        True, "Nothing moves while somebody else publishes on cmd_vel_topic, past the safety gate."
    )
    pose_source: str = option(
        "odom",
        "Where it is on the map: odom (from map_x_m …), pose (pose_topic, and odometry in between), or none.",
        choices=("odom", "pose", "none"),
    )
    pose_topic: str = option(
        "amcl_pose", "geometry_msgs/PoseWithCovarianceStamped in the frame map, as AMCL tells it."
    )
    pose_way_max_m: float = option(
        2.0, "So far odometry carries a pose on; then the base stands.", unit="m", low=0.1, high=100.0
    )
    pose_turn_max_rad: float = option(
        6.3, "So far odometry carries a pose on while it turns.", unit="rad", low=0.1, high=100.0
    )
    pose_late_max_s: float = option(
        1.0,
        "A pose that was measured so long before the newest odometry is refused.",
        unit="s",
        low=0.1,
        high=10.0,
    )
    pose_deviation_max_m: float = option(
        0.5, "With a greater standard deviation (of x or y) the base stands.", unit="m", low=0.01, high=10.0
    )
    pose_deviation_max_rad: float = option(
        0.5,
        "With a greater standard deviation (of the heading) the base stands.",
        unit="rad",
        low=0.01,
        high=3.0,
    )
    pose_leap_max_m: float = option(
        0.5,
        "A pose that moves the base farther at once ends what is under way.",
        unit="m",
        low=0.01,
        high=10.0,
    )
    pose_leap_max_rad: float = option(
        0.5,
        "A pose that turns the base farther at once ends what is under way.",
        unit="rad",
        low=0.01,
        high=3.1,
    )
    odom_late_max_s: float = option(
        0.3,
        "Odometry with an older stamp, or one from the future, counts as none; 0: the base has a clock of its own.",
        unit="s",
        low=0.0,
        high=2.0,
    )
    battery_topic: str = option("", "sensor_msgs/BatteryState of the base; empty: none.")
    map_x_m: float = option(0.0, "Where odometry begins on the map.", unit="m")
    map_y_m: float = option(0.0, "Where odometry begins on the map.", unit="m")
    map_yaw_rad: float = option(0.0, "How far odometry is turned on the map.", unit="rad")


@dataclass(frozen=True)
class JointTrajectoryOptions:
    """The back end `joint_trajectory` (parameters `joint_trajectory.…`): an arm under ros2_control's JointTrajectoryController."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    action: str = option(
        "joint_trajectory_controller/follow_joint_trajectory",
        "The controller's FollowJointTrajectory; relative to the robot's namespace.",
    )
    joint_states_topic: str = option(
        "arm/joint_states", "Where the arm tells its joints; not the driver's own topic `joint_states`."
    )
    joint_names: list[str] = option(
        [""], "All joints of the controller; it refuses goals that leave one out."
    )
    deceleration: list[float] = option(
        [0.0],
        "How each joint brakes at the end of every trajectory and at a stop of category 1, in the order of joint_names.",
        unit="rad/s^2",
        low=0.0,
        high=50.0,
    )
    ready_topic: str = option(
        "", "std_msgs/Bool that must be true (a UR's robot_program_running); empty: none."
    )
    exclusive: bool = option(
        True,
        "Nothing moves while somebody else sends the controller goals or trajectories, past the safety gate.",
    )
    late_max_s: float = option(
        0.3,
        "Joints with an older stamp, or one from the future, count as none; 0: the arm has a clock of its own.",
        unit="s",
        low=0.0,
        high=2.0,
    )


@dataclass(frozen=True)
class UnitreeOptions:
    """The back end `unitree` (parameters `unitree.…`): where the robot's sport service is found, and its odometry on the map."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    interface: str = option(
        "", "Network interface that leads to the robot, as `ip addr` lists it; empty: Cyclone DDS chooses."
    )
    domain_id: int = option(0, "DDS domain of the robot; the vendor's is 0.", low=0, high=232)
    velocity_frame: str = option(
        "body",
        "In which frame it tells its velocity: body, or odom. `tektra check-robot` shows which it is.",
        choices=("body", "odom"),
    )
    localized: bool = option(True, "Its own odometry tells where it is on the map.")
    map_x_m: float = option(0.0, "Where its odometry begins on the map.", unit="m")
    map_y_m: float = option(0.0, "Where its odometry begins on the map.", unit="m")
    map_yaw_rad: float = option(0.0, "How far its odometry is turned on the map.", unit="rad")

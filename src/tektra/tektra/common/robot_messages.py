# SPDX-License-Identifier: Apache-2.0
"""The messages of the robots' JSON protocol as plain data. Units and meaning: docs/protocol.md. Immutable."""

import math
from dataclasses import dataclass, field

PROTOCOL = 1
SIGNED_PROTOCOL = 2  # the same messages, each signed: robot_wire_seal.py
MAX_BYTES = 4096  # of one line or datagram, without the line's end
MAX_SEQ = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
MAX_TTL_S = 0.5  # a robot never moves longer than this without hearing anything
UNMEASURED_M = -1.0  # of a ray that measured nothing
UDP_SILENCE_S = 0.15  # a robot on UDP halts after this long without a datagram


@dataclass(frozen=True)
class Hello:
    """The driver opens a session. Sequence numbers count anew from here. `nonce`: in a signed one alone."""

    client: str
    protocol: int = PROTOCOL
    nonce: str = ""
    type: str = field(default="hello", init=False)


@dataclass(frozen=True)
class Velocity:
    """Drive like this for `ttl` seconds at most: m/s and rad/s in base_link."""

    seq: int
    vx: float
    wz: float
    ttl: float
    vy: float = 0.0
    type: str = field(default="velocity", init=False)


@dataclass(frozen=True)
class Joints:
    """Move these joints to these positions (rad) for `ttl` seconds at most; `speeds` (rad/s) may be empty."""

    seq: int
    names: tuple[str, ...]
    positions: tuple[float, ...]
    ttl: float
    speeds: tuple[float, ...] = ()
    type: str = field(default="joints", init=False)


@dataclass(frozen=True)
class Gripper:
    """Move the fingers towards this opening (m) for `ttl` seconds at most."""

    seq: int
    opening: float
    ttl: float
    type: str = field(default="gripper", init=False)


@dataclass(frozen=True)
class UseTool:
    """Use this tool at a share of its full effect (0 to 1), or take this posture (1), for `ttl` seconds at most."""

    seq: int
    name: str
    value: float
    ttl: float
    type: str = field(default="tool", init=False)


@dataclass(frozen=True)
class Halt:
    """Stand still, with the power on (category 2 of IEC 60204-1). `category` 0: brakes at once. 1: slow down within the
    robot's limit."""

    seq: int
    category: int = 0
    type: str = field(default="halt", init=False)


@dataclass(frozen=True)
class Ping:
    """I am here. Keeps a UDP session alive; answered by pong. Moves nothing and extends no ttl."""

    seq: int
    type: str = field(default="ping", init=False)


Command = Hello | Velocity | Joints | Gripper | UseTool | Halt | Ping


@dataclass(frozen=True)
class RobotHello:
    """The robot says who it is and what it can do; in protocol 2 also the `nonce` that the driver must sign."""

    robot: str
    kind: str
    capabilities: tuple[str, ...]
    protocol: int = PROTOCOL
    nonce: str = ""
    type: str = field(default="hello", init=False)


@dataclass(frozen=True)
class Pong:
    seq: int
    type: str = field(default="pong", init=False)


@dataclass(frozen=True)
class ErrorReply:
    """The robot refused what it was sent. `seq` is that of the refused command, 0 where it had none."""

    seq: int
    message: str
    type: str = field(default="error", init=False)


@dataclass(frozen=True)
class JointReadings:
    """Equal lengths: names, rad, rad/s."""

    names: tuple[str, ...] = ()
    positions: tuple[float, ...] = ()
    velocities: tuple[float, ...] = ()


@dataclass(frozen=True)
class GripperState:
    opening: float
    holding: bool


@dataclass(frozen=True)
class State:
    """How the robot is. Poses are (x m, y m, yaw rad); twist is (vx m/s, wz rad/s), and vy m/s to the left. `height`: of a
    body on legs, m; NaN: not told."""

    seq: int
    t: float
    pose: tuple[float, float, float] | None
    odom: tuple[float, float, float]
    twist: tuple[float, float]
    joints: JointReadings
    gripper: GripperState | None
    battery: float
    halted: bool
    halt_reason: str
    ack: int
    rejected: int
    fault: str
    vy: float = 0.0
    bumper: bool = False
    height: float = math.nan
    type: str = field(default="state", init=False)


@dataclass(frozen=True)
class Scan:
    """What a lidar in the middle of the base measured at `t` by the robot's clock: by ray from `angle_min` (rad) on, how
    far something is (m); None: nothing within `range_max`; UNMEASURED_M: no measurement."""

    seq: int
    t: float
    angle_min: float
    angle_step: float
    range_min: float
    range_max: float
    ranges: tuple[float | None, ...]
    type: str = field(default="scan", init=False)


@dataclass(frozen=True)
class ImuReading:
    """What an inertial sensor in the middle of the base measured at `t` by the robot's clock, along x, y and z of the base:
    rates of turn (rad/s), and accelerations (m/s^2) with gravity, +9.81 along z at rest. Their standard deviations; 0:
    not told."""

    seq: int
    t: float
    rates: tuple[float, float, float]
    accelerations: tuple[float, float, float]
    rate_sigma: float = 0.0
    acceleration_sigma: float = 0.0
    type: str = field(default="imu", init=False)


Reply = RobotHello | State | Scan | ImuReading | Pong | ErrorReply

# SPDX-License-Identifier: Apache-2.0
"""The robots' JSON protocol on the wire: bytes to checked messages and back. See docs/protocol.md.

Sans-I/O: no socket, no clock, no thread. Both ends use it: drivers, and robots such as the simulated ones.
What comes from a socket is hostile until it is checked, so decoding is strict: one JSON object of known type,
at most 4096 bytes, every key given once, every number finite, and no unknown key in a command.
"""

import json
import math
from dataclasses import is_dataclass
from typing import Any, NoReturn

from tektra.common.line_framer import LineFramer
from tektra.common.robot_messages import (
    MAX_BYTES,
    MAX_SEQ,
    MAX_TTL_S,
    PROTOCOL,
    SIGNED_PROTOCOL,
    UDP_SILENCE_S,
    Command,
    ErrorReply,
    Gripper,
    GripperState,
    Halt,
    Hello,
    ImuReading,
    JointReadings,
    Joints,
    Ping,
    Pong,
    Reply,
    RobotHello,
    Scan,
    State,
    UseTool,
    Velocity,
)
from tektra.common.robot_wire_fields import Fields, WireError

__all__ = [
    "MAX_BYTES",
    "MAX_SEQ",
    "MAX_TTL_S",
    "PROTOCOL",
    "SIGNED_PROTOCOL",
    "UDP_SILENCE_S",
    "Command",
    "ErrorReply",
    "Gripper",
    "GripperState",
    "Halt",
    "Hello",
    "ImuReading",
    "JointReadings",
    "Joints",
    "LineFramer",
    "Ping",
    "Pong",
    "Reply",
    "RobotHello",
    "Scan",
    "State",
    "UseTool",
    "Velocity",
    "WireError",
    "decode_command",
    "decode_reply",
    "encode",
]

MAX_JOINTS = 32
MAX_RAYS = 720


def encode(message: Command | Reply) -> bytes:
    """One JSON object in UTF-8, without the line's end. Raises ValueError for a number that is not finite."""
    content: dict[str, Any] = {"type": message.type}
    for name, value in vars(message).items():
        content[name] = vars(value) if is_dataclass(value) else value
    if isinstance(message, State):
        x_y_yaw = ("x", "y", "yaw")
        content["pose"] = dict(zip(x_y_yaw, message.pose, strict=True)) if message.pose else None
        content["odom"] = dict(zip(x_y_yaw, message.odom, strict=True))
        content["twist"] = dict(zip(("vx", "wz"), message.twist, strict=True))
        if vy := content.pop("vy"):
            content["twist"]["vy"] = vy
        if math.isnan(message.height):
            del content["height"]
    for key in ("speeds", "nonce"):
        if key in content and not content[key]:
            del content[key]
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()


def decode_command(data: bytes) -> Command:
    """What a driver sent. Raises WireError, which carries the command's seq where it had one."""
    fields = _fields(data)
    match fields.type:
        case "hello":
            command: Command = (hello := Hello(fields.text("client"), *_version(fields)))
            if hello.protocol not in (PROTOCOL, SIGNED_PROTOCOL):
                return hello  # its keys are another version's; the number is what must be told
        case "velocity":
            vy = fields.number("vy", default=0.0)
            command = Velocity(_seq(fields), fields.number("vx"), fields.number("wz"), _ttl(fields), vy)
        case "joints":
            command = _joints(fields)
        case "gripper":
            command = Gripper(_seq(fields), fields.number("opening"), _ttl(fields))
        case "tool":
            command = UseTool(_seq(fields), fields.text("name"), _share(fields), _ttl(fields))
        case "halt":
            command = Halt(_seq(fields), fields.whole("category", 1))
        case "ping":
            command = Ping(_seq(fields))
        case other:
            raise WireError(
                f"unknown type {other[:40]!r}; send hello, velocity, joints, gripper, tool, halt or ping",
                fields.seq,
            )
    fields.finish()
    return command


def decode_reply(data: bytes) -> Reply:
    """What a robot sent. Raises WireError. Unknown keys are passed over: a newer robot may say more."""
    fields = _fields(data)
    match fields.type:
        case "hello":
            reply: Reply = RobotHello(
                fields.text("robot"),
                fields.text("kind"),
                fields.texts("capabilities", 16),
                *_version(fields),
            )
        case "state":
            reply = _state(fields)
        case "scan":
            reply = _scan(fields)
        case "imu":
            reply = _imu(fields)
        case "pong":
            reply = Pong(_seq(fields))
        case "error":
            reply = ErrorReply(_seq(fields), fields.text("message"))
        case other:
            raise WireError(f"unknown type {other[:40]!r}", fields.seq)
    return reply


def _fields(data: bytes) -> Fields:
    if len(data) > MAX_BYTES:
        raise WireError(f"{len(data)} bytes in one message; send at most {MAX_BYTES}")
    try:
        content = json.loads(data.decode(), parse_constant=_no_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as fault:
        reason = "not UTF-8" if isinstance(fault, UnicodeDecodeError) else str(fault)[:80]
        raise WireError(f"not one JSON object: {reason}") from None
    if not isinstance(content, dict):
        raise WireError(f"a JSON {type(content).__name__}; send one object")
    return Fields(content)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key is given twice")
    return content


def _seq(fields: Fields) -> int:
    return fields.whole("seq", MAX_SEQ)


def _version(fields: Fields) -> tuple[int, str]:
    """The protocol's number, and the nonce, which version 1 does not know."""
    protocol = fields.whole("protocol", MAX_SEQ)
    return protocol, fields.text("nonce", optional=True) if protocol == SIGNED_PROTOCOL else ""


def _ttl(fields: Fields) -> float:
    ttl = fields.number("ttl")
    if not 0.0 < ttl <= MAX_TTL_S:
        raise WireError(f"ttl is {ttl:g} s; give more than 0 and at most {MAX_TTL_S} s", fields.seq)
    return ttl


def _share(fields: Fields) -> float:
    if not 0.0 <= (value := fields.number("value")) <= 1.0:
        raise WireError(f"value is {value:g}; give a share of the tool's effect, 0 to 1", fields.seq)
    return value


def _joints(fields: Fields) -> Joints:
    seq, names = _seq(fields), fields.texts("names", MAX_JOINTS)
    positions, speeds = (
        fields.numbers("positions", MAX_JOINTS),
        fields.numbers("speeds", MAX_JOINTS, optional=True),
    )
    if not names or len(set(names)) != len(names) or len(positions) != len(names):
        raise WireError("names must be distinct and as many as positions", seq)
    if speeds and (len(speeds) != len(names) or min(speeds) <= 0.0):
        raise WireError("speeds must be as many as names, each above 0", seq)
    return Joints(seq, names, positions, _ttl(fields), speeds)


def _state(fields: Fields) -> State:
    joints, gripper = fields.inner("joints"), fields.inner_or_none("gripper")
    readings = JointReadings(
        joints.texts("names", MAX_JOINTS),
        joints.numbers("positions", MAX_JOINTS),
        joints.numbers("velocities", MAX_JOINTS),
    )
    if not len(readings.names) == len(readings.positions) == len(readings.velocities):
        raise WireError(
            "joints must hold equal numbers of names, positions and velocities",
            fields.seq,
        )
    pose, odom, twist = (
        fields.inner_or_none("pose"),
        fields.inner("odom"),
        fields.inner("twist"),
    )
    return State(
        seq=_seq(fields),
        t=fields.number("t"),
        pose=_pose(pose) if pose else None,
        odom=_pose(odom),
        twist=(twist.number("vx"), twist.number("wz")),
        joints=readings,
        gripper=GripperState(gripper.number("opening"), gripper.boolean("holding")) if gripper else None,
        battery=fields.number("battery"),
        halted=fields.boolean("halted"),
        halt_reason=fields.text("halt_reason", empty=True),
        ack=fields.whole("ack", MAX_SEQ),
        rejected=fields.whole("rejected", MAX_SEQ),
        fault=fields.text("fault", empty=True),
        vy=twist.number("vy", default=0.0),
        bumper=fields.boolean("bumper", default=False),
        height=fields.number("height", default=math.nan),
    )


def _scan(fields: Fields) -> Scan:
    seq, ranges = _seq(fields), fields.numbers_or_none("ranges", MAX_RAYS)
    near, far, step = fields.number("range_min"), fields.number("range_max"), fields.number("angle_step")
    if not ranges or not 0.0 <= near < far or not step:
        raise WireError("a scan holds ranges, an angle_step, and a range_max above its range_min", seq)
    return Scan(seq, fields.number("t"), fields.number("angle_min"), step, near, far, ranges)


def _imu(fields: Fields) -> ImuReading:
    seq, rates, accelerations = _seq(fields), fields.numbers("rates", 3), fields.numbers("accelerations", 3)
    sigmas = fields.number("rate_sigma", default=0.0), fields.number("acceleration_sigma", default=0.0)
    if len(rates) != 3 or len(accelerations) != 3 or min(sigmas) < 0.0:
        raise WireError(
            "an imu holds three rates, three accelerations, and sigmas that are not negative", seq
        )
    (x, y, z), (ahead, left, up) = rates, accelerations
    return ImuReading(seq, fields.number("t"), (x, y, z), (ahead, left, up), *sigmas)


def _pose(fields: Fields) -> tuple[float, float, float]:
    return (
        fields.number("x"),
        fields.number("y"),
        math.remainder(fields.number("yaw"), math.tau),
    )

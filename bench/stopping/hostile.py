# SPDX-License-Identifier: Apache-2.0
"""Messages that nobody should send: of any type by its fields, and nearly right ones with one thing wrong. Also bytes that are none.

Everything comes from the `random.Random` that is passed in, so that a run can be had again.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from rclpy.serialization import serialize_message

from tektra.ros.clock import duration_msg, time_msg
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    RobotDescription,
    RobotSafety,
    RobotState,
    SafetyState,
)

FLOATS = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 1.0, -1.0, 1e9, 0.3)
TEXTS = (
    "",
    "robot1",
    "robot2",
    "/",
    "../../etc/passwd",
    "\u202e\u0000x",
    "ü" * 300,
    "A" * 5000,
    "{}",
    "NaN",
    "safety",
    "map",
    "'; --",
)
INTEGERS = {
    "int8": 8,
    "uint8": 8,
    "int16": 16,
    "uint16": 16,
    "int32": 32,
    "uint32": 32,
    "int64": 64,
    "uint64": 64,
}
#: A huge sequence has so many elements, or so few that it is no larger than what goes through shared memory in one piece.
HUGE, HUGE_BYTES = 20_000, 4_000_000
Value = Callable[[random.Random, int], Any]
SEQUENCE = re.compile(r"sequence<([^,>]+)(?:, (\d+))?>$")
ARRAY = re.compile(r"(.+)\[(\d+)\]$")


@dataclass(frozen=True)
class Situation:
    """What an attacker who listens knows, and how far the run is (0..1)."""

    robot: str
    epoch: int
    instance: str
    sequence: int
    now_s: float
    progress: float


def anything(kind: type, chance: random.Random, depth: int = 0) -> Any:
    """A message of that type with hostile content; sometimes huge."""
    message = kind()
    for name, value in _fields(kind):
        setattr(message, name, value(chance, depth))
    return message


@cache
def _fields(kind: type) -> list[tuple[str, Value]]:
    return [(name, _value(type_name)) for name, type_name in kind.get_fields_and_field_types().items()]


@cache
def _value(kind: str) -> Value:
    """What makes a value of a field of that type."""
    if found := SEQUENCE.match(kind):
        return _sequence(_value(found[1]), int(found[2]) if found[2] else HUGE)
    if found := ARRAY.match(kind):
        one, length = _value(found[1]), int(found[2])
        return lambda chance, depth: [one(chance, depth + 1) for _ in range(length)]
    if kind == "double":
        return lambda chance, _: chance.choice(FLOATS)
    if kind == "float":
        return lambda chance, _: chance.choice([number for number in FLOATS if abs(number) != 1e308])
    if kind == "boolean":
        return lambda chance, _: chance.random() < 0.5
    if kind == "octet":
        return lambda chance, _: bytes([chance.randrange(256)])
    if kind.startswith(("string", "wstring")):
        return lambda chance, _: chance.choice(TEXTS)
    if kind in INTEGERS:
        bits, signed = INTEGERS[kind], kind.startswith("int")
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return lambda chance, _: chance.choice((low, high, 0, 1, chance.randint(low, high)))
    package, _, name = kind.partition("/")
    message = getattr(import_module(f"{package}.msg"), name)
    return lambda chance, depth: anything(message, chance, depth + 1)


def _sequence(one: Value, most: int) -> Value:
    def make(chance: random.Random, depth: int) -> list[Any]:
        if depth == 0 and chance.random() < 0.002:
            return _huge(one(chance, 1), most)
        return [one(chance, depth + 1) for _ in range(min(most, chance.choice((0, 0, 1, 2, 3, 17))))]

    return make


def _huge(value: Any, most: int) -> list[Any]:
    size = 8
    if isinstance(value, str):
        size += len(value.encode())
    elif hasattr(value, "get_fields_and_field_types"):
        size = len(serialize_message(value))
    return [value] * min(HUGE, most, HUGE_BYTES // size)


def nearly_right(kind: type, chance: random.Random, at: Situation) -> Any | None:
    """What would be obeyed but for one thing; None for a type of which nobody knows what would be right."""
    make = _MAKERS.get(kind)
    return make(chance, at) if make else None


def bytes_of_none(kind: type, chance: random.Random) -> bytes:
    """Bytes in place of a message: noise, a message cut short, one with bits turned over, or with enormous lengths in it."""
    right = bytearray(_right_bytes(kind))
    match chance.randrange(4):
        case 0:
            return chance.randbytes(chance.randrange(400))
        case 1:
            return bytes(right[: chance.randrange(len(right))])
        case 2:
            for _ in range(chance.randint(1, 8)):
                right[chance.randrange(4, len(right)) if len(right) > 4 else 0] = chance.choice(
                    (0xFF, 0x7F, 0x80, 1)
                )
            return bytes(right)
        case _:
            return b"\x00\x01\x00\x00" + b"\xff\xff\xff\x7f" * chance.randrange(1, 100)


@cache
def _right_bytes(kind: type) -> bytes:
    return serialize_message(kind())


def _wrong(chance: random.Random, *ways: Callable[[], None]) -> None:
    chance.choice(ways)()


def _bad_time(chance: random.Random, now_s: float) -> Any:
    return time_msg(chance.choice((0.0, now_s - 10.0, now_s - 0.5, now_s + 0.5, now_s + 3600.0, 2.0**31 - 2)))


def _bad_epoch(chance: random.Random, at: Situation) -> int:
    # Not the next one: a reset may just have made that the right one.
    return chance.choice((0, max(0, at.epoch - 1), at.epoch + 7, 2**62, 2**63, 2**64 - 1))


def _not_finite(chance: random.Random) -> float:
    return chance.choice((math.nan, math.inf, -math.inf))


def _request(chance: random.Random, at: Situation) -> MotionRequest:
    message = MotionRequest(robot=at.robot, goal_id="forged", skill="move", kind=MotionRequest.VELOCITY)
    message.sequence, message.epoch, message.stamp = chance.randrange(2**63), at.epoch, time_msg(at.now_s)
    message.twist.linear.x, message.period = 0.3, duration_msg(0.05)
    _wrong(
        chance,
        lambda: setattr(message, "epoch", _bad_epoch(chance, at)),
        lambda: setattr(message, "stamp", _bad_time(chance, at.now_s)),
        lambda: setattr(message, "robot", chance.choice(("", "robot2", "ROBOT1", "robot1/", "*"))),
        lambda: setattr(message, "goal_id", ""),
        lambda: setattr(message, "kind", chance.choice((0, 4, 5, 6, 7, 200, 255))),
        lambda: setattr(message.twist.linear, "x", _not_finite(chance)),
        lambda: setattr(message.twist.linear, "y", _not_finite(chance)),
        lambda: setattr(message.twist.angular, "z", _not_finite(chance)),
        lambda: (setattr(message, "kind", 2), setattr(message, "joint_names", ["a", "a"]))[0],
        lambda: (setattr(message, "kind", 3), setattr(message, "gripper_opening", math.nan))[0],
    )
    return message


def _permit(chance: random.Random, at: Situation) -> Any:
    message = MotionPermit()
    message.robot, message.goal_id, message.kind = at.robot, "forged", MotionRequest.VELOCITY
    message.sequence, message.epoch, message.stamp = (
        chance.randrange(2**40, 2**63),
        at.epoch,
        time_msg(at.now_s),
    )
    message.valid_for, message.twist.linear.x = duration_msg(0.12), 0.3
    _wrong(
        chance,
        lambda: setattr(message, "epoch", _bad_epoch(chance, at)),
        lambda: setattr(message, "stamp", _bad_time(chance, at.now_s)),
        lambda: setattr(message, "robot", chance.choice(("", "robot2", "ROBOT1"))),
        lambda: setattr(message, "kind", chance.choice((0, 2, 3, 4, 5, 99, 255))),
        lambda: setattr(message, "valid_for", duration_msg(chance.choice((0.0, -1.0, -1e6)))),
        lambda: setattr(message.twist.linear, "x", chance.choice((_not_finite(chance), 0.7, -0.7, 1e308))),
        lambda: setattr(message.twist.angular, "z", chance.choice((_not_finite(chance), 2.0, -1e9))),
    )
    return message


def _safety(chance: random.Random, at: Situation) -> SafetyState:
    message = SafetyState(instance=at.instance, sequence=at.sequence + 5, epoch=at.epoch)
    message.stamp, message.robots = time_msg(at.now_s), [RobotSafety(robot=at.robot)]
    # A number far ahead makes a driver refuse the real gate for some seconds: that comes last.
    late = at.progress > 0.95
    epochs = (2**64 - 1, 2**63, 2**62, at.epoch + 1000) if late else (max(0, at.epoch - 1),)
    numbers = (2**64 - 1, at.sequence + 10**6) if late else (0,)
    _wrong(
        chance,
        lambda: setattr(message, "epoch", chance.choice((0, *epochs))),
        lambda: setattr(message, "sequence", chance.choice(numbers)),
        lambda: setattr(message, "stamp", _bad_time(chance, at.now_s)),
        lambda: setattr(message, "sequence", chance.choice((0, at.sequence - 1 if at.sequence else 0))),
        lambda: setattr(message, "robots", []),
        lambda: setattr(message, "robots", [RobotSafety(robot="x" * 500)] * 300),
        lambda: setattr(message, "causes", ["y" * 500] * 300),
    )
    return message


def _state(chance: random.Random, at: Situation) -> RobotState:
    message = RobotState(robot=at.robot, connected=True, localized=True, epoch=at.epoch)
    message.header.stamp = time_msg(at.now_s)
    message.pose.position.x, message.pose.orientation.w = 4.0, 1.0
    _wrong(
        chance,
        lambda: setattr(message, "epoch", _bad_epoch(chance, at) if at.progress > 0.95 else 0),
        lambda: setattr(message.pose.position, "x", _not_finite(chance)),
        lambda: setattr(message.pose.orientation, "w", _not_finite(chance)),
        lambda: setattr(message.twist.linear, "x", _not_finite(chance)),
        lambda: setattr(message, "battery", _not_finite(chance)),
        lambda: setattr(message, "robot", "robot2"),
        lambda: setattr(message, "fault", "z" * 5000),
        lambda: setattr(message.joints, "name", ["j"] * 1000),
    )
    return message


def _description(chance: random.Random, at: Situation) -> RobotDescription:
    message = RobotDescription(
        robot=at.robot, kind="rover", instance=chance.choice(("", "forged", str(chance.random())))
    )
    message.limits.linear_speed, message.limits.angular_speed = 0.6, 1.5
    message.limits.linear_acceleration, message.limits.linear_deceleration = 1.0, 6.0
    message.limits.angular_acceleration = 3.0
    message.limits.linear_jerk, message.limits.angular_jerk = 5.0, 20.0
    _wrong(
        chance,
        lambda: setattr(message, "robot", "robot2"),
        lambda: setattr(message.limits, "linear_speed", chance.choice((_not_finite(chance), -1.0))),
        lambda: setattr(
            message.limits, "linear_deceleration", chance.choice((_not_finite(chance), 0.0, -1.0))
        ),
        lambda: setattr(message.limits, "joint_names", ["a"] * chance.randrange(1, 100)),
        lambda: setattr(message, "skills", []),
    )
    return message


_MAKERS: dict[type, Callable[[random.Random, Situation], Any]] = {
    MotionRequest: _request,
    MotionPermit: _permit,
    SafetyState: _safety,
    RobotState: _state,
    RobotDescription: _description,
}

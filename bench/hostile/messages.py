# SPDX-License-Identifier: Apache-2.0
"""Structured garbage for the robots' JSON protocol: messages that look right, each broken in a way that is known.

What `malformed_*` gives is wrong by construction, never by chance: whoever obeys it has a fault. `harmless_command` is
right, and moves nothing. Everything follows from one `random.Random`, so a failure can be found again by its seed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

Content = dict[str, object]
WRONG_NUMBERS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "9" * 400,
    "0x10",
    "1_0",
    "+1",
    ".5",
    "1.",
    "--1",
)
WRONG_VALUES: tuple[object, ...] = (
    None, True, False, "", "0.1", "NaN", [], [0.1], {}, {"x": 1}, [[[]]], "\u0000", "\ud800", "٣", "1e3",
)  # fmt: skip
STRANGE_WORDS = (
    "",
    " ",
    "velocity ",
    "VELOCITY",
    "véło",
    "\u202e",
    "__proto__",
    "constructor",
    "null",
    "%n%s",
    "../..",
    "A" * 399,
)


def commands(rng: random.Random) -> Content:
    """A message that a robot would obey in an open session."""
    seq = rng.randrange(1, 2**40)
    return rng.choice(
        (
            {"type": "velocity", "seq": seq, "vx": 0.5, "wz": 0.4, "ttl": 0.5},
            {"type": "velocity", "seq": seq, "vx": -0.6, "vy": 0.0, "wz": 1.5, "ttl": 0.3},
            {"type": "joints", "seq": seq, "names": ["waist", "elbow"], "positions": [1.0, 1.0], "ttl": 0.5},
            {
                "type": "joints",
                "seq": seq,
                "names": ["waist"],
                "positions": [-1.0],
                "speeds": [1.0],
                "ttl": 0.5,
            },
            {"type": "gripper", "seq": seq, "opening": 0.0, "ttl": 0.5},
        )
    )


def harmless_command(rng: random.Random, seq: int) -> bytes:
    """Right, and no motion: what opens sessions, keeps them, and halts."""
    return _dump(
        rng.choice(
            (
                {"type": "hello", "protocol": 1, "client": rng.choice(("me", "x" * 400, "ä"))},
                {"type": "halt", "seq": seq, "category": rng.choice((0, 1))},
                {"type": "ping", "seq": seq},
            )
        )
    )


def malformed_command(rng: random.Random) -> bytes:
    """What no robot may obey, in any state. Without a line's end, and without one inside."""
    content = commands(rng)
    return rng.choice(BREAKS)(rng, content)


def malformed_reply(rng: random.Random) -> bytes:
    """What no driver may believe, from a robot that is hostile or ill."""
    x_y_yaw = {"x": 1.0, "y": 2.0, "yaw": 0.5}
    state: Content = {
        "type": "state", "seq": rng.randrange(1, 2**40), "t": 1.0, "pose": x_y_yaw, "odom": x_y_yaw,
        "twist": {"vx": 0.0, "wz": 0.0}, "joints": {"names": [], "positions": [], "velocities": []},
        "gripper": None, "battery": 0.9, "halted": True, "halt_reason": "", "ack": 0, "rejected": 0, "fault": "",
    }  # fmt: skip
    return rng.choice(REPLY_BREAKS)(rng, state)


def _dump(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _required(content: Content) -> list[str]:
    return [key for key in content if key not in ("vy", "speeds")]


def _number_as_text(rng: random.Random, content: Content) -> bytes:
    """A number that JSON does not have, or that is not finite, in place of one that is needed."""
    key = rng.choice(
        [key for key, value in content.items() if isinstance(value, (int, float)) and value is not True]
    )
    return _dump({**content, key: "@"}).replace(b'"@"', rng.choice(WRONG_NUMBERS).encode(), 1)


def _wrong_type(rng: random.Random, content: Content) -> bytes:
    key = rng.choice(_required(content))
    fits = (str,) if isinstance(content[key], str) else (type(content[key]),)
    nullable = key in ("pose", "gripper")  # of a state
    wrong = [value for value in WRONG_VALUES if type(value) not in fits and not (value is None and nullable)]
    return _dump({**content, key: rng.choice(wrong)})


def _missing(rng: random.Random, content: Content) -> bytes:
    gone = rng.choice(_required(content))
    return _dump({key: value for key, value in content.items() if key != gone})


def _unknown_key(rng: random.Random, content: Content) -> bytes:
    return _dump({**content, rng.choice((*STRANGE_WORDS, "n", "mac", "speed", "seq ")): 1})


def _twice(rng: random.Random, content: Content) -> bytes:
    key = rng.choice(list(content))
    return _dump(content)[:-1] + b"," + _dump({key: content[key]})[1:]


def _unknown_type(rng: random.Random, content: Content) -> bytes:
    return _dump({**content, "type": rng.choice((*STRANGE_WORDS, "take_off", "reset", "state"))})


def _bad_seq(rng: random.Random, content: Content) -> bytes:
    return _dump({**content, "seq": rng.choice((0, -1, 1.5, 2**53, 2**64, 10**300, 1e300))})


def _bad_ttl(rng: random.Random, content: Content) -> bytes:
    return _dump({**content, "ttl": rng.choice((0, -0.0, -1, 0.5000001, 1e9, 1e-400, 10**300))})


def _beyond_limits(rng: random.Random, content: Content) -> bytes:
    far = rng.choice((9.0, -9.0, 1e12, -1e300, 10**200))
    beyond: Content = {"vx": far, "wz": far, "opening": far, "positions": [far] * 2, "names": ["a", "a"]}
    changed = {key: beyond[key] for key in content if key in beyond}
    return _dump({**content, **changed})


def _cut_off(rng: random.Random, content: Content) -> bytes:
    line = _dump(content)
    return line[: rng.randrange(1, len(line))]


def _not_utf8(rng: random.Random, content: Content) -> bytes:
    line = _dump(content)
    at = rng.randrange(len(line))
    return (
        line[:at]
        + rng.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80"))
        + line[at:]
    )


def _two_in_one(rng: random.Random, content: Content) -> bytes:
    return _dump(content) + rng.choice((b"", b" ", b",", b"\x00", b"]")) + _dump(content)


def _nested(rng: random.Random, content: Content) -> bytes:
    deep = rng.choice((10, 900, 1500, 2000))
    open_, close = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    deep = min(deep, 4000 // (len(open_) + len(close)))
    inside = open_ * deep + b"1" + (close * deep if rng.random() < 0.5 else b"")
    return rng.choice((inside, _dump({**content, "seq": 0})[:-1] + b',"x":' + inside + b"}"))[:4096]


def _too_long(rng: random.Random, content: Content) -> bytes:
    size = rng.choice((4097, 5000, 9000))
    line = _dump(content)
    return line[:-1] + b" " * (size - len(line)) + b"}"


def _noise(rng: random.Random, content: Content) -> bytes:
    return rng.randbytes(rng.randrange(1, 300)).replace(b"\n", b"\0") or b"\0"


def _not_an_object(rng: random.Random, content: Content) -> bytes:
    return _dump(rng.choice(([content], [], None, True, 1, "velocity", [1, [2]], list(content.items()))))


def _many_keys(rng: random.Random, content: Content) -> bytes:
    return _dump({**{f"k{number}": number for number in range(rng.randrange(1, 300))}, **content})[:4096]


def _unsigned_seal(rng: random.Random, content: Content) -> bytes:
    """In the form of a signed message, by somebody who has no key."""
    tail = b',"n":%d,"seen":%d,"mac":"%s"}' % (
        rng.randrange(1, 999),
        rng.randrange(99),
        rng.randbytes(32).hex().encode(),
    )
    return _dump(content)[:-1] + tail


def _bad_hello(rng: random.Random, content: Content) -> bytes:
    hello: Content = {"type": "hello", "protocol": 1, "client": "me"}
    wrong: tuple[Content, ...] = (
        {"protocol": 0}, {"protocol": 3}, {"protocol": -1}, {"protocol": "1"}, {"protocol": None}, {"protocol": 2**70},
        {"client": ""}, {"client": "x" * 401}, {"client": 5}, {"client": "a\nb"}, {"client": "\x1b[2J"},
        {"nonce": "ab" * 16}, {"seq": 1},
    )  # fmt: skip
    return _dump({**hello, **rng.choice(wrong)})


BREAKS: tuple[Callable[[random.Random, Content], bytes], ...] = (
    _number_as_text, _wrong_type, _missing, _unknown_key, _twice, _unknown_type, _bad_seq, _bad_ttl, _beyond_limits,
    _cut_off, _not_utf8, _two_in_one, _nested, _too_long, _noise, _not_an_object, _many_keys, _unsigned_seal, _bad_hello,
)  # fmt: skip
REPLY_BREAKS: tuple[Callable[[random.Random, Content], bytes], ...] = (
    _number_as_text, _wrong_type, _missing, _twice, _cut_off, _not_utf8, _two_in_one, _nested, _too_long, _noise,
    _not_an_object,
)  # fmt: skip

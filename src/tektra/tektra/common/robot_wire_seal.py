# SPDX-License-Identifier: Apache-2.0
"""Signed messages of the robots' JSON protocol, version 2. See docs/protocol.md, "Signed".

Sans-I/O; both ends use it. A signed message is the JSON object of version 1 with three keys more at its very end:
`"n"` counts up over everything that one side says in a session, `"seen"` is the newest `n` that it has heard of the
other, and `"mac"` is HMAC-SHA256 (RFC 2104) over all bytes before `,"mac":`. The keys of a session come from the
shared key and a nonce of each side, one for each direction: what was recorded in another session, or comes back to
its sender, does not fit. From `seen` a robot knows by its own clock how old a message is at most.
"""

import hmac
import math
import re
import secrets
from collections import deque
from dataclasses import dataclass

from tektra.common.robot_messages import MAX_BYTES, MAX_SEQ, SIGNED_PROTOCOL
from tektra.common.robot_wire_fields import WireError

NONCE_BYTES = 16
KEY_BYTES = 32  # a shared key has at least as many
REMEMBERED = 1024  # of our own messages, when each was said
_TAIL = re.compile(rb',"n":([1-9][0-9]{0,15}),"seen":(0|[1-9][0-9]{0,15}),"mac":"([0-9a-f]{64})"\}')
_TAIL_BYTES = len(b',"n":,"seen":,"mac":""}') + 64 + 2 * 16  # at most
_NONCE = re.compile(r"[0-9a-f]{32}")


class Seal:
    """One side of one session: signs what it says, and checks what it hears. One thread."""

    def __init__(self, says: bytes, hears: bytes, now_s: float) -> None:
        self.age_s = 0.0  # of what was heard last: since its sender had heard from us, by our clock
        self._says, self._hears = says, hears
        self._said = self._heard = 0
        self._times_s: deque[tuple[int, float]] = deque([(0, now_s)], REMEMBERED)

    def wrap(self, data: bytes, now_s: float) -> bytes:
        """A message of version 1, signed, with the next number."""
        self._said += 1
        self._times_s.append((self._said, now_s))
        signed = data[:-1] + b',"n":%d,"seen":%d' % (self._said, self._heard)
        return signed + b',"mac":"' + _mac(self._says, signed) + b'"}'

    def unwrap(self, data: bytes, now_s: float) -> bytes:
        """The message of version 1 inside. Raises WireError for one that is unsigned, altered, repeated or late."""
        parts = split(data)
        if not hmac.compare_digest(_mac(self._hears, parts.signed), parts.mac):
            raise WireError("the signature does not match; give driver and robot the same key")
        if not self._heard < parts.number <= MAX_SEQ:
            raise WireError(f"n {parts.number} is not newer than {self._heard}: a copy, or late")
        self._heard = parts.number
        self.age_s = self._age_s(parts.seen, now_s)
        return parts.inner

    def _age_s(self, seen: int, now_s: float) -> float:
        """Infinite for a number that we have not said, or that is forgotten."""
        while len(self._times_s) > 1 and self._times_s[0][0] < seen:
            self._times_s.popleft()
        number, then_s = self._times_s[0]
        return now_s - then_s if number == seen else math.inf


@dataclass(frozen=True)
class Parts:
    """Of a message that has the form of a signed one; nothing of it is checked."""

    inner: bytes  # the message of version 1
    number: int
    seen: int
    signed: bytes
    mac: bytes


def seals(key: bytes, robot: str, now_s: float, *, driver_nonce: str, robot_nonce: str) -> tuple[Seal, Seal]:
    """The driver's and the robot's side of a session between these two."""
    bound = b"\0".join([robot.encode("utf-8", "replace"), driver_nonce.encode(), robot_nonce.encode()])
    to_robot = hmac.digest(key, b"tektra robot protocol 2, to robot\0" + bound, "sha256")
    to_driver = hmac.digest(key, b"tektra robot protocol 2, to driver\0" + bound, "sha256")
    return Seal(to_robot, to_driver, now_s), Seal(to_driver, to_robot, now_s)


def is_signed(data: bytes) -> bool:
    """Whether a message has the form of a signed one; nothing is checked by it."""
    return data.startswith(b"{") and _tail(data) is not None


def split(data: bytes) -> Parts:
    """Raises WireError for what has not the form of a signed message."""
    if len(data) > MAX_BYTES:
        raise WireError(f"{len(data)} bytes in one message; send at most {MAX_BYTES}")
    found = _tail(data) if data.startswith(b"{") else None
    if found is None:
        raise WireError(f"not signed; this session obeys signed messages alone (protocol {SIGNED_PROTOCOL})")
    start, end = len(data) - len(found[0]), len(data) - len(b',"mac":""}') - len(found[3])
    return Parts(data[:start] + b"}", int(found[1]), int(found[2]), data[:end], found[3])


def new_nonce() -> str:
    """Never the same twice."""
    return secrets.token_hex(NONCE_BYTES)


def is_nonce(text: str) -> bool:
    return _NONCE.fullmatch(text) is not None


def _tail(data: bytes) -> re.Match[bytes] | None:
    """The two keys at the end; a text inside may look like them, but does not end the message."""
    end = data[-_TAIL_BYTES:]
    start = end.rfind(b',"n":')
    return _TAIL.fullmatch(end, start) if start >= 0 else None


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256").hex().encode()

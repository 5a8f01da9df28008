# SPDX-License-Identifier: Apache-2.0
"""The driver's side of the robots' JSON protocol, without its sockets. See docs/protocol.md."""

import math
from collections import deque
from collections.abc import Callable

from tektra.common.robot_wire import (
    MAX_TTL_S,
    PROTOCOL,
    SIGNED_PROTOCOL,
    ErrorReply,
    Gripper,
    Halt,
    Hello,
    ImuReading,
    Joints,
    Ping,
    Pong,
    Reply,
    RobotHello,
    Scan,
    State,
    UseTool,
    Velocity,
    WireError,
    decode_reply,
    encode,
)
from tektra.common.robot_wire_seal import Seal, is_nonce, is_signed, new_nonce, seals
from tektra.driver.backends import Event
from tektra.driver.commands import Command, Drive, MoveGripper, MoveJoints, StandStill, Tool

FRESH_S = 0.3  # no state for longer than this says nothing of now; they come at 20 Hz
LATE_S = 0.5  # a state that was longer on its way is none: the gate takes no older one (driver_timeout_s)
LOST_S = 0.8  # nothing heard for this long: the link is gone, though no error told so
PING_EVERY_S = 0.1
SENT_KEPT = 1024  # messages that the robot has not owned to; more than come in LOST_S
RETRY_S = (0.1, 2.0)  # first and longest pause before another attempt


class Session:
    """One robot's conversation over any number of connections. Sans-I/O; one thread.

    With a `key` it is signed, or it is not at all: a robot that takes unsigned messages is not driven.
    """

    def __init__(self, robot: str, key: bytes | None = None, nonce: Callable[[], str] = new_nonce) -> None:
        self.fault = "not connected yet"
        self.garbage = 0  # messages that were none
        self.seq = 0  # of the newest message in this session
        self.height_m = math.nan  # of a body on legs
        self.late_s = 0.0  # of the newest state: the oldest message of which it does not know was sent so long before it came
        self._sent: deque[tuple[int, float]] = deque(maxlen=SENT_KEPT)
        self._robot, self._key, self._nonce = robot, key, nonce
        self._retry_s = RETRY_S[0]
        self._state_seq = 0
        self._greeted = False
        self._seal: Seal | None = None
        self._challenge = ""  # the robot's nonce that was answered
        self._answer: bytes | None = None
        self._heard_s = self._state_s = self._pinged_s = self._opened_s = float("-inf")

    def open(self, now_s: float) -> bytes:
        """A connection stands: begins anew. The hello to write; with a key, one that asks for a challenge."""
        self.seq = self._state_seq = 0
        self._greeted = False
        self._seal, self._challenge, self._answer = None, "", None
        self._heard_s, self._state_s, self._pinged_s, self._opened_s = now_s, float("-inf"), now_s, now_s
        self._sent.clear()
        self.fault = "the robot has not said hello"
        return encode(self._hello())

    def lost(self, why: str) -> float:
        """The connection is gone. How long to wait before the next attempt (s); longer each time, to a limit."""
        self._greeted, self._answer = False, None
        self.fault = why
        pause_s, self._retry_s = self._retry_s, min(2.0 * self._retry_s, RETRY_S[1])
        return pause_s

    def up(self, now_s: float) -> bool:
        """The right robot answered and its state is fresh: it came of late, and was not too long on its way."""
        return self._greeted and now_s - self._state_s <= FRESH_S and self.late_s <= LATE_S

    def silent(self, now_s: float) -> bool:
        """So long without a word, or without a state that counts, that the link must be taken for broken."""
        told_s = max(self._state_s, self._opened_s) if self._greeted else self._heard_s
        return now_s - min(self._heard_s, told_s) > LOST_S

    @property
    def greeted(self) -> bool:
        return self._greeted

    def command(self, command: Command, now_s: float) -> bytes | None:
        """The bytes of a command, with the next sequence number; None for what the protocol has no words for."""
        self.seq += 1
        message = _message(command, self.seq)
        if message is None:
            return None
        try:
            data = encode(message)
        except ValueError:  # a number that is not finite
            return None
        self._sent.append((self.seq, now_s))
        return self._sealed(data, now_s)

    def due(self, now_s: float) -> bytes | None:
        """What must be written now without being asked: the answer to a challenge, or a ping."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            return answer
        if not self._greeted or now_s - self._pinged_s < PING_EVERY_S:
            return None
        self._pinged_s = now_s
        self.seq += 1
        self._sent.append((self.seq, now_s))
        return self._sealed(encode(Ping(self.seq)), now_s)

    def take(self, data: bytes, now_s: float) -> Event | None:
        """What the robot said, if it matters to the driver. Raises WireError when this robot must not be driven."""
        try:
            signed, data = self._opened(data, now_s)
            reply = decode_reply(data)
        except WireError as error:
            self.garbage += 1
            self.fault = self.fault if self._greeted else f"the peer does not speak the protocol: {error}"
            return None
        if not signed and self._key is not None:
            self._hear_unsigned(reply, now_s)
            return None
        if isinstance(reply, RobotHello):
            self._welcome(reply)
        elif isinstance(reply, ErrorReply) and not self._greeted:
            self.fault = reply.message
        if not isinstance(reply, ErrorReply):
            self._heard_s = now_s
        if isinstance(reply, State):
            if not self._greeted or reply.seq <= self._state_seq:
                return None  # an old datagram
            self._state_seq, self._state_s, self.height_m = reply.seq, now_s, reply.height
            while self._sent and self._sent[0][0] <= reply.ack:
                self._sent.popleft()
            self.late_s = now_s - self._sent[0][1] if self._sent else 0.0
        if isinstance(reply, Scan | ImuReading) and not self._greeted:
            return None
        return None if isinstance(reply, Pong) else reply

    def _hello(self, nonce: str = "") -> Hello:
        protocol = PROTOCOL if self._key is None else SIGNED_PROTOCOL
        return Hello(f"tektra driver of {self._robot}", protocol, nonce)

    def _sealed(self, data: bytes, now_s: float) -> bytes:
        return data if self._seal is None else self._seal.wrap(data, now_s)

    def _opened(self, data: bytes, now_s: float) -> tuple[bool, bytes]:
        """Whether the message is signed, and the message. Before the robot has signed anything it may be unsigned."""
        if self._seal is None or not (self._greeted or is_signed(data)):
            return False, data
        return True, self._seal.unwrap(data, now_s)

    def _hear_unsigned(self, reply: Reply, now_s: float) -> None:
        """Words to a driver that has a key. A challenge is answered; nothing else counts but as a reason to give."""
        if isinstance(reply, ErrorReply):
            self.fault = reply.message
        if not isinstance(reply, RobotHello):
            return
        if reply.protocol == PROTOCOL:
            raise WireError(
                f"the robot takes unsigned messages (protocol {PROTOCOL}), and this driver has a key: give the robot "
                "the key, too, or leave key_file empty"
            )
        self._check(reply)
        if reply.nonce == self._challenge or not is_nonce(reply.nonce):
            return
        assert self._key is not None
        self._challenge, own = reply.nonce, self._nonce()
        self._seal, _ = seals(self._key, self._robot, now_s, driver_nonce=own, robot_nonce=reply.nonce)
        self._answer = self._seal.wrap(encode(self._hello(own)), now_s)

    def _welcome(self, hello: RobotHello) -> None:
        self._check(hello)
        self._greeted, self.fault, self._retry_s = True, "", RETRY_S[0]

    def _check(self, hello: RobotHello) -> None:
        spoken = PROTOCOL if self._key is None else SIGNED_PROTOCOL
        if hello.protocol == SIGNED_PROTOCOL != spoken:
            raise WireError(
                f"the robot demands signed messages (protocol {SIGNED_PROTOCOL}); give this driver its key by key_file"
            )
        if hello.protocol != spoken:
            raise WireError(
                f"the robot speaks protocol {hello.protocol}, this driver {spoken}; update the older one"
            )
        if hello.robot != self._robot:
            raise WireError(
                f"the robot calls itself {hello.robot!r}, not {self._robot!r}; correct host and port"
            )


def _message(command: Command, seq: int) -> Velocity | Joints | Gripper | UseTool | Halt | None:
    match command:
        case Drive(vx, vy, wz, ttl_s):
            return Velocity(seq, vx=vx, vy=vy, wz=wz, ttl=min(ttl_s, MAX_TTL_S))
        case MoveJoints(names, positions, speeds, ttl_s):
            return Joints(seq, names, positions, min(ttl_s, MAX_TTL_S), speeds)
        case MoveGripper(opening, ttl_s):
            return Gripper(seq, opening, min(ttl_s, MAX_TTL_S))
        case Tool(name, value, ttl_s):
            return UseTool(seq, name, value, min(ttl_s, MAX_TTL_S))
        case StandStill(category):
            return Halt(seq, category)
        case _:
            return None

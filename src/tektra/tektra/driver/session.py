# SPDX-License-Identifier: Apache-2.0
"""The driver's side of the robots' JSON protocol, without its sockets. See docs/protocol.md."""

from tektra.common.robot_wire import (
    MAX_TTL_S,
    PROTOCOL,
    ErrorReply,
    Gripper,
    Halt,
    Hello,
    Joints,
    Ping,
    Pong,
    RobotHello,
    State,
    Velocity,
    WireError,
    decode_reply,
    encode,
)
from tektra.driver.backends import Event
from tektra.driver.commands import Drive, MoveGripper, MoveJoints, StandStill

FRESH_S = 0.3  # a state older than this says nothing of now; they come at 20 Hz
LOST_S = 0.8  # nothing heard for this long: the link is gone, though no error told so
PING_EVERY_S = 0.1
RETRY_S = (0.1, 2.0)  # first and longest pause before another attempt


class Session:
    """One robot's conversation over any number of connections. Sans-I/O; one thread."""

    def __init__(self, robot: str) -> None:
        self.fault = "not connected yet"
        self.garbage = 0  # messages that were none
        self._robot = robot
        self._retry_s = RETRY_S[0]
        self._seq = self._state_seq = 0
        self._greeted = False
        self._opened_s = self._heard_s = self._state_s = self._pinged_s = float("-inf")

    def open(self, now_s: float) -> bytes:
        """A connection stands: begins anew. The hello to write."""
        self._seq = self._state_seq = 0
        self._greeted = False
        self._heard_s, self._state_s, self._pinged_s = now_s, float("-inf"), now_s
        self.fault = "the robot has not said hello"
        return encode(Hello(client=f"tektra driver of {self._robot}"))

    def lost(self, why: str) -> float:
        """The connection is gone. How long to wait before the next attempt (s); longer each time, to a limit."""
        self._greeted = False
        self.fault = why
        pause_s, self._retry_s = self._retry_s, min(2.0 * self._retry_s, RETRY_S[1])
        return pause_s

    def up(self, now_s: float) -> bool:
        """The right robot answered and its state is fresh."""
        return self._greeted and now_s - self._state_s <= FRESH_S

    def silent(self, now_s: float) -> bool:
        """So long without a word that the link must be taken for broken."""
        return now_s - self._heard_s > LOST_S

    @property
    def greeted(self) -> bool:
        return self._greeted

    def command(self, command: Drive | MoveJoints | MoveGripper | StandStill) -> bytes:
        """The bytes of a command, with the next sequence number."""
        self._seq += 1
        match command:
            case Drive(vx, vy, wz, ttl_s):
                return encode(Velocity(self._seq, vx=vx, vy=vy, wz=wz, ttl=min(ttl_s, MAX_TTL_S)))
            case MoveJoints(names, positions, speeds, ttl_s):
                return encode(Joints(self._seq, names, positions, min(ttl_s, MAX_TTL_S), speeds))
            case MoveGripper(opening, ttl_s):
                return encode(Gripper(self._seq, opening, min(ttl_s, MAX_TTL_S)))
            case StandStill(category):
                return encode(Halt(self._seq, category))

    def keep_alive(self, now_s: float) -> bytes | None:
        """A ping when one is due."""
        if not self._greeted or now_s - self._pinged_s < PING_EVERY_S:
            return None
        self._pinged_s = now_s
        self._seq += 1
        return encode(Ping(self._seq))

    def take(self, data: bytes, now_s: float) -> Event | None:
        """What the robot said, if it matters to the driver. Raises WireError when this robot must not be driven."""
        try:
            reply = decode_reply(data)
        except WireError as error:
            self.garbage += 1
            self.fault = self.fault if self._greeted else f"the peer does not speak the protocol: {error}"
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
            self._state_seq, self._state_s = reply.seq, now_s
        return None if isinstance(reply, Pong) else reply

    def _welcome(self, hello: RobotHello) -> None:
        if hello.protocol != PROTOCOL:
            raise WireError(
                f"the robot speaks protocol {hello.protocol}, this driver {PROTOCOL}; update the older one"
            )
        if hello.robot != self._robot:
            raise WireError(
                f"the robot calls itself {hello.robot!r}, not {self._robot!r}; correct host and port"
            )
        self._greeted, self.fault, self._retry_s = True, "", RETRY_S[0]

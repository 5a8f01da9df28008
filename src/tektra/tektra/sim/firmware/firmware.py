# SPDX-License-Identifier: Apache-2.0
"""What runs on a robot: the protocol's robot side, with its watchdogs. See docs/protocol.md.

Sans-I/O: bytes and the robot's clock go in, replies and actuation come out. One thread owns an object.
The link above it says when a driver comes and goes; the drive below it moves wheels or joints.
"""

from collections.abc import Callable
from typing import Protocol

from tektra.common.robot_wire import (
    MAX_SEQ,
    PROTOCOL,
    SIGNED_PROTOCOL,
    Command,
    ErrorReply,
    Gripper,
    GripperState,
    Halt,
    Hello,
    JointReadings,
    Joints,
    Ping,
    Pong,
    Reply,
    RobotHello,
    State,
    UseTool,
    Velocity,
    WireError,
    decode_command,
    encode,
)
from tektra.common.robot_wire_seal import Seal, is_nonce, is_signed, new_nonce, seals, split

SESSION_S = 1.0  # a session in which nothing was heard for this long is over
LATE_S = 0.5  # a signed message whose sender had heard nothing of us for so long is not obeyed
Motion = Velocity | Joints | Gripper | UseTool


class Drive(Protocol):
    """The part of a robot that moves. Keeps its own speed and acceleration limits."""

    kind: str
    capabilities: tuple[str, ...]

    def take(self, command: Motion) -> None:
        """Makes the command the aim. Raises WireError, and changes nothing, when it lies beyond a limit."""

    def release(self, verb: str) -> None:
        """The commands of this type ran out: slow down to standing."""

    def halt(self, category: int) -> None:
        """Stand still: 0 brakes at once, 1 slows down within the limit."""

    def step(self, dt_s: float) -> None:
        """Moves the aim of the motors on by dt_s."""

    @property
    def busy(self) -> bool:
        """True while the aim of a motor still moves."""

    def pose(self) -> tuple[float, float, float] | None: ...

    def odom(self) -> tuple[float, float, float]: ...

    def twist(self) -> tuple[float, float]: ...

    def aside(self) -> float:
        """Its velocity to the left, m/s."""

    def height(self) -> float:
        """Of its body on legs, m; NaN without."""

    def joints(self) -> JointReadings: ...

    def gripper(self) -> GripperState | None: ...

    def fault(self) -> str: ...

    def bumped(self) -> bool: ...

    def measured(self) -> list[Reply]:
        """What its lidar and its inertial sensor measured since the last call."""


class Firmware:
    """One robot's firmware.

    It moves only while a command is in force: heard in this session, with a newer sequence number than any before,
    within its ttl. When its link breaks, when the ttl ran out, and (where `silence_s` is given) when nothing was
    heard for that long, it stands still by itself and tells why in `halt_reason`. With a `key` it obeys signed
    messages alone, halts included: docs/decisions/signed-robots.md.
    """

    def __init__(
        self,
        robot: str,
        drive: Drive,
        *,
        silence_s: float | None = None,
        battery: float = 0.97,
        key: bytes | None = None,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        self.rejected = 0  # messages refused since power-on
        self.battery = battery
        self.halt_reason = "start"
        self._drive = drive
        self._robot, self._key, self._nonce = robot, key, nonce
        self._challenge = "" if key is None else nonce()
        self._seal: Seal | None = None
        self._silence_s = silence_s
        self._linked = self._greeted = False
        self._last_seq = self._state_seq = 0
        self._heard_s = 0.0
        self._until_s: dict[str, float] = {}  # type of a command in force -> when it runs out

    @property
    def halted(self) -> bool:
        """No command is in force."""
        return not self._until_s

    @property
    def greeted(self) -> bool:
        """A driver said hello, and is still there."""
        return self._greeted

    @property
    def signed(self) -> bool:
        """It obeys signed messages alone."""
        return self._key is not None

    def link_up(self, now_s: float) -> list[Reply]:
        """A driver came. Its sequence numbers count anew."""
        self._linked, self._greeted, self._last_seq, self._heard_s = (
            True,
            False,
            0,
            now_s,
        )
        self._seal = None
        return [self._hello]

    def link_down(self) -> None:
        """The driver is gone: stand still. May be called twice."""
        if self._greeted:  # nobody else has set anything in motion
            self._stand(0, "link")
        self._linked = self._greeted = False
        self._seal = None

    def session_over(self, now_s: float) -> bool:
        """True when the driver was silent for so long that its place is free for another."""
        return self._linked and now_s - self._heard_s > SESSION_S

    def receive(self, data: bytes, now_s: float) -> list[Reply]:
        """Takes one line or datagram. Never raises: what cannot be obeyed is refused in an error, and counted."""
        try:
            if self._key is not None and self._seal is None:
                return self._meet(data, self._key, now_s)
            if self._seal is not None:
                data = self._seal.unwrap(data, now_s)
            return self._obey(decode_command(data), now_s)
        except WireError as fault:
            return [self.refuse(str(fault), fault.seq)]

    def pack(self, reply: Reply, now_s: float) -> bytes:
        """The reply on the wire to the driver of this session: signed, where it is a signed one."""
        data = encode(reply)
        return data if self._seal is None else self._seal.wrap(data, now_s)

    def refuse(self, message: str, seq: int = 0) -> ErrorReply:
        """Counts something that was refused, and makes the error that says so."""
        self.rejected = min(self.rejected + 1, MAX_SEQ)
        return ErrorReply(seq, message)

    def tick(self, now_s: float, dt_s: float) -> None:
        """Runs the watchdogs and moves the motors' aims on. Call at every step of the robot's clock."""
        silent = self._silence_s is not None and now_s - self._heard_s > self._silence_s
        if silent and self._until_s:
            self._stand(0, "silence")
        for verb in [verb for verb, until_s in self._until_s.items() if now_s >= until_s]:
            del self._until_s[verb]
            self._drive.release(verb)
            self.halt_reason = self.halt_reason if self._until_s else "ttl"
        self._drive.step(dt_s)
        self._drain(dt_s)

    def state(self, now_s: float) -> State:
        """How the robot is now; each call counts the state's sequence number on."""
        self._state_seq += 1
        drive = self._drive
        fault = drive.fault() or ("battery empty" if self.battery <= 0.0 else "")
        return State(
            seq=self._state_seq, t=round(now_s, 4), pose=drive.pose(), odom=drive.odom(), twist=drive.twist(), joints=drive.joints(),
            gripper=drive.gripper(), battery=self.battery, halted=self.halted, halt_reason=self.halt_reason,
            ack=self._last_seq, rejected=self.rejected, fault=fault,
            bumper=drive.bumped(), vy=drive.aside(), height=drive.height(),
        )  # fmt: skip

    def news(self, now_s: float) -> list[Reply]:
        """Its state, and what its lidar and its inertial sensor have measured meanwhile."""
        return [self.state(now_s), *self._drive.measured()]

    def _obey(self, command: Command, now_s: float) -> list[Reply]:
        late_s = self._seal.age_s if self._seal is not None and self._seal.age_s > LATE_S else 0.0
        if isinstance(
            command, Halt
        ):  # whatever its number or age: an old halt stops what a newer command began
            self._heard_s = self._heard_s if late_s else now_s
            self._last_seq = max(self._last_seq, command.seq)
            self._stand(command.category, "halt")
            return []
        if late_s:
            raise WireError(
                f"late: who sent it had heard nothing for {late_s:.1f} s", getattr(command, "seq", 0)
            )
        if isinstance(command, Hello):
            return self._greet(command, now_s)
        if not self._greeted:
            raise WireError("say hello first", command.seq)
        if command.seq <= self._last_seq:
            raise WireError(
                f"seq {command.seq} is not newer than {self._last_seq}; count up",
                command.seq,
            )
        if isinstance(command, Ping):
            self._last_seq, self._heard_s = command.seq, now_s
            return [Pong(command.seq)]
        if self.battery <= 0.0:
            raise WireError("battery empty", command.seq)
        self._drive.take(command)
        self._last_seq, self._heard_s = command.seq, now_s
        self._until_s[command.type] = now_s + command.ttl
        self.halt_reason = ""
        return []

    def _greet(self, hello: Hello, now_s: float) -> list[Reply]:
        spoken = PROTOCOL if self._key is None else SIGNED_PROTOCOL
        if hello.protocol != spoken:
            raise WireError(f"protocol {hello.protocol} is not spoken here; use {spoken}{self._why}")
        self._heard_s = now_s
        if self._greeted:  # our hello was lost on its way (UDP); the sequence numbers go on
            return [self._hello]
        self._greeted = True
        return []

    def _meet(self, data: bytes, key: bytes, now_s: float) -> list[Reply]:
        """Before a signed session: a hello that asks for the challenge, or one that has signed it."""
        if not is_signed(data):
            command = decode_command(data)
            if isinstance(command, Hello) and command.protocol == SIGNED_PROTOCOL:
                return [self._hello]
            if isinstance(command, Hello):
                return self._greet(command, now_s)  # refuses it, and says why
            raise WireError("signed messages alone are obeyed here; say hello first", command.seq)
        hello = decode_command(split(data).inner)
        if not isinstance(hello, Hello) or hello.protocol != SIGNED_PROTOCOL or not is_nonce(hello.nonce):
            raise WireError("sign a hello with a nonce first", getattr(hello, "seq", 0))
        _, seal = seals(key, self._robot, now_s, driver_nonce=hello.nonce, robot_nonce=self._challenge)
        seal.unwrap(data, now_s)
        self._greet(hello, now_s)
        self._challenge, self._seal = self._nonce(), seal  # a challenge serves once
        return [self._hello]

    @property
    def _hello(self) -> RobotHello:
        protocol, nonce = (SIGNED_PROTOCOL, self._challenge) if self.signed else (PROTOCOL, "")
        told = "" if self._seal else nonce
        return RobotHello(self._robot, self._drive.kind, self._drive.capabilities, protocol, told)

    @property
    def _why(self) -> str:
        return (
            ""
            if self._key is None
            else ": signed messages alone are obeyed; give the driver the key (key_file)"
        )

    def _stand(self, category: int, reason: str) -> None:
        self._until_s.clear()
        self._drive.halt(category)
        self.halt_reason = reason

    def _drain(self, dt_s: float) -> None:
        per_hour = 0.40 if self._drive.busy else 0.08
        self.battery = max(0.0, self.battery - per_hour * dt_s / 3600.0)

# SPDX-License-Identifier: Apache-2.0
"""mybot: text datagrams over UDP.

Driver to robot: `hello`, `drive VX WZ TTL`, `stop`. Robot to driver: `mybot 1`, then 20 times a second
`state N T X Y YAW VX WZ` (m, rad, s) for as long as it hears something.
"""

import math
import socket
from contextlib import suppress
from dataclasses import dataclass

from tektra.common.errors import LinkError
from tektra.common.options import option
from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.commands import Command, Drive, StandStill
from tektra.driver.telling import told_state

FRESH_S = 0.3  # a state older than this says nothing of now
HELLO_EVERY_S = 0.2


@dataclass(frozen=True)
class MybotOptions:
    """Parameters `mybot.…` of the driver node."""

    localized: bool = option(True, "Its odometry begins at the map's origin.")


class MybotLink:
    """See tektra.driver.backends.RobotLink. One thread, and nothing here waits."""

    Options = MybotOptions

    def __init__(self, robot: str, host: str, port: int, options: MybotOptions | None = None) -> None:
        self._robot, self._host, self._port = robot, host, port
        self._options = options or MybotOptions()
        self._address: tuple[str, int] | None = None
        self._socket: socket.socket | None = None
        self._fault = "not connected yet"
        self._met = self._up = self._told = False
        self._number = 0
        self._state_s = self._said_s = -math.inf

    @property
    def up(self) -> bool:
        """The right robot answered, and its state is fresh."""
        return self._up

    @property
    def fault(self) -> str:
        """Why it is not up, for people."""
        return "" if self._up else self._fault

    def connect(self) -> None:
        """Begins; `poll` does the rest. Raises LinkError."""
        try:
            found = socket.getaddrinfo(self._host, self._port, socket.AF_INET, socket.SOCK_DGRAM)
        except OSError as fault:
            raise LinkError(f"no address for {self._host} ({fault})", "correct the parameter host") from None
        self._address = (str(found[0][4][0]), self._port)

    def close(self) -> None:
        """The robot is told to stand. May be called twice."""
        if self._met:
            self._write("stop")
        self._address = None
        self._drop("closed")

    def send(self, command: Command, now_s: float) -> bool:
        """On the socket now, or not at all."""
        if not self._met:
            return False
        if isinstance(command, StandStill):
            return self._write("stop")
        if isinstance(command, Drive):
            return self._write(f"drive {command.vx_mps} {command.wz_radps} {command.ttl_s}")
        return False  # it has neither joints nor fingers

    def poll(self, now_s: float) -> list[Event]:
        """Hears what came, says hello while nobody answers, and notices silence."""
        if self._address is None:
            return []
        if self._socket is None:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._socket.connect(self._address)
        events = self._read(now_s)
        if now_s - self._said_s >= HELLO_EVERY_S:
            self._said_s = now_s
            self._write("hello")
        self._up = self._met and now_s - self._state_s <= FRESH_S
        if not self._up:
            self._told, self._fault = False, self._fault or "its state is not fresh"
            return []
        self._fault = ""
        if not self._told:
            self._told = True
            events.insert(0, RobotHello(self._robot, "rover", ("base",)))
        return events

    def _read(self, now_s: float) -> list[Event]:
        events: list[Event] = []
        for _ in range(64):
            try:
                words = self._socket.recv(2048).decode(errors="replace").split() if self._socket else []
            except BlockingIOError:
                break
            except OSError as fault:
                self._drop(f"{self._host}:{self._port} does not listen ({fault.strerror}); is it on?")
                break
            if words == ["mybot", "1"]:
                if not self._met:
                    self._met, self._number = True, 0
            elif words[:1] == ["state"] and len(words) == 8:
                with suppress(ValueError):  # what comes from a socket may be anything
                    if state := self._state([float(word) for word in words[1:]]):
                        self._state_s = now_s
                        events.append(state)
        return events

    def _state(self, numbers: list[float]) -> State | None:
        number, t, x, y, yaw, vx, wz = numbers
        if not all(map(math.isfinite, numbers)) or number <= self._number:
            return None  # nonsense, or an old datagram
        self._number = int(number)
        pose = (x, y, yaw)
        placed = pose if self._options.localized else None
        return told_state(self._number, t, halted=False, pose=placed, odom=pose, velocity=(vx, 0.0, wz))

    def _write(self, text: str) -> bool:
        with suppress(OSError):  # an answer to an earlier datagram; `poll` meets it again, and tells
            return self._socket is not None and self._socket.send(text.encode()) > 0
        return False

    def _drop(self, why: str) -> None:
        self._met = self._up = self._told = False
        self._fault = why
        if self._socket is not None:
            self._socket.close()
            self._socket = None

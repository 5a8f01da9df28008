# SPDX-License-Identifier: Apache-2.0
"""A robot that speaks JSON lines over TCP (docs/protocol.md)."""

import errno
import select
import socket

from tektra.common.errors import LinkError
from tektra.common.robot_wire import LineFramer, WireError
from tektra.driver.backends import Event
from tektra.driver.commands import Command, Rare
from tektra.driver.session import Session

READ_BYTES = 65_536
CONNECT_S = 1.0
SEND_BUFFER_BYTES = 8_192  # small: commands that a dead link has not carried must not arrive later


class JsonTcpLink:
    """See RobotLink. Non-blocking sockets in the caller's thread: a command is on the socket when `send` returns."""

    def __init__(self, robot: str, host: str, port: int) -> None:
        self._session = Session(robot)
        self._host, self._port = host, port
        self._address: tuple[str, int] | None = None
        self._socket: socket.socket | None = None
        self._connected = self._up = False
        self._framer = LineFramer()
        self._try_at_s = self._began_s = float("-inf")

    @property
    def up(self) -> bool:
        """See RobotLink.up."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return "" if self._up else self._session.fault or "the robot's state is not fresh"

    def connect(self) -> None:
        """See RobotLink.connect."""
        try:
            found = socket.getaddrinfo(self._host, self._port, socket.AF_INET, socket.SOCK_STREAM)
        except OSError as fault:
            raise LinkError(f"no address for {self._host} ({fault})", "correct the parameter host") from None
        self._address = (str(found[0][4][0]), self._port)

    def close(self) -> None:
        """See RobotLink.close."""
        self._address = None
        self._drop("closed", float("-inf"))

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send."""
        if not self._connected or not self._session.greeted or isinstance(command, Rare):
            return False
        return self._write(self._session.command(command), now_s)

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if self._socket is None and self._address is not None and now_s >= self._try_at_s:
            self._begin(now_s)
        if self._socket is not None and not self._connected:
            self._finish(now_s)
        events = self._read(now_s) if self._connected else []
        if self._connected and self._session.silent(now_s):
            self._drop("nothing heard from the robot", now_s)
        if self._connected and (ping := self._session.keep_alive(now_s)):
            self._write(ping, now_s)
        self._up = self._connected and self._session.up(now_s)
        return events

    def _begin(self, now_s: float) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._began_s = now_s
        assert self._address is not None
        code = self._socket.connect_ex(self._address)
        if code not in (0, errno.EINPROGRESS):
            self._drop(self._told(code), now_s)

    def _finish(self, now_s: float) -> None:
        assert self._socket is not None
        if not select.select([], [self._socket], [], 0.0)[1]:
            if now_s - self._began_s > CONNECT_S:
                self._drop(self._told(errno.ETIMEDOUT), now_s)
            return
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._drop(self._told(code), now_s)
            return
        self._connected, self._framer = True, LineFramer()
        self._write(self._session.open(now_s), now_s)

    def _read(self, now_s: float) -> list[Event]:
        assert self._socket is not None
        events: list[Event] = []
        try:
            data = self._socket.recv(READ_BYTES)
            for line in self._framer.feed(data):
                if event := self._session.take(line, now_s):
                    events.append(event)
        except BlockingIOError:
            return events
        except WireError as fault:
            self._drop(str(fault), now_s)
        except OSError as fault:
            self._drop(self._told(fault.errno or 0), now_s)
        else:
            if not data:
                self._drop(self._session.fault or "the robot closed the connection", now_s)
        return events

    def _write(self, data: bytes, now_s: float) -> bool:
        """Writes a whole line or gives the link up: the robot stands still when it breaks."""
        assert self._socket is not None
        line = data + b"\n"
        try:
            written = self._socket.send(line)
        except OSError as fault:
            self._drop(self._told(fault.errno or 0), now_s)
            return False
        if written != len(line):
            self._drop("the robot does not read what it is sent", now_s)
        return written == len(line)

    def _drop(self, why: str, now_s: float) -> None:
        self._connected = self._up = False
        self._try_at_s = now_s + self._session.lost(why)
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _told(self, code: int) -> str:
        name = errno.errorcode.get(code, str(code))
        return f"no connection to {self._host}:{self._port} ({name}); is the robot on?"

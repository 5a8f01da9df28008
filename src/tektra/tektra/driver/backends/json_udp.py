# SPDX-License-Identifier: Apache-2.0
"""A robot that speaks JSON datagrams over UDP (docs/protocol.md)."""

import contextlib
import socket

from tektra.common.robot_key import load_key
from tektra.common.robot_wire import MAX_BYTES, WireError
from tektra.driver.backends import Event
from tektra.driver.backends.address import Address
from tektra.driver.backends.link_options import JsonUdpOptions
from tektra.driver.commands import Command, StandStill
from tektra.driver.session import Session

DATAGRAMS_AT_A_TIME = 64


class JsonUdpLink:
    """See RobotLink. Says hello until the robot answers; hears nobody but the robot's own address."""

    Options = JsonUdpOptions

    def __init__(self, robot: str, host: str, port: int, options: JsonUdpOptions | None = None) -> None:
        self._session = Session(robot)
        self._robot, self._options = robot, options or JsonUdpOptions()
        self._host, self._port = host, port
        self._address = Address(host, port, socket.SOCK_DGRAM)
        self._wanted = False
        self._socket: socket.socket | None = None
        self._up = False
        self._try_at_s = self._polled_s = float("-inf")

    @property
    def up(self) -> bool:
        """See RobotLink.up."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        if self._wanted and self._address.found is None:
            return self._address.fault
        return "" if self._up else self._session.fault or "the robot's state is not fresh"

    @property
    def late_s(self) -> float:
        """See RobotLink."""
        return self._session.late_s

    @property
    def altitude_m(self) -> float:
        """See RobotLink: how high a body on legs is; NaN without."""
        return self._session.height_m

    def connect(self) -> None:
        """See RobotLink.connect. Raises OptionError for a key that cannot be had."""
        if not self._wanted:
            path = self._options.key_file
            self._session = Session(self._robot, load_key("json_udp.key_file", path) if path else None)
        self._wanted = True
        self._address.start()

    def close(self) -> None:
        """See RobotLink.close."""
        # no connection closes that would tell the robot
        if self._socket is not None and self._session.greeted:
            self._write(self._session.command(StandStill(0), self._polled_s))
        self._wanted = False
        self._address.stop()
        self._drop("closed", float("-inf"))

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. Written is not arrived: the robot's ttl covers a lost datagram."""
        if self._socket is None or not self._session.greeted:
            return False
        return self._write(self._session.command(command, now_s))

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        self._polled_s = now_s
        if self._socket is None and self._address.found is not None and now_s >= self._try_at_s:
            self._begin(now_s)
        if self._socket is None:
            return []
        events = self._read(now_s)
        if self._socket is not None and self._session.silent(now_s):
            self._drop(self._session.fault or "nothing heard from the robot", now_s)
        elif self._socket is not None:
            self._write(self._session.due(now_s))
        self._up = self._socket is not None and self._session.up(now_s)
        return events

    def _begin(self, now_s: float) -> None:
        assert self._address.found is not None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect(self._address.found)
        self._write(self._session.open(now_s))

    def _read(self, now_s: float) -> list[Event]:
        assert self._socket is not None
        events: list[Event] = []
        for _ in range(DATAGRAMS_AT_A_TIME):
            try:
                data = self._socket.recv(MAX_BYTES + 1)
                if event := self._session.take(data, now_s):
                    events.append(event)
            except BlockingIOError:
                break
            except WireError as fault:
                self._drop(str(fault), now_s)
                break
            except OSError as fault:
                self._drop(
                    f"{self._host}:{self._port} does not listen ({fault.strerror}); is the robot on?", now_s
                )
                break
        return events

    def _write(self, data: bytes | None) -> bool:
        if data is None:
            return False
        with contextlib.suppress(
            OSError
        ):  # an answer to an earlier datagram; `poll` meets it again, and tells
            assert self._socket is not None
            return self._socket.send(data) == len(data)
        return False

    def _drop(self, why: str, now_s: float) -> None:
        self._up = False
        self._try_at_s = now_s + self._session.lost(why)
        if self._socket is not None:
            self._socket.close()
            self._socket = None

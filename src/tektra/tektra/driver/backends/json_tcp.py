# SPDX-License-Identifier: Apache-2.0
"""A robot that speaks JSON lines over TCP, with TLS where it has a certificate (docs/protocol.md)."""

import contextlib
import errno
import select
import socket
import ssl
import struct

from tektra.common.robot_key import load_key
from tektra.common.robot_tls import client_context, told
from tektra.common.robot_wire import LineFramer, WireError
from tektra.driver.backends import Event
from tektra.driver.backends.address import Address
from tektra.driver.backends.link_options import JsonTcpOptions
from tektra.driver.commands import Command
from tektra.driver.session import Session

READ_BYTES = 16_384  # at a time: a robot that talks too much delays nobody
CONNECT_S = 1.0  # for the connection, and as long again for the handshake of TLS
SEND_BUFFER_BYTES = 8_192  # small: commands that a dead link has not carried must not arrive later
WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class JsonTcpLink:
    """See RobotLink. Non-blocking sockets in the caller's thread: a command is on the socket when `send` returns."""

    Options = JsonTcpOptions

    def __init__(self, robot: str, host: str, port: int, options: JsonTcpOptions | None = None) -> None:
        self._session = Session(robot)
        self._robot, self._host, self._port = robot, host, port
        self._options = options or JsonTcpOptions()
        self._tls: ssl.SSLContext | None = None
        self._address = Address(host, port, socket.SOCK_STREAM)
        self._wanted = False
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
        """See RobotLink.connect. Raises OptionError for a key or certificate that cannot be had."""
        if not self._wanted:
            self._load()
        self._wanted = True
        self._address.start()

    def close(self) -> None:
        """See RobotLink.close."""
        self._wanted = False
        self._address.stop()
        self._drop("closed", float("-inf"), at_once=False)

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send."""
        if not self._connected or not self._session.greeted:
            return False
        data = self._session.command(command, now_s)
        return data is not None and self._write(data, now_s)

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if self._socket is None and self._address.found is not None and now_s >= self._try_at_s:
            self._begin(now_s)
        if self._socket is not None and not self._connected:
            self._finish(now_s)
        events = self._read(now_s) if self._connected else []
        if self._connected and self._session.silent(now_s):
            self._drop(self._session.fault or "nothing heard from the robot", now_s)
        if self._connected and (data := self._session.due(now_s)):
            self._write(data, now_s)
        self._up = self._connected and self._session.up(now_s)
        return events

    def _load(self) -> None:
        options = self._options
        path = options.key_file
        self._session = Session(self._robot, load_key("json_tcp.key_file", path) if path else None)
        if options.ca_file:
            own = (options.certificate_file, options.certificate_key_file)
            self._tls = client_context(options.ca_file, *own, prefix="json_tcp.")

    def _begin(self, now_s: float) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._began_s = now_s
        assert self._address.found is not None
        code = self._socket.connect_ex(self._address.found)
        if code not in (0, errno.EINPROGRESS):
            self._drop(self._told(code), now_s)

    def _finish(self, now_s: float) -> None:
        """The connection stands, then TLS does: then the session opens. Waits for neither."""
        assert self._socket is not None
        if isinstance(self._socket, ssl.SSLSocket):
            self._shake_hands(self._socket, now_s)
        elif not select.select([], [self._socket], [], 0.0)[1]:
            if now_s - self._began_s > CONNECT_S:
                self._drop(self._told(errno.ETIMEDOUT), now_s)
        elif code := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._drop(self._told(code), now_s)
        elif self._tls is None:
            self._open(now_s)
        else:
            name = self._options.server_name or self._host
            try:
                self._socket = self._tls.wrap_socket(
                    self._socket, server_hostname=name, do_handshake_on_connect=False
                )
            except (OSError, ValueError) as fault:
                self._drop(f"no TLS with {self._host}:{self._port} ({fault})", now_s)
                return
            self._began_s = now_s
            self._shake_hands(self._socket, now_s)

    def _shake_hands(self, secured: ssl.SSLSocket, now_s: float) -> None:
        try:
            secured.do_handshake()
        except WAITS:
            if now_s - self._began_s > CONNECT_S:
                self._drop(f"{self._host}:{self._port} does not shake hands; does it speak TLS?", now_s)
        except (OSError, ValueError) as fault:
            self._drop(self._worded(fault) or f"{self._host}:{self._port} broke off the TLS handshake", now_s)
        else:
            self._open(now_s)

    def _open(self, now_s: float) -> None:
        self._connected, self._framer = True, LineFramer()
        self._write(self._session.open(now_s), now_s)

    def _read(self, now_s: float) -> list[Event]:
        assert self._socket is not None
        events: list[Event] = []
        try:
            left = READ_BYTES
            while left > 0:  # TLS gives one record at a time, and the robot makes one of each message
                data = self._socket.recv(left)
                left -= len(data)
                if not data:
                    self._drop(self._session.fault or "the robot closed the connection", now_s)
                    break
                for line in self._framer.feed(data):
                    if event := self._session.take(line, now_s):
                        events.append(event)
        except WAITS:
            return events
        except WireError as fault:
            self._drop(str(fault), now_s)
        except (OSError, ValueError) as fault:
            self._drop(self._worded(fault) or self._session.fault or self._lost(fault), now_s)
        return events

    def _write(self, data: bytes, now_s: float) -> bool:
        """Writes a whole line or gives the link up: the robot stands still when it breaks."""
        assert self._socket is not None
        line = data + b"\n"
        try:
            written = self._socket.send(line)
        except (OSError, ValueError) as fault:
            full = isinstance(fault, WAITS)
            self._drop("the robot does not read what it is sent" if full else self._lost(fault), now_s)
            return False
        if written != len(line):
            self._drop("the robot does not read what it is sent", now_s)
        return written == len(line)

    def _drop(self, why: str, now_s: float, *, at_once: bool = True) -> None:
        """`at_once`: breaks the connection off, and with it whatever a stalled network has not carried yet."""
        self._connected = self._up = False
        self._try_at_s = now_s + self._session.lost(why)
        if self._socket is not None:
            if at_once:
                with contextlib.suppress(OSError):
                    self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.close()
            self._socket = None

    def _worded(self, fault: Exception) -> str:
        return told(fault) if isinstance(fault, OSError) else f"TLS failed ({fault})"

    def _lost(self, fault: Exception) -> str:
        return self._told(getattr(fault, "errno", None) or 0)

    def _told(self, code: int) -> str:
        name = errno.errorcode.get(code, str(code))
        return f"no connection to {self._host}:{self._port} ({name}); is the robot on?"

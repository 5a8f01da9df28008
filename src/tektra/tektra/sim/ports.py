# SPDX-License-Identifier: Apache-2.0
"""The simulated robots' UDP, and the truth's TCP. Non-blocking; all in the simulator's one thread. TCP: tcp_port.py.

A port reads a bounded amount at a time, so that a flood on one port delays neither physics nor the other ports.
"""

import contextlib
import selectors
import socket
from collections.abc import Callable

from tektra.common.robot_wire import MAX_BYTES, ErrorReply, LineFramer, Reply, WireError, encode
from tektra.sim.firmware.firmware import Firmware

MESSAGES_AT_A_TIME = 32
READ_BYTES = 16_384
ERRORS_PER_S = 20.0
Address = tuple[str, int]


class ErrorBudget:
    """How much may be answered to garbage, which must not make us a loudspeaker. All of it is counted by the firmware."""

    def __init__(self) -> None:
        self._left, self._at_s = ERRORS_PER_S, 0.0

    def allows(self, now_s: float) -> bool:
        self._left = min(ERRORS_PER_S, self._left + (now_s - self._at_s) * ERRORS_PER_S)
        self._at_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class UdpPort:
    """JSON datagrams over UDP for one robot. The driver is whoever said hello; it keeps its place while it is heard."""

    def __init__(self, firmware: Firmware, host: str, port: int, selector: selectors.BaseSelector) -> None:
        self._firmware, self._selector = firmware, selector
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, port))
        self.port = int(self._socket.getsockname()[1])
        self._driver: Address | None = None
        self._errors, self._challenges = ErrorBudget(), ErrorBudget()
        selector.register(self._socket, selectors.EVENT_READ)

    def poll(self, now_s: float) -> None:
        """Takes what has come, answers, and forgets a driver that fell silent."""
        for _ in range(MESSAGES_AT_A_TIME):
            try:
                data, sender = self._socket.recvfrom(MAX_BYTES + 1)
            except BlockingIOError:
                break
            except OSError:  # the last answer met a closed port
                continue
            self._take(data, sender, now_s)
        if self._firmware.session_over(now_s):
            self._firmware.link_down()
            self._driver = None

    def send_state(self, now_s: float) -> None:
        if self._driver is not None:
            self._send(self._firmware.news(now_s), self._driver, now_s)

    def close(self) -> None:
        self._firmware.link_down()
        self._selector.unregister(self._socket)
        self._socket.close()

    def _take(self, data: bytes, sender: Address, now_s: float) -> None:
        if self._driver is not None and sender != self._driver:
            refusal = self._firmware.refuse("another driver is connected; one at a time")
            if self._errors.allows(now_s):
                self._write(encode(refusal), sender)
        elif self._driver is None:
            self._open(data, sender, now_s)
        else:
            self._send(self._firmware.receive(data, now_s), sender, now_s)

    def _open(self, data: bytes, sender: Address, now_s: float) -> None:
        """A stranger's datagram opens a session if it is a hello; anything else is answered by an error."""
        welcome = self._firmware.link_up(now_s)
        replies = self._firmware.receive(data, now_s)
        if self._firmware.greeted:
            self._driver = sender
            replies = replies if self._firmware.signed else welcome + replies
        else:
            self._firmware.link_down()
        self._send(replies, sender, now_s)

    def _send(self, replies: list[Reply], to: Address, now_s: float) -> None:
        for reply in replies:
            # a stranger is answered but so often: who asks for challenges must not use up what errors are given
            budget = self._errors if isinstance(reply, ErrorReply) else self._challenges
            if (self._driver and budget is self._challenges) or budget.allows(now_s):
                self._write(self._firmware.pack(reply, now_s), to)

    def _write(self, data: bytes, to: Address) -> None:
        with contextlib.suppress(OSError):  # nobody there: the session runs out by itself
            self._socket.sendto(data, to)


class TruthPort:
    """Sends a line to everyone who listens. What a client writes goes to `obey`, line by line: things are put in the way.

    It moves no robot. `obey` raises WireError for what it does not understand, which is answered.
    """

    def __init__(
        self, host: str, port: int, selector: selectors.BaseSelector, obey: Callable[[bytes], None]
    ) -> None:
        self._selector, self._obey = selector, obey
        self._listener = listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._clients: dict[socket.socket, LineFramer] = {}
        selector.register(self._listener, selectors.EVENT_READ)

    @property
    def watched(self) -> bool:
        return bool(self._clients)

    def poll(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            client.setblocking(False)
            self._clients[client] = LineFramer()
        for client in list(self._clients):
            self._read(client)

    def send(self, line: bytes) -> None:
        """One line to everyone. Whoever does not keep up is cut off: half a line would be no JSON."""
        for client in list(self._clients):
            try:
                if client.send(line) != len(line):
                    raise ConnectionError
            except OSError:
                self._drop(client)

    def close(self) -> None:
        for client in list(self._clients):
            self._drop(client)
        self._selector.unregister(self._listener)
        self._listener.close()

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        for line in self._clients[client].feed(data)[:MESSAGES_AT_A_TIME]:
            try:
                self._obey(line)
            except WireError as fault:
                with contextlib.suppress(OSError):
                    client.send(encode(ErrorReply(0, str(fault))) + b"\n")

    def _drop(self, client: socket.socket) -> None:
        self._clients.pop(client, None)
        client.close()


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(8)
    listener.setblocking(False)
    return listener

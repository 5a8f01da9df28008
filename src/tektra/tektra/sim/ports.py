# SPDX-License-Identifier: Apache-2.0
"""The sockets of the simulated robots. Non-blocking; all in the simulator's one thread.

A port reads a bounded amount at a time, so that a flood on one port delays neither physics nor the other ports.
"""

import contextlib
import selectors
import socket
from collections import deque

from tektra.common.robot_wire import MAX_BYTES, ErrorReply, LineFramer, Reply, encode
from tektra.sim.firmware.firmware import Firmware

MESSAGES_AT_A_TIME = 32
READ_BYTES = 16_384
UNSENT_BYTES = 65_536  # a peer that leaves this much unread is cut off
ERRORS_PER_S = 20.0
Address = tuple[str, int]


class ErrorBudget:
    """How many errors may be answered: garbage must not make us a loudspeaker. All are counted by the firmware."""

    def __init__(self) -> None:
        self._left, self._at_s = ERRORS_PER_S, 0.0

    def allows(self, now_s: float) -> bool:
        self._left = min(ERRORS_PER_S, self._left + (now_s - self._at_s) * ERRORS_PER_S)
        self._at_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class TcpPort:
    """JSON lines over TCP for one robot, one driver at a time."""

    def __init__(self, firmware: Firmware, host: str, port: int, selector: selectors.BaseSelector) -> None:
        self._firmware, self._selector = firmware, selector
        self._listener = _listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._client: socket.socket | None = None
        self._framer, self._lines, self._unsent = (
            LineFramer(),
            deque[bytes](),
            bytearray(),
        )
        self._errors = ErrorBudget()
        selector.register(self._listener, selectors.EVENT_READ)

    def poll(self, now_s: float) -> None:
        """Takes what has come, answers, and cuts off a driver that fell silent."""
        self._accept(now_s)
        if self._client is None:
            return
        self._read()
        for _ in range(min(MESSAGES_AT_A_TIME, len(self._lines))):
            self._answer(self._firmware.receive(self._lines.popleft(), now_s), now_s)
        while self._framer.too_long:
            self._framer.too_long -= 1
            self._answer(
                [self._firmware.refuse(f"a line is longer than {MAX_BYTES} bytes")],
                now_s,
            )
        if self._firmware.session_over(now_s):
            self._answer(
                [ErrorReply(0, "nothing heard for too long; the session is over")],
                now_s,
            )
            self._drop()

    def send_state(self, now_s: float) -> None:
        """Sends the robot's state, unless the driver has not yet read what came before."""
        if self._client is not None and not self._unsent:
            self._answer([self._firmware.state(now_s)], now_s)
        else:
            self._flush()

    def close(self) -> None:
        self._drop()
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self, now_s: float) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        client.setblocking(False)
        if self._client is not None:
            with contextlib.suppress(OSError):
                client.send(
                    encode(self._firmware.refuse("another driver is connected; one at a time")) + b"\n"
                )
            client.close()
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self._framer = LineFramer()
        self._selector.register(client, selectors.EVENT_READ)
        self._answer(self._firmware.link_up(now_s), now_s)

    def _read(self) -> None:
        if self._client is None or self._lines:
            return
        try:
            data = self._client.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._lines.extend(self._framer.feed(data))
        else:
            self._drop()

    def _answer(self, replies: list[Reply], now_s: float) -> None:
        for reply in replies:
            if not isinstance(reply, ErrorReply) or self._errors.allows(now_s):
                self._unsent += encode(reply) + b"\n"
        self._flush()

    def _flush(self) -> None:
        if self._client is None or not self._unsent:
            return
        try:
            del self._unsent[: self._client.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop()
        if len(self._unsent) > UNSENT_BYTES:
            self._drop()

    def _drop(self) -> None:
        self._firmware.link_down()
        self._lines.clear()
        self._unsent.clear()
        if self._client is not None:
            self._selector.unregister(self._client)
            self._client.close()
            self._client = None


class UdpPort:
    """JSON datagrams over UDP for one robot. The driver is whoever said hello; it keeps its place while it is heard."""

    def __init__(self, firmware: Firmware, host: str, port: int, selector: selectors.BaseSelector) -> None:
        self._firmware, self._selector = firmware, selector
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, port))
        self.port = int(self._socket.getsockname()[1])
        self._driver: Address | None = None
        self._errors = ErrorBudget()
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
            self._send([self._firmware.state(now_s)], self._driver, now_s)

    def close(self) -> None:
        self._firmware.link_down()
        self._selector.unregister(self._socket)
        self._socket.close()

    def _take(self, data: bytes, sender: Address, now_s: float) -> None:
        if self._driver is not None and sender != self._driver:
            self._send(
                [self._firmware.refuse("another driver is connected; one at a time")],
                sender,
                now_s,
            )
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
            replies = welcome + replies
        else:
            self._firmware.link_down()
        self._send(replies, sender, now_s)

    def _send(self, replies: list[Reply], to: Address, now_s: float) -> None:
        for reply in replies:
            if isinstance(reply, ErrorReply) and not self._errors.allows(now_s):
                continue
            with contextlib.suppress(OSError):  # nobody there: the session runs out by itself
                self._socket.sendto(encode(reply), to)


class TruthPort:
    """Sends a line to everyone who listens, and never listens itself: what a client writes is thrown away."""

    def __init__(self, host: str, port: int, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._listener = _listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._clients: list[socket.socket] = []
        selector.register(self._listener, selectors.EVENT_READ)

    @property
    def watched(self) -> bool:
        return bool(self._clients)

    def poll(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            client.setblocking(False)
            self._clients.append(client)

    def send(self, line: bytes) -> None:
        """One line to everyone. Whoever does not keep up is cut off: half a line would be no JSON."""
        for client in list(self._clients):
            try:
                with contextlib.suppress(BlockingIOError):
                    if client.recv(READ_BYTES) == b"":
                        raise ConnectionError
                if client.send(line) != len(line):
                    raise ConnectionError
            except OSError:
                self._clients.remove(client)
                client.close()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()
        self._selector.unregister(self._listener)
        self._listener.close()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(8)
    listener.setblocking(False)
    return listener

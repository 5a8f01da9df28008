# SPDX-License-Identifier: Apache-2.0
"""A simulated robot's TCP port, with TLS where it has a certificate. Non-blocking; in the simulator's one thread."""

import contextlib
import selectors
import socket
import ssl
from collections import deque

from tektra.common.robot_tls import HANDSHAKE_BYTE
from tektra.common.robot_wire import MAX_BYTES, ErrorReply, LineFramer, Reply, encode
from tektra.sim.firmware.firmware import Firmware
from tektra.sim.ports import MESSAGES_AT_A_TIME, READ_BYTES, ErrorBudget, listen

UNSENT_BYTES = 65_536  # a peer that leaves this much unread is cut off
GUESTS = 4  # connections whose TLS handshake is under way
HANDSHAKE_S = 1.0
GREET_S = 0.2  # whoever has said no hello for so long gives way to the next
SPEAKS_TLS = "TLS is spoken here; give this driver the CA by json_tcp.ca_file"
WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Guest:
    """A connection that has not yet shaken hands. Without TLS there is nothing to shake."""

    def __init__(self, client: socket.socket, tls: ssl.SSLContext | None, now_s: float) -> None:
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = client
        self._tls, self._until_s = tls, now_s + HANDSHAKE_S

    def ready(self, now_s: float) -> bool | None:
        """True when it may talk, False while it shakes hands, None when it failed to."""
        if self._tls is None:
            return True
        try:
            if not isinstance(self.socket, ssl.SSLSocket):
                self._begin(self._tls, self.socket)
            if isinstance(self.socket, ssl.SSLSocket):
                self.socket.do_handshake()
                return True
        except WAITS:
            return False if now_s < self._until_s else None
        except (OSError, ValueError):
            pass
        return None

    def _begin(self, tls: ssl.SSLContext, client: socket.socket) -> None:
        """TLS begins with its first byte. Who begins otherwise is told, in the words that he speaks."""
        first = client.recv(1, socket.MSG_PEEK)
        if first == HANDSHAKE_BYTE:
            self.socket = tls.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
        elif first:
            client.send(encode(ErrorReply(0, SPEAKS_TLS)) + b"\n")


class TcpPort:
    """JSON lines over TCP for one robot, one driver at a time."""

    def __init__(
        self,
        firmware: Firmware,
        host: str,
        port: int,
        selector: selectors.BaseSelector,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._firmware, self._selector, self._tls = firmware, selector, tls
        self._listener = listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._guests: list[Guest] = []
        self._client: socket.socket | None = None
        self._since_s = 0.0
        self._framer, self._lines, self._unsent = LineFramer(), deque[bytes](), bytearray()
        self._errors = ErrorBudget()
        selector.register(self._listener, selectors.EVENT_READ)

    def poll(self, now_s: float) -> None:
        """Takes what has come, answers, and cuts off a driver that fell silent."""
        self._accept(now_s)
        if self._client is None:
            return
        self._read()
        for _ in range(MESSAGES_AT_A_TIME):
            if self._lines:  # an answer that meets a broken connection throws the rest away
                self._answer(self._firmware.receive(self._lines.popleft(), now_s), now_s)
        while self._framer.too_long:
            self._framer.too_long -= 1
            self._answer([self._firmware.refuse(f"a line is longer than {MAX_BYTES} bytes")], now_s)
        if self._firmware.session_over(now_s):
            self._dismiss("nothing heard for too long; the session is over", now_s)

    def send_state(self, now_s: float) -> None:
        """Sends the robot's state, unless the driver has not yet read what came before."""
        heard = self._firmware.greeted or not self._firmware.signed
        if self._client is not None and heard and not self._unsent:
            self._answer(self._firmware.news(now_s), now_s)
        else:
            self._flush()

    def close(self) -> None:
        for guest in self._guests:
            self._let_go(guest.socket)
        self._guests.clear()
        self._drop()
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self, now_s: float) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            if len(self._guests) >= GUESTS:
                client.close()
            else:
                guest = Guest(client, self._tls, now_s)
                self._guests.append(guest)
                self._selector.register(guest.socket, selectors.EVENT_READ)
        for guest in list(self._guests):
            ready = guest.ready(now_s)
            if ready is False:
                continue
            self._guests.remove(guest)
            self._let_in(guest.socket, now_s) if ready else self._let_go(guest.socket)

    def _let_in(self, client: socket.socket, now_s: float) -> None:
        if self._client is not None and not self._firmware.greeted and now_s - self._since_s > GREET_S:
            self._dismiss("another driver came, and you have not said hello", now_s)
        if self._client is not None:
            with contextlib.suppress(OSError):
                client.send(
                    encode(self._firmware.refuse("another driver is connected; one at a time")) + b"\n"
                )
            self._let_go(client)
            return
        self._client, self._since_s = client, now_s
        self._framer = LineFramer()
        self._answer(self._firmware.link_up(now_s), now_s)

    def _let_go(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        client.close()

    def _dismiss(self, why: str, now_s: float) -> None:
        self._answer([ErrorReply(0, why)], now_s)
        self._drop()

    def _read(self) -> None:
        if self._client is None or self._lines:
            return
        try:
            data = self._client.recv(READ_BYTES)
        except WAITS:
            return
        except (OSError, ValueError):
            data = b""
        if data:
            self._lines.extend(self._framer.feed(data))
        else:
            self._drop()

    def _answer(self, replies: list[Reply], now_s: float) -> None:
        for reply in replies if self._client is not None else ():
            if not isinstance(reply, ErrorReply) or self._errors.allows(now_s):
                self._unsent += self._firmware.pack(reply, now_s) + b"\n"
        self._flush()

    def _flush(self) -> None:
        if self._client is None or not self._unsent:
            return
        try:
            del self._unsent[: self._client.send(bytes(self._unsent))]
        except WAITS:
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
            self._let_go(self._client)
            self._client = None

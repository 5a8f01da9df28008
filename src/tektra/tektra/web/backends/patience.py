# SPDX-License-Identifier: Apache-2.0
"""HTTP as uvicorn reads it, with an end to its patience: whoever sends a request by the byte, sends a head without end, reads no
answer, or opens connections by the hundred takes nobody's place, least of all the place of a stop."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from tektra.web.access.limits import place_of

#: The head of a request is there within this of its first byte, and of the connection's beginning.
HEAD_S = 10.0
MAX_HEAD = 65_536
#: Whoever takes nothing of an answer for so long is gone.
READ_S = 30.0
#: Connections of one address; others keep the rest. Behind a proxy all come from one, and the proxy counts them. Beyond it
#: whoever said nothing for longest gives way, so that those who hold places keep nobody out.
MOST_EACH = 256
#: Of all addresses together, before uvicorn refuses every request, a stop too (limit_concurrency).
MOST = 1000
#: A socket's pings are answered at once, whether the answers are read or not: so many a second, and no more.
MOST_PINGS = 20
#: Pieces of one message; empty ones count for nothing against its size.
MOST_PIECES = 1024
NO_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
#: Files and sockets that a process may have open, where the system allows it.
FILES = 8192


class PatientProtocol(HttpToolsProtocol):
    """One connection. On the event loop."""

    #: Whether connections are counted by address.
    counted = True
    _head = 0
    _heard_s = 0.0
    _gives_way = False
    _too_slow: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._heard_s = self.loop.time()
        address = _address(self)
        there = [other for other in self.connections if not getattr(other, "_gives_way", False)]
        mine = [other for other in there if self.counted and _address(other) == address]
        for crowd, most in ((mine, MOST_EACH), (there, MOST)):
            if len(crowd) > most:
                self._make_room(crowd)
                break
        if not self._gives_way:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waits()
        super().connection_lost(exc)

    @property
    def _waits(self) -> bool:
        """True while nothing is done for it: its head or body is under way, or nothing was asked since the last answer."""
        asked = self.cycle is not None and not self.cycle.more_body
        return self._too_slow is not None or self.timeout_keep_alive_task is not None or not asked

    def _make_room(self, crowd: Sequence[object]) -> None:
        waiting = [other for other in crowd if isinstance(other, PatientProtocol) and other._waits]
        first = min(
            (other for other in waiting if other is not self), key=lambda other: other._heard_s, default=self
        )
        first._gives_way = True
        first.transport.abort()

    def data_received(self, data: bytes) -> None:
        self._heard_s = self.loop.time()
        self._head += len(data)
        super().data_received(data)
        if self._too_slow is not None and self._head > MAX_HEAD:  # the head is still under way
            self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._too_slow is None:
            self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        # What comes behind a body in pieces (trailers, RFC 9110, 6.5.1) is no head: no proxy looked at it.
        if self._too_slow is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READ_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_head(self) -> None:
        self._head = 0
        self._too_slow = self.loop.call_later(HEAD_S, self.transport.abort)

    def _head_is_here(self) -> None:
        if self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None

    def _end_waits(self) -> None:
        self._head_is_here()
        if self._unread is not None:
            self._unread.cancel()


class ProxiedProtocol(PatientProtocol):
    """Behind a proxy, which is every connection's address."""

    counted = False


class PatientSocket(WebSocketsSansIOProtocol):
    """A socket, from its handshake on."""

    _unread: asyncio.TimerHandle | None = None
    _unopened: asyncio.TimerHandle | None = None
    _pings = 0
    _second = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._unopened = self.loop.call_later(HEAD_S, self._end_unopened)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # A head that is none for a socket (a body, too many or too long fields) gets no event: nobody would ever end it.
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            self.transport.write(NO_HANDSHAKE)
            self.transport.close()

    def handle_ping(self) -> None:
        second = int(self.loop.time())
        self._pings = self._pings + 1 if second == self._second else 1
        self._second = second
        if self._pings > MOST_PINGS:
            self.transport.abort()
        else:
            super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_PIECES:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READ_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_read()
        if self._unopened is not None:
            self._unopened.cancel()
        super().connection_lost(exc)

    def _end_unopened(self) -> None:
        if not self.handshake_complete:
            self.transport.abort()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


def _address(connection: object) -> str:
    client = getattr(connection, "client", None)
    return place_of(client[0]) if client else ""


def more_files() -> None:
    """Lets this process open more files than shells allow by default (1,024): its connections are files, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

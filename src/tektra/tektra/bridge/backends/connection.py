# SPDX-License-Identifier: Apache-2.0
"""One client's connection, and a limit on how many knock at a time."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.http11 import Request
from websockets.protocol import State

from tektra.bridge.backends.tcp_tables import End, account_of, plain, read_tables
from tektra.bridge.client import Client
from tektra.bridge.door import Knock
from tektra.bridge.outbox import Outbox
from tektra.common.web_door import PROXY_HEADERS, is_loopback

POLICY = 1008


class Guarded:
    """Makes connections, and at most `most` of them, let in or not: each holds a file descriptor, of which a process
    has some thousand. Where all are taken, whoever has knocked for longest and is not in makes room: those who only
    hold a place keep nobody out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[ServerConnection, None] = {}

    @property
    def make(self) -> type[ServerConnection]:
        """The class of connections that count here."""
        guard = self

        class Counted(ServerConnection):
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                if len(guard._open) >= guard._most:
                    guard._make_room(self)
                guard._open[self] = None

            def connection_lost(self, error: Exception | None) -> None:
                guard._open.pop(self, None)
                super().connection_lost(error)

        return Counted

    def _make_room(self, newest: ServerConnection) -> None:
        knocking = (known for known in self._open if known.state is State.CONNECTING)
        gives_way = next(knocking, newest)
        self._open.pop(gives_way, None)
        gives_way.transport.abort()

    def abort_all(self) -> None:
        """Breaks off every connection."""
        for connection in list(self._open):
            connection.transport.abort()


@dataclass
class Link:
    """A client that is in. For the event loop's thread."""

    connection: ServerConnection
    client: Client
    outbox: Outbox
    leaving: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.peer = _end(self.connection.remote_address)

    @property
    def buffered(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return int(self.connection.transport.get_write_buffer_size())

    def say(self, message: str | bytes) -> None:
        """Hands it to the connection, which keeps what it cannot send. Nothing happens when it is closed."""
        broadcast([self.connection], message)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Holds a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def leave(self, why: str) -> None:
        """Ends the connection with a reason; whatever it says from now on goes unheard."""
        self.leaving = True
        self.keep(asyncio.get_running_loop().create_task(self.connection.close(POLICY, why)))

    def abort(self) -> None:
        """Breaks the connection off."""
        self.connection.transport.abort()


def knock_of(connection: ServerConnection, request: Request) -> Knock:
    """What the door is to judge."""
    headers = request.headers
    protocols = [
        name.strip() for line in headers.get_all("Sec-WebSocket-Protocol") for name in line.split(",")
    ]
    proxied = any(headers.get_all(name) for name in PROXY_HEADERS)
    return Knock(
        path=request.path,
        hosts=headers.get_all("Host"),
        origins=headers.get_all("Origin"),
        subprotocols=protocols,
        authorization=headers.get_all("Authorization"),
        own_account=not proxied and _own_account(connection),
    )


def _own_account(connection: ServerConnection) -> bool:
    client, server = _end(connection.remote_address), _end(connection.local_address)
    return is_loopback(client.address) and account_of(read_tables(), client, server) == os.getuid()


def _end(address: Any) -> End:
    return End(plain(str(address[0])), int(address[1]))

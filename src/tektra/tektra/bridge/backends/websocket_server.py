# SPDX-License-Identifier: Apache-2.0
"""The bridge's server: Foxglove's protocol over `websockets`, in a thread with an event loop of its own.

Not foxglove-sdk's own server, which lets everybody in: docs/decisions/the-door.md.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.server import Server as Listening
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import NegotiationError

from tektra.bridge import wire
from tektra.bridge.backends import Listener, drawings
from tektra.bridge.backends.connection import Guarded
from tektra.bridge.backends.drawings import HOME, MAP, TRANSFORMS
from tektra.bridge.backends.sessions import Sessions
from tektra.bridge.door import Door
from tektra.bridge.drawn import Drawing
from tektra.bridge.frames import Transform
from tektra.bridge.options import BridgeOptions
from tektra.bridge.outbox import Room
from tektra.bridge.rights import Rights
from tektra.common.access import Role, Tokens
from tektra.common.errors import BackendError
from tektra.common.world import World

#: A client that has not said in so long what it wants is sent away.
HANDSHAKE_S = 5.0
#: A client that answers no ping for so long is gone.
PING_S = 15.0
#: Messages of the graph that this thread has not taken yet: beyond it they are dropped.
BEHIND_BYTES = 64_000_000
OPEN_MAX_S = 10.0
QUIET = logging.getLogger("tektra.bridge.websockets")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False  # it would write addresses, and so tokens, into the log


@dataclass(frozen=True)
class Place:
    """Where the server listens, and how much it takes."""

    host: str
    port: int
    max_clients: int = 64
    max_client_bytes: int = 1_048_576
    tls: ssl.SSLContext | None = None
    #: There is a simulated home to be shown in pictures.
    home: bool = False


def server_of(
    options: BridgeOptions, tokens: Tokens, publishable: dict[str, str], listener: Listener
) -> WebSocketServer:
    """The server that the options describe, not open yet."""
    own_role = None if options.own_role == "none" else Role.named(options.own_role)
    hosts = [options.host, *options.hosts]
    return WebSocketServer(
        Place(
            options.host,
            options.port,
            options.max_clients,
            options.max_client_bytes,
            home=options.home_port > 0,
        ),
        Door(tokens, hosts=hosts, origins=options.origins, own_role=own_role),
        Rights(publishable, options.callable, options.public),
        Room(options.large_bytes, options.backlog_bytes),
        listener,
    )


class WebSocketServer:
    """A Server (see backends/__init__.py). `open` may be called again after `close`."""

    def __init__(self, place: Place, door: Door, rights: Rights, room: Room, listener: Listener) -> None:
        self._place = place
        self._make = lambda: Sessions(door, rights, room, listener, place.max_clients)
        self._sessions = self._make()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._posted: deque[tuple[str, bytes]] = deque()
        self._posted_bytes = 0
        self._taking = False  # what was posted is being taken, or will be
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Messages that a slow client, or all of them, did not get."""
        return self._dropped + self._sessions.dropped

    @property
    def clients(self) -> int:
        """Clients that are in."""
        return self._sessions.count

    def open(self) -> int:
        opened: Future[int] = Future()
        self._sessions = self._make()
        self._posted.clear()
        self._posted_bytes, self._taking = 0, False
        self._thread = threading.Thread(target=self._run, args=(opened,), name="bridge server", daemon=True)
        self._thread.start()
        try:
            return opened.result(OPEN_MAX_S)
        except OSError as error:
            raise BackendError(
                f"cannot listen on {self._place.host}:{self._place.port}: {error.strerror or error}",
                "end the program that holds the port, or set the bridge's parameter `port`",
            ) from error

    def close(self) -> None:
        loop, thread, self._loop = self._loop, self._thread, None
        if loop is not None:
            loop.call_soon_threadsafe(self._ended.set)
        if thread is not None:
            thread.join(OPEN_MAX_S)
            self._thread = None

    def add_topic(self, topic: str, type_name: str, schema: str) -> None:
        self._soon(self._sessions.add_channel, topic, "cdr", wire.Schema(type_name, "ros2msg", schema))

    def remove_topic(self, topic: str) -> None:
        self._soon(self._sessions.remove_channel, topic)

    def add_service(self, service: str, type_name: str, request: str, response: str) -> None:
        self._soon(self._sessions.add_service, service, type_name, request, response)

    def remove_service(self, service: str) -> None:
        self._soon(self._sessions.remove_service, service)

    def send(self, topic: str, data: bytes) -> None:
        if self._posted_bytes > BEHIND_BYTES:
            self._dropped += 1
            return
        self._posted_bytes += len(data)
        self._posted.append((topic, data))
        if not self._taking:
            self._taking = True
            self._soon(self._take_posted)

    def send_to(self, client: int, topic: str, data: bytes) -> None:
        self._soon(self._sessions.send_to, client, topic, data)

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        if transforms:
            self.send(TRANSFORMS, drawings.transforms(transforms))

    def send_map(self, world: World, stamp_ns: int) -> None:
        self.send(MAP, drawings.home(world, stamp_ns))

    def draw(self, drawing: Drawing, stamp_ns: int) -> None:
        self.send(MAP, drawings.drawn(drawing, stamp_ns))

    def erase(self, key: str, stamp_ns: int) -> None:
        self.send(MAP, drawings.erased(key, stamp_ns))

    def tell(self, channel: str, words: Mapping[str, Any]) -> None:
        self.send(channel, drawings.told(words))

    def show(self, jpeg: bytes, stamp_ns: int) -> None:
        self.send(HOME, drawings.picture(jpeg, stamp_ns))

    # On the server's thread.

    def _run(self, opened: Future[int]) -> None:
        asyncio.run(self._serve(opened))

    async def _serve(self, opened: Future[int]) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        for topic, schema in drawings.schemas(home=self._place.home).items():
            encoding = "json" if schema.encoding == "jsonschema" else schema.encoding
            self._sessions.add_channel(topic, encoding, schema)
        guard = Guarded(4 * self._place.max_clients)
        try:
            listening = await self._listen(guard)
        except OSError as error:
            self._loop = None
            opened.set_exception(error)
            return
        port = int(next(iter(listening.sockets)).getsockname()[1])
        self._sessions.port = port
        opened.set_result(port)
        await self._ended.wait()
        listening.close(close_connections=False)
        guard.abort_all()
        self._sessions.close()

    async def _listen(self, guard: Guarded) -> Listening:
        return await serve(
            self._sessions.meet,
            self._place.host,
            self._place.port,
            process_request=self._sessions.judge,
            select_subprotocol=_choose,
            compression=None,
            max_size=self._place.max_client_bytes,
            max_queue=16,
            open_timeout=HANDSHAKE_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=1.0,
            server_header=None,
            logger=QUIET,
            create_connection=guard.make,
            ssl=self._place.tls,
            reuse_address=True,
        )

    def _take_posted(self) -> None:
        self._taking = False  # before: what comes from now on is taken here, or by the next turn
        while self._posted:
            topic, data = self._posted.popleft()
            self._posted_bytes -= len(data)
            self._sessions.send(topic, data)

    def _soon(self, act: Callable[..., None], *arguments: Any) -> None:
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(act, *arguments)


def _choose(connection: ServerConnection, offered: Sequence[Any]) -> Any:
    if wire.SUBPROTOCOL in offered:
        return wire.SUBPROTOCOL
    raise NegotiationError(f"offer the subprotocol {wire.SUBPROTOCOL}")

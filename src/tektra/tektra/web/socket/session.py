# SPDX-License-Identifier: Apache-2.0
"""One open socket: what waits for it, and what it began."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from tektra.web.access.people import SignedInPerson
from tektra.web.socket.from_client import Stream
from tektra.web.socket.outbox import Full, Outbox


class SocketSession:
    """On the event loop. `closing` is set, with the code, when it is to end."""

    def __init__(self, socket_id: str, person: SignedInPerson) -> None:
        self.socket_id = socket_id
        self.person = person
        self.streams: set[Stream] = set()
        self.closing: tuple[int, str] | None = None
        self.ended = asyncio.Event()
        #: What ends with the socket (commands), and what goes on without it (answers), by the client's own ids.
        self.commands: dict[str, asyncio.Task[None]] = {}
        self.chats: dict[str, asyncio.Task[None]] = {}
        self.stops: dict[str, asyncio.Task[None]] = {}
        self.voice = ""
        self._box = Outbox()
        self._wake = asyncio.Event()

    def put(self, message: str | bytes, key: str = "") -> None:
        """Something for the other end; with a key only the newest waits."""
        try:
            if key:
                self._box.state(key, message)
            else:
                self._box.event(message)
        except Full:
            self.end(1013, "you read too slowly")
        self._wake.set()

    def end(self, code: int, why: str) -> None:
        """It is to end; the first reason counts."""
        self.closing = self.closing or (code, why)
        self.ended.set()
        self._wake.set()

    async def next(self) -> str | bytes | None:
        """The next message for the other end; None when it is to end."""
        while self.closing is None:
            message = self._box.take()
            if message is not None:
                return message
            self._wake.clear()
            await self._wake.wait()
        return None

    def keep(self, tasks: dict[str, asyncio.Task[None]], key: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs something under the client's id until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        tasks[key] = task
        task.add_done_callback(lambda _: tasks.pop(key, None) if tasks.get(key) is task else None)

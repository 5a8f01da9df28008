# SPDX-License-Identifier: Apache-2.0
"""One open socket: what waits for it, and what it began."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from tektra.web.access.people import SignedInPerson
from tektra.web.faults import LOG, told
from tektra.web.models.base import Problem
from tektra.web.socket.from_client import Stream
from tektra.web.socket.messages import ErrorOut
from tektra.web.socket.outbox import Full, Outbox


def failed(key: str) -> str:
    """What is said where something broke inside, to whoever asked for it under that id."""
    problem = Problem(
        code="failed", message="this failed inside Tektra", remedy="see the gateway's log, or try again"
    )
    return ErrorOut(id=key, problem=problem).model_dump_json(exclude={"seq"})


class Mail:
    """What waits for a socket, and for the one that goes on in its place."""

    def __init__(self) -> None:
        self.box = Outbox()
        self.wake = asyncio.Event()
        self.full = False


class SocketSession:
    """On the event loop. `closing` is set, with the code, when it is to end."""

    def __init__(self, socket_id: str, person: SignedInPerson, old: SocketSession | None = None) -> None:
        self.socket_id = socket_id
        self.person = person
        self.streams: set[Stream] = set(old.streams) if old else set()
        self.closing: tuple[int, str] | None = None
        self.ended = asyncio.Event()
        #: What ends with the socket (commands), and what goes on without it (answers), by the client's own ids.
        self.commands: dict[str, asyncio.Task[None]] = {}
        self.chats: dict[str, asyncio.Task[None]] = old.chats if old else {}
        self.stops: dict[str, asyncio.Task[None]] = old.stops if old else {}
        #: Until when, by the steady clock, somebody who lost the line may go on here.
        self.until_s = 0.0
        self.mail: Mail = old.mail if old else Mail()

    def put(self, message: str | bytes, key: str = "") -> None:
        """Something for the other end; with a key only the newest waits."""
        try:
            if key:
                self.mail.box.state(key, message)
            else:
                self.mail.box.event(message)
        except Full:
            self.mail.full = True
        self.mail.wake.set()

    def end(self, code: int, why: str) -> None:
        """It is to end; the first reason counts."""
        self.closing = self.closing or (code, why)
        self.ended.set()
        self.mail.wake.set()

    def cancel(self) -> None:
        """Ends what it asked for, but no stop."""
        for task in [*self.commands.values(), *self.chats.values()]:
            task.cancel()

    async def next(self) -> str | bytes | None:
        """The next message for the other end; None when it is to end."""
        while self.closing is None:
            if self.mail.full:
                self.end(1013, "you read too slowly")
                return None
            message = self.mail.box.take()
            if message is not None:
                return message
            self.mail.wake.clear()
            await self.mail.wake.wait()
        return None

    def keep(self, tasks: dict[str, asyncio.Task[None]], key: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs something under the client's id until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        tasks[key] = task

        def done(_: object) -> None:
            if tasks.get(key) is task:
                del tasks[key]
            error = None if task.cancelled() else task.exception()
            if error is not None:  # whoever waits for its end is told that there is none
                LOG.error("what a socket asked for failed: %s", told(error))
                self.put(failed(key))

        task.add_done_callback(done)

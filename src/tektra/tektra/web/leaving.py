# SPDX-License-Identifier: Apache-2.0
"""Work that ends when whoever asked for it leaves, or is signed out: FastAPI goes on with it otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

from fastapi import Request

from tektra.common.errors import InputError
from tektra.web.access.people import ApiError, SignedInPerson, not_signed_in
from tektra.web.access.sessions import Sessions

T = TypeVar("T")
#: How often it is seen to that the session still holds.
LOOK_S = 0.5


async def while_there(
    request: Request, sessions: Sessions, person: SignedInPerson, work: Coroutine[Any, Any, T]
) -> T:
    """What the work gives, or raises. Cancels it when the connection is closed, and raises InputError then; or when the session
    is ended, and raises ApiError. The request's body must have been read."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        while not doing.done():
            await asyncio.wait({doing, leaving}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() and not doing.done():
                raise InputError("whoever asked is gone", "ask again")
            if sessions.ended(person):
                raise not_signed_in("the session was ended")
        if doing.cancelled():
            raise ApiError(409, "canceled", "it was cancelled: somebody else took the robot", "ask for it")
        return doing.result()
    finally:
        doing.cancel()
        leaving.cancel()


async def last_of(events: AsyncGenerator[Any], kind: type[T]) -> T | None:
    """The first event of that kind, which ends them; None where none comes. What is closed earlier is cancelled."""
    try:
        async for event in events:
            if isinstance(event, kind):
                return event
        return None
    finally:
        await events.aclose()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

# SPDX-License-Identifier: Apache-2.0
"""Recordings: everybody's words and pictures are in them, so they are the admins' alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.models import recordings as m
from tektra.web.models.base import Done, as_file
from tektra.web.parts import Parts

Name = Annotated[str, Path(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.mcap$")]
PIECE_BYTES = 256 * 1024
MCAP = "application/octet-stream"
#: Read by the guard (needs_or_ticket), not by the route.
TICKET = {
    "name": "ticket",
    "in": "query",
    "required": False,
    "description": "a one-shot ticket in place of the token",
    "schema": {"type": "string"},
}


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/recordings."""
    router = APIRouter(prefix="/recordings", tags=["recordings"])

    @router.get("")
    async def recordings(person: SignedInPerson = guard.needs(Role.ADMIN)) -> list[m.Recording]:
        """What `tektra record` keeps on the gateway's machine, the newest first."""
        return await run_in_threadpool(parts.recordings.all, parts.clock_s())

    @router.get(
        "/{name}",
        response_class=StreamingResponse,
        responses=as_file(MCAP),
        openapi_extra={"parameters": [TICKET]},
    )
    async def download(
        name: Name, person: SignedInPerson = guard.needs_or_ticket(Role.ADMIN, Kind.MEDIA, parts.redeem)
    ) -> StreamingResponse:
        """The file, as far as it was written when it was asked for. A browser's download has no headers of ours: it comes with a ticket
        (POST /api/v1/auth/ticket) in `?ticket=`. Ends where the session is ended."""
        opened, size = await run_in_threadpool(parts.recordings.open, name)
        headers = {
            "content-length": str(size),
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        }
        body = _pieces(opened, size, partial(parts.sessions.ended, person))
        return StreamingResponse(body, media_type=MCAP, headers=headers)

    @router.delete("/{name}")
    async def delete(name: Name, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)) -> Done:
        """Deletes one, unless it is being recorded."""
        await run_in_threadpool(parts.recordings.delete, name, parts.clock_s())
        return Done(message=f"{name} is deleted")

    return router


async def _pieces(opened: BinaryIO, size: int, ended: Callable[[], bool]) -> AsyncGenerator[bytes]:
    """Never more than was announced, though it may grow; less breaks the connection, so that nobody takes it for whole."""
    with opened:
        left = size
        while left > 0 and not ended():
            piece = await run_in_threadpool(opened.read, min(PIECE_BYTES, left))
            if not piece:
                return
            left -= len(piece)
            yield piece

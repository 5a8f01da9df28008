# SPDX-License-Identifier: Apache-2.0
"""Figures of one's own: brought, listed, shown and deleted. Which one is worn is a part of the avatar's look."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.figures.glb import MAX_BYTES
from tektra.web.models import figures as m
from tektra.web.models.base import Done, as_file
from tektra.web.parts import Parts

GLTF = "model/gltf-binary"
#: A whole file is here within this.
UPLOAD_S = 120.0
Id = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-f]+$")]
Called = Annotated[str, Query(max_length=256, description="what the file is called")]
BODY = {
    "requestBody": {"required": True, "content": {GLTF: {"schema": {"type": "string", "format": "binary"}}}}
}


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/avatar/figures."""
    router = APIRouter(prefix="/avatar/figures", tags=["avatar"])

    @router.get("")
    async def figures(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.Figure]:
        """Those that were brought and checked, with what their authors allow."""
        return await run_in_threadpool(parts.figures.all)

    @router.post("", openapi_extra=BODY)
    async def bring(
        request: Request, name: Called = "", person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.MEDIA)
    ) -> m.Figure:
        """Brings a VRM file (0.x or 1.0), as it is. It is checked before it is kept, and nobody wears it yet."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != GLTF:
            raise ApiError(
                415, "figure_type", f"this is not sent as {GLTF}", f"send the file with content-type {GLTF}"
            )
        data = await _whole(request)
        now_ms = int(parts.clock_s() * 1000)
        return await run_in_threadpool(parts.figures.add, data, name, person.name, now_ms)

    @router.get("/{id}", response_class=FileResponse, responses=as_file(GLTF))
    async def file(id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.MEDIA)) -> FileResponse:
        """The file of one, as it is kept."""
        found = await run_in_threadpool(parts.figures.file, id)
        return FileResponse(
            found, media_type=GLTF, headers={"cache-control": "private, max-age=86400, immutable"}
        )

    @router.delete("/{id}")
    async def delete(id: Id, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)) -> Done:
        """Deletes one, unless it is worn."""
        if parts.live.media.avatar is not None and parts.live.media.avatar.look.get("figure") == id:
            raise ApiError(409, "figure_worn", "this figure is worn", "wear another one first")
        await run_in_threadpool(parts.figures.delete, id)
        return Done(message="the figure is deleted")

    return router


async def _whole(request: Request) -> bytes:
    """The body. What is too long was refused at the door by what it says of its length, and is here by what comes."""
    body = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_S):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BYTES:
                    raise ApiError(413, "too_large", f"send at most {MAX_BYTES} bytes", "export it smaller")
    except TimeoutError:
        raise ApiError(
            408, "too_slow", "the file did not come in time", "send it by a quicker line"
        ) from None
    except ClientDisconnect:
        raise ApiError(400, "broken_off", "the line broke", "send it again") from None
    return bytes(body)

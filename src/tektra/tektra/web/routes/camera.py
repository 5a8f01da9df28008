# SPDX-License-Identifier: Apache-2.0
"""The camera, and what is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from tektra.common.access import Role
from tektra.common.graph import Message, Unavailable
from tektra.common.picture_size import MAX_BYTES
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.client import from_base64
from tektra.web.leaving import while_there
from tektra.web.models import face as m
from tektra.web.models.base import as_file
from tektra.web.parts import Parts

TOPIC, TYPE = "/camera/image_raw/compressed", "sensor_msgs/msg/CompressedImage"
BOUNDARY, MULTIPART = "tektra-picture", "multipart/x-mixed-replace"
#: A camera that says nothing for so long is none.
SILENT_S = 10.0
#: A stream ends with its token, and is looked after so often.
LOOK_S = 1.0


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/camera and /vision."""
    router = APIRouter()

    @router.get(
        "/camera/stream", tags=["camera"], response_class=StreamingResponse, responses=as_file(MULTIPART)
    )
    async def stream(
        request: Request, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.MEDIA)
    ) -> StreamingResponse:
        """Pictures without end (multipart/x-mixed-replace), as fast as they are taken in; ends with the session."""
        pictures = _Newest()
        end = parts.graph.watch(TOPIC, TYPE, pictures.heard)
        first = await pictures.next(SILENT_S)
        if first is None:
            end()
            raise Unavailable("no camera was heard", "see that vision runs with a camera")
        body = _parts(first, pictures, end, lambda: parts.sessions.holds(person, parts.clock_s()))
        return StreamingResponse(body, media_type=f"{MULTIPART}; boundary={BOUNDARY}")

    @router.post("/camera/capture", tags=["camera"])
    async def capture(person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.MEDIA)) -> m.Picture:
        """What the camera sees now."""
        return await parts.client.capture()

    @router.post("/vision/analyze", tags=["vision"])
    async def analyze(
        request: Request,
        body: m.PictureToSee,
        person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.MEDIA),
    ) -> m.Analysis:
        """What is in a picture."""
        image = from_base64(body.image, MAX_BYTES) if body.image else b""
        work = parts.client.analyze(image, body.question)
        return await while_there(request, parts.sessions, person, work)

    @router.get("/vision/objects", tags=["vision"])
    async def objects(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> m.Scene:
        """What the camera saw in the last seconds."""
        if parts.live.scene is None:
            raise Unavailable("vision was not heard yet", "see that its node runs with a camera")
        return parts.live.scene

    return router


class _Newest:
    """The newest picture; what nobody took in time is passed over. On the event loop."""

    def __init__(self) -> None:
        self._picture: bytes | None = None
        self._came = asyncio.Event()

    def heard(self, _: str, message: Message) -> None:
        self._picture = bytes(message["data"])
        self._came.set()

    async def next(self, within_s: float) -> bytes | None:
        try:
            await asyncio.wait_for(self._came.wait(), within_s)
        except TimeoutError:
            return None
        self._came.clear()
        return self._picture


async def _parts(
    first: bytes, pictures: _Newest, end: Callable[[], None], holds: Callable[[], bool]
) -> AsyncGenerator[bytes]:
    try:
        picture: bytes | None = first
        silent_s = 0.0
        while holds() and silent_s < SILENT_S:
            if picture is not None:
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                yield head.encode() + picture + b"\r\n"
            picture = await pictures.next(LOOK_S)
            silent_s = silent_s + LOOK_S if picture is None else 0.0
    finally:
        end()

# SPDX-License-Identifier: Apache-2.0
"""The avatar."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from tektra.common import paths
from tektra.common.access import Role
from tektra.common.arkit_names import NAMES
from tektra.common.graph import Unavailable
from tektra.common.look import FIELDS
from tektra.web.access.guard import Guard, open_to_all
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.leaving import while_there
from tektra.web.models import face as m
from tektra.web.models.base import Done, as_file
from tektra.web.parts import Parts

MODEL, GLTF = "urdf/meshes/tektra_avatar.glb", "model/gltf-binary"


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/avatar."""
    router = APIRouter(prefix="/avatar", tags=["avatar"])

    @router.get("/status")
    async def status(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.AvatarState:
        """How it is now; the socket streams it."""
        await parts.live.fresh()
        if parts.live.media.avatar is None:
            raise Unavailable("the avatar was not heard yet", "see that its node runs")
        return parts.live.media.avatar

    @router.post("/expression")
    async def expression(
        body: m.ExpressionAsked, person: SignedInPerson = guard.needs(Role.GUEST, Kind.WRITE)
    ) -> Done:
        """It wears an expression."""
        return Done(message=await parts.client.express(body.expression, body.intensity, body.duration_s))

    @router.post("/gesture")
    async def gesture(
        body: m.GestureAsked, person: SignedInPerson = guard.needs(Role.GUEST, Kind.WRITE)
    ) -> Done:
        """It plays a gesture."""
        return Done(message=await parts.client.gesture(body.gesture))

    @router.post("/speak")
    async def speak(
        request: Request, body: m.SpeakAsked, person: SignedInPerson = guard.needs(Role.GUEST, Kind.CHAT)
    ) -> Done:
        """It says a text aloud; answers when it is said."""
        work = parts.client.say(body.text, body.voice, body.interrupt)
        return Done(message=await while_there(request, parts.sessions, person, work))

    @router.get("/blendshapes", dependencies=[open_to_all])
    async def blendshapes() -> list[str]:
        """What the 52 weights are of, in their order."""
        return list(NAMES)

    @router.get(
        "/model.glb", dependencies=[open_to_all], response_class=FileResponse, responses=as_file(GLTF)
    )
    async def model() -> FileResponse:
        """The avatar's shape, with its morph targets."""
        file = await run_in_threadpool(lambda: paths.share_dir() / MODEL)
        return FileResponse(file, media_type=GLTF, headers={"cache-control": "no-cache"})

    _looks(router, parts, guard)
    return router


def _looks(router: APIRouter, parts: Parts, guard: Guard) -> None:
    """/avatar/look."""

    @router.get("/look")
    async def look_fields(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.LookField]:
        """What a look is made of, in the order in which it is shown. What it wears is in /avatar/status."""
        return [m.LookField(**{**asdict(field), "choices": list(field.choices)}) for field in FIELDS]

    @router.post("/look")
    async def look(
        body: m.Look, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> m.LookWorn:
        """Colours, hair, body, and which figure."""
        if figure := body.look.get("figure"):
            await run_in_threadpool(parts.figures.file, str(figure))
        return m.LookWorn(look=await parts.client.customize(body.look))

# SPDX-License-Identifier: Apache-2.0
"""Sound: Tektra's own microphone, hearing and speaking."""

from __future__ import annotations

from fastapi import APIRouter, Request

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.client import MAX_WAV_BYTES, from_base64
from tektra.web.leaving import while_there
from tektra.web.models import talk as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/audio."""
    router = APIRouter(prefix="/audio", tags=["audio"])

    @router.post("/record/start")
    async def start(person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)) -> Done:
        """Tektra's own microphone is on."""
        return Done(message=await parts.ears.listen(True))

    @router.post("/record/stop")
    async def stop(person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)) -> Done:
        """It is off."""
        return Done(message=await parts.ears.listen(False))

    @router.get("/ears")
    async def ears(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.Ears:
        """Whether Tektra hears."""
        return m.Ears(state=parts.live.media.ears)

    @router.post("/mute")
    async def mute(
        body: m.EarsMuted, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> Done:
        """Whether Tektra hears nobody, at its own microphone or in a page, until that is taken back; over restarts, too."""
        return Done(message=await parts.ears.mute(body.muted))

    @router.post("/transcribe")
    async def transcribe(
        request: Request, body: m.SoundToRead, person: SignedInPerson = guard.needs(Role.GUEST, Kind.MEDIA)
    ) -> m.Transcript:
        """What is said in a WAV file."""
        wav = from_base64(body.audio, MAX_WAV_BYTES)
        return await while_there(request, parts.sessions, person, parts.client.transcribe(wav, body.language))

    @router.post("/synthesize")
    async def synthesize(
        request: Request, body: m.TextToSpeak, person: SignedInPerson = guard.needs(Role.GUEST, Kind.MEDIA)
    ) -> m.Speech:
        """A text as sound."""
        return await while_there(
            request, parts.sessions, person, parts.client.synthesize(body.text, body.voice, body.speed)
        )

    @router.get("/voices")
    async def voices(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.Voice]:
        """Voices that can be asked for."""
        return await parts.client.voices()

    return router

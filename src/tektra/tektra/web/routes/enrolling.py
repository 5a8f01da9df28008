# SPDX-License-Identifier: Apache-2.0
"""Learning somebody's face or voice, by consent; who is known so, and the end of that."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

from fastapi import APIRouter, Path, Request

from tektra.common.access import Role
from tektra.common.errors import TektraError
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.answers import OWN, good
from tektra.web.leaving import while_there
from tektra.web.models import people as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts
from tektra.web.routes.people import Id, theirs

#: Vision and speech_in give up earlier by themselves.
ENROL_S = 100.0
#: A page's microphone is heard within that, once it is open.
OPENING_S, LOOK_S = 5.0, 0.1
PrintId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9]+$")]


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/people/known, and /people/{id}/enrol."""
    router = APIRouter(prefix="/people", tags=["people"])

    @router.get("/known")
    async def known(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> list[m.KnownSeen]:
        """Everybody whose prints of face or voice lie on the gateway's machine, by name."""
        return await parts.stored(parts.persons.known)

    @router.delete("/known/{id}")
    async def forget(id: PrintId, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)) -> Done:
        """Deletes somebody's prints, and what they said to Tektra."""
        name = await parts.stored(parts.persons.forget_known, id)
        try:
            await parts.facts.forget_person(name)
        except TektraError as error:
            return Done(message=f"the prints are deleted; what {name} said is not: {error.what}")
        return Done(message=f"the prints of {name}, and what they said, are deleted")

    @router.post("/{id}/enrol")
    async def enrol(
        request: Request,
        id: Id,
        body: m.EnrolAsked,
        person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.MEDIA),
    ) -> m.Person:
        """Learns a person's face or voice; answers when it is learnt, after up to 90 s. Who closes the connection gives it up. The consent
        is written down; whoever takes it back meanwhile has the print deleted."""
        found = await theirs(parts, id, person, Role.OPERATOR)
        work = _Enrolment(parts, found.id, body, person).run()
        return await while_there(request, parts.sessions, person, work)

    return router


class _Enrolment:
    """One, on the event loop. The node that learns cannot be interrupted: whoever gives up has what it learns deleted."""

    def __init__(self, parts: Parts, id: str, asked: m.EnrolAsked, by: SignedInPerson) -> None:
        self._parts = parts
        self._id = id
        self._asked = asked
        self._by = by
        self._given_up = False

    async def run(self) -> m.Person:
        """The person, as they are kept then. Cancelled: given up. Raises ApiError; Unavailable, InputError where it failed."""
        learning = asyncio.create_task(self._learn())
        learning.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            return await asyncio.shield(learning)
        except asyncio.CancelledError:
            self._given_up = True
            raise

    async def _learn(self) -> m.Person:
        persons, stored, what = self._parts.persons, self._parts.stored, self._asked.what
        with await self._microphone() as voice:
            now_ms = int(self._parts.clock_s() * 1000)
            person, newly = await stored(persons.agree, self._id, what, self._by.name, now_ms)
            try:
                print_id = await self._made(person, voice)
            except TektraError:
                if newly:
                    await stored(persons.disagree, self._id, what)
                raise
            if self._given_up and newly:
                await stored(persons.disagree, self._id, what)
            return await stored(persons.learned, self._id, person.name, what, print_id)

    async def _made(self, person: m.Person, source: str) -> str:
        """The id of the prints. Raises Unavailable, and InputError where it failed."""
        node = "vision" if self._asked.what == "face" else "speech_in"
        request = {"name": person.name, "role": person.role, "consent": True, "source": source}
        answer = await self._parts.graph.call(
            f"/tektra/{node}/enrol", f"{OWN}/srv/EnrolPerson", request, timeout_s=ENROL_S
        )
        return str(good(answer)["id"])

    async def _microphone(self) -> AbstractContextManager[str]:
        """Which voice is listened to; empty: Tektra's own. A page's microphone is heard a moment after it was opened."""
        if self._asked.what == "face" or self._asked.microphone == "tektra":
            return nullcontext("")
        heard, until_s = self._parts.voices.heard, self._parts.steady_s() + OPENING_S
        while not heard(self._by.session_id) and self._parts.steady_s() < until_s:
            await asyncio.sleep(LOOK_S)
        return self._parts.voices.reserved(self._by.session_id)

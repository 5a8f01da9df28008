# SPDX-License-Identifier: Apache-2.0
"""What Tektra remembers: of oneself for a guest, all for an operator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.models import talk as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts

Id = Annotated[str, Path(max_length=128, pattern=r"^[A-Za-z0-9._:-]+$")]
#: So many of a guest's own are looked through.
MOST = 1000


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/facts."""
    router = APIRouter(prefix="/facts", tags=["facts"])

    @router.get("")
    async def facts(
        limit: Annotated[int, Query(ge=1, le=500)] = 200, person: SignedInPerson = guard.needs(Role.GUEST)
    ) -> list[m.Fact]:
        """What is remembered, the newest first; for a guest what was learned from oneself."""
        return await parts.facts.all("" if person.role >= Role.OPERATOR else person.name, limit)

    @router.patch("/{id}")
    async def correct(
        id: Id, body: m.FactCorrection, person: SignedInPerson = guard.needs(Role.GUEST, Kind.WRITE)
    ) -> Done:
        """Puts it in other words."""
        await _theirs(parts, id, person)
        return Done(message=await parts.facts.correct(id, body.text))

    @router.delete("/{id}")
    async def forget(id: Id, person: SignedInPerson = guard.needs(Role.GUEST, Kind.WRITE)) -> Done:
        """It is not remembered any more."""
        await _theirs(parts, id, person)
        return Done(message=await parts.facts.forget(id))

    return router


async def _theirs(parts: Parts, id: str, person: SignedInPerson) -> None:
    """Raises ApiError 404 for what a guest did not tell: who may not read it does not learn that it is there."""
    if person.role >= Role.OPERATOR:
        return
    if not any(fact.fact_id == id for fact in await parts.facts.all(person.name, MOST)):
        raise ApiError(404, "not_found", "nothing of that id is remembered", "ask for the list")

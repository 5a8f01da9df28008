# SPDX-License-Identifier: Apache-2.0
"""How Tektra speaks: kept in a file, which the planner reads again when it changed."""

from __future__ import annotations

from fastapi import APIRouter

from tektra.common.access import Role
from tektra.common.manners import Manner, Manners, read_manners, write_manners
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.models import manners as m
from tektra.web.parts import Parts


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/manners."""
    router = APIRouter(prefix="/manners", tags=["manners"])

    def read() -> Manners:
        return read_manners(str(parts.manners_file)) if parts.manners_file.exists() else Manners()

    @router.get("")
    async def manners(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> m.MannersShown:
        """How it speaks, to everybody and to single persons."""
        return _shown(await parts.stored(read))

    @router.put("")
    async def change(
        body: m.MannersAsked, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> m.MannersShown:
        """Speaks so from the next answer on, and after a restart."""
        kept = Manners(_manner(body.everybody), {name: _manner(one) for name, one in body.people.items()})
        await parts.stored(write_manners, parts.manners_file, kept)
        return _shown(await parts.stored(read))

    return router


def _manner(asked: m.MannerAsked) -> Manner:
    return Manner(asked.style, asked.expressive)


def _shown(manners: Manners) -> m.MannersShown:
    people = {name: _one(manner) for name, manner in manners.people.items()}
    return m.MannersShown(everybody=_one(manners.everybody), people=people)


def _one(manner: Manner) -> m.MannerShown:
    return m.MannerShown(style=manner.style, expressive=manner.expressive)

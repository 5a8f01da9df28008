# SPDX-License-Identifier: Apache-2.0
"""How Tektra speaks: kept in a file, which the planner reads again when it changed."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter

from tektra.common.access import Role
from tektra.common.manners import Manner, Manners, held, read_manners, revision, write_manners
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.models import manners as m
from tektra.web.parts import Parts


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/manners."""
    router = APIRouter(prefix="/manners", tags=["manners"])

    @router.get("")
    async def manners(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> m.MannersShown:
        """How it speaks, to everybody and to single persons."""
        return await parts.stored(_shown, parts)

    @router.put("")
    async def change(
        body: m.MannersAsked, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> m.MannersShown:
        """Speaks so from the next answer on, and after a restart."""
        return await parts.stored(_changed, parts, body)

    return router


def kept(parts: Parts) -> Manners:
    """As they are kept. Blocks on the disk. Raises ConfigError."""
    return read_manners(str(parts.manners_file)) if parts.manners_file.exists() else Manners()


def shown_of(parts: Parts, names: Collection[str]) -> dict[str, m.MannerShown]:
    """Those of the people of these names. Blocks on the disk. Raises ConfigError."""
    return {name: _one(manner) for name, manner in kept(parts).people.items() if name in names}


def forget(parts: Parts, names: Collection[str]) -> None:
    """Tektra speaks to the people of these names as to everybody. Blocks on the disk. Raises ConfigError."""
    with held(parts.manners_file):
        now = kept(parts)
        left = {name: manner for name, manner in now.people.items() if name not in names}
        if len(left) < len(now.people):
            write_manners(parts.manners_file, Manners(now.everybody, left))


def _changed(parts: Parts, body: m.MannersAsked) -> m.MannersShown:
    asked = Manners(_manner(body.everybody), {name: _manner(one) for name, one in body.people.items()})
    with held(parts.manners_file):
        if body.revision is not None and body.revision != revision(parts.manners_file):
            raise ApiError(
                409,
                "changed_meanwhile",
                "somebody else changed how Tektra speaks",
                "look again, and change that",
            )
        write_manners(parts.manners_file, asked)
        return _shown(parts)


def _manner(asked: m.MannerAsked) -> Manner:
    return Manner(asked.style, asked.expressive)


def _shown(parts: Parts) -> m.MannersShown:
    seen = revision(parts.manners_file)  # first: of what is changed in between it is not the revision
    manners = kept(parts)
    people = {name: _one(manner) for name, manner in manners.people.items()}
    return m.MannersShown(everybody=_one(manners.everybody), people=people, revision=seen)


def _one(manner: Manner) -> m.MannerShown:
    return m.MannerShown(style=manner.style, expressive=manner.expressive)

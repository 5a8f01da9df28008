# SPDX-License-Identifier: Apache-2.0
"""Persons: who they are, what they agreed to, everything that is kept about them, and the end of it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path

from tektra.common.access import Role
from tektra.common.errors import TektraError
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson, not_allowed
from tektra.web.access.sessions import AccountRow
from tektra.web.models import people as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts
from tektra.web.persons import Persons, allowed, consents
from tektra.web.routes import manners
from tektra.web.routes.access import account_of, delete_account, may_be_deleted, sessions_of
from tektra.web.words import forget_words, talks_of

#: Of one person.
MOST_FACTS = 10_000
Id = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="`me`: one's own")]


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/people."""
    router = APIRouter(prefix="/people", tags=["people"])

    @router.get("")
    async def people(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> list[m.Person]:
        """All who are known, by name."""
        return await parts.stored(parts.persons.all)

    @router.post("", status_code=201)
    async def add(
        body: m.NewPerson, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> m.Person:
        """Somebody new."""
        now_ms = int(parts.clock_s() * 1000)
        given = consents([], body.consents, person.name, now_ms)
        made = m.Person(
            id=secrets.token_urlsafe(9),
            name=body.name,
            role=body.role,
            account=await _account(parts, body.account, person),
            consents=given,
            preferences=allowed(body.preferences, given, new=True),
            created_ms=now_ms,
            changed_ms=now_ms,
        )
        await parts.stored(parts.persons.put, made)
        return made

    _one(router, parts, guard)
    _ends(router, parts, guard)
    return router


def _one(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/{id}")
    async def one(id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.Person:
        """One of them; oneself, or anybody for an operator."""
        return await theirs(parts, id, person, Role.OPERATOR)

    @router.patch("/{id}")
    async def change(
        id: Id, body: m.PersonChange, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE)
    ) -> m.Person:
        """Changes what is known. Of oneself everybody changes name, consents and preferences; an operator all."""
        found = await theirs(parts, id, person, Role.OPERATOR)
        if person.role < Role.OPERATOR and (body.role is not None or body.account is not None):
            raise not_allowed(Role.OPERATOR)
        account = None if body.account is None else await _account(parts, body.account, person)
        # In one go: who changes something else of the same person at the same moment finds it, and loses nothing.
        act = partial(_changed, parts.persons, body, person, account, int(parts.clock_s() * 1000))
        return await parts.stored(parts.persons.change, found.id, act)


def _changed(
    persons: Persons,
    body: m.PersonChange,
    by: SignedInPerson,
    account: str | None,
    now_ms: int,
    old: m.Person,
) -> m.Person:
    """A person as they are to be; their prints follow. Blocks. Raises ApiError."""
    if body.name is not None and by.role < Role.ADMIN:
        persons.require_own_name(old, body.name)
    given, heard_as = old.consents, persons.heard_as(old)
    if body.consents is not None:
        given = consents(given, body.consents, by.name, now_ms)
        gone = [one.what for one in old.consents if one.what not in body.consents]
        persons.withdraw(old, gone)
    preferences = old.preferences if body.preferences is None else body.preferences
    changed = old.model_copy(
        update={
            "name": body.name or old.name,
            "role": body.role or old.role,
            "account": old.account if account is None else account,
            "consents": given,
            "preferences": allowed(preferences, given, new=bool(body.preferences)),
            "heard_as": heard_as,
            "changed_ms": now_ms,
        }
    )
    if (changed.name, changed.role) != (old.name, old.role):
        persons.follow(old, changed)
    return changed


def _ends(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/{id}/export")
    async def export(
        id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.MEDIA)
    ) -> m.PersonExport:
        """Everything about a person: for oneself, and for an admin."""
        found = await _theirs_or_own(parts, id, person)
        account = await parts.stored(parts.store.account, name=found.account) if found.account else None
        names = await _names(parts, found, account)
        told = m.PersonExport(
            person=found,
            prints=await parts.stored(parts.persons.prints, found),
            conversations=[
                await parts.client.conversation(talk) for talk in await talks_of(parts, names, account)
            ],
            facts=[fact for name in names for fact in await parts.facts.all(name, MOST_FACTS)],
            manners=await parts.stored(manners.shown_of, parts, names),
        )
        if account is None:
            return told
        who = f"web:{account.name} ("
        more = {
            "account": account_of(account),
            "sessions": await sessions_of(parts, account.id, person),
            "audit": [record for record in parts.live.audit if record.who.startswith(who)],
        }
        return told.model_copy(update=more)

    @router.delete("/{id}")
    async def forget(id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE)) -> Done:
        """Ends everything that is kept about a person: conversations and what was learned first, then the account, then the record; what
        fails leaves the record, so that it can be asked for again. For oneself, and for an admin."""
        found = await _theirs_or_own(parts, id, person)
        account = await parts.stored(parts.store.account, name=found.account) if found.account else None
        names = await _names(parts, found, account)
        if account is not None:
            await may_be_deleted(parts, account)
        await forget_words(parts, names, account)
        if account is not None:
            await delete_account(parts, account)
            with suppress(TektraError):  # what was said elsewhere while it was deleted
                await forget_words(parts, names, None)
        await parts.stored(parts.persons.forget, found.id)
        return Done(
            message="everything that was kept is deleted, but what the audit of stops and commands holds"
        )


async def theirs(parts: Parts, id: str, person: SignedInPerson, others: Role) -> m.Person:
    """The person of that id, if it is one's own or one's role is `others` at least. A program is nobody: its role alone counts.
    Raises ApiError 404: who may not look does not learn who is there."""
    found = await parts.stored(parts.persons.find, account=person.name) if id == "me" else None
    found = found or await parts.stored(parts.persons.find, id=id)
    own = found is not None and found.account.casefold() == person.name.casefold() and not person.program
    if found is None or not (own or person.role >= others):
        raise ApiError(404, "not_found", "there is no such person", "ask an admin")
    return found


async def _theirs_or_own(parts: Parts, id: str, person: SignedInPerson) -> m.Person:
    """The person of that id, for oneself and for an admin; one's account alone is one, where nobody made a record of whose it is."""
    try:
        return await theirs(parts, id, person, Role.ADMIN)
    except ApiError:
        if id != "me" or person.program:
            raise
    role: m.PersonRole = (
        "operator" if person.role >= Role.OPERATOR else "guest" if person.role is Role.GUEST else "observer"
    )
    return m.Person(id="", name=person.name, role=role, account=person.name)


async def _account(parts: Parts, name: str, person: SignedInPerson) -> str:
    """The account of that name. An admin alone says whose an account is: it is the key to their data."""
    if not name:
        return ""
    if person.role < Role.ADMIN:
        raise not_allowed(Role.ADMIN)
    row = await parts.stored(parts.store.account, name=name)
    if row is None:
        raise ApiError(
            400, "no_such_account", "there is no such account", "make it first: POST /api/v1/users"
        )
    return row.name


async def _names(parts: Parts, found: m.Person, account: AccountRow | None) -> list[str]:
    """By which the planner keeps what a person said: the account's, and those by which their voice was known."""
    others = [row.name for row in await parts.stored(parts.store.accounts)]
    own = [account.name] if account is not None else []
    heard = await parts.stored(parts.persons.own_names, found, [name for name in others if name not in own])
    return list(dict.fromkeys([*own, *heard]))

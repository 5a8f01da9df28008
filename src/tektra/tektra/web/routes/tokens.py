# SPDX-License-Identifier: Apache-2.0
"""Tokens for programs. They are listed and ended as sessions are."""

from __future__ import annotations

from fastapi import APIRouter

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson, not_allowed
from tektra.web.access.sessions import PROGRAM
from tektra.web.models import access as m
from tektra.web.parts import Parts
from tektra.web.routes.access import known

#: Of one account.
MOST = 20


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/auth/tokens."""
    router = APIRouter()

    @router.post("/auth/tokens", tags=["auth"], status_code=201)
    async def token(
        body: m.NewToken, person: SignedInPerson = guard.needs(Role.GUEST, Kind.WRITE)
    ) -> m.MadeToken:
        """A token for a program, which holds for days. It is in the list of sessions, ends with a change of the account or its password,
        and makes no further tokens."""
        role = person.role if body.role is None else Role.named(body.role)
        if role > person.role:
            raise not_allowed(role)
        if person.program:
            raise ApiError(403, "a_program", "a program's token makes no tokens", "sign in by password")
        rows = await parts.stored(parts.store.sessions, person.account_id)
        if sum(row.secret == PROGRAM for row in rows) >= MOST:
            raise ApiError(409, "too_many_tokens", f"you have {MOST} tokens", "end some first")
        now_s = parts.clock_s()
        row, made = await parts.stored(
            parts.sessions.for_program,
            await known(parts, person.account_id),
            name=body.name,
            role=role,
            until_s=now_s + body.days * 86_400.0,
            now_s=now_s,
        )
        return m.MadeToken(id=row.id, token=made, expires_ms=int(row.expires_s * 1000))

    return router

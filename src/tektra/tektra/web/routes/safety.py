# SPDX-License-Identifier: Apache-2.0
"""Stop, reset, and what was written down about both."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from tektra.common.access import Role
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import SignedInPerson
from tektra.web.models import robots as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts
from tektra.web.routes.ai import source_of


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/safety."""
    router = APIRouter(prefix="/safety", tags=["safety"])

    @router.get("/state")
    async def state(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.SafetyState:
        """What the gate says; stopped where it is silent."""
        await parts.live.fresh()
        return parts.live.safety()

    @router.post("/stop")
    async def stop(
        body: m.StopAsked | None = None, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.STOP)
    ) -> Done:
        """Stops everything. For everybody, at any rate; answers as soon as it is on its way to gate and drivers."""
        parts.graph.stop(source_of(person), body.reason if body else "")
        return Done(message="stop sent")

    @router.post("/reset")
    async def reset(
        body: m.ResetAsked | None = None, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.COMMAND)
    ) -> Done:
        """Lets robots be asked again, once the cause is gone: after the stop that the person saw, or else that is told now, and
        no newer one. Nothing starts to move by it."""
        asked = body or m.ResetAsked()
        robot, epoch = asked.robot, asked.epoch
        parts.in_time(asked.sent_at_ms, moves=True)
        asked_ms = parts.graph.now_ms()  # before it waits: a stop that comes meanwhile is not meant
        if asked.sent_at_ms is not None:  # nor is one that came while this was on its way
            asked_ms = min(asked_ms, asked.sent_at_ms)
        await parts.live.fresh()
        if epoch is None:
            epoch = parts.live.epoch(robot)
        return Done(message=await parts.client.reset(robot, source_of(person), epoch, asked_ms))

    @router.get("/audit")
    async def audit(
        limit: Annotated[int, Query(ge=1, le=2000)] = 200,
        search: Annotated[str, Query(max_length=100)] = "",
        person: SignedInPerson = guard.needs(Role.OPERATOR),
    ) -> list[m.AuditRecord]:
        """The newest entries first; `search` in any of their texts."""
        wanted = search.casefold()
        found = [
            entry
            for entry in reversed(parts.live.audit)
            if wanted in f"{entry.who} {entry.event} {entry.robot} {entry.skill} {entry.detail}".casefold()
        ]
        return found[:limit]

    return router

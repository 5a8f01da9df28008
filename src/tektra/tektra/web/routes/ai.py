# SPDX-License-Identifier: Apache-2.0
"""Chat, models, conversations, plans."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from tektra.common.access import Role
from tektra.common.graph import Unavailable
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.client import Asker
from tektra.web.leaving import last_of, while_there
from tektra.web.models import talk as m
from tektra.web.models.base import Done, Name
from tektra.web.models.pulling import LockedModel, Pull
from tektra.web.parts import Parts
from tektra.web.socket.sockets import plan_for

Id = Annotated[str, Path(max_length=128, pattern=r"^[A-Za-z0-9._:-]+$")]


def source_of(person: SignedInPerson) -> str:
    """How a person is named where things are asked for and written down."""
    return f"web:{person.name} ({person.role})"


def asker_of(person: SignedInPerson) -> Asker:
    """Whose words the planner is told they are: there, an administrator is an operator."""
    role = min(person.role, Role.OPERATOR)
    return Asker(source_of(person), person.name, str(role))


async def keep_talk(parts: Parts, person: SignedInPerson, answer: m.ChatAnswer) -> None:
    """Writes down whose conversation it is, so that it can be given to them, and deleted with them."""
    if answer.conversation_id:
        await parts.stored(parts.people_store.keep_talk, answer.conversation_id, person.account_id)


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/ai, /conversations and /plans."""
    router = APIRouter()
    _ai(router, parts, guard)
    _pulling(router, parts, guard)
    _conversations(router, parts, guard)
    _plans(router, parts, guard)
    return router


def _ai(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.post("/ai/chat", tags=["ai"])
    async def chat(
        request: Request, body: m.ChatMessage, person: SignedInPerson = guard.needs(Role.GUEST, Kind.CHAT)
    ) -> m.ChatAnswer:
        """Says something to Tektra; answers when all is done. The socket streams it. Who goes away or is signed out meanwhile has
        cancelled it."""
        parts.in_time(body.sent_at_ms)
        asked = parts.client.ask(body.text, body.conversation_id, asker_of(person), body.sent_at_ms)
        answer = await while_there(request, parts.sessions, person, last_of(asked, m.ChatAnswer))
        if answer is None:
            raise Unavailable("the planner ended without an answer", "try again")
        await keep_talk(parts, person, answer)
        return answer

    @router.get("/ai/models", tags=["ai"])
    async def models(
        kind: Annotated[str, Query(max_length=32, pattern="^[a-z_]*$")] = "",
        person: SignedInPerson = guard.needs(Role.OBSERVER),
    ) -> list[m.AiModel]:
        """Models of a kind (llm, stt, tts, detector ...), or all."""
        return await parts.client.models(kind)

    async def change(verb: str, name: Name) -> Done:
        return Done(message=await parts.client.change_model(verb, name))

    @router.post("/ai/models/load", tags=["ai"])
    async def load(body: m.ModelChoice, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)) -> Done:
        """Loads a model into memory."""
        return await change("load", body.name)

    @router.post("/ai/models/unload", tags=["ai"])
    async def unload(
        body: m.ModelChoice, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)
    ) -> Done:
        """Frees a model's memory."""
        return await change("unload", body.name)

    @router.post("/ai/models/select", tags=["ai"])
    async def select(
        body: m.ModelChoice, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)
    ) -> Done:
        """Uses a model from the next request on."""
        return await change("select", body.name)


def _pulling(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/ai/models/lock", tags=["ai"])
    async def lock(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[LockedModel]:
        """Models that can be fetched, how far each is, and those that are here."""
        return await run_in_threadpool(parts.pulls.all)

    @router.post("/ai/models/pull", tags=["ai"], status_code=202)
    async def pull(
        body: m.ModelChoice, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> Pull:
        """Begins to fetch a model of the lock, one at a time; /ai/models/lock tells how far it is."""
        return parts.pulls.start(body.name)

    @router.delete("/ai/models/pull", tags=["ai"])
    async def cancel(person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)) -> Done:
        """Ends it; what arrived is kept for the next time."""
        parts.pulls.cancel()
        return Done(message="cancelled")


def _conversations(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/conversations", tags=["conversations"])
    async def conversations(
        limit: Annotated[int, Query(ge=1, le=500)] = 50, person: SignedInPerson = guard.needs(Role.GUEST)
    ) -> list[m.ConversationInfo]:
        """The newest conversations; a guest's own."""
        if person.role >= Role.OPERATOR:
            return await parts.client.conversations(limit)
        own = set(await parts.stored(parts.people_store.talks, person.account_id))
        found = await parts.client.conversations(0) if own else []
        return [info for info in found if info.conversation_id in own][:limit]

    @router.get("/conversations/{id}", tags=["conversations"])
    async def conversation(id: Id, person: SignedInPerson = guard.needs(Role.GUEST)) -> m.Conversation:
        """One with its messages; of a guest's own."""
        await _may_read(parts, id, person)
        return await parts.client.conversation(id)

    @router.delete("/conversations/{id}", tags=["conversations"])
    async def delete(id: Id, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)) -> Done:
        """Forgets one."""
        done = Done(message=await parts.client.delete_conversation(id))
        parts.live.forget([id])
        return done

    @router.get("/conversations/{id}/export", tags=["conversations"])
    async def export(
        id: Id,
        format: Literal["json", "markdown"] = "markdown",
        person: SignedInPerson = guard.needs(Role.GUEST),
    ) -> m.Exported:
        """One as text; of a guest's own."""
        await _may_read(parts, id, person)
        return await parts.client.export_conversation(id, format)


async def _may_read(parts: Parts, id: str, person: SignedInPerson) -> None:
    """Raises ApiError 404 for a guest who asks for somebody else's: who may not read it does not learn that it is there."""
    if person.role < Role.OPERATOR and id not in await parts.stored(
        parts.people_store.talks, person.account_id
    ):
        raise ApiError(404, "not_found", "there is no such conversation", "ask for the list")


def _plans(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/plans", tags=["plans"])
    async def plans(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.Plan]:
        """The newest plans, as they are now; without what people said for those below operators."""
        return [plan_for(person.role, plan).plan for plan in reversed(parts.live.plans.values())]

    @router.get("/plans/{id}", tags=["plans"])
    async def plan(id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.Plan:
        """One of them."""
        if id not in parts.live.plans:
            raise ApiError(404, "not_found", "there is no such plan", "ask for the list")
        return plan_for(person.role, parts.live.plans[id]).plan

# SPDX-License-Identifier: Apache-2.0
"""The planner's services. Every failure becomes success=false with what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from std_srvs.srv import Trigger

from tektra.common.errors import InputError, TektraError
from tektra.planner.backends import Fact, Store
from tektra.planner.conversation.conversations import READ_FACTS
from tektra.planner.conversation.export import export
from tektra.planner.conversation.store_thread import StoreThread
from tektra.planner.conversation.stores import new_key
from tektra.planner.interface.messages import (
    conversation_info,
    conversation_message,
    fact_message,
    model_info,
)
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.options import PlannerOptions
from tektra.ros.calls import serve
from tektra.ros.offload import awaited, in_thread
from tektra_interfaces.srv import (
    CorrectFact,
    DeleteConversation,
    ExportConversation,
    ForgetFact,
    ForgetPerson,
    GetConversation,
    ListConversations,
    ListFacts,
    ListModels,
    LoadModel,
    RenameConversation,
    SearchConversations,
    SelectModel,
    UnloadModel,
)

T = TypeVar("T")
#: Asked for with 0.
SEARCH_LIMIT, FACTS_LIMIT = 20, 100
TEXT_MAX = 2000
#: Fills in a response in the store's thread, and returns its message.
Fill = Callable[[Any, Any, Store], str]


@dataclass(frozen=True)
class Memory:
    """What is kept, and who must know of changes: `forget` of a deleted conversation, `recall` of all facts that are left."""

    store: StoreThread
    forget: Callable[[str], None]
    recall: Callable[[Sequence[Fact]], None]
    options: PlannerOptions


class Services:
    """/tektra/models/* and /tektra/conversations/*. Models are changed in the pool's thread, which is the model's."""

    def __init__(
        self,
        node: Any,
        *,
        registry: ModelRegistry,
        memory: Memory,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._node = node
        self._registry = registry
        self._store, self._options = memory.store, memory.options
        self._forget, self._recall = memory.forget, memory.recall
        self._pool = pool
        changes = {"load": (LoadModel, registry.load), "unload": (UnloadModel, registry.unload)}
        changes["select"] = (SelectModel, registry.select)
        self._services = [
            serve(node, kind, f"/tektra/models/{verb}", partial(self._change, change))
            for verb, (kind, change) in changes.items()
        ]
        kept: dict[str, tuple[Any, Fill]] = {
            "list": (ListConversations, _list),
            "get": (GetConversation, _get),
            "delete": (DeleteConversation, _delete),
            "export": (ExportConversation, _export),
            "rename": (RenameConversation, _rename),
            "search": (SearchConversations, _search),
            "new_key": (Trigger, self._seal_anew),
        }
        facts: dict[str, tuple[Any, Fill]] = {
            "list": (ListFacts, _facts),
            "correct": (CorrectFact, self._correct),
            "forget": (ForgetFact, _forget_fact),
        }
        named = {f"/tektra/conversations/{verb}": it for verb, it in kept.items()}
        named |= {f"/tektra/facts/{verb}": it for verb, it in facts.items()}
        for name, (kind, fill) in named.items():
            self._services.append(serve(node, kind, name, partial(self._of_store, fill)))
        self._services.append(serve(node, ForgetPerson, "/tektra/facts/forget_person", self._forget_person))
        self._services.append(serve(node, ListModels, "/tektra/models/list", self._models))

    def close(self) -> None:
        for service in self._services:
            self._node.destroy_service(service)

    async def _change(self, change: Callable[[str], str], request: Any, response: Any) -> Any:
        try:
            response.message = await in_thread(self._node, self._pool, partial(change, request.name))
            response.success = True
        except TektraError as error:
            response.success, response.message = False, str(error)
        return response

    def _models(self, request: Any, response: Any) -> Any:
        try:
            response.models = [model_info(entry) for entry in self._registry.entries(request.kind)]
            response.success = True
        except TektraError as error:
            response.success, response.message = False, str(error)
        return response

    async def _of_store(self, fill: Fill, request: Any, response: Any) -> Any:
        """The response, filled in the store's thread; success and message tell how it went."""
        if fill is _delete:  # first of all: an answer that is being made is not kept
            self._forget(request.conversation_id)
        try:
            response.message = await self._ask(lambda store: fill(request, response, store))
            response.success = True
        except TektraError as error:
            response.success, response.message = False, str(error)
        if fill in (self._correct, _forget_fact):
            await self._learn_anew()
        return response

    async def _learn_anew(self) -> None:
        """What is shown to a model and answered from is what the store holds now."""
        with suppress(TektraError):
            self._recall(await self._ask(lambda store: store.facts(READ_FACTS)))

    async def _forget_person(self, request: Any, response: Any) -> Any:
        """Of answers that are being made to that person nothing is kept either."""
        try:
            person = _given(request.person, "person")
            told = await self._ask(lambda store: store.conversations(person=person))
            for info in told:
                self._forget(info.conversation_id)
            count = await self._ask(lambda store: store.forget_person(person))
            response.message = f"forgot {count} conversations with {person}, and what was learned from them"
            response.success = True
        except TektraError as error:
            response.success, response.message = False, str(error)
        await self._learn_anew()
        return response

    def _ask(self, work: Callable[[Store], T]) -> Awaitable[T]:
        return awaited(self._node, self._store.ask(work))

    def _correct(self, request: Any, response: Any, store: Store) -> str:
        now_s = self._node.get_clock().now().nanoseconds * 1e-9
        store.correct_fact(request.fact_id, _given(request.text, "text"), now_s)
        return f"corrected {request.fact_id}"

    def _seal_anew(self, request: Any, response: Any, store: Store) -> str:
        return f"{store.seal_anew(new_key(self._options))} texts are sealed with a new key; older backups need the old one"


def _list(request: Any, response: Any, store: Store) -> str:
    found = store.conversations(request.limit, person=request.person or None)
    response.conversations = [conversation_info(info) for info in found]
    return ""


def _get(request: Any, response: Any, store: Store) -> str:
    response.info = conversation_info(store.conversation(request.conversation_id))
    messages = store.messages(request.conversation_id)
    response.messages = [conversation_message(message) for message in messages]
    return ""


def _delete(request: Any, response: Any, store: Store) -> str:
    store.delete(request.conversation_id)
    return f"deleted {request.conversation_id}"


def _export(request: Any, response: Any, store: Store) -> str:
    info = store.conversation(request.conversation_id)
    response.text = export(info, store.messages(request.conversation_id), request.format)
    return ""


def _rename(request: Any, response: Any, store: Store) -> str:
    store.rename(request.conversation_id, _given(request.title, "title"))
    return f"renamed {request.conversation_id}"


def _search(request: Any, response: Any, store: Store) -> str:
    text = _given(request.text, "text")
    found = store.search(text, person=request.person or None, limit=request.limit or SEARCH_LIMIT)
    response.conversation_ids = [one.conversation_id for one in found]
    response.messages = [conversation_message(one.message) for one in found]
    return ""


def _facts(request: Any, response: Any, store: Store) -> str:
    facts = store.facts(request.limit or FACTS_LIMIT, person=request.person or None)
    response.facts = [fact_message(fact) for fact in facts]
    return ""


def _forget_fact(request: Any, response: Any, store: Store) -> str:
    store.forget_fact(request.fact_id)
    return f"forgot {request.fact_id}"


def _given(text: str, what: str) -> str:
    """Raises InputError for nothing, and for more than anybody means."""
    if not text.strip():
        raise InputError(f"the {what} is empty", f"give a {what}")
    if len(text) > TEXT_MAX:
        raise InputError(f"the {what} has {len(text)} characters", f"give at most {TEXT_MAX}")
    return text.strip()

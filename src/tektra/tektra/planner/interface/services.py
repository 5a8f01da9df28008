# SPDX-License-Identifier: Apache-2.0
"""The planner's services. Every failure becomes success=false with what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tektra.common.errors import TektraError
from tektra.planner.backends import Store
from tektra.planner.conversation.export import export
from tektra.planner.conversation.store_thread import StoreThread
from tektra.planner.interface.messages import conversation_info, conversation_message, model_info
from tektra.planner.models.registry import ModelRegistry
from tektra.ros.calls import serve
from tektra.ros.offload import awaited, in_thread
from tektra_interfaces.srv import (
    DeleteConversation,
    ExportConversation,
    GetConversation,
    ListConversations,
    ListModels,
    LoadModel,
    SelectModel,
    UnloadModel,
)


class Services:
    """/tektra/models/* and /tektra/conversations/*. Models are changed in the pool's thread, which is the model's."""

    def __init__(
        self,
        node: Any,
        *,
        registry: ModelRegistry,
        store: StoreThread,
        forget: Callable[[str], None],
        pool: ThreadPoolExecutor,
    ) -> None:
        self._node = node
        self._registry = registry
        self._store = store
        self._forget = forget
        self._pool = pool
        changes = {"load": (LoadModel, registry.load), "unload": (UnloadModel, registry.unload)}
        changes["select"] = (SelectModel, registry.select)
        self._services = [
            serve(node, kind, f"/tektra/models/{verb}", partial(self._change, change))
            for verb, (kind, change) in changes.items()
        ]
        kept = {
            "list": (ListConversations, _list),
            "get": (GetConversation, _get),
            "delete": (DeleteConversation, _delete),
            "export": (ExportConversation, _export),
        }
        for name, (kind, fill) in kept.items():
            handler = partial(self._of_store, fill)
            self._services.append(serve(node, kind, f"/tektra/conversations/{name}", handler))
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

    async def _of_store(self, fill: Callable[[Any, Any, Store], str], request: Any, response: Any) -> Any:
        """The response, filled in the store's thread; success and message tell how it went."""
        if fill is _delete:  # first of all: an answer that is being made is not kept
            self._forget(request.conversation_id)
        try:
            response.message = await awaited(
                self._node, self._store.ask(lambda store: fill(request, response, store))
            )
            response.success = True
        except TektraError as error:
            response.success, response.message = False, str(error)
        return response


def _list(request: Any, response: Any, store: Store) -> str:
    response.conversations = [conversation_info(info) for info in store.conversations(request.limit)]
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

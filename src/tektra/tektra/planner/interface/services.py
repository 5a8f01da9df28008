# SPDX-License-Identifier: Apache-2.0
"""The planner's services. Every failure becomes success=false with what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tektra.common.errors import TektraError
from tektra.planner.backends import Store
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.export import export
from tektra.planner.interface.messages import conversation_info, conversation_message, model_info
from tektra.planner.models.registry import ModelRegistry
from tektra.ros.calls import serve
from tektra.ros.offload import in_thread
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
        store: Store,
        conversations: Conversations,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._node = node
        self._registry = registry
        self._store = store
        self._talk = conversations
        self._pool = pool
        changes = {"load": (LoadModel, registry.load), "unload": (UnloadModel, registry.unload)}
        changes["select"] = (SelectModel, registry.select)
        self._services = [
            serve(node, kind, f"/tektra/models/{verb}", partial(self._change, change))
            for verb, (kind, change) in changes.items()
        ]
        handlers = {
            "models/list": (ListModels, self._models),
            "conversations/list": (ListConversations, self._conversations),
            "conversations/get": (GetConversation, self._get),
            "conversations/delete": (DeleteConversation, self._delete),
            "conversations/export": (ExportConversation, self._export),
        }
        for name, (kind, fill) in handlers.items():
            handler = partial(_answered, fill)
            self._services.append(serve(node, kind, f"/tektra/{name}", handler))

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

    def _models(self, request: Any, response: Any) -> str:
        response.models = [model_info(entry) for entry in self._registry.entries(request.kind)]
        return ""

    def _conversations(self, request: Any, response: Any) -> str:
        response.conversations = [
            conversation_info(info) for info in self._store.conversations(request.limit)
        ]
        return ""

    def _get(self, request: Any, response: Any) -> str:
        response.info = conversation_info(self._store.conversation(request.conversation_id))
        messages = self._store.messages(request.conversation_id)
        response.messages = [conversation_message(message) for message in messages]
        return ""

    def _delete(self, request: Any, response: Any) -> str:
        self._store.delete(request.conversation_id)
        self._talk.forget_if_current(request.conversation_id)
        return f"deleted {request.conversation_id}"

    def _export(self, request: Any, response: Any) -> str:
        info = self._store.conversation(request.conversation_id)
        response.text = export(info, self._store.messages(request.conversation_id), request.format)
        return ""


def _answered(fill: Callable[[Any, Any], str], request: Any, response: Any) -> Any:
    """The response, filled; success and message tell how it went."""
    try:
        response.message = fill(request, response)
        response.success = True
    except TektraError as error:
        response.success, response.message = False, str(error)
    return response

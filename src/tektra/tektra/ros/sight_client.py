# SPDX-License-Identifier: Apache-2.0
"""Asks vision what only a camera can answer, without waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from rclpy.task import Future

from tektra.ros.calls import service_client
from tektra_interfaces.srv import Analyze

ANALYZE = "/tektra/vision/analyze"
#: Reading text takes seconds on a busy machine; an answer that is later is none.
ANSWER_S = 20.0
MOST_CHARS = 600


class SightClient:
    """`on_answer(request_id, text)` is called once for each question, with "" when vision is not there or does not answer, on the
    node's executor."""

    def __init__(self, node: Node, on_answer: Callable[[str, str], None]) -> None:
        self._node = node
        self._on_answer = on_answer
        self._client = service_client(node, Analyze, ANALYZE)
        self._asked: dict[str, Any] = {}

    def ask(self, request_id: str, words: str) -> None:
        """A question in the person's own words."""
        if not self._client.service_is_ready():
            return self._on_answer(request_id, "")
        call = self._client.call_async(Analyze.Request(question=words))
        self._asked[request_id] = self._node.create_timer(ANSWER_S, lambda: self._end(request_id, ""))
        call.add_done_callback(lambda answered: self._answered(request_id, answered))
        return None

    def close(self) -> None:
        for timer in self._asked.values():
            self._node.destroy_timer(timer)
        self._asked = {}
        self._node.destroy_client(self._client)

    def _answered(self, request_id: str, answered: Future) -> None:
        result = answered.result()
        text = (result.description if result.success else result.message) if result is not None else ""
        self._end(request_id, " ".join(text.split())[:MOST_CHARS])

    def _end(self, request_id: str, text: str) -> None:
        timer = self._asked.pop(request_id, None)
        if timer is not None:
            self._node.destroy_timer(timer)
            self._on_answer(request_id, text)

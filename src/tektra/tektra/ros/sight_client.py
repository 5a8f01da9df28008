# SPDX-License-Identifier: Apache-2.0
"""Asks vision what only a camera can answer, without waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from rclpy.node import Node
from rclpy.task import Future

from tektra.ros.calls import is_there, service_client
from tektra_interfaces.srv import Analyze

ANALYZE = "/tektra/vision/analyze"
#: Reading text takes seconds on a busy machine; an answer that is later is none.
ANSWER_S = 20.0
#: How often those that wait look whether vision is still there.
LOOK_S = 0.5
MOST_CHARS = 600


class SightClient:
    """`on_answer(request_id, text)` is called once for each question, with "" when vision is not there or does not answer, on the
    node's executor."""

    def __init__(self, node: Node, on_answer: Callable[[str, str], None]) -> None:
        self._node = node
        self._on_answer = on_answer
        self._client = service_client(node, Analyze, ANALYZE)
        self._asked_s: dict[str, float] = {}
        self._timer = node.create_timer(LOOK_S, self._look)

    def ask(self, request_id: str, words: str) -> None:
        """A question in the person's own words."""
        if not is_there(self._node, self._client):
            return self._on_answer(request_id, "")
        self._asked_s[request_id] = time.monotonic()
        call = self._client.call_async(Analyze.Request(question=words))
        call.add_done_callback(lambda answered: self._answered(request_id, answered))
        return None

    def close(self) -> None:
        self._node.destroy_timer(self._timer)
        self._asked_s = {}
        self._node.destroy_client(self._client)

    def _answered(self, request_id: str, answered: Future) -> None:
        result = answered.result()
        text = (result.description if result.success else result.message) if result is not None else ""
        self._end(request_id, " ".join(text.split())[:MOST_CHARS])

    def _look(self) -> None:
        """A question ends unanswered when vision is gone, or takes too long."""
        if not self._asked_s:
            return
        gone, now_s = not is_there(self._node, self._client), time.monotonic()
        for request_id, asked_s in list(self._asked_s.items()):
            if gone or now_s - asked_s > ANSWER_S:
                self._end(request_id, "")

    def _end(self, request_id: str, text: str) -> None:
        if self._asked_s.pop(request_id, None) is not None:
            self._on_answer(request_id, text)

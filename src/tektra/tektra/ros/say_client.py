# SPDX-License-Identifier: Apache-2.0
"""Has sentences spoken by /tektra/say, in order, without waiting for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.action import ActionClient
from rclpy.node import Node

from tektra_interfaces.action import Say


class SayClient:
    """`say` queues a sentence at speech_out; where nobody speaks it is dropped and counted. On the node's
    executor."""

    def __init__(self, node: Node) -> None:
        self.dropped = 0
        self._client = ActionClient(node, Say, "/tektra/say")
        self._speaking: dict[int, Any] = {}
        self._count = 0

    def say(self, text: str, done: Callable[[bool], None] = lambda spoken: None) -> None:
        """`done(spoken)` is called when it was spoken to its end, or not."""
        if not text.strip() or not self._client.server_is_ready():
            self.dropped += bool(text.strip())
            done(not text.strip())
            return
        self._count += 1
        number = self._count
        sending = self._client.send_goal_async(Say.Goal(text=text))
        sending.add_done_callback(lambda answer: self._accepted(number, answer.result(), done))

    def hush(self) -> None:
        """Ends what is being spoken or waits to be."""
        for handle in self._speaking.values():
            handle.cancel_goal_async()

    def close(self) -> None:
        self._client.destroy()

    def _accepted(self, number: int, handle: Any, done: Callable[[bool], None]) -> None:
        if not handle.accepted:
            done(False)
            return

        def ended(answer: Any) -> None:
            self._speaking.pop(number, None)
            done(bool(answer.result().result.success))

        self._speaking[number] = handle
        handle.get_result_async().add_done_callback(ended)

# SPDX-License-Identifier: Apache-2.0
"""The action /tektra/ask: goals become requests, and whoever answers them feeds back and finishes by their
id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.action import CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node
from rclpy.task import Future

from tektra.common.trace import id_in
from tektra.ros.calls import action_server
from tektra.ros.traces import whole_id_of
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import Plan

_GOOD = (Ask.Result.OUTCOME_ANSWERED, Ask.Result.OUTCOME_DONE)


class AskServer:
    """`on_ask(request_id, goal)` and `on_cancel(request_id)` are called on the executor; finish() ends a
    goal."""

    def __init__(
        self, node: Node, *, on_ask: Callable[[str, Ask.Goal], None], on_cancel: Callable[[str], None]
    ) -> None:
        self._on_ask = on_ask
        self._on_cancel = on_cancel
        self._goals: dict[str, tuple[ServerGoalHandle, Future]] = {}
        self._server = action_server(
            node, Ask, "/tektra/ask", execute=self._execute, cancel_callback=self._canceling
        )

    def feedback(self, request_id: str, *, delta: str, plan: Plan) -> None:
        """For a request that did not come by the action nothing happens."""
        if request_id in self._goals:
            self._goals[request_id][0].publish_feedback(Ask.Feedback(delta=delta, plan=plan))

    def finish(self, request_id: str, result: Ask.Result) -> None:
        if request_id in self._goals and not self._goals[request_id][1].done():
            self._goals[request_id][1].set_result(result)

    def close(self) -> None:
        self._server.destroy()

    async def _execute(self, handle: ServerGoalHandle) -> Ask.Result:
        request_id, future = id_in(whole_id_of(handle.goal_id)), Future()  # the trace of whoever asks
        self._goals[request_id] = (handle, future)
        try:
            self._on_ask(request_id, handle.request)
            if handle.is_cancel_requested:
                self._on_cancel(request_id)
            result: Ask.Result = await future
        finally:
            del self._goals[request_id]
        if result.outcome in _GOOD:
            handle.succeed()
        elif handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return result

    def _canceling(self, handle: Any) -> CancelResponse:
        for request_id, (known, _) in list(self._goals.items()):
            if known.goal_id == handle.goal_id:
                self._on_cancel(request_id)
        return CancelResponse.ACCEPT

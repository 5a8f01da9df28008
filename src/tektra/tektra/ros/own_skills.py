# SPDX-License-Identifier: Apache-2.0
"""Carries out Tektra's own skills on /tektra/run_skill: say, look, express, remember, wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rclpy.action import CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node
from rclpy.task import Future

from tektra.ros.calls import action_server, service_client
from tektra.ros.say_client import SayClient
from tektra_interfaces.action import RunSkill
from tektra_interfaces.srv import SetExpression

Arguments = dict[str, Any]
SUCCEEDED, FAILED, REFUSED, CANCELED = "succeeded", "failed", "refused", "canceled"
#: How long the avatar may take to answer: it does at once, or is gone.
EXPRESS_S = 2.0


@dataclass(frozen=True)
class Faculties:
    """What the skills need. `check(skill, arguments)` gives the arguments, or why not; `scene()` what is
    seen, or "". `tone(text)`: language and emotion of words that are to be said."""

    check: Callable[[str, str], tuple[Arguments, str]]
    scene: Callable[[], str]
    remember: Callable[[str], None]
    say: SayClient
    tone: Callable[[str], tuple[str, str]] = lambda text: ("", "")


class OwnSkills:
    """All on the node's executor; goals may run at the same time."""

    def __init__(self, node: Node, faculties: Faculties) -> None:
        self._node = node
        self._can = faculties
        self._waiting: dict[bytes, Future] = {}
        self._express_client = service_client(node, SetExpression, "/tektra/avatar/express")
        self._server = action_server(
            node, RunSkill, "/tektra/run_skill", execute=self._execute, cancel_callback=self._cancel
        )
        self._verbs = {
            "say": self._say,
            "look": self._look,
            "express": self._express,
            "remember": self._remember,
            "wait": self._wait,
        }

    def close(self) -> None:
        for future in self._waiting.values():
            _settle(future, (CANCELED, "the planner ends"))
        self._server.destroy()
        self._node.destroy_client(self._express_client)

    async def _execute(self, handle: ServerGoalHandle) -> RunSkill.Result:
        goal = handle.request
        arguments, problem = self._can.check(goal.skill, goal.arguments)
        if problem:
            handle.abort()
            return RunSkill.Result(outcome=REFUSED, message=problem, result="{}")
        future = self._waiting[bytes(handle.goal_id.uuid)] = Future()
        try:
            self._verbs[goal.skill](arguments, future)
            outcome, message = await future
        finally:
            del self._waiting[bytes(handle.goal_id.uuid)]
        if outcome == SUCCEEDED:
            handle.succeed()
        elif outcome == CANCELED and handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return RunSkill.Result(outcome=outcome, message=message, result=json.dumps({}))

    def _cancel(self, handle: Any) -> CancelResponse:
        if future := self._waiting.get(bytes(handle.goal_id.uuid)):
            _settle(future, (CANCELED, "canceled"))
        return CancelResponse.ACCEPT

    def _say(self, arguments: Arguments, future: Future) -> None:
        def done(spoken: bool) -> None:
            _settle(
                future,
                (SUCCEEDED, "said it") if spoken else (FAILED, "nobody speaks: is speech_out running?"),
            )

        self._can.say.say(arguments["text"], *self._can.tone(arguments["text"]), done=done)

    def _look(self, arguments: Arguments, future: Future) -> None:
        seen = self._can.scene()
        if not seen:
            return _settle(future, (FAILED, "no picture came lately: is vision running?"))
        self._can.say.say(seen, *self._can.tone(seen))
        return _settle(future, (SUCCEEDED, seen))

    def _express(self, arguments: Arguments, future: Future) -> None:
        if not self._express_client.service_is_ready():
            return _settle(future, (FAILED, "there is no face: is the avatar running?"))
        request = SetExpression.Request(expression=arguments["expression"], intensity=1.0)
        call = self._express_client.call_async(request)

        def done(answered: Future) -> None:
            self._node.destroy_timer(limit)
            answer = answered.result()
            _settle(future, (SUCCEEDED if answer.success else FAILED, answer.message))

        def over() -> None:
            self._node.destroy_timer(limit)
            self._express_client.remove_pending_request(call)
            _settle(future, (FAILED, "the face did not answer: is the avatar running?"))

        limit = self._node.create_timer(EXPRESS_S, over)
        call.add_done_callback(done)
        return None

    def _remember(self, arguments: Arguments, future: Future) -> None:
        self._can.remember(arguments["text"])
        _settle(future, (SUCCEEDED, "will remember it"))

    def _wait(self, arguments: Arguments, future: Future) -> None:
        seconds = float(arguments["seconds"])

        def over() -> None:
            self._node.destroy_timer(timer)
            _settle(future, (SUCCEEDED, f"waited {seconds:g} s"))

        timer = self._node.create_timer(max(seconds, 0.001), over)


def _settle(future: Future, value: tuple[str, str]) -> None:
    if not future.done():
        future.set_result(value)

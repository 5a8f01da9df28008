# SPDX-License-Identifier: Apache-2.0
"""Has skills carried out by `/<robot>/run_skill`, and notices a server that died with a goal."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient
from rclpy.node import Node

from tektra.common.trace import id_in
from tektra.ros.calls import action_client, is_served_here, servers_of
from tektra.ros.traces import goal_uuid, tell
from tektra_interfaces.action import RunSkill

#: Whose goal it is: a request and a step of its plan.
Key = tuple[str, int]
#: The outcome of a goal whose robot, or whose skills, were lost on the way.
LOST = "lost"
#: How long a server may take to appear, and a goal to be answered.
ANSWER_S = 5.0
#: How often running goals are looked after.
LOOK_S = 0.1


@dataclass
class _Goal:
    robot: str
    message: RunSkill.Goal
    asked_s: float
    sent: bool = False
    handle: Any = None
    cancel: bool = False
    server: frozenset[bytes] = field(default_factory=frozenset)


class SkillClients:
    """One goal for each key. `on_end(key, outcome, message)` comes once for each, never from within send().

    `on_progress(key, share, status)` comes with each feedback. All is on the node's executor.
    """

    def __init__(
        self,
        node: Node,
        *,
        on_progress: Callable[[Key, float, str], None],
        on_end: Callable[[Key, str, str], None],
    ) -> None:
        self._node = node
        self._on_progress = on_progress
        self._on_end = on_end
        self._clients: dict[str, ActionClient] = {}
        self._goals: dict[Key, _Goal] = {}
        self._timer = node.create_timer(LOOK_S, self._look)

    def send(self, key: Key, robot: str, *, skill: str, arguments: str, source: str) -> None:
        """Asks a robot to carry out a skill, as soon as its server is there."""
        message = RunSkill.Goal(skill=skill, arguments=arguments, source=source)
        self._goals[key] = _Goal(robot, message, self._now_s())
        self._try(key)

    def expect(self, robots: Collection[str]) -> None:
        """Makes the clients of these robots, so that their servers are found before somebody is in a hurry, and drops all idle others."""
        for robot in robots:
            self._client(robot)
        used = {*robots, *(goal.robot for goal in self._goals.values())}
        for robot in self._clients.keys() - used:
            self._clients.pop(robot).destroy()

    def cancel(self, key: Key) -> None:
        """Asks for the end of a goal; its end still comes by on_end."""
        goal = self._goals.get(key)
        if goal is None:
            return
        goal.cancel = True
        if goal.handle is not None:
            goal.handle.cancel_goal_async()

    def close(self) -> None:
        """Cancels what runs and forgets it."""
        for key in list(self._goals):
            self.cancel(key)
        self._goals.clear()
        self._node.destroy_timer(self._timer)
        for client in self._clients.values():
            client.destroy()
        self._clients.clear()

    def _client(self, robot: str) -> ActionClient:
        if robot not in self._clients:
            self._clients[robot] = action_client(self._node, RunSkill, f"/{robot}/run_skill")
        return self._clients[robot]

    def _try(self, key: Key) -> None:
        goal = self._goals[key]
        client = self._client(goal.robot)
        if goal.sent or not is_served_here(self._node, client, f"/{goal.robot}/run_skill"):
            return
        goal.sent, goal.asked_s, goal.server = True, self._now_s(), self._server(goal.robot)
        goal.message.stamp = self._node.get_clock().now().to_msg()
        goal_id = id_in(key[0])
        tell(self._node, "handed_on", goal_id, robot=goal.robot, skill=goal.message.skill[:60], step=key[1])
        sending = client.send_goal_async(
            goal.message,
            feedback_callback=lambda m: self._feedback(key, m.feedback),
            goal_uuid=goal_uuid(goal_id),
        )
        sending.add_done_callback(lambda done: self._answered(key, goal, done.result()))

    def _answered(self, key: Key, goal: _Goal, handle: Any) -> None:
        if self._goals.get(key) is not goal:
            if handle.accepted:
                handle.cancel_goal_async()  # it was given up while the answer was on its way
            return
        if not handle.accepted:
            self._end(key, "refused", f"{goal.robot} did not accept it")
            return
        goal.handle = handle
        if goal.cancel:
            handle.cancel_goal_async()
        result = handle.get_result_async()
        result.add_done_callback(lambda done: self._result(key, goal, done.result()))

    def _result(self, key: Key, goal: _Goal, answer: Any) -> None:
        if self._goals.get(key) is not goal:
            return
        default = {GoalStatus.STATUS_SUCCEEDED: "succeeded", GoalStatus.STATUS_CANCELED: "canceled"}
        outcome = answer.result.outcome or default.get(answer.status, "failed")
        outcome = LOST if _is_lost(answer.result.result) else outcome
        self._end(key, outcome, answer.result.message)

    def _feedback(self, key: Key, feedback: RunSkill.Feedback) -> None:
        if key in self._goals:
            self._on_progress(key, feedback.progress, feedback.status)

    def _look(self) -> None:
        now_s = self._now_s()
        for key, goal in list(self._goals.items()):
            if not goal.sent and goal.cancel:
                self._end(key, "canceled", "it was canceled before it began")
            elif not goal.sent:
                self._try(key)
                if not goal.sent and now_s - goal.asked_s > ANSWER_S:
                    self._end(key, LOST, f"nobody carries out skills for {goal.robot}")
            elif goal.handle is None and now_s - goal.asked_s > ANSWER_S:
                self._end(key, LOST, f"{goal.robot} did not answer")
            elif goal.server and goal.server.isdisjoint(self._server(goal.robot)):
                self._end(key, LOST, f"the skills of {goal.robot} stopped working")

    def _end(self, key: Key, outcome: str, message: str) -> None:
        goal = self._goals.pop(key)
        took_ms = (self._now_s() - goal.asked_s) * 1000.0
        tell(self._node, "got_back", key[0], robot=goal.robot, step=key[1], outcome=outcome, took_ms=took_ms)
        self._on_end(key, outcome, message)

    def _server(self, robot: str) -> frozenset[bytes]:
        return servers_of(self._node, f"/{robot}/run_skill")

    def _now_s(self) -> float:
        return float(self._node.get_clock().now().nanoseconds * 1e-9)


def _is_lost(result: str) -> bool:
    """Whether the skills say that they lost their robot."""
    try:
        told = json.loads(result or "{}")
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get(LOST) is True

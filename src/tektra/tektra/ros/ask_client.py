# SPDX-License-Identifier: Apache-2.0
"""Asks Tektra by the action /tektra/ask, for whoever wants no more of the answer than that it is given."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node

from tektra.ros.calls import action_client, is_served_here
from tektra.ros.traces import goal_uuid
from tektra_interfaces.action import Ask

ACTION = "/tektra/ask"


class AskClient:
    """On the node's executor."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._client = action_client(node, Ask, ACTION)

    def ask(self, text: str, *, source: str, channel: str, whole_id: str, stamp: Any) -> bool:
        """False when nobody is there to answer. `channel`: whose conversation it goes on in; `stamp`: when it was asked."""
        if not is_served_here(self._node, self._client, ACTION):
            return False
        goal = Ask.Goal(text=text, source=source, channel=channel, stamp=stamp)
        self._client.send_goal_async(goal, goal_uuid=goal_uuid(whole_id))
        return True

    def close(self) -> None:
        """Asks no more."""
        self._client.destroy()

# SPDX-License-Identifier: Apache-2.0
"""The names of the robots that the safety gate knows, for whoever hears of one by name, and whether any is moved."""

from __future__ import annotations

from typing import Any

from tektra.ros.qos import LATCHED
from tektra_interfaces.msg import SafetyState


class RobotsHere:
    """`names`, and whether a goal moves any of them (`moved`), as of the gate's last word; none before it. On the node's executor, readable from any thread."""

    def __init__(self, node: Any) -> None:
        self.names: frozenset[str] = frozenset()
        self.moved = False
        node.create_subscription(SafetyState, "/safety/state", self._heard, LATCHED)

    def _heard(self, message: SafetyState) -> None:
        self.names = frozenset(state.robot for state in message.robots)
        self.moved = any(state.goal_id for state in message.robots)

# SPDX-License-Identifier: Apache-2.0
"""Whether a voice speaks now: /humans/voices/<id>/is_speaking, a state with an end.

Whoever comes later has it at once; a speaker says again every REPEAT_S that it still speaks, and one that has not for END_S (it
was killed, hangs, or lost its link) speaks no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from rclpy.node import Node
from std_msgs.msg import Bool

from tektra.ros.lateness import message_age_s
from tektra.ros.qos import LATCHED
from tektra.ros.states import hear_state

REPEAT_S, END_S, LOOK_S = 0.5, 2.0, 0.25


def topic_of(voice: str) -> str:
    return f"/humans/voices/{voice}/is_speaking"


class SpeakingPublisher:
    """Tells of one voice. `tell` from any thread."""

    def __init__(self, node: Node, voice: str) -> None:
        self._speaks = False
        self._publisher = node.create_publisher(Bool, topic_of(voice), LATCHED)
        node.create_timer(REPEAT_S, self._repeat)

    def tell(self, speaks: bool) -> None:
        self._speaks = speaks
        self._publisher.publish(Bool(data=speaks))

    def _repeat(self) -> None:
        if self._speaks:
            self._publisher.publish(Bool(data=True))


class SpeakingWatch:
    """Hears of one voice. `on_change(speaks)` on the node's executor; silence is assumed until the first word of it."""

    def __init__(self, node: Node, voice: str, on_change: Callable[[bool], None]) -> None:
        self._node = node
        self._on_change = on_change
        self._speaks, self._until_s = False, 0.0
        self._subscriptions = hear_state(node, Bool, topic_of(voice), self._heard)
        self._timer = node.create_timer(LOOK_S, self._look)

    def close(self) -> None:
        """Hears no more of it."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)

    def _heard(self, message: Bool, info: Mapping[str, Any]) -> None:
        left_s = END_S - abs(message_age_s(info))
        self._until_s = time.monotonic() + left_s
        self._set(bool(message.data) and left_s > 0.0)

    def _look(self) -> None:
        if time.monotonic() > self._until_s:
            self._set(False)

    def _set(self, speaks: bool) -> None:
        if speaks != self._speaks:
            self._speaks = speaks
            self._on_change(speaks)

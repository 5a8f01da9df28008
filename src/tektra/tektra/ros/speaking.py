# SPDX-License-Identifier: Apache-2.0
"""Whether a voice speaks now: /humans/voices/<id>/is_speaking, a state with an end.

Whoever comes later has it at once. Tektra's own nodes say again every REPEAT_S that a voice still speaks: one of whom that was
heard and then was not for END_S hangs, or lost its link, and speaks no more. A stranger says it once: that holds for ONCE_S. Whoever
left the graph speaks no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from rclpy.node import Node
from std_msgs.msg import Bool

from tektra.ros.lateness import message_age_s
from tektra.ros.living import count_living
from tektra.ros.publishers import tell
from tektra.ros.qos import LATCHED
from tektra.ros.states import hear_state

REPEAT_S, END_S, ONCE_S, LOOK_S = 0.5, 2.0, 60.0, 0.25


def topic_of(voice: str) -> str:
    return f"/humans/voices/{voice}/is_speaking"


class SpeakingPublisher:
    """Tells of one voice. `tell` from any thread."""

    def __init__(self, node: Node, voice: str) -> None:
        self._node, self._speaks = node, False
        self._publisher = node.create_publisher(Bool, topic_of(voice), LATCHED)
        node.create_timer(REPEAT_S, self._repeat)

    def tell(self, speaks: bool) -> None:
        self._speaks = speaks
        tell(self._node, self._publisher, Bool(data=speaks))

    def _repeat(self) -> None:
        if self._speaks:
            self._publisher.publish(Bool(data=True))


class SpeakingWatch:
    """Hears of one voice. `on_change(speaks)` on the node's executor; silence is assumed until the first word of it."""

    def __init__(self, node: Node, voice: str, on_change: Callable[[bool], None]) -> None:
        self._node = node
        self._on_change = on_change
        self._topic = topic_of(voice)
        self._speaks, self._repeats, self._sent_ns, self._until_s = False, False, 0, 0.0
        self._subscriptions = hear_state(node, Bool, topic_of(voice), self._heard)
        self._timer = node.create_timer(LOOK_S, self._look)

    def close(self) -> None:
        """Hears no more of it."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)

    def _heard(self, message: Bool, info: Mapping[str, Any]) -> None:
        sent_ns, now_s = int(info["source_timestamp"]), time.monotonic()
        if self._speaks and message.data and sent_ns != self._sent_ns:
            self._repeats = True
        elif not message.data:
            self._repeats = False
        self._sent_ns = sent_ns
        left_s = (END_S if self._repeats else ONCE_S) - abs(message_age_s(info))
        self._until_s = now_s + left_s
        self._set(bool(message.data) and left_s > 0.0)

    def _look(self) -> None:
        gone = self._speaks and count_living(self._node, self._topic) == 0
        if gone or time.monotonic() > self._until_s:
            self._repeats = False
            self._set(False)

    def _set(self, speaks: bool) -> None:
        if speaks != self._speaks:
            self._speaks = speaks
            self._on_change(speaks)

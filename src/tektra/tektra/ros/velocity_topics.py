# SPDX-License-Identifier: Apache-2.0
"""`cmd_vel_request` (TwistStamped) and `cmd_vel_request_unstamped` (Twist): velocities from outside, which the gate judges.

Two names, since a topic of DDS has one type.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

from geometry_msgs.msg import Twist, TwistStamped
from rclpy.node import Node

from tektra.ros.clock import seconds
from tektra.ros.living import Speakers
from tektra.ros.publishers import publisher_of, publishers
from tektra.ros.qos import SENSOR

STAMPED, UNSTAMPED = "cmd_vel_request", "cmd_vel_request_unstamped"
LOOK_S = 0.5
#: What a middleware that does not count a publisher's messages says is more.
NUMBERED = 1 << 63


class OnVelocity(Protocol):
    """The velocity (m/s, rad/s), all who send, its age in s, which publisher sent this one (ros/publishers.py: publisher_of) as
    its how many-th message (0: not told), and the frame that it names (empty: none)."""

    def __call__(
        self, twist: Twist, senders: list[str], *, age_s: float, sender: tuple[str, int], frame: str
    ) -> None: ...


class VelocityTopics:
    """One robot's. All on the node's executor. Its age is the message's stamp's or the middleware's, whichever is further
    from now: one of the future is no better than an old one."""

    def __init__(self, node: Node, on_velocity: OnVelocity) -> None:
        self._node, self._on_velocity = node, on_velocity
        self._senders: list[str] = []
        self._speakers = Speakers(node)
        heard = (
            node.create_subscription(TwistStamped, STAMPED, self._on_stamped, SENSOR),
            node.create_subscription(Twist, UNSTAMPED, self._on_plain, SENSOR),
        )
        self._topics = [subscription.topic_name for subscription in heard]
        node.create_timer(LOOK_S, self._look)

    def _look(self) -> None:
        self._senders = [name for topic in self._topics for name in publishers(self._node, topic)]

    def _on_stamped(self, message: TwistStamped, sent: dict[str, Any]) -> None:
        stamp_s = seconds(message.header.stamp)
        age_s = self._node.get_clock().now().nanoseconds * 1e-9 - stamp_s if stamp_s else 0.0
        self._hear(message.twist, age_s, sent, message.header.frame_id)

    def _on_plain(self, message: Twist, sent: dict[str, Any]) -> None:
        self._hear(message, 0.0, sent, "")

    def _hear(self, twist: Twist, age_s: float, sent: dict[str, Any], frame: str) -> None:
        sent_ns = sent["source_timestamp"]
        if sent_ns > 0:
            age_s = max(age_s, time.time() - sent_ns * 1e-9, key=abs)
        if sum(map(self._speakers.count, self._topics)) > max(1, len(self._senders)):
            self._look()  # two at once: who came last is known before it steers
        number = sent["publication_sequence_number"]
        sender = (publisher_of(sent), number if number < NUMBERED else 0)
        self._on_velocity(twist, self._senders, age_s=age_s, sender=sender, frame=frame)

# SPDX-License-Identifier: Apache-2.0
"""Subscriptions and timers that a node gives up together."""

from __future__ import annotations

from collections.abc import Sequence

from rclpy.node import Node
from rclpy.subscription import Subscription
from rclpy.timer import Timer


class Destroyed:
    """`close` destroys them all."""

    def __init__(self, node: Node, *, subscriptions: Sequence[Subscription], timers: Sequence[Timer]) -> None:
        self._node = node
        self._subscriptions = subscriptions
        self._timers = timers

    def close(self) -> None:
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        for timer in self._timers:
            self._node.destroy_timer(timer)

# SPDX-License-Identifier: Apache-2.0
"""A topic that is there from its first message on: what a robot does not have shows in no list of topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile

from tektra.ros.publishers import heard


class LatePublisher:
    """Publishes as a publisher does, and makes a message only where somebody hears it. One thread."""

    def __init__(self, node: Node, cls: type, topic: str, qos: QoSProfile) -> None:
        self._node, self._cls, self._topic, self._qos = node, cls, topic, qos
        self._publisher: Publisher | None = None

    def publish(self, make: Callable[[], Any]) -> None:
        if self._publisher is None:
            self._publisher = self._node.create_publisher(self._cls, self._topic, self._qos)
        if heard(self._publisher):
            self._publisher.publish(make())

# SPDX-License-Identifier: Apache-2.0
"""The topics of the sensors that see obstacles: bytes in, plain values out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rclpy.node import Node

from tektra.ros.cdr import interface
from tektra.ros.qos import SENSOR

TYPES = {
    "scan": "sensor_msgs/msg/LaserScan",
    "cloud": "sensor_msgs/msg/PointCloud2",
    "range": "sensor_msgs/msg/Range",
    "bumper": "std_msgs/msg/Bool",
}


class ObstacleTopics:
    """Subscribes to each sensor. `hear(robot, name, kind, data)` may raise ValueError: `fault` then tells which and why."""

    def __init__(self, node: Node, hear: Callable[[str, str, str, bytes], None]) -> None:
        self._node, self._hear = node, hear
        self.fault = ""

    def add(self, robot: str, name: str, kind: str, topic: str) -> None:
        """One more sensor. Raises InputError for a type that is not installed."""
        take = partial(self._take, robot, name, kind)
        self._node.create_subscription(interface(TYPES[kind]), topic, take, SENSOR, raw=True)

    def _take(self, robot: str, name: str, kind: str, data: bytes) -> None:
        try:
            self._hear(robot, name, kind, data)
        except ValueError as error:
            self.fault = f"{robot}/{name}: {error}"

# SPDX-License-Identifier: Apache-2.0
"""The topics of the sensors that see obstacles: bytes in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from rclpy.node import Node

from tektra.ros.cdr import interface
from tektra.ros.lateness import message_age_s
from tektra.ros.living import Speakers
from tektra.ros.qos import SENSOR
from tektra.ros.sensor_cdr import Floats, read_bool, read_scan

TYPES = {
    "scan": "sensor_msgs/msg/LaserScan",
    "cloud": "sensor_msgs/msg/PointCloud2",
    "range": "sensor_msgs/msg/Range",
    "bumper": "std_msgs/msg/Bool",
}


class ObstacleTopics:
    """Subscribes to each sensor. `hear(robot, name, kind, data, late_s)` may raise ValueError: `fault` then tells which and
    why, until it says something that is believed; it was sent `late_s` ago by the middleware. A topic on which several speak says
    nothing, but that a bumper is pressed."""

    def __init__(self, node: Node, hear: Callable[[str, str, str, bytes, float], None]) -> None:
        self._node, self._hear = node, hear
        self._speakers = Speakers(node)
        self._faults: dict[str, str] = {}

    @property
    def fault(self) -> str:
        """Of which sensors the newest word is not believed, and why."""
        return "; ".join(f"{sensor}: {why}" for sensor, why in self._faults.items())

    def add(self, robot: str, name: str, kind: str, topic: str) -> None:
        """One more sensor. Raises InputError for a type that is not installed."""
        take = partial(self._take, robot, name, kind, self._node.resolve_topic_name(topic))
        self._node.create_subscription(interface(TYPES[kind]), topic, take, SENSOR, raw=True)

    def _take(
        self, robot: str, name: str, kind: str, topic: str, data: bytes, sent: Mapping[str, Any]
    ) -> None:
        sensor, several = f"{robot}/{name}", self._speakers.count(topic)
        if several > 1:
            self._faults[sensor] = f"{several} publish {topic}, and none of them is believed"
            if not (kind == "bumper" and _pressed(data)):
                return
        try:
            self._hear(robot, name, kind, data, max(message_age_s(sent), 0.0))
        except ValueError as error:
            self._faults[sensor] = str(error)
        else:
            if several <= 1:
                self._faults.pop(sensor, None)


def _pressed(data: bytes) -> bool:
    try:
        return read_bool(data)
    except ValueError:
        return False


def scan_topic(node: Node, topic: str, hear: Callable[[Floats, Floats], None]) -> None:
    """Subscribes to a LaserScan. `hear(angles, ranges)`: (n,) each, rad and m; bytes that are no scan are passed over."""

    def take(data: bytes) -> None:
        try:
            scan = read_scan(data)
        except ValueError:
            return
        rays = np.arange(len(scan.ranges), dtype=np.float64)
        hear(scan.angle_min + scan.angle_increment * rays, scan.ranges)

    node.create_subscription(interface(TYPES["scan"]), topic, take, SENSOR, raw=True)

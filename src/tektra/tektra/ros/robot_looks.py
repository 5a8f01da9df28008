# SPDX-License-Identifier: Apache-2.0
"""What a robot looks like (its URDF) and which way it claimed, for whoever draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nav_msgs.msg import Path
from rclpy.node import Node
from rclpy.subscription import Subscription
from std_msgs.msg import String

from tektra.common.robot_place import MAP_FRAMES
from tektra.ros.clock import nanoseconds
from tektra.ros.qos import LATCHED


class RobotLooks:
    """`on_urdf(robot, text)`, and `on_claim(robot, points)`: m on the map, from where it is on; none where it claims nothing. All on
    the node's executor."""

    def __init__(
        self,
        node: Node,
        on_urdf: Callable[[str, str], None],
        on_claim: Callable[[str, Sequence[tuple[float, float]]], None],
    ) -> None:
        self._node, self._on_urdf, self._on_claim = node, on_urdf, on_claim
        self._heard: dict[str, list[Subscription[Any]]] = {}

    def listen_to(self, robot: str) -> None:
        """May be called again for the same robot."""
        if robot in self._heard:
            return
        create = self._node.create_subscription
        self._heard[robot] = [
            create(String, f"/{robot}/robot_description", lambda m: self._on_urdf(robot, m.data), LATCHED),
            create(Path, f"/{robot}/claim", lambda m: self._claimed(robot, m), LATCHED),
        ]

    def forget(self, robot: str) -> None:
        """Hears of it no more."""
        for subscription in self._heard.pop(robot, []):
            self._node.destroy_subscription(subscription)

    def close(self) -> None:
        """Hears of none."""
        for robot in list(self._heard):
            self.forget(robot)

    def _claimed(self, robot: str, message: Path) -> None:
        """A stamp of 0 says that it claims nothing (ros/claims.py)."""
        if message.header.frame_id in MAP_FRAMES:
            claims = nanoseconds(message.header.stamp) > 0
            points = ((pose.pose.position.x, pose.pose.position.y) for pose in message.poses)
            self._on_claim(robot, list(points) if claims else [])

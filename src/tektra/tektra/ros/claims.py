# SPDX-License-Identifier: Apache-2.0
"""`/<robot>/claim`: where a robot is and the way that it claimed, as a path that rviz and Foxglove show.

The header's stamp is the ticket (docs/decisions/claims.md), 0 for a robot that stands and claims nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geometry_msgs.msg import PoseStamped
from nav_msgs.msg import Path
from rclpy.node import Node
from rclpy.subscription import Subscription

from tektra.common.robot_place import MAP_FRAMES
from tektra.ros.clock import nanoseconds
from tektra.ros.qos import LATCHED

#: Clocks of hosts differ by less; a ticket from further in the future is none.
AHEAD_NS = 60_000_000_000
#: robot, ticket in ns, points from where it is on
OnClaim = Callable[[str, int, Sequence[tuple[float, float]]], None]


class ClaimTopics:
    """Tells of one robot and hears of others. All on the node's executor."""

    def __init__(self, node: Node, robot: str, on_claim: OnClaim) -> None:
        self._node, self._on_claim = node, on_claim
        self._publisher = node.create_publisher(Path, f"/{robot}/claim", LATCHED)
        self._heard: dict[str, Subscription[Any]] = {}

    def tell(self, ticket_ns: int, points: Sequence[tuple[float, float]]) -> None:
        message = Path()
        message.header.frame_id = "map"
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(ticket_ns, 1_000_000_000)
        for x, y in points:
            pose = PoseStamped(header=message.header)
            pose.pose.position.x, pose.pose.position.y = float(x), float(y)
            message.poses.append(pose)
        self._publisher.publish(message)

    def listen_to(self, robot: str) -> None:
        """May be called again for the same robot."""
        if robot not in self._heard:
            self._heard[robot] = self._node.create_subscription(
                Path, f"/{robot}/claim", lambda message: self._on_path(robot, message), LATCHED
            )

    def forget(self, robot: str) -> None:
        """Hears it no more."""
        if subscription := self._heard.pop(robot, None):
            self._node.destroy_subscription(subscription)

    def _on_path(self, robot: str, message: Path) -> None:
        if message.header.frame_id not in MAP_FRAMES:
            return
        ticket_ns = nanoseconds(message.header.stamp)
        if not 0 <= ticket_ns <= self._node.get_clock().now().nanoseconds + AHEAD_NS:
            ticket_ns = 0  # no claim of our time; where the robot is counts all the same
        points = [(pose.pose.position.x, pose.pose.position.y) for pose in message.poses]
        self._on_claim(robot, ticket_ns, points)

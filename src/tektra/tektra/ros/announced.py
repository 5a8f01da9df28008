# SPDX-License-Identifier: Apache-2.0
"""How a robot announces itself: what it is and can do, and what it looks like, latched both."""

from __future__ import annotations

import uuid

from rclpy.node import Node
from rclpy.publisher import Publisher
from std_msgs.msg import String

from tektra.ros.qos import LATCHED
from tektra_interfaces.msg import RobotDescription


def announce(node: Node, description: RobotDescription, urdf: str) -> tuple[Publisher, Publisher]:
    """Says both in the node's namespace, the description as a new instance's, of now. The publishers must be kept: with
    them goes what they said."""
    description.instance, description.stamp = uuid.uuid4().hex, node.get_clock().now().to_msg()
    told = node.create_publisher(RobotDescription, "description", LATCHED)
    told.publish(description)
    shown = node.create_publisher(String, "robot_description", LATCHED)
    shown.publish(String(data=urdf))
    return told, shown

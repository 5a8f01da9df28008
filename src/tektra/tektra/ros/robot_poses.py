# SPDX-License-Identifier: Apache-2.0
"""Where the robots are, from their odometry and their state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import Pose
from nav_msgs.msg import Odometry
from rclpy.node import Node
from rclpy.subscription import Subscription

from tektra.common.quaternion import yaw_of
from tektra.ros.clock import nanoseconds
from tektra.ros.qos import SENSOR
from tektra.ros.robot_place import place_of
from tektra.ros.robots import RobotWatcher
from tektra_interfaces.msg import RobotDescription, RobotState

#: robot, ns since the epoch, x m, y m, yaw rad
OnPose = Callable[[str, int, float, float, float], None]


class RobotPoses:
    """Follows every robot that announces itself. The callbacks come on the node's executor; so must all
    calls."""

    def __init__(
        self,
        node: Node,
        on_odometry: OnPose,
        on_localization: OnPose,
        on_robot: Callable[[RobotDescription], None],
        on_gone: Callable[[str], None],
        on_state: Callable[[str, RobotState], None] = lambda robot, state: None,
    ) -> None:
        self._node = node
        self._on_odometry = on_odometry
        self._on_localization = on_localization
        self._on_robot = on_robot
        self._on_gone = on_gone
        self._on_state = on_state
        self._subscriptions: dict[str, list[Subscription[Any]]] = {}
        self._robots = RobotWatcher(node, self._announced, self._gone)

    def close(self) -> None:
        """Follows none any more."""
        self._robots.close()
        for robot in list(self._subscriptions):
            self._gone(robot)

    def _announced(self, robot: str, description: RobotDescription) -> None:
        self._on_robot(description)
        if robot in self._subscriptions:
            return
        create = self._node.create_subscription
        self._subscriptions[robot] = [
            create(Odometry, f"/{robot}/odom", lambda message: self._odometry(robot, message), SENSOR),
            create(RobotState, f"/{robot}/state", lambda message: self._state(robot, message), SENSOR),
        ]

    def _gone(self, robot: str) -> None:
        for subscription in self._subscriptions.pop(robot, []):
            self._node.destroy_subscription(subscription)
        self._on_gone(robot)

    def _odometry(self, robot: str, message: Odometry) -> None:
        self._on_odometry(robot, nanoseconds(message.header.stamp), *_flat(message.pose.pose))

    def _state(self, robot: str, message: RobotState) -> None:
        if message.robot != robot:
            return
        self._on_state(robot, message)
        if (place := place_of(message)) is not None:
            self._on_localization(robot, nanoseconds(message.header.stamp), *place)


def _flat(pose: Pose) -> tuple[float, float, float]:
    """x, y and yaw of a pose."""
    q = pose.orientation
    return pose.position.x, pose.position.y, yaw_of(q.x, q.y, q.z, q.w)

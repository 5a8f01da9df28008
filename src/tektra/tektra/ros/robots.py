# SPDX-License-Identifier: Apache-2.0
"""Robots announce themselves; this finds them in the graph, and notices when they are gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rclpy.node import Node
from rclpy.subscription import Subscription

from tektra.common.robot_names import name_fault
from tektra.ros.living import count_living
from tektra.ros.qos import LATCHED
from tektra_interfaces.msg import RobotDescription

SUFFIX = "/description"
TYPE = "tektra_interfaces/msg/RobotDescription"
#: Tektra announces its own skills in the same way, and is no robot.
NOT_ROBOTS = ("tektra",)
#: How often the graph is looked at; a new robot is known within this time.
LOOK_S = 0.5
#: So many names that no robot can have are told of, once each.
REFUSED_KEPT = 32


class RobotWatcher:
    """Subscribes every `/<robot>/description` and tells of it.

    `on_description(robot, message)` comes at each announcement, `on_gone(robot)` when the last publisher has
    left the graph. A description whose name is not its namespace is ignored, with a warning. Both are called
    on the node's executor.
    """

    def __init__(
        self,
        node: Node,
        on_description: Callable[[str, RobotDescription], None],
        on_gone: Callable[[str], None] = lambda robot: None,
        *,
        include_tektra: bool = False,
    ) -> None:
        self._node = node
        self._on_description = on_description
        self._on_gone = on_gone
        self._skip = () if include_tektra else NOT_ROBOTS
        self._subscriptions: dict[str, Subscription] = {}
        self._announcers: dict[str, int] = {}
        self._refused: set[str] = set()
        self._timer = node.create_timer(LOOK_S, self.look)

    def look(self) -> None:
        """Looks at the graph once."""
        present = self._announcers_in_graph()
        for robot, count in present.items():
            if robot not in self._subscriptions or count < self._announcers.get(robot, 0):
                self._kept_apart(robot, partial(self.renew, robot))
        for robot in self._subscriptions.keys() - present:
            self._node.destroy_subscription(self._subscriptions.pop(robot))
            self._kept_apart(robot, partial(self._on_gone, robot))
        self._announcers = present

    def renew(self, robot: str) -> None:
        """Hears the robot's description anew: of two that announced themselves, the one that stays was perhaps the first."""
        if robot in self._subscriptions:
            self._node.destroy_subscription(self._subscriptions[robot])
        self._subscriptions[robot] = self._node.create_subscription(
            RobotDescription,
            f"/{robot}{SUFFIX}",
            lambda message: self._heard(robot, message),
            LATCHED,
        )

    def close(self) -> None:
        """Stops looking."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions.values():
            self._node.destroy_subscription(subscription)
        self._subscriptions.clear()

    def _announcers_in_graph(self) -> dict[str, int]:
        """How many announce themselves under each name."""
        found = {}
        for topic, types in self._node.get_topic_names_and_types():
            robot = topic[1 : -len(SUFFIX)]
            if not topic.endswith(SUFFIX) or TYPE not in types or robot in self._skip:
                continue
            known = robot in NOT_ROBOTS or self._may_be(robot)
            if known and (count := count_living(self._node, topic)):
                found[robot] = count
        return found

    def _heard(self, robot: str, message: RobotDescription) -> None:
        if message.robot != robot:
            self._node.get_logger().warning(f"ignored a description of {message.robot!r} under /{robot}")
            return
        self._kept_apart(robot, lambda: self._on_description(robot, message))

    def _may_be(self, robot: str) -> bool:
        """Whether a robot can have this name; what is none is said once."""
        fault = name_fault(robot)
        if fault and robot not in self._refused and len(self._refused) < REFUSED_KEPT:
            self._refused.add(robot)
            self._node.get_logger().warning(f"ignored a description on /{robot}{SUFFIX}: {fault}")
        return not fault

    def _kept_apart(self, robot: str, act: Callable[[], None]) -> None:
        """Trouble with one robot stays with that robot."""
        try:
            act()
        except Exception as error:
            self._node.get_logger().error(f"{robot}: {type(error).__name__}: {error}")

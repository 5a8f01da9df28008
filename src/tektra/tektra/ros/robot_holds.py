# SPDX-License-Identifier: Apache-2.0
"""Who holds a robot: persons by the page (`/tektra/robot_holds`), and nodes by their velocities (`/tektra/velocity_holds`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tektra.ros.lateness import boot_s, message_age_s
from tektra.ros.publishers import participant_of, process_of, publishers
from tektra.ros.qos import RELIABLE
from tektra_interfaces.msg import RobotHolds

BY_PERSONS, BY_VELOCITIES = "/tektra/robot_holds", "/tektra/velocity_holds"
#: A holder is told of at once and so often; who did not hear of one for three seconds takes him for gone.
TELL_S = 1.0
#: All gateways, where the middleware does not tell processes apart.
GATEWAYS = "gateways"


class HoldTopics:
    """One robot's. `heard(teller, holder, told_s)` is called with what a gateway says of it, and when it said so (boot_s). All on
    the node's executor."""

    def __init__(self, node: Any, robot: str, heard: Callable[[str, str, float], None]) -> None:
        self._node, self._robot, self._heard = node, robot, heard
        self._holder, self._told_s = "", 0.0
        self._publisher = node.create_publisher(RobotHolds, BY_VELOCITIES, RELIABLE)
        node.create_subscription(RobotHolds, BY_PERSONS, self._on_holds, RELIABLE)

    def process(self, publisher: str, names: list[str]) -> str:
        """From which process a velocity came, as `heard` names gateways; empty: from no gateway. `publisher`: as publisher_of()
        names it (ros/publishers.py); `names`: of all nodes that send."""
        if process := participant_of(publisher):
            return process
        return GATEWAYS if names and set(names) <= set(publishers(self._node, BY_PERSONS)) else ""

    def tell(self, holder: str) -> None:
        """Who holds the robot by velocities now (empty: nobody), to be called some times a second: it is told when it changes, and
        once a second while somebody does."""
        now_s = boot_s()
        if holder == self._holder and (not holder or now_s - self._told_s < TELL_S):
            return
        self._holder, self._told_s = holder, now_s
        stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(RobotHolds(stamp=stamp, robots=[self._robot], holders=[holder]))

    def _on_holds(self, message: RobotHolds, info: Mapping[str, Any]) -> None:
        holders = dict(zip(message.robots, message.holders, strict=False))
        told_s = boot_s() - max(message_age_s(info), 0.0)
        self._heard(process_of(info) or GATEWAYS, str(holders.get(self._robot, "")), told_s)

# SPDX-License-Identifier: Apache-2.0
"""How a node says and hears stop: the plain stop, which alone is enough, and then why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.qos import QoSProfile, ReliabilityPolicy
from std_msgs.msg import Empty

from tektra.ros.heard import Heard
from tektra.ros.qos import RELIABLE
from tektra.ros.said_again import SaidAgain
from tektra.ros.urgent import Urgent
from tektra_interfaces.msg import StopRequest

#: Best effort hears publishers of both sorts, but may lose a message: it comes beside the reliable one.
BEST_EFFORT = QoSProfile(depth=50, reliability=ReliabilityPolicy.BEST_EFFORT)
STOP, STOP_REQUEST = "/safety/stop", "/safety/stop_request"


class StopEar:
    """Hears stops for all robots whose drivers share a process: one message, however many they are. One thread.

    The plain stop is heard from a best-effort publisher, too: a button on a small controller has no other.
    """

    def __init__(self) -> None:
        self._stops: list[Callable[[], None]] = []
        self._requests: list[Callable[[StopRequest], None]] = []
        self._heard = Heard()

    def listen(self, node: Any, stop: Callable[[], None], on_request: Callable[[StopRequest], None]) -> None:
        """`stop` is called at each stop, `on_request` at each reason for one. The first node lends its subscriptions."""
        self._stops.append(stop)
        self._requests.append(on_request)
        if len(self._stops) > 1:
            return
        first = Urgent()
        silent = SubscriptionEventCallbacks(use_default_callbacks=False)  # one of the two always fits
        for quality in (RELIABLE, BEST_EFFORT):
            node.create_subscription(
                Empty, STOP, self._on_stop, quality, callback_group=first, event_callbacks=silent
            )
        node.create_subscription(StopRequest, STOP_REQUEST, self._on_request, RELIABLE, callback_group=first)

    def _on_stop(self, _: Empty, sent: dict[str, int]) -> None:
        mark = (sent["source_timestamp"], sent["publication_sequence_number"])
        if mark[0] > 0 and not self._heard.is_first(mark):
            return
        for stop in self._stops:
            stop()

    def _on_request(self, message: StopRequest) -> None:
        for on_request in self._requests:
            on_request(message)


class StopReasons:
    """Says why, in the name of one node and cause; for who has said stop already. Any thread."""

    def __init__(self, node: Any, cause: str, who: str) -> None:
        self._node, self._cause, self._who = node, cause, who
        self._requests = SaidAgain(node, node.create_publisher(StopRequest, STOP_REQUEST, RELIABLE))

    def tell(self, detail: str, robot: str = "") -> None:
        stamp = self._node.get_clock().now().to_msg()
        told = StopRequest(stamp=stamp, cause=self._cause, who=self._who, detail=detail, robot=robot)
        self._requests.publish(told)


class StopPublisher:
    """Stops everything, and says why. Any thread."""

    def __init__(self, node: Any, cause: str, who: str) -> None:
        self._stops = SaidAgain(node, node.create_publisher(Empty, STOP, RELIABLE))
        self._reasons = StopReasons(node, cause, who)

    def stop(self, detail: str) -> None:
        self._stops.publish(Empty())
        self._reasons.tell(detail)

    def stop_these(self, robots: Sequence[str], detail: str) -> None:
        """Stops these robots alone; without any, everything."""
        for robot in robots:
            self.stop_robot(robot, detail)
        if not robots:
            self.stop(detail)

    def stop_robot(self, robot: str, detail: str) -> None:
        """Stops one robot alone: its driver and the gate both obey the request that names it."""
        self._reasons.tell(detail, robot)

# SPDX-License-Identifier: Apache-2.0
"""How a node says stop: the plain stop, which alone is enough, and then why."""

from __future__ import annotations

from typing import Any

from std_msgs.msg import Empty

from tektra.ros.qos import RELIABLE
from tektra_interfaces.msg import StopRequest

STOP, STOP_REQUEST = "/safety/stop", "/safety/stop_request"


class StopReasons:
    """Says why, in the name of one node and cause; for who has said stop already. Any thread."""

    def __init__(self, node: Any, cause: str, who: str) -> None:
        self._node, self._cause, self._who = node, cause, who
        self._requests = node.create_publisher(StopRequest, STOP_REQUEST, RELIABLE)

    def tell(self, detail: str) -> None:
        stamp = self._node.get_clock().now().to_msg()
        self._requests.publish(StopRequest(stamp=stamp, cause=self._cause, who=self._who, detail=detail))


class StopPublisher:
    """Stops everything, and says why. Any thread."""

    def __init__(self, node: Any, cause: str, who: str) -> None:
        self._stops = node.create_publisher(Empty, STOP, RELIABLE)
        self._reasons = StopReasons(node, cause, who)

    def stop(self, detail: str) -> None:
        self._stops.publish(Empty())
        self._reasons.tell(detail)

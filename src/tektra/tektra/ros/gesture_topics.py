# SPDX-License-Identifier: Apache-2.0
"""What held gestures do to the rest of Tektra."""

from __future__ import annotations

from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.ros.calls import service_client
from tektra.ros.stops import StopPublisher


class GestureTopics:
    """/safety/stop and /tektra/speech_out/stop. For the executor's thread."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stops = StopPublisher(node, "gesture", "vision")
        self._quiet = service_client(node, Trigger, "/tektra/speech_out/stop")

    def do(self, act: str, why: str, camera: str) -> None:
        """`stop` or `quiet`, with why in words."""
        where = f" before the camera {camera}" if camera else ""
        if act == "stop":
            self._stops.stop(f"{why}{where}")
        elif self._quiet.service_is_ready():
            self._quiet.call_async(Trigger.Request())
        self._node.get_logger().warning(f"{act}: {why}{where}")

    def close(self) -> None:
        """Ends the client; a stop can be said as long as the node is there."""
        self._node.destroy_client(self._quiet)

# SPDX-License-Identifier: Apache-2.0
"""What held gestures do to the rest of Tektra."""

from __future__ import annotations

from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.ros.calls import service_client
from tektra.ros.clock import time_msg
from tektra.ros.qos import RELIABLE
from tektra.ros.stops import StopPublisher
from tektra_interfaces.msg import LiveSpeech

SIGNS = "/tektra/vision/signs"


class GestureTopics:
    """/safety/stop, /tektra/speech_out/stop, and /tektra/vision/signs for the planner. For the executor's thread."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stops = StopPublisher(node, "gesture", "vision")
        self._quiet = service_client(node, Trigger, "/tektra/speech_out/stop")
        self._signs = node.create_publisher(LiveSpeech, SIGNS, RELIABLE)

    def do(self, means: str, gesture: str, person: str, role: str, camera: str, stamp_s: float) -> None:
        """What a gesture means (gesture_table.MEANINGS but `point`), and whose it is: "" and "" when nobody knows."""
        why = f"a hand held {gesture.replace('_', ' ')}{f' before the camera {camera}' if camera else ''}"
        if means == "stop":
            self._stops.stop(why)
        elif means == "quiet":
            if self._quiet.service_is_ready():
                self._quiet.call_async(Trigger.Request())
        else:
            sign = LiveSpeech(final=means, confidence=1.0, person=person, role=role)
            sign.header.stamp = time_msg(stamp_s)
            self._signs.publish(sign)
        self._node.get_logger().warning(f"{means}: {why}")

    def close(self) -> None:
        """Ends the client and the signs; a stop can be said as long as the node is there."""
        self._node.destroy_client(self._quiet)
        self._node.destroy_publisher(self._signs)

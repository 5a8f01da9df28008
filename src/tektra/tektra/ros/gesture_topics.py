# SPDX-License-Identifier: Apache-2.0
"""What held gestures do to the rest of Tektra."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from geometry_msgs.msg import PoseWithCovarianceStamped
from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.ros.calls import service_client
from tektra.ros.clock import time_msg
from tektra.ros.qos import RELIABLE
from tektra.ros.stops import StopPublisher
from tektra_interfaces.msg import LiveSpeech

SIGNS, POINTING = "/tektra/vision/signs", "/tektra/vision/pointing"


class Pointed(Protocol):
    """A point of the floor, m on the map, and its covariance (xx, xy, yy), m²."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def covariance(self) -> tuple[float, float, float]: ...


class GestureTopics:
    """/safety/stop, /tektra/speech_out/stop, and /tektra/vision/signs for the planner. For the executor's thread."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stops = StopPublisher(node, "gesture", "vision")
        self._quiet = service_client(node, Trigger, "/tektra/speech_out/stop")
        self._signs = node.create_publisher(LiveSpeech, SIGNS, RELIABLE)
        self._pointing = node.create_publisher(PoseWithCovarianceStamped, POINTING, RELIABLE)

    def take(
        self,
        acts: Iterable[tuple[str, str, str, str, float]],
        pointed: Pointed | None,
        camera: str,
        stamp_s: float,
    ) -> None:
        """Acts: what each means (gesture_table.MEANINGS), its gesture, whose it is: person and role, "" when nobody knows, and since when
        it is shown (s). `pointed`: where one of them points."""
        for means, gesture, person, role, since_s in acts:
            if means != "point":
                self._do(means, gesture, person, role, camera, since_s)
        if pointed is not None:
            self._point(pointed, stamp_s)

    def _do(self, means: str, gesture: str, person: str, role: str, camera: str, since_s: float) -> None:
        why = f"a hand held {gesture.replace('_', ' ')}{f' before the camera {camera}' if camera else ''}"
        if means == "stop":
            self._stops.stop(why)
        elif means == "quiet":
            if self._quiet.service_is_ready():
                self._quiet.call_async(Trigger.Request())
        else:
            sign = LiveSpeech(final=means, confidence=1.0, person=person, role=role)
            sign.header.stamp = time_msg(since_s)  # what was shown before a question does not answer it
            self._signs.publish(sign)
        self._node.get_logger().warning(f"{means}: {why}")

    def _point(self, target: Pointed, stamp_s: float) -> None:
        told = PoseWithCovarianceStamped()
        told.header.stamp, told.header.frame_id = time_msg(stamp_s), "map"
        told.pose.pose.position.x, told.pose.pose.position.y = target.x, target.y
        xx, xy, yy = target.covariance
        told.pose.covariance[0], told.pose.covariance[7] = xx, yy
        told.pose.covariance[1] = told.pose.covariance[6] = xy
        self._pointing.publish(told)

    def close(self) -> None:
        """Ends the client and the signs; a stop can be said as long as the node is there."""
        self._node.destroy_client(self._quiet)
        self._node.destroy_publisher(self._signs)
        self._node.destroy_publisher(self._pointing)

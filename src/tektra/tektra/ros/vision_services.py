# SPDX-License-Identifier: Apache-2.0
"""The services of vision, and the things that it remembers, as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from rclpy.node import Node

from tektra.common.errors import TektraError
from tektra.ros.calls import serve
from tektra.ros.images import jpeg_msg, jpeg_or_png
from tektra.ros.offload import in_thread
from tektra.ros.qos import LATCHED, RELIABLE
from tektra.ros.robot_poses import RobotPoses
from tektra.ros.vision_messages import Kept, Seen, detections_msg, objects_msg
from tektra_interfaces.msg import Detection2DArray, IdsList
from tektra_interfaces.srv import Analyze, Capture


class Answered(Protocol):
    """An answer, and what it rests on."""

    @property
    def words(self) -> str: ...
    @property
    def found(self) -> Sequence[tuple[str, Seen]]: ...
    @property
    def stamp_s(self) -> float: ...
    @property
    def frame_id(self) -> str: ...
    @property
    def further(self) -> Callable[[], str] | None: ...


class Asked(Protocol):
    """Who answers. Both raise TektraError with what to say; what an answer's `further` adds, it adds in seconds, and `close` ends it."""

    def newest(self) -> tuple[bytes, float, str, str]: ...
    def answer(self, given: bytes, question: str) -> Answered: ...
    def close(self) -> None: ...


class VisionServices:
    """/tektra/vision/{capture,analyze}; `answer` is called in `pool`, and what waits for others in a pool of its own: no look waits for it."""

    def __init__(self, node: Node, pool: ThreadPoolExecutor, asked: Asked) -> None:
        self._node, self._pool, self._asked = node, pool, asked
        self._elsewhere = ThreadPoolExecutor(2, "asked elsewhere")
        self._services = [
            serve(node, Capture, "/tektra/vision/capture", self._capture),
            serve(node, Analyze, "/tektra/vision/analyze", self._analyze),
        ]

    def close(self) -> None:
        """Ends them."""
        for service in self._services:
            self._node.destroy_service(service)
        self._asked.close()
        self._elsewhere.shutdown(cancel_futures=True)

    def _capture(self, request: Capture.Request, response: Capture.Response) -> Capture.Response:
        try:
            jpeg, stamp_s, frame_id, response.message = self._asked.newest()
        except TektraError as error:
            response.message = str(error)
            return response
        response.image, response.success = jpeg_msg(jpeg, stamp_s, frame_id), True
        return response

    async def _analyze(self, request: Analyze.Request, response: Analyze.Response) -> Analyze.Response:
        question = request.question
        try:
            given = jpeg_or_png(request.image)
            told = await in_thread(self._node, self._pool, lambda: self._asked.answer(given, question))
            further = await in_thread(self._node, self._elsewhere, told.further) if told.further else ""
        except TektraError as error:
            response.message = str(error)
            return response
        response.detections = detections_msg(told.found, told.stamp_s, told.frame_id)
        response.success, response.description = True, f"{told.words} {further}".rstrip()
        return response


class ObjectTopics:
    """/tektra/vision/objects, /tektra/vision/kinds (what `kinds` of things the detector knows), and where the robots are that carry
    cameras, where `on_pose` is given. For the executor's thread."""

    def __init__(
        self,
        node: Node,
        on_pose: Callable[[str, float, float, float, float], None] | None,
        kinds: Sequence[str] = (),
    ) -> None:
        self._node = node
        self._kinds = node.create_publisher(IdsList, "/tektra/vision/kinds", LATCHED)
        self._kinds.publish(IdsList(ids=sorted(kinds)))
        self._objects = node.create_publisher(Detection2DArray, "/tektra/vision/objects", RELIABLE)
        self._poses = None
        if on_pose is not None:

            def localized(robot: str, stamp_ns: int, x: float, y: float, yaw: float) -> None:
                on_pose(robot, stamp_ns * 1e-9, x, y, yaw)

            self._poses = RobotPoses(
                node, lambda *odometry: None, localized, lambda description: None, lambda robot: None
            )

    def publish(self, things: Iterable[Kept], now_s: float) -> None:
        """Everything that is remembered, each with when it was seen last."""
        self._objects.publish(objects_msg(things, now_s))

    def close(self) -> None:
        """Ends them."""
        if self._poses is not None:
            self._poses.close()
        self._node.destroy_publisher(self._objects)
        self._node.destroy_publisher(self._kinds)

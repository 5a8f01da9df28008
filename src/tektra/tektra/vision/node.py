# SPDX-License-Identifier: Apache-2.0
"""The node of vision: a camera in, images and what is in them out."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock

from rclpy.impl.implementation_singleton import rclpy_implementation
from sensor_msgs.msg import Image

from tektra.common import backends
from tektra.common.errors import InputError, TektraError
from tektra.ros.calls import serve
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.images import jpeg_msg, pixels
from tektra.ros.mind import MindNode
from tektra.ros.offload import in_thread
from tektra.ros.parameters import declare
from tektra.ros.process import run_mind
from tektra.ros.qos import SENSOR
from tektra.ros.vision_messages import detections_msg
from tektra.ros.vision_topics import CameraTopics, VisionTopics
from tektra.vision.backends import Detector, Frame
from tektra.vision.backends.pictures import decode_picture, draw, encode_jpeg
from tektra.vision.expression import read_expression
from tektra.vision.feed import Feed
from tektra.vision.looker import Look, Looker
from tektra.vision.memory import MemoryWatch, own_resident_mb
from tektra.vision.options import VisionOptions
from tektra.vision.positions import people_finder
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind
from tektra_interfaces.msg import Expression, Gesture
from tektra_interfaces.srv import Analyze, Capture

RCLError = rclpy_implementation.RCLError
#: An image older than this is not "what is before the camera now".
FRESH_S = 2.0


class VisionNode(MindNode):
    """Three threads: the camera's publishes images, the detector's looks at the newest, the executor does the
    rest."""

    def __init__(self) -> None:
        super().__init__("vision")
        self._options = declare(self, VisionOptions)
        self._kinds = [kind for kind, rate in self._options.rates_hz.items() if rate > 0.0]
        self._loaded = False
        self._feed: Feed | None = None
        self._subscription = None
        self._newest: Frame | None = None
        self._looking = Lock()
        self._looks: deque[Look] = deque(maxlen=4)
        self._trouble: TektraError | None = None
        self._watch = MemoryWatch(self._options.max_memory_mb)

    def configure(self) -> None:
        self._detector: Detector = backends.load("detector", self._options.detector)(self._options.min_score)
        self._detector.load(self._kinds)
        self._loaded = True
        self._pool = ThreadPoolExecutor(1, "detector")
        self._finder = people_finder(self._options)
        frame_id, raw = self._options.frame_id, self._options.camera != "topic"
        self._camera_topics = CameraTopics(self, frame_id, self._options.compressed_rate_hz, raw=raw)
        self._topics = VisionTopics(self, frame_id)
        self._guard = self.create_guard_condition(self._publish_looks)
        self._offered = [
            serve(self, Capture, "/tektra/vision/capture", self._capture),
            serve(self, Analyze, "/tektra/vision/analyze", self._analyze),
        ]
        self.diagnostics.value("resident_mb", lambda: round(own_resident_mb()))
        self.diagnostics.value("reloads", lambda: self._watch.reloads)
        self.diagnostics.value("images", lambda: self.diagnostics.stage("camera").count)

    def activate(self) -> None:
        schedule = Schedule(self._options.rates_hz, self._options.cpu_share)
        self._looker = Looker(self._detector, schedule, self._options.scene_window_s, time.monotonic)
        if self._options.camera == "topic":
            self._subscription = self.create_subscription(
                Image, "/camera/image_raw", self._from_topic, SENSOR
            )
        elif self._options.camera != "none":
            options = self._options
            camera = backends.load("camera", options.camera)(
                options.source,
                width=options.width,
                height=options.height,
                rate_hz=options.camera_rate_hz,
                loop=options.loop,
            )
            self._feed = Feed(camera, self._frame, self._guard.trigger)
            self._feed.start()
        self._timer = self.create_timer(1.0, self._check)

    def deactivate(self) -> None:
        if self._feed is not None:
            self._feed.stop()
            self._feed = None
        if self._subscription is not None:
            self.destroy_subscription(self._subscription)
            self._subscription = None
        self.destroy_timer(self._timer)
        with self._looking:  # the look under way ends first
            self._looks.clear()
        self._newest = None
        self._topics.keep(faces=(), bodies=())

    def cleanup(self) -> None:
        if not self._loaded:
            return
        self._loaded = False
        self._pool.shutdown()
        self._detector.close()
        self._camera_topics.close()
        self._topics.close()
        for service in self._offered:
            self.destroy_service(service)
        self.destroy_guard_condition(self._guard)

    # In the camera's thread (with camera: topic, on the executor).

    def _frame(self, frame: Frame) -> None:
        try:
            with self.diagnostics.timed("camera"):
                self._newest = frame
                encode = partial(encode_jpeg, quality=self._options.jpeg_quality)
                self._camera_topics.publish(frame.image, frame.stamp_s, encode)
        except RCLError:
            if self.context.ok():
                raise
            return  # a signal ended ROS between two images; this thread is about to be ended
        if self._looking.acquire(blocking=False):
            self._pool.submit(self._look)

    def _from_topic(self, message: Image) -> None:
        try:
            self._frame(Frame(pixels(message), time.time()))
            self._trouble = None
        except InputError as error:
            self._trouble = error

    # In the detector's thread.

    def _look(self) -> None:
        try:
            if self._newest is None:
                return
            look = self._looker.look(self._newest, lambda kind, s: self.diagnostics.stage(kind.value).add(s))
            self._trouble = None
            if look is not None:
                self._looks.append(look)
                self._guard.trigger()
                self._mind_memory()
        except TektraError as error:
            self._trouble = error
        finally:
            self._looking.release()

    def _mind_memory(self) -> None:
        if self._watch.exceeded(time.monotonic(), own_resident_mb()):
            self._detector.close()
            self._detector.load(self._kinds)
            self.get_logger().warning(
                f"reloaded the detectors: more than {self._options.max_memory_mb} MB resident"
            )

    # On the executor.

    def _publish_looks(self) -> None:
        self._check()
        while self._looks and self.active:
            look = self._looks.popleft()
            with self.diagnostics.timed("publish"):
                self._publish(look)

    def _publish(self, look: Look) -> None:
        image, stamp_s, scene = look.frame.image, look.frame.stamp_s, look.scene
        tracks = [track for found in look.tracks.values() for track in found]
        self._topics.detections([(track.track_id, track.sighting) for track in tracks], stamp_s)
        self._topics.scene(scene.seen, scene.description, scene.looks, stamp_s)
        self._topics.annotated(lambda: draw(image, tracks), stamp_s)
        if self._finder is not None and Kind.OBJECTS in look.tracks:
            size = (image.shape[1], image.shape[0])
            self._topics.people(self._finder.find(stamp_s, size, look.tracks[Kind.OBJECTS]), stamp_s)
        for track in look.tracks.get(Kind.FACES, []):
            shown = read_expression(track.sighting.shapes)
            face = Expression(expression=shown.name, valence=shown.valence, arousal=shown.arousal)
            face.confidence = shown.confidence
            self._topics.face(track.track_id, track.sighting.box, face, stamp_s)
        for track in look.tracks.get(Kind.GESTURES, []):
            made = Gesture(gesture=track.sighting.class_id, confidence=track.sighting.score)
            self._topics.gesture(track.track_id, made, stamp_s)
        self._topics.keep(faces=look.known.get(Kind.FACES), bodies=look.known.get(Kind.GESTURES))

    def _check(self) -> None:
        why = self._blind()
        self.diagnostics.set(WARN if why else OK, why or "running") if self.active else None

    def _blind(self) -> str:
        """Why there is no image, with the remedy; empty when all is well."""
        if self._options.camera == "none":
            return "no camera: the parameter `camera` is none"
        problem = (self._feed.problem if self._feed is not None else None) or self._trouble
        if problem is not None:
            return str(problem)
        if self._newest is None or time.time() - self._newest.stamp_s > FRESH_S:
            return (
                "no image lately: check that /camera/image_raw is published"
                if self._subscription
                else "no image lately"
            )
        return ""

    def _capture(self, request: Capture.Request, response: Capture.Response) -> Capture.Response:
        why, frame = self._blind(), self._newest
        if why or frame is None:
            response.message = why or "no image yet"
            return response
        jpeg = encode_jpeg(frame.image, self._options.jpeg_quality)
        response.image = jpeg_msg(jpeg, frame.stamp_s, self._options.frame_id)
        response.success, response.message = True, f"{frame.image.shape[1]}x{frame.image.shape[0]}"
        return response

    async def _analyze(self, request: Analyze.Request, response: Analyze.Response) -> Analyze.Response:
        given = bytes(request.image.data)
        why, frame = ("", None) if given else (self._blind(), self._newest)
        if why or (frame is None and not given):
            response.message = why or "no image yet"
            return response
        try:
            image = frame.image if frame is not None else decode_picture(given)
            analyze = partial(self._looker.analyze, image, request.question, self._kinds)
            found, words = await in_thread(self, self._pool, analyze)
        except TektraError as error:
            response.message = str(error)
            return response
        stamp_s = frame.stamp_s if frame is not None else time.time()
        response.detections = detections_msg([("", seen) for seen in found], stamp_s, self._options.frame_id)
        response.success, response.description = True, words
        return response


def main() -> None:
    run_mind(VisionNode)

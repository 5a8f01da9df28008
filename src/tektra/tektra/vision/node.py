# SPDX-License-Identifier: Apache-2.0
"""The node of vision: a camera in, images and what is in them out."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock

from rclpy.impl.implementation_singleton import rclpy_implementation

from tektra.common import backends
from tektra.common.errors import TektraError
from tektra.ros.calls import serve
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.images import jpeg_msg
from tektra.ros.mind import MindNode
from tektra.ros.offload import in_thread
from tektra.ros.parameters import declare
from tektra.ros.process import run_mind
from tektra.ros.vision_messages import detections_msg
from tektra.ros.vision_topics import CameraTopics, VisionTopics, take_images
from tektra.vision.arrivals import Arrivals
from tektra.vision.backends import Camera, Detector, Frame
from tektra.vision.backends.pictures import decode_picture, draw, encode_jpeg
from tektra.vision.expression import read_expression
from tektra.vision.feed import Feed
from tektra.vision.looker import Look, Looker
from tektra.vision.mailbox import Mailbox
from tektra.vision.memory import MemoryWatch, own_resident_mb
from tektra.vision.options import COMPRESSED, RAW, VisionOptions
from tektra.vision.own_camera import own_camera
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
        self._doubt = ""
        self._arrivals = Arrivals(self._options.max_image_age_s)
        self._watch = MemoryWatch(self._options.max_memory_mb)

    def configure(self) -> None:
        self._detector: Detector = backends.load("detector", self._options.detector)(self._options.min_score)
        self._detector.load(self._kinds)
        self._loaded = True
        self._pool = ThreadPoolExecutor(1, "detector")
        self._finder = people_finder(self._options)
        frame_id, topic = self._options.frame_id, self._options.topic
        self._camera_topics = CameraTopics(
            self, frame_id, self._options.compressed_rate_hz, raw=topic != RAW, jpeg=topic != COMPRESSED
        )
        self._topics = VisionTopics(self, frame_id)
        self._guard = self.create_guard_condition(self._publish_looks)
        self._offered = [
            serve(self, Capture, "/tektra/vision/capture", self._capture),
            serve(self, Analyze, "/tektra/vision/analyze", self._analyze),
        ]
        told = self.diagnostics.value
        told("resident_mb", lambda: round(own_resident_mb()))
        told("reloads", lambda: self._watch.reloads)
        told("age_ms", self._age_ms)
        told("refused", lambda: self._arrivals.refused)
        told("images", lambda: self.diagnostics.stage("camera").count)

    def activate(self) -> None:
        schedule = Schedule(self._options.rates_hz, self._options.cpu_share)
        self._looker = Looker(self._detector, schedule, self._options.scene_window_s, time.monotonic)
        if self._options.camera != "none":
            in_time = self._arrivals.judge
            self._feed = Feed(
                self._camera(), self._frame, self._guard.trigger, lambda f: in_time(f.stamp_s, time.time())
            )
            self._feed.start()
        self._timer = self.create_timer(1.0, self._check)

    def _camera(self) -> Camera:
        if not self._options.topic:
            return own_camera(self._options)
        camera, decode = Mailbox(), decode_picture if self._options.camera == "compressed" else None
        self._subscription = take_images(self, self._options.topic, camera.put, decode)
        return camera

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

    # In the camera's thread.

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

    # In the detector's thread.

    def _look(self) -> None:
        try:
            if self._newest is None:
                return
            look = self._looker.look(self._newest, lambda kind, s: self.diagnostics.stage(kind.value).add(s))
            self._trouble = None
            if look is not None:
                self._doubt = look.doubt
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
        if self._finder is not None and Kind.OBJECTS in look.tracks and not look.doubt:
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
        why = self._blind() or self._doubt
        self.diagnostics.set(WARN if why else OK, why or "running") if self.active else None

    def _blind(self) -> str:
        """Why there is no image, with the remedy; empty when all is well."""
        if self._options.camera == "none":
            return "no camera: the parameter `camera` is none"
        problem = (self._feed.problem if self._feed is not None else None) or self._trouble
        if problem is not None:
            return str(problem)
        if self._newest is None or time.time() - self._newest.stamp_s > FRESH_S:
            where = f": check that {self._options.topic} is published" if self._options.topic else ""
            return f"no image lately{where}"
        return ""

    def _age_ms(self) -> int:
        return round(1000.0 * (time.time() - self._newest.stamp_s)) if self._newest is not None else -1

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

# SPDX-License-Identifier: Apache-2.0
"""The node of vision: a camera in, images and what is in them out."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any

from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.subscription import Subscription

from tektra.common import backends
from tektra.common.known_people import known_people
from tektra.ros.depth_topics import take_depth
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.enrol_service import EnrolService
from tektra.ros.gesture_topics import GestureTopics
from tektra.ros.mind import MindNode
from tektra.ros.parameters import declare
from tektra.ros.people_topics import PeopleTopics
from tektra.ros.process import run_mind
from tektra.ros.vision_services import ObjectTopics, VisionServices
from tektra.ros.vision_topics import CameraTopics, VisionTopics, take_images
from tektra.vision.analysis import Analysis
from tektra.vision.backends import Camera, Frame
from tektra.vision.backends.pictures import RAW_ENCODINGS, decode_depth, decode_picture, draw, encode_jpeg
from tektra.vision.cameras import cameras_of, detectors_of, kinds_of, own_camera, refused, scene_model_of
from tektra.vision.expression import Moods
from tektra.vision.eye import Eye
from tektra.vision.eyes import scene_of
from tektra.vision.looker import Look
from tektra.vision.mailbox import Mailbox
from tektra.vision.memory import MemoryWatch, own_resident_mb
from tektra.vision.options import VisionOptions
from tektra.vision.people import People
from tektra.vision.pointings import Pointings
from tektra.vision.sightings import Kind
from tektra.vision.text import Texts
from tektra.vision.whereabouts import Whereabouts
from tektra_interfaces.msg import Expression, Gesture

RCLError = rclpy_implementation.RCLError


class VisionNode(MindNode):
    """A thread for each camera publishes its images, the detector's looks at the newest of each, the executor does the
    rest."""

    def __init__(self) -> None:
        super().__init__("vision")
        self._options = declare(self, VisionOptions)
        self._cameras = cameras_of(self._options)
        self._kinds = kinds_of(self._cameras)
        self.options_refused = partial(refused, loaded=self._kinds)
        self._texts = Texts(backends.load("text_reader", self._options.text_reader))
        self._loaded = False
        self._eyes: dict[str, Eye] = {}
        self._taken: list[Subscription] = []
        self._moods, self._pointings = Moods(), Pointings()
        self._looking = Lock()
        most = 8 * len(self._cameras)
        self._found, self._looks = deque[Look](maxlen=most), deque[Look](maxlen=most)
        self._watch = MemoryWatch(self._options.max_memory_mb)

    def configure(self) -> None:
        reader, clocks = backends.load("face_reader", self._options.face_reader), (time.time, time.monotonic)
        self._detectors = detectors_of(self._cameras, self._kinds, self._options.min_score)
        self._pool = ThreadPoolExecutor(1, "detector")
        share = self._options.cpu_share / len(self._cameras)
        for name, own in self._cameras.items():
            self._eyes[name] = Eye(name, own, self._detectors[own.detector], share, time.time, time.monotonic)
        self._camera_topics = {name: self._topics_of(name, own) for name, own in self._cameras.items()}
        self._topics = VisionTopics(self)
        self._acts = GestureTopics(self)
        self._people = People(self._eyes, known_people(), reader, reader.model, *clocks)
        self._persons = PeopleTopics(self, self._people.heard)
        self._enrolment = EnrolService(self, "/tektra/vision/enrol", self._people.enrol)
        self._guard = self.create_guard_condition(self._publish_looks)
        classes = list(dict.fromkeys(name for each in self._detectors.values() for name in each.classes))
        self._where = Whereabouts(self._cameras, classes)
        known, model = classes if Kind.OBJECTS in self._kinds else (), scene_model_of(self._options)
        self._objects = ObjectTopics(self, self._where.robot_at if self._where.carried else None, known)
        asked = Analysis(self._eyes, self._kinds, self._texts, self._where, time.time, model)
        self._offered = VisionServices(self, self._pool, asked)
        self._loaded = True
        told = self.diagnostics.value
        told("resident_mb", lambda: round(own_resident_mb()))
        told("reloads", lambda: self._watch.reloads)
        told("images", lambda: self.diagnostics.stage("camera").count)
        for before, eye in ((f"{name}." if name else "", eye) for name, eye in self._eyes.items()):
            told(f"{before}age_ms", eye.age_ms)
            told(f"{before}refused", partial(getattr, eye.arrivals, "refused"))

    def activate(self) -> None:
        for name, eye in self._eyes.items():
            if eye.options.camera != "none":
                eye.start(self._camera(eye.options), partial(self._frame, name), self._guard.trigger)
                self._taken += take_depth(self, *eye.options.depth_topics, eye.depth, decode_depth)
        self._timer = self.create_timer(1.0, self._each_second)

    def deactivate(self) -> None:
        for eye in self._eyes.values():
            eye.stop()
        while self._taken:
            self.destroy_subscription(self._taken.pop())
        self.destroy_timer(self._timer)
        with self._looking:  # the look under way ends first
            for waiting in (self._found, self._looks):
                waiting.clear()
        self._topics.keep(faces=(), bodies=())
        self._persons.nobody(time.time())

    def cleanup(self) -> None:
        if not self._loaded:
            return
        self._loaded = False
        self._pool.shutdown()
        parts: list[Any] = [*self._detectors.values(), self._people, self._texts]
        parts += [self._objects, self._offered]
        parts += [*self._camera_topics.values(), self._topics, self._acts, self._persons, self._enrolment]
        for part in parts:
            part.close()
        self.destroy_guard_condition(self._guard)
        self._eyes = {}

    def _topics_of(self, name: str, own: VisionOptions) -> CameraTopics:
        raw = f"/camera/{name}/image_raw" if name else "/camera/image_raw"
        theirs = {"raw": own.topic != raw, "jpeg": own.topic != f"{raw}/compressed"}
        info = self._eyes[name].intrinsics
        return CameraTopics(self, own.frame_id, own.compressed_rate_hz, name=name, info=info, **theirs)

    def _camera(self, own: VisionOptions) -> Camera:
        if not own.topic:
            return own_camera(own)
        camera, decode = Mailbox(), decode_picture if own.camera == "compressed" else None
        self._taken.append(take_images(self, own.topic, camera.put, decode, RAW_ENCODINGS))
        return camera

    # In the camera's thread.

    def _frame(self, name: str, frame: Frame) -> None:
        if self._looking.acquire(blocking=False):  # whoever looks need not wait until it is sent
            self._pool.submit(self._look)
        try:
            with self.diagnostics.timed("camera"):
                encode = partial(encode_jpeg, quality=self._cameras[name].jpeg_quality)
                self._camera_topics[name].publish(frame.image, frame.stamp_s, encode)
        except RCLError:
            if self.context.ok():
                raise  # else a signal ended ROS between two images, and this thread is about to be ended

    # In the detector's thread.

    def _look(self, going_on: bool = False) -> None:
        """One look for each camera, and again while there was any: who asks something meanwhile comes in between."""
        again = False
        try:
            for eye in self._eyes.values():
                look = eye.look(lambda kind, s: self.diagnostics.stage(kind.value).add(s), again=going_on)
                if look is not None:
                    self._found.append(look)
                    self._guard.trigger()  # what it saw is told while others think about who that is
                    self._looks.append(self._people.named(look))
                    self._guard.trigger()
                    self._where.saw(look)
                    again = True
            self._mind_memory()
            if again:
                self._pool.submit(self._look, True)
        except Exception as error:  # the pool would keep it to itself
            again = False
            self.get_logger().error(f"a look failed: {error!r}", throttle_duration_sec=5.0)
        finally:
            if not again:
                self._looking.release()

    def _mind_memory(self) -> None:
        if self._watch.exceeded(time.monotonic(), own_resident_mb()):
            for detector in self._detectors.values():
                detector.close()
                detector.load(self._kinds)
            self.get_logger().warning(
                f"reloaded the detectors: more than {self._options.max_memory_mb} MB resident"
            )

    # On the executor.

    def _publish_looks(self) -> None:
        while self._found and self.active:
            self._tell_found(self._found.popleft())
        while self._looks and self.active:
            look = self._looks.popleft()
            with self.diagnostics.timed("publish"):
                self._publish(look)
        self._check()

    def _tell_found(self, look: Look) -> None:
        seen = [(track.track_id, track.sighting) for track in look.believed]
        self._topics.detections(seen, look.frame.stamp_s, self._eyes[look.eye].options.frame_id)
        for step, took_s in look.steps.told(time.monotonic()).items():
            self.diagnostics.stage(step).add(took_s)

    def _publish(self, look: Look) -> None:
        eye, image, stamp_s = self._eyes[look.eye], look.frame.image, look.frame.stamp_s
        where, scene = (stamp_s, eye.options.frame_id), scene_of(self._eyes, look)
        tracks = look.believed
        self._topics.scene(scene.seen, scene.description, scene.looks, *where)
        own = look.scene
        # Who looks for things counts these: each is a look for objects, but where nobody looks for any, or nothing is seen.
        if Kind.OBJECTS in look.tracks or not look.tracks or not eye.options.objects_rate_hz:
            self._camera_topics[look.eye].scene(own.seen, own.description, own.looks, stamp_s)
        self._camera_topics[look.eye].annotated(lambda: draw(image, tracks), stamp_s)
        acts = eye.acts(look, self._people.shower)
        pointed = self._pointings.told(eye, look, acts)
        self._acts.take([act.told for act in acts], pointed, look.eye, stamp_s)
        placed = eye.find(look)
        if placed is not None:
            self._topics.people(placed, stamp_s, look.eye)
        for track in look.tracks.get(Kind.FACES, []):
            shown = self._moods.read(track.track_id, track.sighting.shapes, stamp_s)
            face = Expression(expression=shown.name, valence=shown.valence, arousal=shown.arousal)
            face.confidence = shown.confidence
            self._topics.face(track.track_id, track.sighting.box, face, *where)
        for track in look.tracks.get(Kind.GESTURES, []):
            made = Gesture(gesture=track.sighting.class_id, confidence=track.sighting.score)
            self._topics.gesture(track.track_id, made, *where)
        known = {kind: {n for e in self._eyes.values() for n in e.known.get(kind, ())} for kind in Kind}
        self._moods.keep(known[Kind.FACES])
        self._topics.keep(faces=known[Kind.FACES], bodies=known[Kind.GESTURES])
        self._people.saw(look)
        self._persons.faces(known[Kind.FACES], stamp_s)

    def _check(self) -> None:
        faults = {name: eye.why() for name, eye in self._eyes.items()} | {"faces": self._people.trouble}
        why = "; ".join(f"{name}: {fault}" if name else fault for name, fault in faults.items() if fault)
        self.diagnostics.set(WARN if why else OK, why or "running") if self.active else None
        self._persons.persons(*self._people.here(), time.time()) if self.active else None

    def _each_second(self) -> None:
        self._check()
        self._objects.publish(self._where.told(), time.time())


def main() -> None:
    run_mind(VisionNode)

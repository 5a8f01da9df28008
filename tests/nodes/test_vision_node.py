# SPDX-License-Identifier: Apache-2.0
"""Vision as a process, with a real clip as its camera and the real models."""

import math
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import CameraInfo, CompressedImage, Image, RegionOfInterest
from std_msgs.msg import Empty, String

from tektra.common import models
from tektra.common.errors import MissingModel
from tektra.common.known_people import KnownPeople
from tektra.common.paths import share_dir
from tektra.common.pixels import Pixels
from tektra.common.sealing import Sealer
from tektra.ros.clock import time_msg
from tektra.ros.images import image_msg, jpeg_msg, pixels
from tektra.ros.qos import LATCHED, RELIABLE, SENSOR
from tektra.vision.backends.pictures import encode_jpeg
from tektra.vision.intrinsics import Intrinsics, to_yaml
from tektra_interfaces.msg import Detection2DArray, Expression, IdsList, IdsMatch, PeoplePositions, Scene
from tektra_interfaces.srv import Analyze, Capture, EnrolPerson
from tests.peers.vision_endpoint import endpoint

#: A condition that has not come about within this is a failure; it is no measure of speed.
PATIENCE_S = 60.0
START = "from tektra.vision.node import main; main()"
#: The same with a folder of its own for those who are known, sealed by the key of PEOPLE.
START_WITH_PEOPLE = (
    "import sys, pathlib; from tektra.common import known_people as k, sealing as s; from tektra.vision import node; "
    "node.known_people = lambda: k.KnownPeople(pathlib.Path(sys.argv[1]), lambda: s.Sealer((b'k' * 32,))); node.main()"
)
#: The same with a detector that sees a fist in a bright picture, a loose one in a grey one, and nothing in a dark one.
START_WITH_FISTS = """
from tektra.common import backends
from tektra.vision import node
from tektra.vision.sightings import Box, Kind, Sighting
class Fists:
    classes = ("person",)
    def __init__(self, min_score): pass
    def load(self, kinds): pass
    def close(self): pass
    def detect(self, image, kind):
        score = 0.9 if image.mean() > 180 else 0.65 if image.mean() > 100 else 0.0
        return [Sighting(kind, "closed_fist", score, Box(10, 10, 20, 20))] if kind is Kind.GESTURES and score else []
load = backends.load
backends.load = lambda kind, name: Fists if kind == "detector" else load(kind, name)
node.main()
"""
pytestmark = pytest.mark.model


FIELD = (
    "version: 1\nname: field\nframe: map\nbounds: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}\nwall_height_m: 1.0\n"
    "rooms: {field: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}}\n"
)
POSE = {"camera_height_m": 1.5, "camera_x_m": 5.0, "camera_y_m": 5.0, "camera_pitch_rad": 0.3}
RNG = np.random.default_rng(2)


def noisy(image: Pixels) -> Pixels:
    """As a sensor would give it: never twice the same."""
    return np.clip(image + RNG.normal(0.0, 1.0, image.shape), 0, 255).astype(np.uint8)


class Ros:
    """A node of the test, which keeps what it hears by topic."""

    def __init__(self, domain: int) -> None:
        self.context = Context()
        rclpy.init(context=self.context, domain_id=domain)
        self.node = Node("peer", context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.heard: dict[str, list[Any]] = {}
        self.status: DiagnosticStatus | None = None
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._diagnosed, 10)

    def listen(self, kind: type, topic: str, qos: Any) -> list[Any]:
        messages: list[Any] = []
        self.node.create_subscription(kind, topic, messages.append, qos)
        return messages

    def until(self, holds: Callable[[], Any], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, f"waited in vain: {what}; diagnostics: {self.status}"
            self.executor.spin_once(timeout_sec=0.05)

    def says(self, word: str) -> bool:
        return self.status is not None and word in self.status.message

    def told(self, key: str) -> float:
        """A number of the node's diagnostics; 0 while it is not told."""
        values = self.status.values if self.status is not None else []
        return next((float(each.value) for each in values if each.key == key), 0.0)

    def grows(self, messages: list[Any], beyond: int) -> bool:
        return len(messages) > beyond

    def quiet(self, messages: list[Any], for_s: float = 1.0) -> Callable[[], bool]:
        """True once nothing was added to these messages for so long."""
        seen, since_s = len(messages), time.monotonic()

        def holds() -> bool:
            nonlocal seen, since_s
            if len(messages) != seen:
                seen, since_s = len(messages), time.monotonic()
            return time.monotonic() - since_s > for_s

        return holds

    def call(self, kind: Any, service: str, request: Any) -> Any:
        client = self.node.create_client(kind, service)
        self.until(client.service_is_ready, f"{service} is there")
        future = client.call_async(request)
        self.until(future.done, f"an answer of {service}")
        self.node.destroy_client(client)
        return future.result()

    def close(self) -> None:
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)

    def _diagnosed(self, message: DiagnosticArray) -> None:
        self.status = next((s for s in message.status if s.name == "/tektra/vision"), self.status)


class Vision:
    """The process."""

    def __init__(
        self, domain: int, people: Path | None = None, program: str = START, **parameters: Any
    ) -> None:
        programs = [program] if people is None else [START_WITH_PEOPLE, str(people)]
        settings = [part for key, value in parameters.items() for part in ("-p", f"{key}:={value}")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", *programs, "--ros-args", *settings],
            env=os.environ | {"ROS_DOMAIN_ID": str(domain)},
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)


@pytest.fixture(autouse=True)
def _models() -> None:
    for name in ("mediapipe-objects", "mediapipe-face", "mediapipe-gestures", "clip-carphone"):
        try:
            models.path(name)
        except MissingModel as error:
            pytest.skip(str(error))


@pytest.fixture
def domain() -> int:
    return random.randint(20, 220)


@pytest.fixture
def start(domain: int) -> Iterator[Callable[..., Vision]]:
    started: list[Vision] = []

    def start(**parameters: Any) -> Vision:
        started.append(Vision(domain, **parameters))
        return started[-1]

    yield start
    for vision in started:  # also those of a test that failed
        if vision.process.poll() is None:
            vision.process.kill()
            vision.process.wait()


@pytest.fixture
def ros(domain: int) -> Iterator[Ros]:
    ros = Ros(domain)
    yield ros
    ros.close()


def test_a_clip_becomes_images_detections_a_scene_and_a_face(start: Callable[..., Vision], ros: Ros) -> None:
    images = ros.listen(Image, "/camera/image_raw", SENSOR)
    jpegs = ros.listen(CompressedImage, "/camera/image_raw/compressed", SENSOR)
    detections = ros.listen(Detection2DArray, "/tektra/vision/detections", RELIABLE)
    scenes = ros.listen(Scene, "/tektra/vision/scene", LATCHED)
    annotated = ros.listen(Image, "/tektra/vision/annotated", SENSOR)
    expressions = ros.listen(Expression, "/humans/faces/f1/expression", RELIABLE)
    regions = ros.listen(RegionOfInterest, "/humans/faces/f1/roi", RELIABLE)
    vision = start(source="clip-carphone")
    ros.until(lambda: any(s.frames > 5 and len(s.objects) >= 2 for s in scenes), "a scene of several looks")
    ros.until(lambda: images and jpegs and annotated and expressions and regions, "all topics")

    def people() -> list[Any]:
        every = [one for found in detections for one in found.detections]
        return [one for one in every if one.results[0].hypothesis.class_id == "person"]

    ros.until(lambda: len(people()) > 2, "detections of the person")
    image = pixels(images[-1])
    assert image.shape == (144, 176, 3)
    assert images[-1].header.frame_id == "camera"
    decoded = cv2.imdecode(np.frombuffer(bytes(jpegs[-1].data), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == image.shape
    assert pixels(annotated[-1]).shape == image.shape
    assert {"person", "face"} <= {entry.class_id for entry in scenes[-1].objects}
    assert re.search(r"person|people", scenes[-1].description)
    assert len({person.id for person in people()}) == 1
    assert 0 < people()[-1].bbox.size_x <= 176
    assert -1.0 <= expressions[-1].valence <= 1.0
    assert expressions[-1].header.stamp.sec > 0
    assert 0 < regions[-1].width <= 176

    picture = ros.call(Capture, "/tektra/vision/capture", Capture.Request())
    assert picture.success
    answer = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(image=picture.image))
    assert answer.success
    assert re.search(r"person|people", answer.description)
    assert answer.detections.detections
    newest = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question="Is there a dog?"))
    assert newest.description == "I do not see a dog."
    wanted = {"camera.p99_ms", "objects.p95_ms", "faces.p50_ms", "resident_mb"}
    ros.until(
        lambda: ros.status and wanted <= {entry.key for entry in ros.status.values}, "timings in diagnostics"
    )
    assert ros.status is not None
    assert ros.status.level == DiagnosticStatus.OK
    assert vision.close() == 0


def test_topics_of_a_face_come_and_go_with_it(start: Callable[..., Vision], ros: Ros) -> None:
    shown = {"image": caller_picture()}
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    ros.node.create_timer(0.05, lambda: camera.publish(image_msg(noisy(shown["image"]), time.time(), "eye")))
    vision = start(camera="topic")

    def topics() -> set[str]:
        return {
            name for name, _ in ros.node.get_topic_names_and_types() if name.startswith("/humans/faces/f")
        }

    ros.until(lambda: "/humans/faces/f1/expression" in topics(), "the face's topic")
    assert ros.node.count_publishers("/camera/image_raw") == 1
    shown["image"] = np.zeros_like(shown["image"])
    ros.until(lambda: topics() == set(), "the topic goes with the face")
    assert vision.close() == 0


def test_bad_images_of_another_node_are_told_of_and_harm_nothing(
    start: Callable[..., Vision], ros: Ros
) -> None:
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    bad = Image(width=640, height=480, encoding="bgr8", step=1920, data=b"too short")
    timer = ros.node.create_timer(0.05, lambda: camera.publish(bad))
    vision = start(camera="topic")
    ros.until(lambda: ros.status and "with 9 bytes" in ros.status.message, "the reason on /diagnostics")
    assert ros.status is not None
    assert ros.status.level == DiagnosticStatus.WARN
    ros.node.destroy_timer(timer)
    some = RNG.integers(0, 255, (48, 64, 3), np.uint8)
    ros.node.create_timer(0.05, lambda: camera.publish(image_msg(noisy(some), time.time(), "eye")))
    ros.until(lambda: ros.status and ros.status.level == DiagnosticStatus.OK, "well again")
    assert vision.close() == 0


def test_a_fist_that_is_held_before_the_camera_stops_everything_once_and_yesterdays_does_not(
    start: Callable[..., Vision], ros: Ros
) -> None:
    stops = ros.listen(Empty, "/safety/stop", RELIABLE)
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    shown = {"brightness": 30, "late_s": 0.0}

    def show() -> None:
        image = noisy(RNG.integers(0, 40, (48, 64, 3)).astype(np.uint8) + np.uint8(shown["brightness"]))
        camera.publish(image_msg(image, time.time() - shown["late_s"], "eye"))

    ros.node.create_timer(0.05, show)
    table = str(share_dir() / "config" / "gestures.yaml")
    vision = start(program=START_WITH_FISTS, camera="topic", gestures_file=table)
    gestures = lambda: ros.told("gestures.count")  # noqa: E731
    ros.until(lambda: gestures() > 2, "looks at nothing")
    shown["brightness"] = 120  # a hand that grips something
    seen = gestures()
    ros.until(lambda: gestures() > seen + 8, "looks at a loose fist")
    shown |= {"brightness": 210, "late_s": 5.0}
    ros.until(lambda: ros.says("after it was taken"), "pictures of five seconds ago are refused")
    seen = ros.told("refused")
    ros.until(lambda: ros.told("refused") > seen + 40, "two seconds of them")
    assert stops == []
    shown["late_s"] = 0.0
    ros.until(lambda: stops, "the stop")
    seen = gestures()
    ros.until(lambda: gestures() > seen + 6, "the fist is held on")
    assert len(stops) == 1
    assert vision.close() == 0


def test_without_a_camera_it_stays_up_and_says_what_to_do(start: Callable[..., Vision], ros: Ros) -> None:
    vision = start(source="/dev/video97")
    ros.until(lambda: ros.status and "/dev/video97" in ros.status.message, "the reason on /diagnostics")
    assert ros.status is not None
    assert ros.status.level == DiagnosticStatus.WARN
    assert "plug one in" in ros.status.message
    for kind, service in ((Capture, "/tektra/vision/capture"), (Analyze, "/tektra/vision/analyze")):
        answer = ros.call(kind, service, kind.Request())
        assert not answer.success
        assert "/dev/video97" in answer.message
    given = Analyze.Request(image=CompressedImage(format="jpeg", data=b"no picture"))
    answer = ros.call(Analyze, "/tektra/vision/analyze", given)
    assert not answer.success
    assert "no picture" in answer.message
    assert vision.process.poll() is None
    assert vision.close() == 0


def test_a_camera_whose_place_is_known_tells_where_people_stand(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    lens = tmp_path / "lens.yaml"
    lens.write_text(to_yaml(Intrinsics(352, 288, 300.0, 300.0, 176.0, 144.0)))
    heard = ros.listen(PeoplePositions, "/humans/positions", SENSOR)
    infos = ros.listen(CameraInfo, "/camera/camera_info", SENSOR)
    images = ros.listen(Image, "/camera/image_raw", SENSOR)
    vision = start(source="clip-carphone", world_file=empty, camera_info_file=lens, **POSE)
    ros.until(lambda: any(message.people for message in heard), "somebody on the map")
    ros.until(lambda: {str(m.header) for m in infos} & {str(m.header) for m in images}, "a lens for an image")
    assert (infos[-1].width, infos[-1].height, infos[-1].distortion_model) == (176, 144, "plumb_bob")
    assert list(infos[-1].k) == [150.0, 0.0, 88.0, 0.0, 150.0, 72.0, 0.0, 0.0, 1.0]
    told = next(message for message in heard if message.people)
    assert (told.header.frame_id, told.source) == ("map", "/tektra/vision")
    assert told.header.stamp.sec > 0 and len(told.seen.points) >= 3
    (caller,) = told.people
    # Cut off by the image: between below the camera, at (5, 5), and what the lower edge shows of the floor.
    assert math.hypot(caller.position.x - 5.0, caller.position.y - 5.0) <= caller.uncertainty < 3.0
    assert vision.close() == 0


def test_pictures_tell_the_gate_when_they_were_taken_and_late_ones_tell_it_nothing(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    """The time of receipt made late pictures new."""
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    caller = caller_picture()
    heard = ros.listen(PeoplePositions, "/humans/positions", SENSOR)
    camera = ros.node.create_publisher(CompressedImage, "/porch/compressed", SENSOR)
    well: dict[str, Any] = {"image": caller, "age_s": 0.0, "data": b"", "format": "jpeg"}
    shown = well | {"age_s": 0.4}
    stamps: set[tuple[int, int]] = set()

    def publish() -> None:
        data = shown["data"] or encode_jpeg(noisy(shown["image"]), 90)
        message = jpeg_msg(data, max(0.0, time.time() - shown["age_s"]), "porch")
        message.format = shown["format"]
        stamps.add((message.header.stamp.sec, message.header.stamp.nanosec))
        camera.publish(message)

    ros.node.create_timer(0.05, publish)
    settings = {"camera": "compressed", "camera_topic": "/porch/compressed", "world_file": empty, **POSE}
    vision = start(max_image_age_s=1.0, **settings)
    ros.until(lambda: len(heard) >= 3, "positions from pictures that are 0.4 s old")
    assert {(m.header.stamp.sec, m.header.stamp.nanosec) for m in heard} <= stamps
    frozen = encode_jpeg(caller, 90)
    torn = caller.copy()
    torn[96:] = 128
    depth = np.asarray(cv2.cvtColor(caller, cv2.COLOR_BGR2GRAY), np.uint16) * 256
    for trouble, word in (
        ({"age_s": 3.0}, "after it was taken"),
        ({"age_s": 86_400.0}, "after it was taken"),
        ({"age_s": -5.0}, "in the future"),
        ({"age_s": 1e12}, "without a stamp"),
        ({"image": np.zeros_like(caller)}, "black"),
        ({"image": np.full_like(caller, 140)}, "one flat colour"),
        ({"data": frozen}, "has not changed"),
        ({"data": bytes(cv2.imencode(".png", torn)[1])}, "empty: torn"),
        ({"image": np.rot90(caller).copy()}, "turned"),
        ({"image": np.zeros((1, 1, 3), np.uint8)}, "1 by 1"),
        ({"data": bytes(cv2.imencode(".png", np.zeros((4320, 7680), np.uint8))[1])}, "7680 by 4320"),
        ({"data": png_bomb()}, "60000 by 60000"),
        ({"data": frozen[: len(frozen) // 2]}, "ends too early"),
        ({"data": b"yesterday's news"}, "no picture"),
        (
            {"data": bytes(cv2.imencode(".png", depth)[1]), "format": "16UC1; png compressed "},
            "compressed depth",
        ),
    ):
        shown |= well | trouble
        ros.until(partial(ros.says, word), f"{word} on /diagnostics")
        ros.until(ros.quiet(heard), f"nothing is placed while {word}")
        shown |= well
        ros.until(partial(ros.grows, heard, len(heard)), f"positions again after {word}")
    assert vision.close() == 0


def test_somebody_before_an_8k_camera_is_placed(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    """Its pictures were refused; in half their size each was looked at for seconds, and the next came late."""
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    large = np.asarray(cv2.resize(caller_picture(), (7680, 4320)), np.uint8)
    heard = ros.listen(PeoplePositions, "/humans/positions", SENSOR)
    camera = ros.node.create_publisher(CompressedImage, "/porch/compressed", SENSOR)

    def publish() -> None:
        large[2100:2164, :64] = RNG.integers(0, 255, (64, 64, 3))  # the noise of all of it would take seconds
        taken_s = time.time()
        camera.publish(jpeg_msg(encode_jpeg(large, 60), taken_s, "porch"))

    ros.node.create_timer(0.5, publish)
    settings = {"camera": "compressed", "camera_topic": "/porch/compressed", "world_file": empty, **POSE}
    vision = start(max_image_age_s=10.0, **settings)
    ros.until(lambda: any(message.people for message in heard), "somebody on /humans/positions")
    assert vision.close() == 0


def caller_picture() -> Pixels:
    """A man at a telephone, whole face in view."""
    capture = cv2.VideoCapture(str(models.path("clip-carphone")))
    picture = np.asarray(capture.read()[1], np.uint8)
    capture.release()
    return picture


def png_bomb() -> bytes:
    """A PNG of a few bytes that says to be 10 GB."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\r" + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\0IEND\xaeB`\x82"
    )


def test_raw_images_of_all_kinds_are_read_and_what_is_none_is_told(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    caller = caller_picture()
    heard = ros.listen(PeoplePositions, "/humans/positions", SENSOR)
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    shown: dict[str, Any] = {"make": in_encoding["bgr8"], "wrong": {}}

    def publish() -> None:
        encoding, rows = shown["make"](noisy(caller))
        message = image_msg(caller, time.time(), "eye")
        message.encoding, message.step = encoding, rows.shape[1]
        message.data = array("B", rows.tobytes())
        for field, value in shown["wrong"].items():
            setattr(message, field, value)
        camera.publish(message)

    ros.node.create_timer(0.05, publish)
    vision = start(camera="topic", world_file=empty, **POSE)
    for encoding, make in in_encoding.items():
        shown["make"] = make
        before = len(heard)
        ros.until(lambda start=before: any(m.people for m in heard[start + 1 :]), f"somebody in {encoding}")
    for wrong, word in (
        ({"encoding": "16UC1"}, "'16UC1'"),
        ({"encoding": "nv21"}, "'nv21'"),
        ({"step": 7}, "step 7"),
        ({"height": 1000}, "176x1000"),
        ({"width": 8200, "height": 4320}, "8200x4320"),
        ({"width": 7680, "height": 4320}, "7680x4320"),
        ({"height": 0, "width": 0, "step": 0, "data": array("B")}, "0x0"),
    ):
        shown |= {"make": in_encoding["bgr8"], "wrong": wrong}
        ros.until(partial(ros.says, word), f"{word} on /diagnostics")
        ros.until(ros.quiet(heard), f"nothing is placed while {word}")
        shown["wrong"] = {}
        ros.until(partial(ros.grows, heard, len(heard)), f"positions again after {word}")
    assert vision.close() == 0


def bayer(image: Pixels) -> tuple[str, Pixels]:
    """RGGB."""
    seen = image[:, :, 1].copy()
    seen[0::2, 0::2], seen[1::2, 1::2] = image[0::2, 0::2, 2], image[1::2, 1::2, 0]
    return "bayer_rggb8", seen


def yuv(image: Pixels) -> tuple[str, Pixels]:
    """UYVY, of the full range for simplicity."""
    apart = cv2.cvtColor(image, cv2.COLOR_BGR2YUV)
    packed = np.empty((*image.shape[:2], 2), np.uint8)
    packed[:, :, 1] = apart[:, :, 0]
    packed[:, 0::2, 0], packed[:, 1::2, 0] = apart[:, 0::2, 1], apart[:, 1::2, 2]
    return "yuv422", packed.reshape(image.shape[0], -1)


def grey(image: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


#: An image's encoding and rows of bytes.
in_encoding: dict[str, Callable[[Pixels], tuple[str, Pixels]]] = {
    "bgr8": lambda image: ("bgr8", image.reshape(image.shape[0], -1)),
    "mono8": lambda image: ("mono8", grey(image)),
    "mono16": lambda image: ("mono16", (grey(image).astype("<u2") * 256).view(np.uint8)),
    "bayer": bayer,
    "yuv": yuv,
}


def test_two_cameras_have_topics_of_their_own_and_one_that_is_lost_is_told_of(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    file = tmp_path / "cameras.yaml"
    file.write_text("car: {source: clip-carphone}\nporch: {source: /dev/video97, detector: household}\n")
    kinds = ros.listen(IdsList, "/tektra/vision/kinds", LATCHED)
    scenes = ros.listen(Scene, "/tektra/vision/scene", LATCHED)
    jpegs = ros.listen(CompressedImage, "/camera/car/image_raw/compressed", SENSOR)
    detections = ros.listen(Detection2DArray, "/tektra/vision/detections", RELIABLE)
    vision = start(cameras_file=file)
    ros.until(
        lambda: jpegs and any("Car: I see" in scene.description for scene in scenes), "what the car sees"
    )
    assert jpegs[-1].header.frame_id == "car_camera"
    assert "Porch: I cannot see: no camera /dev/video97" in scenes[-1].description
    found = lambda: [one for array in detections for one in array.detections]  # noqa: E731
    ros.until(found, "who is in the car")
    assert all(one.id.startswith("car_") for one in found())
    ros.until(
        lambda: kinds and {"person", "red cube"} <= set(kinds[-1].ids), "what each camera's detector knows"
    )
    ros.until(partial(ros.says, "porch: no camera /dev/video97"), "the lost one on /diagnostics")
    answer = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question="Who is in the car?"))
    assert answer.success and answer.description.startswith("Car: ")
    blind = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question="Who is on the porch?"))
    assert not blind.success and "/dev/video97" in blind.message
    assert vision.close() == 0


def test_a_face_is_enrolled_by_consent_recognised_and_forgotten(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    capture = cv2.VideoCapture(str(models.path("clip-carphone")))
    frames = [cv2.resize(capture.read()[1], None, fx=3.0, fy=3.0) for _ in range(80)]
    capture.release()
    shown = cycle([*frames, *reversed(frames)])
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    ros.node.create_timer(
        0.1, lambda: camera.publish(image_msg(np.asarray(next(shown), np.uint8), time.time(), "eye"))
    )
    tracked = ros.listen(IdsList, "/humans/persons/tracked", LATCHED)
    faces = ros.listen(IdsList, "/humans/faces/tracked", LATCHED)
    matches = ros.listen(IdsMatch, "/humans/candidate_matches", RELIABLE)
    scenes = ros.listen(Scene, "/tektra/vision/scene", LATCHED)
    vision = start(people=tmp_path / "people", camera="topic")
    ros.until(lambda: faces and faces[-1].ids, "a face is tracked")

    wish = EnrolPerson.Request(name="Ada", role="operator")
    answer = ros.call(EnrolPerson, "/tektra/vision/enrol", wish)
    assert not answer.success and "consent" in answer.message
    assert not (tmp_path / "people").exists()
    wish.consent = True
    answer = ros.call(EnrolPerson, "/tektra/vision/enrol", wish)
    assert answer.success, answer.message
    ros.until(lambda: any(answer.id in message.ids for message in tracked), "the person is recognised")
    ros.until(lambda: "I recognise Ada." in scenes[-1].description, "it is said")
    ros.until(lambda: matches, "the match of person and face")
    assert {(m.id1, m.id1_type, m.id2_type) for m in matches} == {(answer.id, IdsMatch.PERSON, IdsMatch.FACE)}
    assert matches[0].confidence > 0.45
    names = ros.listen(String, f"/humans/persons/{answer.id}/name", LATCHED)
    ros.until(lambda: names, "the person's name, also for who comes late")
    assert names[-1].data == "Ada"

    known = KnownPeople(tmp_path / "people", lambda: Sealer((b"k" * 32,)))
    (ada,) = known.all()
    assert (ada.name, ada.role, set(ada.prints)) == ("Ada", "operator", {"face"})
    assert known.forget(ada.id)
    ros.until(lambda: tracked[-1].ids == [], "nobody is recognised any more")
    ros.until(lambda: "recognise" not in scenes[-1].description, "nor named")
    assert vision.close() == 0


def floor_seen() -> Pixels:
    """A picture of 320x240 of nothing but a floor."""
    field = np.full((240, 320, 3), (120, 130, 125), np.uint8)
    return field + np.linspace(0, 60, 320).astype(np.uint8)[None, :, None]


def test_things_are_remembered_published_and_asked_for(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    """A red cube on the floor of a field, drawn where a camera at a known place shows it; then it is taken away."""
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    field = floor_seen()
    with_cube = field.copy()
    with_cube[140:160, 150:170] = (30, 30, 200)
    shown = {"image": with_cube}
    objects = ros.listen(Detection2DArray, "/tektra/vision/objects", RELIABLE)
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    ros.node.create_timer(0.25, lambda: camera.publish(image_msg(noisy(shown["image"]), time.time(), "eye")))
    alone = {
        "faces_rate_hz": 0.0,
        "gestures_rate_hz": 0.0,
        "cpu_share": 1.0,
    }  # enough looks on a busy machine
    vision = start(camera="topic", detector="household", world_file=empty, **alone, **POSE)

    def ask(question: str) -> str:
        return str(
            ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question=question)).description
        )

    ros.until(lambda: objects and objects[-1].detections, "the cube is remembered")
    (cube,) = objects[-1].detections
    assert (cube.id, cube.header.frame_id, objects[-1].header.frame_id) == ("red_cube_1", "map", "map")
    place = cube.results[0].pose.pose.position
    focal = 160 / math.tan(1.05 / 2)  # 1.5 m above the floor, looking down by 0.3 rad, along x from (5, 5)
    ahead = 1.5 / math.tan(0.3 + math.atan((160 - 120) / focal))
    assert (place.x, place.y) == pytest.approx((5.0 + ahead, 5.0), abs=0.1)
    assert 0.0 < cube.results[0].pose.covariance[0] < 0.05
    assert (
        ask("Where did you last see the red cube?")
        == "I last saw a red cube just now, on the floor in the field."
    )
    assert ask("What has changed?").startswith("You have not asked me before")
    shown["image"] = field
    ros.until(
        lambda: "I no longer see a red cube" in ask("What has changed since?") or vision.process.poll(),
        "it is gone",
    )
    assert "I did not see it" in ask("Where is the red cube?")
    assert vision.close() == 0


def test_a_thing_that_hangs_in_the_air_is_placed_by_its_depth_and_bad_depth_is_told_of(
    start: Callable[..., Vision], ros: Ros, tmp_path: Path
) -> None:
    """A red cube 2 m ahead; the line of sight to it goes on to floor that is farther away."""
    empty = tmp_path / "world.yaml"
    empty.write_text(FIELD)
    field = floor_seen()
    field[140:160, 150:170] = (30, 30, 200)
    focal, encoding = 160 / math.tan(1.05 / 2), {"is": "mono8"}
    camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
    depth = ros.node.create_publisher(Image, "/camera/depth/image", SENSOR)
    info = ros.node.create_publisher(CameraInfo, "/camera/depth/camera_info", SENSOR)
    objects = ros.listen(Detection2DArray, "/tektra/vision/objects", RELIABLE)

    def publish() -> None:
        now_s = time.time()
        drawn = np.full((240, 320), 6000) + np.random.default_rng().normal(0.0, 8.0, (240, 320))
        drawn[140:160, 150:170] -= 4000
        far = Image(height=240, width=320, step=640, encoding=encoding["is"])
        far.data = array("B", drawn.astype("<u2").tobytes())
        lens = CameraInfo(height=240, width=320, distortion_model="plumb_bob", d=[0.0] * 5)
        lens.k = [focal, 0.0, 160.0, 0.0, focal, 120.0, 0.0, 0.0, 1.0]
        for message, publisher in ((lens, info), (far, depth)):
            message.header.stamp, message.header.frame_id = time_msg(now_s), "eye"
            publisher.publish(message)
        camera.publish(image_msg(noisy(field), now_s, "eye"))

    ros.node.create_timer(0.2, publish)
    start(camera="topic", detector="household", world_file=empty, depth_topic="/camera/depth/image",
          faces_rate_hz=0.0, gestures_rate_hz=0.0, cpu_share=1.0, **POSE)  # fmt: skip
    ros.until(partial(ros.says, "no depth: depth encoded as 'mono8'"), "why there is none")
    encoding["is"] = "16UC1"
    ahead = 2.0 * math.cos(0.3) - 2.0 * 30.0 / focal * math.sin(
        0.3
    )  # of a camera at (5, 5) that looks down by 0.3 rad

    def placed() -> bool:
        spots = [one.results[0].pose.pose.position for message in objects for one in message.detections]
        return any(math.dist((spot.x, spot.y), (5.0 + ahead, 5.0)) < 0.1 and spot.z > 0.4 for spot in spots)

    ros.until(placed, "the cube is where it hangs")


def test_what_no_detector_can_answer_is_asked_of_a_vision_model_while_looks_go_on(
    start: Callable[..., Vision], ros: Ros
) -> None:
    with endpoint(hold_s=3.0) as peer:
        scenes = ros.listen(Scene, "/tektra/vision/scene", LATCHED)
        camera = ros.node.create_publisher(Image, "/camera/image_raw", SENSOR)
        room = cv2.resize(
            np.random.default_rng(5).integers(60, 200, (12, 16, 3)).astype(np.uint8), (320, 240)
        )
        ros.node.create_timer(0.2, lambda: camera.publish(image_msg(noisy(room), time.time(), "eye")))
        vision = start(camera="topic", detector="household", scene_model_url=peer.url, scene_model="seer",
                       faces_rate_hz=0.0, gestures_rate_hz=0.0, cpu_share=1.0)  # fmt: skip
        ros.until(lambda: scenes, "looks")
        assert not peer.shown
        before = len(scenes)
        told = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question="Why is the sky blue?"))
        assert told.success and told.description.startswith("I do not know.")
        assert told.description.endswith("which thinks: \u201cA man in a red shirt reads a book\u201d.")
        assert len(scenes) > before + 1 and [shown.question for shown in peer.shown] == [
            "Why is the sky blue?"
        ]
        plain = ros.call(Analyze, "/tektra/vision/analyze", Analyze.Request(question="What do you see?"))
        assert plain.success and len(peer.shown) == 1
        assert vision.close() == 0

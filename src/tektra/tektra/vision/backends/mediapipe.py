# SPDX-License-Identifier: Apache-2.0
"""Objects (COCO), faces with 52 blendshapes, and gestures of hands, by MediaPipe's task models."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

# MediaPipe's C++ side writes a page of notices to stderr at each start; errors are raised and stay.
os.environ.setdefault("GLOG_minloglevel", "2")

import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.common.pixels import Pixels
from tektra.vision import hand_shapes, hands
from tektra.vision.backends import require_image
from tektra.vision.gesture_table import POINTING
from tektra.vision.sightings import FACE, Box, Hand, Kind, Sighting

MODELS = {
    Kind.OBJECTS: "mediapipe-objects",
    Kind.FACES: "mediapipe-face",
    Kind.GESTURES: "mediapipe-gestures",
}
MAX_OBJECTS, MAX_FACES, MAX_HANDS = 20, 4, 4
#: Of a picture with a longer side (px) each second, third ... pixel is shown to the models, which see some 300 px a side themselves.
LOOKED_AT = 1920
#: What ends at so many edges of the picture (within this share of its size) fills it, or is what the model makes of a bare floor and wall: it
#: needs so much score. People are told of as ever: whom a robot stands before is cut off like that.
EDGE, CUT, PERSON = 0.02, {2: 0.5, 3: 0.6, 4: 0.7}, "person"
#: A palm that is less sure is not looked at more closely; MediaPipe's own 0.5 loses a sixth of the fists.
LEAST_HAND = 0.3
#: A hand that fills the picture, or lies at its edge, is found once there is so much more on each side (share of the size); the
#: picture is made smaller for that, to so many px a side.
MARGIN, WIDENED_PX = 0.4, 480
#: Names of the 80 objects of COCO that the model was trained on (cocodataset.org), in its order.
COCO = (
    "person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign, "
    "parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag, "
    "tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard, "
    "tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot, "
    "hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse, remote, "
    "keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, "
    "hair drier, toothbrush"
)
#: MediaPipe's names of gestures in ours.
GESTURES = {
    "Closed_Fist": "closed_fist",
    "Open_Palm": "open_palm",
    "Pointing_Up": "pointing_up",
    "Thumb_Down": "thumb_down",
    "Thumb_Up": "thumb_up",
    "Victory": "victory",
    "ILoveYou": "i_love_you",
}


class MediapipeDetector:
    """A Detector (see backends/__init__.py). A face is reported with score 1: the model gives none."""

    def __init__(self, min_score: float) -> None:
        self.classes: Sequence[str] = tuple(COCO.split(", "))
        self._min_score = min_score
        self._tasks: dict[Kind, Any] = {}

    def load(self, kinds: Sequence[Kind]) -> None:
        paths = {kind: models.path(MODELS[kind]) for kind in kinds}
        for kind, path in paths.items():
            if kind in self._tasks:
                continue
            try:
                self._tasks[kind] = self._make(kind, BaseOptions(model_asset_path=str(path)))
            except (RuntimeError, ValueError, OSError) as error:
                self.close()  # a task that nobody closed hangs in its finaliser
                raise BackendError(
                    f"MediaPipe cannot load {path}: {error}",
                    "install libegl1 libgles2 libgl1 libglib2.0-0; then check the file with `tektra doctor`",
                ) from error

    def close(self) -> None:
        tasks, self._tasks = self._tasks, {}
        for task in tasks.values():
            task.close()

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        require_image(image)
        task = self._tasks.get(kind)
        if task is None:
            raise BackendError(f"the detector of {kind.value} is not loaded", "load it first")
        step = -(-max(image.shape[:2]) // LOOKED_AT)
        shown = np.ascontiguousarray(image[step // 2 :: step, step // 2 :: step])
        picture = _picture(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB))
        size = (image.shape[1], image.shape[0])
        try:
            found = list(_READERS[kind](task, picture, size))
        except (RuntimeError, ValueError) as error:
            raise BackendError(
                f"MediaPipe failed on {kind.value}: {error}", "see the log; the next image is tried"
            ) from error
        return sorted((s for s in found if s.score >= self._min_score), key=lambda s: -s.score)

    def _make(self, kind: Kind, base: BaseOptions) -> Any:
        if kind is Kind.OBJECTS:
            wanted = vision.ObjectDetectorOptions(
                base, score_threshold=self._min_score, max_results=MAX_OBJECTS
            )
            return vision.ObjectDetector.create_from_options(wanted)
        if kind is Kind.FACES:
            face = vision.FaceLandmarkerOptions(base, num_faces=MAX_FACES, output_face_blendshapes=True)
            return vision.FaceLandmarker.create_from_options(face)
        return vision.GestureRecognizer.create_from_options(
            vision.GestureRecognizerOptions(
                base, num_hands=MAX_HANDS, min_hand_detection_confidence=LEAST_HAND
            )
        )


def _objects(task: Any, picture: mp.Image, size: tuple[int, int]) -> Iterable[Sighting]:
    wide, high = size[0] / picture.width, size[1] / picture.height
    for found in task.detect(picture).detections:
        best, box = found.categories[0], found.bounding_box
        left, top = wide * box.origin_x, high * box.origin_y
        inside = _inside(left, top, left + wide * box.width, top + high * box.height, size)
        seen = Sighting(Kind.OBJECTS, best.category_name, float(best.score), inside)
        cut = _cut_edges(inside, size)
        if seen.class_id == PERSON or cut < 2 or seen.score >= CUT[cut]:
            yield seen


def _cut_edges(box: Box, size: tuple[int, int]) -> int:
    """At how many edges of the picture a box ends."""
    wide, high = EDGE * size[0], EDGE * size[1]
    ends = (
        box.x <= wide,
        box.y <= high,
        box.x + box.width >= size[0] - wide,
        box.y + box.height >= size[1] - high,
    )
    return sum(ends)


def _faces(task: Any, picture: mp.Image, size: tuple[int, int]) -> Iterable[Sighting]:
    found = task.detect(picture)
    for points, shapes in zip(found.face_landmarks, found.face_blendshapes, strict=True):
        named = {shape.category_name: float(shape.score) for shape in shapes}
        yield Sighting(Kind.FACES, FACE, 1.0, _around(points, size), named)


def _gestures(task: Any, picture: mp.Image, size: tuple[int, int]) -> Iterable[Sighting]:
    found, margin = task.recognize(picture), 0.0
    if not found.hand_landmarks:
        found, margin = task.recognize(_widened(picture)), MARGIN
    parts = zip(
        found.hand_landmarks, found.hand_world_landmarks, found.gestures, found.handedness, strict=True
    )
    for points, world, gestures, sides in parts:
        told = GESTURES.get(gestures[0].category_name, "") if gestures else ""
        sure = float(sides[0].score)
        hand = Hand(_inner(points, margin, size), tuple((p.x, p.y, p.z) for p in world))
        name, score = hand_shapes.named(told, float(gestures[0].score) if told else 0.0, hand, sure)
        if name in ("", "pointing_up") and hands.points(hand) and not hands.upwards(hand):
            name, score = POINTING, sure
        if name:
            xs, ys = zip(*hand.image, strict=True)
            box = _inside(min(xs), min(ys), max(xs), max(ys), size)
            yield Sighting(Kind.GESTURES, name, score, box, hand=hand)


def _widened(picture: mp.Image) -> mp.Image:
    """With a margin of its edge's colours on each side. A hand that needs it is large: fewer pixels show it as well, in half of
    the time."""
    pixels = picture.numpy_view()
    scale = min(1.0, WIDENED_PX / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = (round(MARGIN * side) for side in small.shape[:2])
    return _picture(cv2.copyMakeBorder(small, high, high, wide, wide, cv2.BORDER_REPLICATE))


def _picture(rgb: Any) -> mp.Image:
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=np.asarray(rgb, np.uint8))


def _inner(points: Sequence[Any], margin: float, size: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Landmarks, given in shares of a picture with margins, in px of the picture itself; they may lie outside."""

    def px(share: float, side: int) -> float:
        return (share * (1.0 + 2.0 * margin) - margin) * side

    return tuple((px(point.x, size[0]), px(point.y, size[1])) for point in points)


_READERS = {Kind.OBJECTS: _objects, Kind.FACES: _faces, Kind.GESTURES: _gestures}


def _around(points: Sequence[Any], size: tuple[int, int]) -> Box:
    """The box round landmarks, which are given in shares of the image's size and may lie outside."""
    xs = [point.x * size[0] for point in points]
    ys = [point.y * size[1] for point in points]
    return _inside(min(xs), min(ys), max(xs), max(ys), size)


def _inside(left: float, top: float, right: float, bottom: float, size: tuple[int, int]) -> Box:
    """The part of a rectangle that lies in the image."""
    left, right = (min(max(value, 0.0), float(size[0])) for value in (left, right))
    top, bottom = (min(max(value, 0.0), float(size[1])) for value in (top, bottom))
    return Box(left, top, right - left, bottom - top)

# SPDX-License-Identifier: Apache-2.0
"""Small things of one strong colour, by colour and outline; and MediaPipe beside them.

Toys and cubes on a table are no class of COCO. What is found here is as simple as it sounds: a blob whose colour stands out,
called a cube or a ball when its outline is like one, else a thing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tektra.common.pixels import Pixels
from tektra.vision.backends import require_image
from tektra.vision.backends.mediapipe import MediapipeDetector
from tektra.vision.sightings import SHAPES, Box, Kind, Sighting

#: From and to which hue (OpenCV: 0..179) a colour has its name; red has two ends.
HUES = {
    "red": ((0, 8), (172, 179)),
    "orange": ((9, 20),),
    "yellow": ((21, 34),),
    "green": ((35, 85),),
    "blue": ((95, 128),),
    "purple": ((129, 160),),
}
#: A colour stands out from so much saturation and brightness on (of 255).
LEAST_SATURATION, LEAST_VALUE = 120, 60
#: Wood, skin and brick have a hue from red to orange, too, and no such strong one: within these hues a colour stands out from so much saturation
#: on, and orange where it is so bright against the brightest tenth of the picture; below it is brown, as a paler one is below the second share.
WARM, WARM_SATURATION, BROWN, PALE_BROWN = (4, 20), 150, 0.6, 0.8
#: How bright a picture is, is told by every so many pixels each way.
SPARSE = 8
#: A thing has so many pixels at least, and this share of the picture at most.
LEAST_PX, MOST_SHARE = 25, 0.05
#: A thing fills so much of the hull round it.
SOLID = 0.8
#: A thing ends at its outline: of what lies so many px (from, to) outside of it, at most this share has nearly its colour (a hue that differs by
#: so much, and so much of the saturation and brightness). A patch of sky or skin fades instead.
RING_PX, NEARLY, NEAR_HUE, NEAR_SHARE = (2, 4), 0.15, 6, 0.6
#: A disc fills its enclosing circle (1.0), a hexagon, as a cube may look, 0.83 of it, a square 0.64. Below so many pixels
#: nobody can tell.
ROUND, ROUND_PX = 0.88, 200
#: The shorter side of a cube's outline is so much of the longer one at least: with one edge towards the camera it is 0.71 of it, and a pixel less.
COMPACT = 0.62
MOST = 20
#: Of what fills a box: from which saturation on it has a hue, and brightness below and above which it is black and white, of 255; and
#: the least share of it that has the colour.
PLAIN_SATURATION, BLACK, WHITE, MOST_OF_IT = 60, 50, 190, 0.6


class ColourDetector:
    """A Detector (see backends/__init__.py) of objects alone; it loads nothing, and takes some 3 ms for 640x480."""

    def __init__(self, min_score: float) -> None:
        self.classes: Sequence[str] = tuple(f"{colour} {shape}" for colour in HUES for shape in SHAPES)
        self._min_score = min_score

    def load(self, kinds: Sequence[Kind]) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """There is nothing to free."""

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        require_image(image)
        if kind is not Kind.OBJECTS:
            return []
        calm = cv2.medianBlur(np.ascontiguousarray(image), 3)
        hsv = np.asarray(cv2.cvtColor(calm, cv2.COLOR_BGR2HSV), np.uint8)
        found = [sighting for colour, hues in HUES.items() for sighting in _things(hsv, colour, hues)]
        found = [sighting for sighting in found if sighting.score >= self._min_score]
        return sorted(found, key=lambda sighting: -sighting.score)[:MOST]


class HouseholdDetector:
    """A Detector: what MediaPipe finds, and things by their colour."""

    def __init__(self, min_score: float) -> None:
        self._trained, self._plain = MediapipeDetector(min_score), ColourDetector(min_score)
        self.classes: Sequence[str] = (*self._trained.classes, *self._plain.classes)

    def load(self, kinds: Sequence[Kind]) -> None:
        self._trained.load(kinds)

    def close(self) -> None:
        self._trained.close()

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        found = self._trained.detect(image, kind) + self._plain.detect(image, kind)
        return sorted(found, key=lambda sighting: -sighting.score)


def _things(hsv: Pixels, colour: str, hues: Sequence[tuple[int, int]]) -> Iterator[Sighting]:
    mask = _standing_out(hsv, colour, hues)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        area = float(cv2.countNonZero(cv2.drawContours(np.zeros_like(mask), [contour], -1, 1, cv2.FILLED)))
        if not LEAST_PX <= area <= MOST_SHARE * mask.size:
            continue
        hull = max(1.0, cv2.contourArea(cv2.convexHull(contour)))
        if cv2.contourArea(contour) < SOLID * hull:
            continue
        if not _ends(hsv, contour, hues):
            continue
        x, y, width, height = cv2.boundingRect(contour)
        score = 0.7 if area >= ROUND_PX else 0.5
        box = Box(float(x), float(y), float(width), float(height))
        yield Sighting(Kind.OBJECTS, f"{colour} {_shape(contour, area)}", score, box)


def _standing_out(hsv: Pixels, colour: str, hues: Sequence[tuple[int, int]]) -> Pixels:
    mask = np.zeros(hsv.shape[:2], np.uint8)
    for low, high in hues:
        least, most = (low, LEAST_SATURATION, LEAST_VALUE), (high, 255, 255)
        mask |= np.asarray(cv2.inRange(hsv, np.array(least), np.array(most)), np.uint8)
    if colour in ("red", "orange"):
        hue, saturation, value = np.moveaxis(hsv, 2, 0)
        dark = BROWN * _bright(value[::SPARSE, ::SPARSE]) if colour == "orange" else 0.0
        mask[_is_warm(hue) & ((saturation < WARM_SATURATION) | (value < dark))] = 0
    return mask


def _is_warm(hue: Pixels) -> NDArray[np.bool_]:
    return (hue >= WARM[0]) & (hue <= WARM[1])


def _bright(values: Pixels) -> float:
    """Where the brightest tenth of these begins."""
    return float(np.percentile(values, 90))


def _ends(hsv: Pixels, contour: Any, hues: Sequence[tuple[int, int]]) -> bool:
    """Whether the colour ends at the outline."""
    x, y, width, height = cv2.boundingRect(contour)
    near, far = RING_PX
    left, top = max(0, x - far - 1), max(0, y - far - 1)
    around = hsv[top : y + height + far + 1, left : x + width + far + 1]
    inside = np.zeros(around.shape[:2], np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, cv2.FILLED, offset=(-left, -top))
    ring = _wider(inside, far).astype(bool) & ~_wider(inside, near).astype(bool)
    hue, saturation, value = np.moveaxis(around.astype(np.int16), 2, 0)
    alike = np.any([(hue >= low - NEAR_HUE) & (hue <= high + NEAR_HUE) for low, high in hues], axis=0)
    alike &= (saturation >= NEAR_SHARE * LEAST_SATURATION) & (value >= NEAR_SHARE * LEAST_VALUE)
    return bool(ring.any()) and float(alike[ring].mean()) <= NEARLY


def _wider(mask: Pixels, by_px: int) -> Pixels:
    return np.asarray(cv2.dilate(mask, np.ones((2 * by_px + 1, 2 * by_px + 1), np.uint8)), np.uint8)


def _shape(contour: object, area: float) -> str:
    # Both go through the middles of the outermost pixels, half a pixel within the outline: of a blob 17 px wide that is an eighth of its area.
    _, radius = cv2.minEnclosingCircle(contour)  # type: ignore[call-overload]
    _, (wide, high), _ = cv2.minAreaRect(contour)  # type: ignore[call-overload]
    radius, wide, high = radius + 0.5, wide + 1.0, high + 1.0
    if area >= ROUND_PX and area >= ROUND * math.pi * radius * radius:
        return "ball"
    return "cube" if min(wide, high) >= COMPACT * max(wide, high, 1.0) else "thing"


def colour_of(image: Pixels, box: Box) -> str:
    """The one colour of what fills the middle of a box; "" where no colour has most of it."""
    x, y = int(box.x + box.width / 4), int(box.y + box.height / 4)
    middle = image[y : y + max(1, int(box.height / 2)), x : x + max(1, int(box.width / 2))]
    if not middle.size:
        return ""
    hue, saturation, value = np.moveaxis(
        np.asarray(cv2.cvtColor(np.ascontiguousarray(middle), cv2.COLOR_BGR2HSV)), 2, 0
    )
    plain = (saturation < PLAIN_SATURATION) | (value < BLACK)
    names = {"black": value < BLACK, "white": plain & (value > WHITE)}
    names["grey"] = plain & ~names["black"] & ~names["white"]
    bright = _bright(image[::SPARSE, ::SPARSE].max(axis=2))  # the value of HSV
    pale = saturation < WARM_SATURATION
    names["brown"] = (
        ~plain & _is_warm(hue) & ((value < BROWN * bright) | (pale & (value < PALE_BROWN * bright)))
    )
    for colour, hues in HUES.items():
        names[colour] = (
            ~plain & ~names["brown"] & np.any([(hue >= low) & (hue <= high) for low, high in hues], axis=0)
        )
    shares = {name: float(np.mean(mask)) for name, mask in names.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= MOST_OF_IT else ""

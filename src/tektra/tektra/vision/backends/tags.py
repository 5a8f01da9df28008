# SPDX-License-Identifier: Apache-2.0
"""ArUco and AprilTag markers, by OpenCV (Garrido-Jurado et al., "Automatic generation and detection of highly reliable fiducial
markers", 2014; Olson, "AprilTag", 2011). What they mark a file says: a place, a robot, a thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tektra.common import paths
from tektra.common.errors import BackendError, ConfigError
from tektra.common.pixels import Pixels
from tektra.vision.backends import require_image
from tektra.vision.backends.colours import HouseholdDetector
from tektra.vision.settings_file import read_settings
from tektra.vision.sightings import Box, Kind, Marker, Sighting

#: Families by the names that tags.yaml may use.
FAMILIES = {
    "aruco_4x4": cv2.aruco.DICT_4X4_50,
    "aruco_5x5": cv2.aruco.DICT_5X5_100,
    "aruco_6x6": cv2.aruco.DICT_6X6_250,
    "apriltag_16h5": cv2.aruco.DICT_APRILTAG_16h5,
    "apriltag_25h9": cv2.aruco.DICT_APRILTAG_25h9,
    "apriltag_36h11": cv2.aruco.DICT_APRILTAG_36h11,
}
#: A marker whose sides are shorter (px) is misread too easily.
LEAST_SIDE_PX = 14.0
MAX_BYTES, MOST_NAMES = 50_000, 300
#: Of a sheet full of markers the largest are told, and no more: whoever joins them from look to look compares each with each.
MOST = 32
NAME = re.compile(r"[a-z][a-z0-9_ ]{0,39}", re.ASCII)
HOW = "write `family:` one of " + ", ".join(FAMILIES) + ", and `names:` {number: name}"
#: So long (m) may a marker's side be.
LEAST_M, MOST_M = 0.005, 2.0


@dataclass(frozen=True)
class Tags:
    """The family, what each number marks, and how long the sides of their black squares are (m), where somebody said it."""

    family: str
    names: Mapping[int, str]
    sides_m: Mapping[int, float]


class TagDetector:
    """A Detector (see backends/__init__.py) of objects alone: markers that tags.yaml names. Some 5 ms for 640x480.

    A marker that the file does not name is no sighting: what it marks nobody said.
    """

    def __init__(self, min_score: float, file: Path | None = None) -> None:
        self.classes: Sequence[str] = ()
        self._file = file
        self._tags = Tags("", {}, {})
        self._found: cv2.aruco.ArucoDetector | None = None

    def load(self, kinds: Sequence[Kind]) -> None:
        file = self._file or paths.share_dir() / "config" / "tags.yaml"
        self._tags = read_tags(file)
        self.classes = tuple(dict.fromkeys(self._tags.names.values()))
        settings = cv2.aruco.DetectorParameters()
        settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
        settings.errorCorrectionRate = (
            0.3  # of what the family allows: a bench without markers is to show none
        )
        self._found = cv2.aruco.ArucoDetector(
            cv2.aruco.getPredefinedDictionary(FAMILIES[self._tags.family]), settings
        )

    def close(self) -> None:
        self._found = None

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        require_image(image)
        if kind is not Kind.OBJECTS:
            return []
        if self._found is None:
            raise BackendError("the detector of markers is not loaded", "load it first")
        grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_BGR2GRAY)
        corners, ids, _ = self._found.detectMarkers(grey)
        found = []
        for quad, number in zip(corners, () if ids is None else np.asarray(ids).ravel(), strict=True):
            points = np.asarray(quad, np.float64).reshape(4, 2)
            sides = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
            name, side_m = self._tags.names.get(int(number)), self._tags.sides_m.get(int(number))
            if name is not None and float(sides.min()) >= LEAST_SIDE_PX:
                told = tuple((float(u), float(v)) for u, v in points)
                marker = Marker(told, side_m) if side_m is not None else None
                found.append(Sighting(Kind.OBJECTS, name, 1.0, _box(points, image), marker=marker))
        return sorted(found, key=lambda one: -one.box.width * one.box.height)[:MOST]


class HouseholdTagDetector:
    """A Detector: what `household` finds, and markers."""

    def __init__(self, min_score: float) -> None:
        self._things, self._tags = HouseholdDetector(min_score), TagDetector(min_score)
        self.classes: Sequence[str] = self._things.classes

    def load(self, kinds: Sequence[Kind]) -> None:
        self._tags.load(kinds)
        self._things.load(kinds)
        self.classes = (*self._things.classes, *self._tags.classes)

    def close(self) -> None:
        self._tags.close()
        self._things.close()

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        found = self._things.detect(image, kind) + self._tags.detect(image, kind)
        return sorted(found, key=lambda sighting: -sighting.score)


def read_tags(file: Path) -> Tags:
    """What the file says. Raises ConfigError naming it and what is wrong in it."""
    told = read_settings(file, MAX_BYTES, holds="tags", how=HOW)
    family, names = told.get("family"), told.get("names")
    if family not in FAMILIES or not isinstance(names, dict) or len(names) > MOST_NAMES:
        raise ConfigError(f"{file}: family {str(family)[:40]!r}, names {str(names)[:60]}", HOW)
    for number, name in names.items():
        good = isinstance(number, int) and not isinstance(number, bool) and number >= 0
        if not good or not isinstance(name, str) or not NAME.fullmatch(name):
            raise ConfigError(
                f"{file}: {str(number)[:20]}: {str(name)[:40]!r}",
                "give a number, and a name of small letters",
            )
    usual, own = told.get("side_m"), told.get("sides_m", {})
    if not isinstance(own, dict):
        raise ConfigError(f"{file}: sides_m {str(own)[:60]}", "write `sides_m:` {number: metres}")
    if strange := own.keys() - names.keys():
        raise ConfigError(f"{file}: sides_m names {str(strange)[:60]}", "name numbers that `names` has")
    sides = {number: own.get(number, usual) for number in names}
    for number, side in sides.items():
        if side is not None and not _is_side(side):
            raise ConfigError(
                f"{file}: {number} with a side of {str(side)[:40]}", f"give {LEAST_M} to {MOST_M} m"
            )
    return Tags(str(family), dict(names), {n: float(side) for n, side in sides.items() if side is not None})


def _is_side(side: object) -> bool:
    return isinstance(side, (int, float)) and not isinstance(side, bool) and LEAST_M <= side <= MOST_M


def _box(points: np.ndarray, image: Pixels) -> Box:
    high, wide = image.shape[:2]
    left, top = np.clip(points.min(axis=0), 0, (wide, high))
    right, low = np.clip(points.max(axis=0), 0, (wide, high))
    return Box(float(left), float(top), float(right - left), float(low - top))

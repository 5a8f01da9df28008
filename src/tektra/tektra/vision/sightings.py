# SPDX-License-Identifier: Apache-2.0
"""What detectors see in one image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

#: A face, as a class beside the objects' classes.
FACE = "face"
#: Things that are told by colour and outline: "red cube".
SHAPES = ("cube", "ball", "thing")


class Kind(Enum):
    """What a detector looks for."""

    OBJECTS = "objects"
    FACES = "faces"
    GESTURES = "gestures"


@dataclass(frozen=True)
class Box:
    """An upright rectangle in an image: px from the left and top, inside the image."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """The middle, px."""
        return self.x + self.width / 2.0, self.y + self.height / 2.0

    def moved(self, by: tuple[float, float]) -> Box:
        """So many px to the right and down, perhaps out of the image."""
        return replace(self, x=self.x + by[0], y=self.y + by[1])

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        high = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if wide <= 0.0 or high <= 0.0:
            return 0.0
        both = wide * high
        return both / (self.width * self.height + other.width * other.height - both)


@dataclass(frozen=True)
class Hand:
    """The 21 landmarks of a hand: in the picture (px), and in the room (m) about its middle, along the picture's x (right), y (down)
    and away from the camera."""

    image: tuple[tuple[float, float], ...]
    world: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Marker:
    """A square marker: its corners (px) clockwise from its own upper left, and how long its side is (m)."""

    corners: tuple[tuple[float, float], ...]
    side_m: float


@dataclass(frozen=True)
class Sighting:
    """One thing: an object's class, `face`, or a gesture's name (of the hand in the box). `score` is 0..1.

    `shapes` are a face's 52 blendshape scores by name (ARKit), 0..1; empty for all else. `hand`: of a gesture, where the detector
    has it. `marker`: of a marker whose size is known.
    """

    kind: Kind
    class_id: str
    score: float
    box: Box
    shapes: Mapping[str, float] = field(default_factory=dict)
    hand: Hand | None = None
    marker: Marker | None = None

# SPDX-License-Identifier: Apache-2.0
"""Cameras and detectors, as vision sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.vision.sightings import Box, Kind, Sighting


@dataclass(frozen=True)
class Frame:
    """An image: uint8, BGR, height x width x 3, contiguous, nobody writes to it; best one of
    tektra.common.pixels.blank, which is published without a copy; taken `stamp_s` after the
    epoch. `sender`: whose camera it is, of those that share a topic; empty where there is one."""

    image: Pixels
    stamp_s: float
    sender: str = ""


class Camera(Protocol):
    """A source of images. Made by `Camera(source, width=, height=, rate_hz=, loop=)`; the constructor opens
    nothing."""

    def open(self) -> None:
        """Opens the device or file. Blocks up to seconds. Raises BackendError with what to do. Twice is
        once."""

    def close(self) -> None:
        """Releases it; a read under way returns. Twice is once."""

    def read(self, timeout_s: float) -> Frame | None:
        """The next image, when it is due. Blocks; None after `timeout_s` without one. Raises BackendError
        when the device is gone or the file has ended. One thread reads."""


class Detector(Protocol):
    """Finds things in images. Made by `Detector(min_score)`; the constructor loads nothing. For one
    thread."""

    classes: Sequence[str]
    """Names of all objects that it knows, once loaded."""

    def load(self, kinds: Sequence[Kind]) -> None:
        """Loads the models for these kinds. Blocks for seconds. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees them. Twice is once."""

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        """All things of this kind with at least the least score, best first; boxes lie inside the image.
        Blocks for tens of ms. Raises InputError for what is no image, BackendError when the model fails."""


@dataclass(frozen=True)
class FacePrint:
    """A face by which its owner may be known: `vector` is of length one, `score` how surely it is a face (0..1), `sharpness` the
    variance of its Laplacian."""

    box: Box
    score: float
    vector: NDArray[np.float32]
    sharpness: float


class FaceReader(Protocol):
    """Makes prints of faces. Made without arguments; the constructor loads nothing. For one thread."""

    model: str
    """Prints of different models are not alike, whosever they are."""

    def load(self) -> None:
        """Loads the models. Blocks for tenths of a second. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees them. Twice is once."""

    def read(self, image: Pixels) -> list[FacePrint]:
        """Prints of all faces in an image, the largest first. Blocks for tens of ms. Raises InputError for what is no image,
        BackendError when a model fails."""


@dataclass(frozen=True)
class Text:
    """A line of text in a picture: its words as they were read, how surely (0..1), and where its left end is, px."""

    words: str
    score: float
    x: float
    y: float


class TextReader(Protocol):
    """Reads text in pictures. Made without arguments; the constructor loads nothing. For one thread."""

    def load(self) -> None:
        """Loads the models. Blocks for tenths of a second. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees them. Twice is once."""

    def read(self, image: Pixels) -> list[Text]:
        """All lines in an image, from top to bottom. Blocks for a second or more. Raises InputError for what is no image,
        BackendError when a model fails."""


#: A detector sees nothing in less; and more than this per side costs seconds and hundreds of MB.
MIN_SIDE, MAX_SIDE = 16, 4096


def require_size(image: Pixels) -> None:
    """Raises InputError for a camera's picture that is too small to see anything in, or too large to be looked at often."""
    height, width = image.shape[:2]
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise InputError(
            f"a picture of {width} by {height}",
            f"set the camera to at least {MIN_SIDE} and at most {MAX_SIDE} pixels a side",
        )


def require_image(image: Pixels) -> None:
    """Raises InputError for anything but a uint8 array of height x width x 3 with at least one pixel."""
    if getattr(image, "dtype", None) != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        shape = getattr(image, "shape", type(image).__name__)
        raise InputError(f"an image of {shape}", "give uint8, height x width x 3, BGR")

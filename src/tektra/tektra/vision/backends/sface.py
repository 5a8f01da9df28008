# SPDX-License-Identifier: Apache-2.0
"""Faces told apart: YuNet finds them with five landmarks, SFace makes 128 numbers of each (OpenCV's model zoo, 8 bit).

YuNet: Wu et al. 2023, "YuNet: a tiny millisecond-level face detector". SFace: Zhong et al. 2021, "SFace: sigmoid-constrained
hypersphere loss for robust face recognition".
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.common.pixels import Pixels
from tektra.vision.backends import FacePrint, require_image
from tektra.vision.sightings import Box

MODEL = "faces-known"
#: Faces are looked for in pictures of so many pixels a side at most; cut out they are from the whole picture.
LOOKED_AT = 640
LEAST_SCORE, MOST_FACES = 0.8, 8
#: What shows less of itself than so many pixels of the smaller picture tells nobody apart. The detector, given a picture
#: narrower than its own grid, also reports boxes without any height, or beside the picture.
LEAST_SIDE = 12.0


class SFaceReader:
    """Meets FaceReader. 11 MB; one thread."""

    model = "sface"

    def __init__(self) -> None:
        self._detector: Any = None
        self._recogniser: Any = None

    def load(self) -> None:
        if self._recogniser is not None:
            return
        folder = models.path(MODEL)
        try:
            self._detector = cv2.FaceDetectorYN.create(
                str(folder / "yunet.onnx"), "", (LOOKED_AT, LOOKED_AT), LEAST_SCORE
            )
            self._recogniser = cv2.FaceRecognizerSF.create(str(folder / "sface.onnx"), "")
        except cv2.error as error:
            self.close()
            raise BackendError(
                f"OpenCV cannot load {folder}: {error}", f"run `tektra models pull {MODEL}`"
            ) from error

    def close(self) -> None:
        self._detector = self._recogniser = None

    def read(self, image: Pixels) -> list[FacePrint]:
        require_image(image)
        if self._recogniser is None:
            raise BackendError("the reader of faces is not loaded", "call load() first")
        height, width = image.shape[:2]
        scale = min(1.0, LOOKED_AT / max(height, width))
        small = (
            image
            if scale == 1.0
            else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
        try:
            self._detector.setInputSize((small.shape[1], small.shape[0]))
            _, rows = self._detector.detect(np.ascontiguousarray(small))
            seen = [] if rows is None else [row for row in rows if _shows_a_face(row, *small.shape[:2])]
            found = sorted(seen, key=lambda row: -row[2] * row[3])[:MOST_FACES]
            return [self._print(image, np.array(row, np.float32), scale) for row in found]
        except cv2.error as error:
            raise BackendError(f"OpenCV failed on a face: {error}", "the next image is tried") from error

    def _print(self, image: Pixels, row: Any, scale: float) -> FacePrint:
        """`row`: x, y, width, height, five landmarks, score; all but the score in pixels of the smaller picture."""
        row[:14] /= scale
        height, width = image.shape[:2]
        face = self._recogniser.alignCrop(image, row[np.newaxis])
        vector = np.asarray(self._recogniser.feature(face), np.float32).reshape(-1)
        left, top = max(0.0, float(row[0])), max(0.0, float(row[1]))
        right, bottom = min(float(width), float(row[0] + row[2])), min(float(height), float(row[1] + row[3]))
        return FacePrint(
            Box(left, top, max(0.0, right - left), max(0.0, bottom - top)),
            float(row[14]),
            vector / max(float(np.linalg.norm(vector)), 1e-9),
            _sharpness(face),
        )


def _shows_a_face(row: Any, height: int, width: int) -> bool:
    """Whether enough of the box `row` (x, y, width, height, …; pixels) lies within the picture that it was found in."""
    if not np.isfinite(row).all():
        return False
    inside = min(width, row[0] + row[2]) - max(0.0, row[0]), min(height, row[1] + row[3]) - max(0.0, row[1])
    return bool(min(inside) >= LEAST_SIDE)


def _sharpness(face: Pixels) -> float:
    """Variance of the Laplacian of a face of 112 by 112 (Pech-Pacheco et al. 2000): little where it is blurred."""
    return float(cv2.Laplacian(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())

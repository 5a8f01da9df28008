# SPDX-License-Identifier: Apache-2.0
"""Learns a face: several frames of one person alone, near and sharp, from more than one side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tektra.common.recognition import Gallery
from tektra.vision.backends import FacePrint

#: So many frames, so far apart, within so long.
FRAMES, APART_S, PATIENCE_S = 8, 0.4, 45.0
#: Smaller faces (px) and more blurred ones are no good to be known by.
LEAST_WIDTH, LEAST_SHARPNESS, LEAST_SCORE = 70.0, 40.0, 0.85
#: What is less like the frames before is another person; what is more, the same picture again.
SAME, AGAIN = 0.45, 0.985


class FaceEnrolment:
    """Takes prints of frame after frame until `done` or `refused` says why not; `hint` tells the person what to do.

    `gallery`: those who are known already: nobody is enrolled twice under two names. Times are given; for one thread.
    """

    def __init__(self, name: str, gallery: Gallery) -> None:
        self.vectors: list[NDArray[np.float32]] = []
        self.hint = "look into the camera"
        self.refused = ""
        self._name = name
        self._gallery = gallery
        self._began_s: float | None = None
        self._last_s = float("-inf")

    @property
    def done(self) -> bool:
        return len(self.vectors) >= FRAMES

    def due(self, now_s: float) -> bool:
        """Whether a frame is wanted now; s of any clock that goes forward. Ends the enrolment when its time is over."""
        if self._began_s is None:
            self._began_s = now_s
        if not self.done and not self.refused and now_s - self._began_s > PATIENCE_S:
            self.refused = f"{len(self.vectors)} of {FRAMES} good pictures in {PATIENCE_S:.0f} s: {self.hint}"
        return not self.done and not self.refused and now_s - self._last_s >= APART_S

    def add(self, now_s: float, faces: Sequence[FacePrint]) -> None:
        """A frame that was due."""
        self.hint = self._judge(faces) or "turn the head a little"
        self._last_s = now_s

    def _judge(self, faces: Sequence[FacePrint]) -> str:
        """What is wrong with it; empty when it was taken."""
        if not faces:
            return "no face is in view; look into the camera"
        if len(faces) > 1:
            return f"{len(faces)} faces are in view; only one may be"
        (face,) = faces
        if face.score < LEAST_SCORE or face.box.width < LEAST_WIDTH:
            return "come nearer"
        if face.sharpness < LEAST_SHARPNESS:
            return "the picture is blurred; hold still, with more light"
        other = self._gallery.match(face.vector)
        if other is not None and other.person.name.casefold() != self._name.casefold():
            self.refused = "this face is enrolled under another name"
            return self.refused
        alike = [float(vector @ face.vector) for vector in self.vectors]
        if alike and max(alike) < SAME:
            self.vectors.clear()
            return "somebody else came into view; begin again"
        if alike and max(alike) > AGAIN:
            return "move the head a little"
        self.vectors.append(face.vector)
        return ""

# SPDX-License-Identifier: Apache-2.0
"""Gestures: short tracks of the head's poses over time, and of the arms' where hands take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tektra.avatar.arm_gestures import pose_at
from tektra.avatar.arms import Angles
from tektra.avatar.errors import UnknownNameError
from tektra.avatar.state import HeadPose

# (seconds after the beginning, yaw, pitch, roll in rad); the first and the last are at rest.
_Track = Sequence[tuple[float, float, float, float]]
GESTURES: Mapping[str, _Track] = {
    "nod": ((0, 0, 0, 0), (0.18, 0, 0.20, 0), (0.38, 0, -0.04, 0), (0.58, 0, 0.13, 0), (0.85, 0, 0, 0)),
    "shake": (
        (0, 0, 0, 0),
        (0.17, 0.26, 0.02, 0),
        (0.42, -0.26, 0.02, 0),
        (0.66, 0.17, 0.02, 0),
        (0.88, -0.07, 0, 0),
        (1.05, 0, 0, 0),
    ),
    "tilt": ((0, 0, 0, 0), (0.35, 0.05, 0.0, 0.20), (1.15, 0.05, 0.0, 0.20), (1.6, 0, 0, 0)),
    "bow": ((0, 0, 0, 0), (0.45, 0, 0.38, 0), (0.85, 0, 0.38, 0), (1.4, 0, 0, 0)),
    "look_around": (
        (0, 0, 0, 0),
        (0.5, 0.45, 0.02, 0),
        (1.0, 0.45, 0.02, 0),
        (1.7, -0.45, 0.02, 0),
        (2.2, -0.45, 0.02, 0),
        (2.8, 0, 0, 0),
    ),
    "wave": ((0, 0, 0, 0), (0.5, 0.04, -0.02, 0.12), (1.9, 0.04, -0.02, 0.12), (2.5, 0, 0, 0)),
    "point": ((0, 0, 0, 0), (0.55, 0.26, 0.04, 0), (1.5, 0.26, 0.04, 0), (2.3, 0, 0, 0)),
    "shrug": ((0, 0, 0, 0), (0.5, 0.05, 0.03, 0.15), (1.3, 0.05, 0.03, 0.15), (1.9, 0, 0, 0)),
    "thumbs_up": ((0, 0, 0, 0), (0.6, 0, 0.12, 0), (0.9, 0, -0.02, 0), (1.3, 0, 0.03, 0), (2.3, 0, 0, 0)),
    "count": ((0, 0, 0, 0), (0.75, 0, 0.11, 0), (1.5, 0, 0.02, 0), (2.25, 0, 0.11, 0), (3.4, 0, 0, 0)),
    "explain": (
        (0, 0, 0, 0),
        (0.55, 0.11, 0.05, 0.02),
        (1.35, -0.11, 0.03, -0.02),
        (2.2, 0.03, 0.05, 0),
        (2.8, 0, 0, 0),
    ),
}
NAMES: tuple[str, ...] = tuple(GESTURES)
#: Arms that are still up when another gesture begins come to it within this.
TAKEN_OVER_S = 0.45


class Gesturing:
    """Makes one gesture at a time; a new one takes over."""

    def __init__(self) -> None:
        self._name = ""
        self._start_s = 0.0
        self._arms_from: Angles | None = None

    def play(self, gesture: str, now_s: float) -> None:
        """Begin a gesture. Raises UnknownNameError, naming what there is."""
        if gesture not in GESTURES:
            raise UnknownNameError(f"there is no gesture {gesture!r}", f"use one of {', '.join(NAMES)}")
        self._arms_from = self.arms(now_s)
        self._name, self._start_s = gesture, now_s

    def at(self, now_s: float) -> tuple[str, HeadPose]:
        """The gesture under way (empty when none) and the pose to add."""
        if not self._name:
            return "", HeadPose()
        track = GESTURES[self._name]
        since = now_s - self._start_s
        if since < 0.0 or since >= track[-1][0]:
            self._name = ""
            return "", HeadPose()
        for before, after in pairwise(track):
            if since < after[0]:
                part = (since - before[0]) / (after[0] - before[0])
                part = part * part * (3.0 - 2.0 * part)
                yaw, pitch, roll = (a + part * (b - a) for a, b in zip(before[1:], after[1:], strict=True))
                return self._name, HeadPose(yaw, pitch, roll)
        return "", HeadPose()

    def arms(self, now_s: float) -> Angles | None:
        """(30,) rad of the arms; None while they hang."""
        since = now_s - self._start_s
        pose = pose_at(self._name, since)
        if self._arms_from is not None and 0.0 <= since < TAKEN_OVER_S:
            part = since / TAKEN_OVER_S
            pose = self._arms_from + (part * part * (3.0 - 2.0 * part)) * (pose - self._arms_from)
        return pose.astype("float32") if pose.any() else None

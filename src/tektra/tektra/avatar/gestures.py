# SPDX-License-Identifier: Apache-2.0
"""Gestures of the head: short tracks of poses over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

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
}
NAMES: tuple[str, ...] = tuple(GESTURES)


class Gesturing:
    """Makes one gesture at a time; a new one takes over."""

    def __init__(self) -> None:
        self._name = ""
        self._start_s = 0.0

    def play(self, gesture: str, now_s: float) -> None:
        """Begin a gesture. Raises UnknownNameError, naming what there is."""
        if gesture not in GESTURES:
            raise UnknownNameError(f"there is no gesture {gesture!r}", f"use one of {', '.join(NAMES)}")
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

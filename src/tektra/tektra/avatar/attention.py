# SPDX-License-Identifier: Apache-2.0
"""Whom the avatar looks at: who speaks, else whoever is nearest, else nobody, which is straight ahead. Pure; times are handed in."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: A face that was not seen for so long is gone; who spoke last is looked at for so long.
GONE_S, SPOKE_S = 1.5, 12.0
#: Another face is looked at instead when it is so much larger: of two people side by side neither is to be left at each tremble.
LARGER = 1.4
#: A detector's boxes tremble: of each new size so much is taken.
SETTLES = 0.2
#: The eyes are there at once, the head follows slowly, and only part of the way (Guitton, Volle: gaze control, 1987).
EYES_S, HEAD_S, HEAD_SHARE = 0.07, 0.5, 0.55
#: How far it turns to somebody at most, rad.
YAW_MAX_RAD, PITCH_MAX_RAD = 0.60, 0.30
#: Faces and persons that are remembered at most.
MOST = 32


@dataclass(frozen=True)
class Direction:
    """rad: yaw > 0 to the avatar's left, pitch > 0 down."""

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0


@dataclass
class _Face:
    at: Direction
    size: float
    seen_s: float


class Attention:
    """One thread owns it. `at` says where eyes and head look, each smooth over time."""

    def __init__(self) -> None:
        self._faces: dict[str, _Face] = {}
        self._face_of: dict[str, str] = {}
        self._speaker, self._spoke_s = "", -math.inf
        self._chosen = ""
        self._eyes = self._head = Direction()
        self._updated_s: float | None = None

    def saw(self, face: str, at: Direction, size: float, now_s: float) -> None:
        """A face is in that direction; `size`: a share of the picture's width. What is no number is no face."""
        if not all(map(math.isfinite, (at.yaw_rad, at.pitch_rad, size))):
            return
        known = self._faces.get(face)
        smooth = size if known is None else known.size + SETTLES * (size - known.size)
        self._faces[face] = _Face(at, smooth, now_s)
        while len(self._faces) > MOST:
            del self._faces[min(self._faces, key=lambda name: self._faces[name].seen_s)]

    def is_of(self, face: str, person: str) -> None:
        """A face is a person's."""
        self._face_of.pop(person, None)
        self._face_of[person] = face
        while len(self._face_of) > MOST:
            del self._face_of[next(iter(self._face_of))]

    def spoke(self, person: str, now_s: float) -> None:
        """A person was known by their voice."""
        self._speaker, self._spoke_s = person, now_s

    def keep(self, faces: frozenset[str]) -> None:
        """Forgets faces that are not in view any more."""
        self._faces = {face: where for face, where in self._faces.items() if face in faces}

    def at(self, now_s: float, share: float = 1.0) -> tuple[Direction, Direction]:
        """Where the eyes look, and where the head is turned, both against straight ahead. `share`: how much it attends, 0..1."""
        whole = self._wanted(now_s)
        wanted = Direction(share * whole.yaw_rad, share * whole.pitch_rad)
        step_s = 0.0 if self._updated_s is None else min(max(now_s - self._updated_s, 0.0), 1.0)
        self._updated_s = now_s
        self._eyes = _towards(self._eyes, wanted, step_s / EYES_S)
        part = Direction(HEAD_SHARE * wanted.yaw_rad, HEAD_SHARE * wanted.pitch_rad)
        self._head = _towards(self._head, part, step_s / HEAD_S)
        return self._eyes, self._head

    def _wanted(self, now_s: float) -> Direction:
        here = {face: where for face, where in self._faces.items() if 0.0 <= now_s - where.seen_s <= GONE_S}
        speaks = self._face_of.get(self._speaker, "") if 0.0 <= now_s - self._spoke_s <= SPOKE_S else ""
        largest = max(here, key=lambda face: here[face].size, default="")
        if speaks in here:
            self._chosen = speaks
        elif self._chosen not in here or here[largest].size > LARGER * here[self._chosen].size:
            self._chosen = largest
        if not self._chosen:
            return Direction()
        at = here[self._chosen].at
        return Direction(
            min(max(at.yaw_rad, -YAW_MAX_RAD), YAW_MAX_RAD),
            min(max(at.pitch_rad, -PITCH_MAX_RAD), PITCH_MAX_RAD),
        )


def _towards(now: Direction, goal: Direction, steps: float) -> Direction:
    """Some of the way, as many time constants as have passed."""
    part = 1.0 - math.exp(-steps)
    return Direction(
        now.yaw_rad + part * (goal.yaw_rad - now.yaw_rad),
        now.pitch_rad + part * (goal.pitch_rad - now.pitch_rad),
    )


@dataclass
class Lens:
    """How the camera beside the face sees, as far as anybody told. Until a calibration comes, a picture is 640x480 px, or as large
    as the farthest face needs, with the field of view `hfov_rad`."""

    hfov_rad: float = 1.05
    width_px: float = 640.0
    height_px: float = 480.0
    focal_px: float = 0.0

    def calibrated(self, width_px: float, height_px: float, focal_px: float) -> None:
        """As a CameraInfo has it. What is no lens is passed over."""
        if all(math.isfinite(v) and v > 0.0 for v in (width_px, height_px, focal_px)):
            self.width_px, self.height_px, self.focal_px = width_px, height_px, focal_px

    def direction(
        self, x_px: float, y_px: float, width_px: float, height_px: float
    ) -> tuple[Direction, float]:
        """Where a box in the picture is, seen from the camera, and its width as a share of the picture's."""
        if not self.focal_px:
            self.width_px = max(self.width_px, x_px + width_px)
            self.height_px = max(self.height_px, y_px + height_px)
        focal = self.focal_px or self.width_px / 2.0 / math.tan(self.hfov_rad / 2.0)
        right = x_px + width_px / 2.0 - self.width_px / 2.0
        down = y_px + height_px / 2.0 - self.height_px / 2.0
        return Direction(-math.atan2(right, focal), math.atan2(down, focal)), width_px / self.width_px

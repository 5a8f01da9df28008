# SPDX-License-Identifier: Apache-2.0
"""Brings what the camera beside the face sees to the avatar's attention. One thread: the node's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tektra.avatar.attention import Attention, Lens
from tektra.ros.face_places import FacePlaces


class Onlookers:
    """Faces in view, whose they are, and who speaks."""

    def __init__(
        self, node: Any, attention: Attention, now_s: Callable[[], float], *, camera: str, hfov_rad: float
    ) -> None:
        self._attention = attention
        self._now_s = now_s
        self._lens = Lens(hfov_rad)
        self._places = FacePlaces(node, camera, self)

    def close(self) -> None:
        """Looks at nobody any more."""
        self._places.close()
        self.faces(frozenset())

    def face(self, face: str, x: int, y: int, width: int, height: int) -> None:
        """See OnFaces."""
        at, size = self._lens.direction(x, y, width, height)
        self._attention.saw(face, at, size, self._now_s())

    def faces(self, ids: frozenset[str]) -> None:
        """See OnFaces."""
        self._attention.keep(ids)

    def matched(self, person: str, other: str, *, voice: bool) -> None:
        """See OnFaces."""
        if voice:
            self._attention.spoke(person, self._now_s())
        else:
            self._attention.is_of(other, person)

    def lens(self, width: float, height: float, focal: float) -> None:
        """See OnFaces."""
        self._lens.calibrated(width, height, focal)

# SPDX-License-Identifier: Apache-2.0
"""Whose hand it is: that of the face it is nearest to, where that is plain."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.vision.tracker import Track

#: Faces count for so long after they were seen.
FRESH_S = 1.5
#: An arm is no longer than this, in heights of its owner's face; the next face is further by this factor, or it is nobody's.
ARM, PLAINLY = 4.5, 1.5


class HandOwners:
    """One camera's faces. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._faces: Sequence[Track] = ()
        self._seen_s = float("-inf")

    def saw(self, now_s: float, faces: Sequence[Track]) -> None:
        """All faces of one look."""
        self._faces, self._seen_s = faces, now_s

    def owner(self, now_s: float, hand: Track) -> str:
        """The id of the face whose hand it is; empty where nobody can tell."""
        if not 0.0 <= now_s - self._seen_s <= FRESH_S:
            return ""
        near = sorted((_apart(face, hand), face.track_id) for face in self._faces)
        if not near or near[0][0] > ARM or (len(near) > 1 and near[1][0] < PLAINLY * near[0][0]):
            return ""
        return near[0][1]


def _apart(face: Track, hand: Track) -> float:
    """From middle to middle, in heights of the face."""
    (fx, fy), (hx, hy) = face.sighting.box.center, hand.sighting.box.center
    height = max(face.sighting.box.height, 1.0)
    return float(((fx - hx) ** 2 + (fy - hy) ** 2) ** 0.5) / height

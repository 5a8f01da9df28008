# SPDX-License-Identifier: Apache-2.0
"""How far away things are, by a depth image that is registered to the camera's pictures (REP-118: m along the optical axis)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.vision.intrinsics import Intrinsics
from tektra.vision.ranging import Ranged
from tektra.vision.sightings import Box

#: What is nearer or farther (m) no such sensor measures.
NEAREST_M, FARTHEST_M = 0.1, 20.0
#: Of a box the middle half is looked at each way, at most so many pixels of it; fewer measured ones, or a smaller share, tell nothing.
MIDDLE, MOST_PX, LEAST_PX, LEAST_SHARE = 0.5, 1000, 6, 0.2
#: Between two surfaces the range jumps, by so much at least (m, and as a share of it); what has this share of the pixels is a surface.
JUMP_M, JUMP, SURFACE = 0.06, 0.05, 0.25
#: A sensor is off by so much (m), and by so much for each squared metre: of triangulation the error grows with the square of the range.
OFF_M, OFF_PER_M2 = 0.02, 0.005
#: Its surface is measured: its middle lies behind that by half of the narrower side, up to so much (m).
THICK_M = 0.25
#: Who walks was elsewhere when a picture of another moment was taken (m/s, ISO 13855:2024).
WALKING_MPS = 1.6


@dataclass(frozen=True)
class Depth:
    """`metres`: float32, height x width, NaN where nothing was measured; drawn by `lens`, `apart_s` before or after the picture."""

    metres: NDArray[np.float32]
    lens: Intrinsics
    apart_s: float = 0.0

    def range_of(self, box: Box, size: tuple[int, int]) -> Ranged | None:
        """What fills this box of a picture of this width and height; None where too little of it was measured.

        Of several surfaces it is the nearest, as off as the others are far from it: a pole before a person looks like a chair
        before a wall. Raises InputError for a picture that is not the scene of the depth image.
        """
        lens = self.lens.at(size)
        values = self._middle(box, size)
        if not len(values):
            return None
        surfaces = _surfaces(values)
        nearest = surfaces[0]
        ahead = float(np.median(nearest))
        low, high = np.percentile(nearest, (10, 90))
        others = max((float(np.median(other)) - ahead for other in surfaces[1:]), default=0.0)
        narrow = min(box.width * ahead / lens.fx, box.height * ahead / lens.fy) / 2.0
        off = OFF_M + OFF_PER_M2 * ahead * ahead + float(high - low) / 2.0 + min(narrow, THICK_M) + others
        u, low_v = box.x + box.width / 2.0, box.y + box.height
        foot = lens.ray(u, low_v) if low_v + 1.0 < size[1] else None  # the picture may cut it off
        return Ranged(lens.ray(u, box.y + box.height / 2.0), foot, ahead, off + WALKING_MPS * self.apart_s)

    def _middle(self, box: Box, size: tuple[int, int]) -> NDArray[np.float32]:
        """The measured ranges of the middle of a box, in order; none where they are too few."""
        high, wide = self.metres.shape
        across, down = wide / size[0], high / size[1]
        cut = (1.0 - MIDDLE) / 2.0
        left, top = (box.x + cut * box.width) * across, (box.y + cut * box.height) * down
        right, low = left + MIDDLE * box.width * across, top + MIDDLE * box.height * down
        rows = slice(max(0, int(top)), max(0, int(np.ceil(low))))
        part = self.metres[rows, max(0, int(left)) : max(0, int(np.ceil(right)))].ravel()
        part = part[:: max(1, part.size // MOST_PX)]
        good = part[np.isfinite(part) & (part >= NEAREST_M) & (part <= FARTHEST_M)]
        if good.size < max(LEAST_PX, LEAST_SHARE * part.size):
            return np.empty(0, np.float32)
        return np.sort(good)


def _surfaces(values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Ranges in order, parted where they jump, the nearest first; what is too small to be a surface (edges, dust) is left out."""
    jumps = np.flatnonzero(np.diff(values) > np.maximum(JUMP_M, JUMP * values[:-1])) + 1
    parts = np.split(values, jumps)
    large = [part for part in parts if len(part) >= SURFACE * len(values)]
    return large or [max(parts, key=len)]

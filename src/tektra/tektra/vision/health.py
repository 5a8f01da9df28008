# SPDX-License-Identifier: Apache-2.0
"""Whether a picture shows anything, and whether what it shows may be placed on the map.

A camera that is covered, stands still or was turned still sends pictures with fresh stamps. On floor that such a picture
shows, nobody was seen to be missing.
"""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.common.pixels import Pixels

#: Each so many-th pixel is looked at for brightness.
STEP = 8
#: A picture whose pixels are nearly all darker than this (of 255) is black.
DARK = 24.0
#: A picture whose colours spread by less (standard deviation, of 255) is one flat colour.
FLAT = 3.0
#: A sensor has noise, so that no two pictures are the same. Of so many the newest is compared with each.
COMPARED = 16
FROZEN_S = 2.0
#: Some drivers give each picture twice; what repeats itself for longer shows nobody who does something now.
REPEATED_S = 0.5
#: Rows or columns without any difference in them, of this share of the side, were not filled, wherever they are. A decoder leaves
#: them grey, and memory is black: of those colours so few rows are enough.
EMPTY_SHARE, EMPTY, EMPTY_ROWS = 0.1, (0, 127, 128, 129), 8


@dataclass(frozen=True)
class Verdict:
    """`blind`: why the picture shows nothing. `doubt`: why nothing in it may be placed. In words; empty: all is well.
    `still`: it repeats an earlier one, for too short to be in doubt perhaps."""

    blind: str = ""
    doubt: str = ""
    still: bool = False


class Health:
    """Judges the pictures of one camera. Under 1 ms for 640x480. Not for several threads."""

    def __init__(self) -> None:
        self._size: tuple[int, int] | None = None
        self._lately: deque[int] = deque(maxlen=COMPARED)
        self._changed_s = 0.0

    def judge(self, image: Pixels, stamp_s: float) -> Verdict:
        """A picture (uint8, height x width x 3) that was taken then."""
        still_s = self._still_s(image, stamp_s)
        nothing = blind(image)
        if nothing:
            return Verdict(nothing, nothing)
        size = (image.shape[1], image.shape[0])
        self._size = self._size or size
        if size != self._size:
            was = f"{self._size[0]}x{self._size[1]}"
            return Verdict(doubt=f"the picture is {size[0]}x{size[1]} now, and was {was}: turned, or another")
        if still_s >= FROZEN_S:
            return Verdict(doubt=f"the picture has not changed for {still_s:.0f} s", still=True)
        torn = "a part of the picture is empty: torn on its way, or barred" if _torn(image) else ""
        return Verdict(doubt=torn, still=still_s >= REPEATED_S)

    def _still_s(self, image: Pixels, stamp_s: float) -> float:
        """For how long no picture came that was not among the last ones."""
        print_of = zlib.crc32(image[::2].tobytes())
        if print_of not in self._lately:
            self._changed_s = stamp_s
        self._lately.append(print_of)
        return stamp_s - self._changed_s


def blind(image: Pixels) -> str:
    """Why this picture shows nothing, with a remedy; empty when it shows something."""
    seen = image[::STEP, ::STEP].reshape(-1, 3)
    if float(np.percentile(seen, 99)) < DARK:
        return "the picture is black: look at the light and the lens"
    if float(seen.std(axis=0).max()) < FLAT:
        return "the picture is one flat colour: the lens is covered, or the camera is broken"
    return ""


def _torn(image: Pixels) -> bool:
    """Many rows or columns beside each other are each one colour, to the last bit."""
    rows = _flat(image)
    if _run(rows) >= max(2, round(EMPTY_SHARE * len(rows))):
        return True
    unfilled = rows & np.isin(image[:, 0], EMPTY).all(axis=1)
    if _run(unfilled) >= min(EMPTY_ROWS, max(2, len(rows) // 8)):
        return True
    columns = _flat(image.transpose(1, 0, 2))
    return _run(columns) >= max(2, round(EMPTY_SHARE * len(columns)))


def _flat(image: Pixels) -> NDArray[np.bool_]:
    """Which rows are of one colour. First by a few pixels of each, as hardly one is."""
    some = np.asarray((image[:, :: max(1, image.shape[1] // 8)] == image[:, :1]).all(axis=(1, 2)))
    if some.any():
        some[some] = (image[some] == image[some, :1]).all(axis=(1, 2))
    return some


def _run(flags: NDArray[np.bool_]) -> int:
    """How many beside each other are set."""
    ends = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((ends[1::2] - ends[::2]).max(initial=0))

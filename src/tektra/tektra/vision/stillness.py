# SPDX-License-Identifier: Apache-2.0
"""Where nothing moves and nobody was found, nobody came: a detector need not look so often there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tektra.common.pixels import Pixels
from tektra.vision.sightings import Kind

#: Blocks in which brightness is averaged, so that a sensor's noise leaves it alone; and by how much (of 255) one of them changes
#: where something moves. Noise of a standard deviation of 10 changes the mean of 16 x 16 pixels by 0.6.
BLOCKS, CHANGE = (20, 15), 5.0
#: Of a block so many pixels a side are looked at.
SAMPLES = 16
#: What moved is looked at as before for so long: a look in which it is blurred finds nothing.
LINGER_S = 3.0
#: How long a detector that finds nothing may rest where nothing moves: a still face that it missed once is tried again.
RESTS = {Kind.OBJECTS: 0.5, Kind.FACES: 1.0, Kind.GESTURES: 1.0}

Brightness = NDArray[np.float32]


class Stillness:
    """One camera's picture, against what each detector saw last. `rests`: how long each may rest, s; without an entry it never does.
    About 0.5 ms for 640x480. Not for several threads; times are monotonic s."""

    def __init__(self, rests: Mapping[Kind, float]) -> None:
        self._rests = rests
        self._seen: dict[Kind, Brightness] = {}
        self._looked_s: dict[Kind, float] = {}
        self._moved_s: dict[Kind, float] = {}
        self._nobody: dict[Kind, bool] = {}

    def awake(self, image: Pixels, due: list[Kind], now_s: float) -> list[Kind]:
        """Those of the detectors that are due for which this picture may show something new. What changes slowly adds up: it is
        compared with the picture that each looked at last."""
        if not any(kind in self._rests for kind in due):
            return due
        shown = _brightness(image)
        return [kind for kind in due if self._wakes(kind, shown, now_s)]

    def looked(self, kind: Kind, image: Pixels, now_s: float, *, found: bool) -> None:
        """A detector looked at a picture, and found something or nothing."""
        if kind in self._rests:
            self._seen[kind], self._looked_s[kind] = _brightness(image), now_s
            self._nobody[kind] = not found

    def forget(self) -> None:
        """The picture showed nothing: whatever comes next is new."""
        self._seen.clear()

    def _wakes(self, kind: Kind, shown: Brightness, now_s: float) -> bool:
        rest_s, before = self._rests.get(kind), self._seen.get(kind)
        if rest_s is None:
            return True
        if before is None or shown.shape != before.shape or float(np.abs(shown - before).max()) > CHANGE:
            self._moved_s[kind] = now_s
        still_s = now_s - self._moved_s.get(kind, now_s)
        rested = now_s - self._looked_s.get(kind, float("-inf")) >= rest_s
        return rested or still_s <= LINGER_S or not self._nobody.get(kind, False)


def _brightness(image: Pixels) -> Brightness:
    """Of each block, by the green channel, which has most of it."""
    rows, columns = min(BLOCKS[1], image.shape[0]), min(BLOCKS[0], image.shape[1])
    high, wide = image.shape[0] // rows, image.shape[1] // columns
    steps = (max(1, high // SAMPLES), max(1, wide // SAMPLES))
    blocks = image[: rows * high, : columns * wide, 1].reshape(rows, high, columns, wide)
    return np.asarray(blocks[:, :: steps[0], :, :: steps[1]].mean(axis=(1, 3), dtype=np.float32))

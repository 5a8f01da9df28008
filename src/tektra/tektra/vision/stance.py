# SPDX-License-Identifier: Apache-2.0
"""Whether a camera that hangs somewhere still looks where it did: a knock, or a hand that hung it upside down, turns the floor that it tells of.

Told is what the picture itself shows: that it fits the earlier ones much better when it is turned, mirrored or shifted; that it shows hardly
anything of what they showed, be it that the camera looks quite elsewhere, that something hangs before it, or that it is too dark; or that what
comes are the pictures of two cameras by turns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tektra.common.pixels import Pixels

#: The picture as it is compared, px, and over how many of them brightness is taken out: light changes, edges stay.
SIZE, BLUR = (128, 96), 9
#: So many pictures make the first view; each later one that fits it this well, at most one in so many seconds, goes in with this share.
FIRST, FITS, SHARE, EVERY_S = 5, 0.5, 0.05, 1.0
#: It was moved where it fits this well (correlation) when moved back, and by so much better than as it is, in so many looks one after the other.
MOVED, BETTER, LOOKS = 0.6, 0.25, 3
#: Shifts from this share of the width on, and up to that.
LEAST, MOST = 0.012, 0.5
#: What fits less than this for so long, in so many looks at least, shows hardly anything of what was there; until it fits this much again. Of
#: a room so bare that its first pictures are hardly alike themselves nobody can tell that.
STRANGE, STRANGE_S, STRANGE_LOOKS, AGAIN, STRUCTURE = 0.15, 3.0, 6, 0.3, 0.6
#: It turned back where it is so unlike the picture before, and so like one of so many earlier ones; so often in so many looks two cameras send.
UNLIKE, LIKE, LATELY, TURNS, TURNS_LOOKS = 0.25, 0.7, 8, 3, 16

NOTHING_OF_IT = "the picture shows hardly anything of what it showed before: the camera was moved, is covered, or sees nothing in this light"
BY_TURNS = "the pictures of two cameras come by turns: let one alone send"

View = NDArray[np.float32]


class Stance:
    """One camera. About 1 ms for 640x480. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._first: list[View] = []
        self._usual: View | None = None
        self._added_s = float("-inf")
        self._moved = 0
        self._why = ""
        self._structure = 0.0
        self._strange, self._strange_s = 0, 0.0  # how many looks in a row fit nothing, and since when
        self._lately: deque[View] = deque(maxlen=LATELY)
        self._turned: deque[bool] = deque(maxlen=TURNS_LOOKS)

    def judge(self, image: Pixels, now_s: float) -> str:
        """Why nothing in this picture may be placed; empty where it looks as it did, or nobody can tell."""
        view = _view(image)
        by_turns = self._by_turns(view)
        if self._usual is None:
            self._begin(view)
            return by_turns
        fits = _alike(self._usual, view)
        self._added_s = min(self._added_s, now_s)  # a clock may be set back
        self._strange_s = min(self._strange_s, now_s)
        is_strange = self._is_strange(fits, now_s)  # of every look: one that fits ends the row
        why = "" if fits >= MOVED else self._moved_how(view, fits)
        self._moved = self._moved + 1 if why else 0
        if self._moved >= LOOKS:
            self._why = why
        elif fits >= FITS or (self._why == NOTHING_OF_IT and fits >= AGAIN):
            self._why = ""
        elif not self._why and is_strange:
            self._why = NOTHING_OF_IT
        if fits >= FITS and not self._why and not by_turns and now_s - self._added_s >= EVERY_S:
            self._added_s = now_s
            self._usual = np.asarray((1.0 - SHARE) * self._usual + SHARE * view, np.float32)
        return by_turns or self._why

    def _begin(self, view: View) -> None:
        self._first.append(view)
        if len(self._first) == FIRST:
            alike = [_alike(one, other) for one, other in pairwise(self._first)]
            self._structure = min(alike)
            self._usual = np.asarray(np.mean(self._first, axis=0), np.float32)

    def _is_strange(self, fits: float, now_s: float) -> bool:
        """Whether this and the looks before it show nothing of what was there."""
        if fits >= STRANGE or self._structure < STRUCTURE:
            self._strange = 0
            return False
        if not self._strange:
            self._strange_s = now_s
        self._strange += 1
        return self._strange >= STRANGE_LOOKS and now_s - self._strange_s >= STRANGE_S

    def _by_turns(self, view: View) -> str:
        """Somebody who walks by is not seen to come and go three times in as many seconds."""
        *earlier, before = [*self._lately] or [view]
        unlike = _alike(before, view) < UNLIKE
        self._turned.append(unlike and any(_alike(one, view) >= LIKE for one in earlier))
        self._lately.append(view)
        return BY_TURNS if sum(self._turned) >= TURNS else ""

    def _moved_how(self, view: View, fits: float) -> str:
        assert self._usual is not None
        least = max(MOVED, fits + BETTER)
        for how, turned in _turned(view):
            if _alike(self._usual, turned) >= least:
                return f"the picture is {how}: somebody turned the camera"
        across, down, alike = _shifted(self._usual, view)
        if alike >= least and max(abs(across), abs(down)) >= LEAST * SIZE[0]:
            return "the camera looks elsewhere than before: somebody moved it"
        return ""


def _view(image: Pixels) -> View:
    """Edges and patches without the light on them."""
    grey = _means(_means(image[:, :, 1].astype(np.float32), SIZE[1]).T, SIZE[0]).T
    edges = grey - _blurred(grey)
    rough = np.sqrt(_blurred(edges**2)) + 4.0  # of noise alone hardly anything is left
    return np.asarray(edges / rough, np.float32)


def _means(rows: View, count: int) -> View:
    """So many rows, each the mean of those that it stands for."""
    begins = np.arange(count) * len(rows) // count
    counts = np.maximum(np.diff(begins, append=len(rows)), 1).astype(np.float32)
    return np.asarray(np.add.reduceat(rows, begins, axis=0) / counts[:, None], np.float32)


def _blurred(view: View) -> View:
    """The mean of each square of BLUR px."""
    for _ in range(2):  # along one axis, then the other
        sums = np.cumsum(np.pad(view, ((BLUR // 2 + 1, BLUR // 2), (0, 0)), mode="reflect"), axis=0)
        view = np.asarray((sums[BLUR:] - sums[:-BLUR]) / BLUR, np.float32).T
    return view


def _alike(one: View, other: View) -> float:
    """Correlation, -1..1."""
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-6))


def _turned(view: View) -> Iterator[tuple[str, View]]:
    yield "upside down", view[::-1, ::-1]
    yield "mirrored", view[:, ::-1]
    yield "mirrored upside down", view[::-1]


def _shifted(usual: View, view: View) -> tuple[int, int, float]:
    """By how many px to the right and down the view is shifted, and how well what both show fits then."""
    spectrum = np.fft.rfft2(usual).conj() * np.fft.rfft2(view)
    surface = np.fft.irfft2(spectrum / (np.abs(spectrum) + 1e-6), s=usual.shape)
    high, wide = usual.shape
    down, across = np.unravel_index(int(surface.argmax()), surface.shape)
    y, x = (int(down) + high // 2) % high - high // 2, (int(across) + wide // 2) % wide - wide // 2
    if abs(x) > MOST * wide or abs(y) > MOST * high:
        return 0, 0, 0.0
    then = usual[max(0, -y) : high - max(0, y), max(0, -x) : wide - max(0, x)]
    now = view[max(0, y) : high + min(0, y), max(0, x) : wide + min(0, x)]
    return x, y, _alike(then, now)

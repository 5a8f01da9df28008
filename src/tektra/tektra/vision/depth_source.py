# SPDX-License-Identifier: Apache-2.0
"""The depth images that belong to the pictures of one camera: which of them may be believed, and which is of the same moment."""

from __future__ import annotations

import threading
import zlib
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.vision.arrivals import Arrivals
from tektra.vision.backends import Frame
from tektra.vision.depth import Depth
from tektra.vision.intrinsics import Drawn, intrinsics_told

Metres = NDArray[np.float32]
#: So many are kept: a picture is looked at some 0.1 s after it came, and its depth may have come before or after it.
KEPT = 8
#: What says the same for so long measures nothing any more: a sensor has noise.
FROZEN_S = 2.0


class DepthSource:
    """`put` and `lens` are for one thread, `at` for another. `apart_s`: how far a depth image may be from the picture. `clock` gives s
    since the epoch. `problem` says why the last picture has no depth; empty: it has, or nobody asked yet."""

    def __init__(self, apart_s: float, max_age_s: float, clock: Callable[[], float]) -> None:
        self.problem = ""
        self._apart_s = apart_s
        self._arrivals = Arrivals(max_age_s)
        self._clock = clock
        self._kept: deque[tuple[Callable[[], Metres], float, str]] = deque(maxlen=KEPT)
        self._lens: tuple[Callable[[], Drawn], str] | None = None
        self._refused = ""
        self._lock = threading.Lock()
        self._last: tuple[float, Metres] | None = None
        self._print, self._changed_s = 0, 0.0

    def put(self, make: Callable[[], Metres], stamp_s: float, frame_id: str) -> None:
        """A depth image that `make` reads (it may raise InputError), taken at `stamp_s` in the frame `frame_id`."""
        with self._lock:
            try:
                self._arrivals.judge(stamp_s, self._clock(), frame_id)
            except InputError as error:
                self._refused = str(error)
                return
            self._refused = ""
            self._kept.append((make, stamp_s, frame_id))

    def lens(self, make: Callable[[], Drawn], frame_id: str) -> None:
        """The camera_info of the depth images; `make` may raise InputError."""
        with self._lock:
            self._lens = make, frame_id

    def at(self, frame: Frame) -> Depth | None:
        """The depth of a picture; None where there is none that may be believed: `problem` says why."""
        try:
            found = self._at(frame)
            self.problem = ""
            return found
        except InputError as error:
            self.problem = f"no depth: {error}"
            return None

    def forget(self) -> None:
        """What came before belongs to nothing that comes now."""
        with self._lock:
            self._kept.clear()
            self._lens, self._last, self._refused, self.problem = None, None, "", ""

    def _at(self, frame: Frame) -> Depth:
        with self._lock:
            kept, told, refused = list(self._kept), self._lens, self._refused
        near = min(kept, key=lambda one: abs(one[1] - frame.stamp_s), default=None)
        if near is None or abs(near[1] - frame.stamp_s) > self._apart_s:
            raise InputError(
                refused or f"none within {self._apart_s:.2f} s of the picture",
                "look at the depth camera, its topic and its stamps",
            )
        if told is None:
            raise InputError("its camera_info did not come", "name its topic in depth_info_topic")
        make, stamp_s, frame_id = near
        frames = {name for name in (frame_id, told[1], frame.sender) if name}
        if len(frames) > 1:
            raise InputError(
                f"it is in the frames {', '.join(map(repr, sorted(frames)))}",
                "name the topic of depth that is registered to the colour image",
            )
        metres, lens = self._read(make, stamp_s), intrinsics_told(told[0]())
        size = (metres.shape[1], metres.shape[0])
        if size != (lens.width, lens.height):
            raise InputError(
                f"it is {size[0]}x{size[1]}, and its camera_info of {lens.width}x{lens.height}",
                "name the camera_info that belongs to it",
            )
        lens.at(
            (frame.image.shape[1], frame.image.shape[0])
        )  # raises where one of the two shows a part of the other
        return Depth(metres, lens, abs(stamp_s - frame.stamp_s))

    def _read(self, make: Callable[[], Metres], stamp_s: float) -> Metres:
        last = self._last  # `forget` of another thread takes it away
        if last is None or last[0] != stamp_s:
            metres = make()
            seen = zlib.crc32(np.ascontiguousarray(metres[::2]).tobytes())
            if seen != self._print or stamp_s < self._changed_s:
                self._print, self._changed_s = seen, stamp_s
            self._last = last = stamp_s, metres
        if stamp_s - self._changed_s >= FROZEN_S:
            raise InputError(
                f"it has not changed for {stamp_s - self._changed_s:.0f} s", "look at the depth camera"
            )
        return last[1]

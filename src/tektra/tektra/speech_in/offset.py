# SPDX-License-Identifier: Apache-2.0
"""A microphone's constant offset, taken out: the detector takes sound far off zero for none."""

from __future__ import annotations

import numpy as np

from tektra.speech_in.backends import Float32s

#: How much of a frame's mean the offset follows: 0.3 s, so that nothing above some 0.5 Hz is touched.
FOLLOWS = 0.1


class Offset:
    """Of one stream; one thread."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Another stream begins."""
        self._offset: float | None = None

    def take_out(self, frame: Float32s) -> Float32s:
        """The frame, shape (n,), around zero."""
        mean = float(np.mean(frame))
        before = mean if self._offset is None else self._offset
        self._offset = before + FOLLOWS * (mean - before)
        return frame - np.linspace(before, self._offset, len(frame), dtype=np.float32)

# SPDX-License-Identifier: Apache-2.0
"""Whether what was just said stood alone by its loudness, where music or other people leave no silence around it."""

from __future__ import annotations

from collections import deque

import numpy as np

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s

#: A word, or few, is no longer than this; so much before it, and so much after it, is quieter.
WORD, BEFORE, AFTER = 1.1, 1.1, 0.13
#: By at least so much than its loudest.
BELOW_DB = 11.0
#: No sound is taken for quieter than this.
FLOOR = 1e-5
#: Loudness is that of so many frames: a single one of speech says little.
SMOOTHED = 3


def _frames(length_s: float) -> int:
    return round(length_s * SAMPLE_RATE_HZ / FRAME_SAMPLES)


class Foreground:
    """For one stream of frames, shape (512,); one thread. It knows the newest 2.3 s."""

    def __init__(self) -> None:
        self._word, self._before, self._after = _frames(WORD), _frames(BEFORE), _frames(AFTER)
        self._powers: deque[float] = deque(maxlen=self._word + self._before + self._after + SMOOTHED)

    def reset(self) -> None:
        """Another stream begins."""
        self._powers.clear()

    def hear(self, frame: Float32s) -> None:
        """Takes the newest frame."""
        self._powers.append(float(np.dot(frame, frame)) / len(frame))

    @property
    def stood_alone(self) -> bool:
        """Something louder than all around it is just over. False until the stream is as long as it has to be."""
        if len(self._powers) < (self._powers.maxlen or 0):
            return False
        kernel = np.full(SMOOTHED, 1.0 / SMOOTHED)
        levels = 10.0 * np.log10(np.convolve(self._powers, kernel, "valid") + FLOOR**2)
        before, word, after = np.split(levels, [self._before, len(levels) - self._after])
        return max(before.max(), after.max()) <= word.max() - BELOW_DB

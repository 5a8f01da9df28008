# SPDX-License-Identifier: Apache-2.0
"""Any rate from 8 to 48 kHz to the recogniser's 16 kHz.

soxr (the SoX resampler) and not scipy.signal.resample_poly: it streams, so chunk borders leave no clicks, and it
weighs 0.5 MB in memory where scipy.signal weighs 50.
"""

from __future__ import annotations

import numpy as np
import soxr

from tektra.common.wav import Int16s, check_rate
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s

FULL_SCALE = 32768.0


class Resampler:
    """A stream of mono int16 at one rate to float32 in -1..1 at 16 kHz. One thread."""

    def __init__(self, sample_rate_hz: int) -> None:
        """Raises WrongRate outside 8000..48000 Hz."""
        check_rate(sample_rate_hz)
        self.sample_rate_hz = sample_rate_hz
        self._stream: soxr.ResampleStream | None = None
        if sample_rate_hz != SAMPLE_RATE_HZ:
            self._stream = soxr.ResampleStream(
                sample_rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ"
            )

    def feed(self, samples: Int16s) -> Float32s:
        """The sound that is ready, shape (m,); a few ms stay inside until more comes."""
        floats = samples.astype(np.float32) / np.float32(FULL_SCALE)
        return floats if self._stream is None else np.asarray(self._stream.resample_chunk(floats))

    def finish(self) -> Float32s:
        """What was still inside, shape (m,). Nothing may be fed afterwards."""
        empty = np.zeros(0, dtype=np.float32)
        return empty if self._stream is None else np.asarray(self._stream.resample_chunk(empty, last=True))


def resample(samples: Int16s, sample_rate_hz: int) -> Float32s:
    """A whole recording at 16 kHz. Raises WrongRate."""
    resampler = Resampler(sample_rate_hz)
    return np.concatenate([resampler.feed(samples), resampler.finish()])

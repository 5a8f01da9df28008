# SPDX-License-Identifier: Apache-2.0
"""Takes Tektra's own sound out of the microphone's: a partitioned-block frequency-domain Kalman filter, in numpy.

G. Enzner, P. Vary: "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal Processing
86 (2006), with the diagonal approximation and the partitions of F. Kuech et al., "State-space architecture of the partitioned-block-based
acoustic echo controller", ICASSP 2014. It is linear: what a person says over the echo stays as it is, where the suppressors of
telephony cut it to pieces, which an ear bears and a recogniser does not (docs/decisions/hearing-while-speaking.md).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from tektra.speech_in.backends import FRAME_SAMPLES, Float32s

#: 16 ms: half a frame. Smaller blocks adapt faster and cost more.
BLOCK = 256
BINS = BLOCK + 1
#: 44 blocks are 704 ms: the delay of the loudspeaker, the air and the microphone, and the room's reverberation.
PARTITIONS = 44
#: How surely the room stays as it is from one block to the next: it forgets in about 16 s.
STAYS = 0.999
#: How far the filter may be from the truth before anything is known.
UNKNOWN = 1.0
#: Share of the newest block in the estimated power of all that is not echo.
NEWEST = 0.4
#: Power of a silent bin.
SILENT = 1e-6
#: Sound below this (mean square, -66 dB) tells nothing of how well the echo is taken out.
QUIET = 2.5e-7
#: Blocks that tell how well it works: 5 s. A person who speaks over half of them does not spoil the upper quartile.
REMEMBERED = 320
#: One second in which the filter adds instead of taking away: the room, or the delay, is another one.
LOST_BLOCKS = 62


class KalmanEchoCanceller:
    """Meets EchoCanceller. 0.5 ms a frame of 32 ms while there is own sound, nothing otherwise. 0.5 MB. One thread."""

    def __init__(self) -> None:
        self._far = np.zeros((PARTITIONS, BINS), np.complex64)
        self._last_far: Float32s = np.zeros(BLOCK, np.float32)
        self._silent_blocks = PARTITIONS
        self._gains: deque[float] = deque(maxlen=REMEMBERED)
        self._worse = 0
        self._forget()

    def reduction_db(self) -> float:
        if len(self._gains) < REMEMBERED // 8:
            return 0.0
        return float(np.percentile(np.fromiter(self._gains, np.float32), 75))

    def process(self, near: Float32s, far: Float32s) -> Float32s:
        out = np.empty(FRAME_SAMPLES, np.float32)
        for at in range(0, FRAME_SAMPLES, BLOCK):
            block = slice(at, at + BLOCK)
            out[block] = self._block(near[block], far[block])
        return out

    def _forget(self) -> None:
        self._filter = np.zeros((PARTITIONS, BINS), np.complex64)
        self._doubt: NDArray[np.float32] = np.full((PARTITIONS, BINS), UNKNOWN, np.float32)
        self._rest: NDArray[np.float32] = np.zeros(BINS, np.float32)
        self._gains.clear()
        self._worse = 0

    def _block(self, near: Float32s, far: Float32s) -> Float32s:
        self._silent_blocks = 0 if far.any() else self._silent_blocks + 1
        if self._silent_blocks > PARTITIONS:
            self._last_far = far
            return near
        self._far[1:] = self._far[:-1].copy()
        self._far[0] = np.fft.rfft(np.concatenate([self._last_far, far]))
        self._last_far = far
        echo = np.fft.irfft((self._far * self._filter).sum(axis=0))[BLOCK:].astype(np.float32)
        clean: Float32s = near - echo
        self._adapt(clean)
        return self._judged(near, clean)

    def _adapt(self, clean: Float32s) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), clean])).astype(np.complex64)
        power = np.abs(self._far) ** 2
        newest: NDArray[np.float32] = np.abs(error) ** 2
        if self._rest.any():
            newest = (1 - NEWEST) * self._rest + NEWEST * newest
        self._rest = newest.astype(np.float32)
        step = self._doubt / ((power * self._doubt).sum(axis=0) + 2 * self._rest + SILENT)
        change = np.fft.irfft(step * np.conj(self._far) * error, axis=1)
        change[:, BLOCK:] = 0.0  # the filter is a causal one of BLOCK taps in each partition
        self._filter += np.fft.rfft(change, axis=1).astype(np.complex64)
        kept = STAYS**2
        self._doubt = kept * (1 - 0.5 * step * power) * self._doubt + (1 - kept) * np.abs(self._filter) ** 2

    def _judged(self, near: Float32s, clean: Float32s) -> Float32s:
        """The better of the two; notes how good it was, and forgets a filter that has become wrong."""
        before, after = float(np.mean(near**2)), float(np.mean(clean**2))
        if not np.isfinite(after):  # something broken came in, and would never leave the filter
            self._forget()
            self._far[:] = 0.0
            return near
        if before < QUIET:
            return clean if after <= before else near
        self._gains.append(10 * np.log10(before / (after + 1e-12)))
        self._worse = self._worse + 1 if after > before else max(0, self._worse - 1)
        if self._worse > LOST_BLOCKS:
            self._forget()
        return clean if after <= before else near

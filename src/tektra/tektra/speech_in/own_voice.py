# SPDX-License-Identifier: Apache-2.0
"""What Tektra itself says: its sound, on the clock of the stamps, and its words with the time of each."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from tektra.common.wav import Int16s
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.resample import Resampler

#: Longer than the longest utterance and its echo.
KEPT_S = 40.0
#: Blocks whose stamps differ by less from where the one before ended follow one another without a gap: stamps tremble.
TREMBLE_S = 0.03
MOST_WORDS = 400
#: Sound is announced for no later than this: what comes so much earlier than the last is on another clock.
SET_BACK_S = 10.0


@dataclass(frozen=True)
class OwnWord:
    """A word that Tektra said. `at_s`: when it began to sound, on the stamps' clock."""

    text: str
    at_s: float


class OwnVoice:
    """Keeps what Tektra said lately. `hear` and `said` from any thread, and so may it be read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: Float32s = np.zeros(int(KEPT_S * SAMPLE_RATE_HZ), np.float32)
        self._end = 0  # index, in samples on the stamps' clock, behind the newest
        self._next_s = 0.0
        self._resampler: Resampler | None = None
        self._spans: deque[tuple[float, float]] = deque(maxlen=200)
        self._words: deque[OwnWord] = deque(maxlen=MOST_WORDS)

    def hear(self, samples: Int16s, sample_rate_hz: int, stamp_s: float) -> None:
        """Mono sound that sounds from `stamp_s` on. Raises WrongRate."""
        with self._lock:
            if stamp_s < self._next_s - SET_BACK_S:
                self._forget()
            same = self._resampler is not None and self._resampler.sample_rate_hz == sample_rate_hz
            if not same or abs(stamp_s - self._next_s) > TREMBLE_S:
                self._begin(sample_rate_hz, stamp_s)
            assert self._resampler is not None
            self._write(self._resampler.feed(samples))
            begin_s, self._next_s = self._next_s, self._next_s + len(samples) / sample_rate_hz
            if self._spans and begin_s - self._spans[-1][1] < TREMBLE_S:
                begin_s = self._spans.pop()[0]
            self._spans.append((begin_s, self._next_s))

    def ended(self, stamp_s: float) -> None:
        """What was to sound later than this did not sound."""
        with self._lock:
            if self._resampler is not None:
                self._write(self._resampler.finish())
                self._resampler = None
            cut = min(max(0, self._end - round(stamp_s * SAMPLE_RATE_HZ)), len(self._ring))
            self._end -= cut
            self._write(np.zeros(cut, np.float32))
            if self._spans and self._spans[-1][1] > stamp_s:
                begin_s = self._spans.pop()[0]
                self._spans.append((begin_s, max(begin_s, stamp_s)))

    def said(self, word: str, at_s: float) -> None:
        """A word begins to sound."""
        with self._lock:
            self._words.append(OwnWord(word, at_s))

    def sound(self, from_s: float, length: int) -> Float32s:
        """Its sound from that time on, shape (length,), 16 kHz; silence where it said nothing or that is not known any more."""
        first = round(from_s * SAMPLE_RATE_HZ)
        out: Float32s = np.zeros(length, np.float32)
        with self._lock:
            begin = max(first, self._end - len(self._ring))
            end = min(first + length, self._end)
            if begin < end:
                out[begin - first : end - first] = self._ring[np.arange(begin, end) % len(self._ring)]
        return out

    def sounded(self, from_s: float, to_s: float) -> bool:
        """Whether it made any sound between these times."""
        with self._lock:
            return any(begin < to_s and end > from_s for begin, end in reversed(self._spans))

    def words(self, from_s: float, to_s: float) -> tuple[OwnWord, ...]:
        """The words that began between these times."""
        with self._lock:
            return tuple(word for word in self._words if from_s <= word.at_s <= to_s)

    def _forget(self) -> None:
        """The clock was set back: what lies ahead of it now was not said then."""
        self._ring[:] = 0.0
        self._end, self._resampler = 0, None
        self._spans.clear()
        self._words.clear()

    def _begin(self, sample_rate_hz: int, stamp_s: float) -> None:
        if self._resampler is not None:
            self._write(self._resampler.finish())
        self._resampler = Resampler(sample_rate_hz)
        self._next_s = stamp_s
        first = round(stamp_s * SAMPLE_RATE_HZ)
        silence = min(max(0, first - self._end), len(self._ring))
        self._end = first - silence
        self._write(np.zeros(silence, np.float32))

    def _write(self, samples: Float32s) -> None:
        samples = samples[-len(self._ring) :]
        at = np.arange(self._end, self._end + len(samples)) % len(self._ring)
        self._ring[at] = samples
        self._end += len(samples)

# SPDX-License-Identifier: Apache-2.0
"""Back ends with a watch: each meets the Protocol of what it wraps, and notes how long that took."""

from __future__ import annotations

import threading
import time

from tektra.common.timings import Timings
from tektra.speech_in.backends import Float32s, Stt, Transcript, Vad


class MeasuredVad:
    """Meets Vad."""

    def __init__(self, vad: Vad, timings: Timings) -> None:
        self._vad = vad
        self._timings = timings

    def load(self) -> None:
        self._vad.load()

    def close(self) -> None:
        self._vad.close()

    def probability(self, frame: Float32s) -> float:
        began = time.perf_counter()
        probability = self._vad.probability(frame)
        self._timings.add(time.perf_counter() - began)
        return probability

    def reset(self) -> None:
        self._vad.reset()


class MeasuredStt:
    """Meets Stt, and may be used from several threads: they wait for one another."""

    def __init__(self, stt: Stt, timings: Timings) -> None:
        self._stt = stt
        self._timings = timings
        self._lock = threading.Lock()

    def load(self) -> None:
        with self._lock:
            self._stt.load()

    def close(self) -> None:
        with self._lock:
            self._stt.close()

    def expect(self, names: str, language: str = "") -> None:
        self._stt.expect(names, language)

    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        with self._lock:
            began = time.perf_counter()
            transcript = self._stt.transcribe(samples, locale)
            self._timings.add(time.perf_counter() - began)
        return transcript

# SPDX-License-Identifier: Apache-2.0
"""A synthesizer with a watch: meets Tts, and notes how long each piece took."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from tektra.common.timings import Timings
from tektra.speech_out.backends import SpeechPiece, Tts, VoiceChoice


class MeasuredTts:
    """Meets Tts; one synthesis at a time, so that two do not share the cores and both come late."""

    def __init__(self, tts: Tts, timings: Timings) -> None:
        self._tts = tts
        self._timings = timings
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._sound_s = 0.0

    @property
    def real_time_factor(self) -> float:
        """Time to synthesize over the length of the sound, of all so far."""
        return self._seconds / self._sound_s if self._sound_s else 0.0

    def load(self) -> None:
        self._tts.load()

    def close(self) -> None:
        self._tts.close()

    def voices(self) -> list[VoiceChoice]:
        return self._tts.voices()

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        pieces = self._tts.synthesize(text, voice, speed)
        while True:
            with self._lock:
                began = time.perf_counter()
                piece = next(pieces, None)
                took_s = time.perf_counter() - began
            if piece is None:
                return
            self._timings.add(took_s)
            self._seconds += took_s
            self._sound_s += piece.duration_s
            yield piece

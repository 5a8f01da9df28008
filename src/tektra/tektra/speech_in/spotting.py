# SPDX-License-Identifier: Apache-2.0
"""When a word that was spotted in the sound is a stop, or Tektra's name. Positions count samples at 16 kHz; times are passed in.

Sound tells "stop" from other words, not "stop!" from "stop at the kitchen". So a word that stands alone, with hardly anything before it
and silence behind it, stops at once. Any other waits for the recogniser, which knows its sentence; if that has not told in time what it
makes of it (it is busy, or dead), it stops too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tektra.common import backends
from tektra.common.errors import TektraError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Spotter
from tektra.speech_in.endpointer import Endpointer, Utterance
from tektra.speech_in.options import SpeechInOptions

#: How surely a word is spotted.
SURE = 0.9
#: The head of Tektra's name; all others are words that stop.
NAME = "wake"
#: A new look every 80 ms, the hop of the embedding.
LOOK = 1280
#: Speech up to the end of a word that stands alone: "please stop", "hey, stop!"; and the silence behind it.
ALONE, SILENCE = int(1.1 * SAMPLE_RATE_HZ), int(0.13 * SAMPLE_RATE_HZ)
#: How long the recogniser may take to explain it away.
PATIENCE_S = 1.2
#: One word is spotted in several looks in a row.
SAME = int(0.8 * SAMPLE_RATE_HZ)
#: Looked at is what comes within this of a frame that may be speech at all.
LIVELY, LIVELY_FRAMES = 0.2, 20


class Spotting:
    """For one stream of sound; one thread."""

    def __init__(self, spotter: Spotter) -> None:
        self._spotter = spotter
        self._ring: Float32s = np.zeros(spotter.window, np.float32)
        self.reset()

    def reset(self) -> None:
        """Another stream begins."""
        self._ring[:] = 0.0
        self._new = self._lively = 0
        self._word_end: int | None = None  # a word that waits to be a stop
        self._since_s = 0.0
        self._settled = self._named = -SAME

    def hear(
        self, frame: Float32s, probability: float, sentence: Endpointer, now_s: float, own: Callable[[], bool]
    ) -> bool:
        """Takes the frame that `sentence` was fed with last; True when it is a stop. `own`: Tektra said such a word just now."""
        self._ring = np.concatenate([self._ring[len(frame) :], frame])
        self._new += len(frame)
        self._lively = LIVELY_FRAMES if probability >= LIVELY else max(0, self._lively - 1)
        if self._lively and self._new >= LOOK:
            self._new = 0
            self._look(sentence, now_s, own)
        if self._word_end is not None and sentence.silence >= SILENCE and sentence.speech <= ALONE:
            return self._settle()
        return self.check(now_s)

    def check(self, now_s: float) -> bool:
        """To be called some times a second, also when no sound comes: True when the recogniser took too long."""
        return self._word_end is not None and now_s - self._since_s >= PATIENCE_S and self._settle()

    def judged(self, utterance: Utterance) -> None:
        """The recogniser has told what it makes of this."""
        if self._word_end is not None and self._word_end <= utterance.speech_end:
            self._settle()

    def named(self, utterance: Utterance) -> bool:
        """Whether Tektra's name is in it, by its sound."""
        return utterance.first <= self._named <= utterance.speech_end + SAME

    def _look(self, sentence: Endpointer, now_s: float, own: Callable[[], bool]) -> None:
        found = self._spotter.scores(self._ring)
        if found.get(NAME, 0.0) >= SURE:
            self._named = sentence.position
        is_stop = any(score >= SURE for word, score in found.items() if word != NAME)
        if is_stop and self._word_end is None and sentence.position - self._settled >= SAME and not own():
            self._word_end, self._since_s = sentence.position - sentence.silence, now_s

    def _settle(self) -> bool:
        assert self._word_end is not None
        self._settled, self._word_end = self._word_end, None
        return True


def load_spotter(options: SpeechInOptions, warn: Callable[[str], object]) -> tuple[Spotter | None, str]:
    """The spotter that is chosen, loaded; or none, and in words why, which is warned of. Never raises: a stop is heard by the recogniser, too."""
    if options.spotter == "none":
        return None, "none is chosen"
    try:
        spotter: Spotter = backends.load("spotter", options.spotter)()
        spotter.load()
    except TektraError as error:
        warn(f"words that stop are found by the recogniser alone: {error}")
        return None, str(error)
    return spotter, options.spotter


def spotting(spotter: Spotter | None) -> Spotting | None:
    """For one more stream."""
    return Spotting(spotter) if spotter is not None else None

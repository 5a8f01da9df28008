# SPDX-License-Identifier: Apache-2.0
"""When a word that was spotted in the sound is a stop, or Tektra's name. Positions count samples at 16 kHz; times are passed in.

Sound tells "stop" from other words, not "stop!" from "stop at the kitchen". So a word that is surely one, and stands alone, with hardly
anything before it and silence behind it, stops at once; where music or other people leave no silence, what is louder than all around
it counts as alone. Any other waits for the recogniser, which knows its sentence; if that has not told
in time what it makes of it (it is busy, or dead), it stops too. A word alone that is likely one stops where the recogniser is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tektra.common import backends
from tektra.common.errors import TektraError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Spotter
from tektra.speech_in.endpointer import Endpointer, Utterance
from tektra.speech_in.foreground import Foreground
from tektra.speech_in.options import SpeechInOptions

#: How surely a word is spotted: of the first, the recogniser need not be asked (docs/decisions/spoken-stop.md).
SURE, LIKELY = 0.95, 0.5
#: The head of Tektra's name; all others are words that stop.
NAME = "wake"
#: A new look every 80 ms, the hop of the embedding.
LOOK = 1280
#: Speech up to the end of a word that stands alone: "please stop", "hey, stop!"; and the silence behind it.
ALONE, SILENCE = int(1.1 * SAMPLE_RATE_HZ), int(0.13 * SAMPLE_RATE_HZ)
#: How long the recogniser may take to explain it away: alone, or within a sentence, of which it is asked every 1.5 s.
PATIENCE_S, PATIENCE_WITHIN_S = 1.2, 3.2
#: One word is spotted in several looks in a row.
SAME = int(0.8 * SAMPLE_RATE_HZ)
#: Looked at is what comes within this of a frame that may be speech at all.
LIVELY, LIVELY_FRAMES = 0.2, 20


@dataclass
class Word:
    """One that waits to be a stop. `end`: where its speech does. `alone`: with hardly anything before it, and nothing behind."""

    end: int
    since_s: float
    score: float
    alone: bool = True

    @property
    def sure(self) -> bool:
        return self.score >= SURE


class Spotting:
    """For one stream of sound; one thread."""

    def __init__(self, spotter: Spotter) -> None:
        self._spotter = spotter
        self._ring: Float32s = np.zeros(spotter.window, np.float32)
        self._foreground = Foreground()
        self.reset()

    def reset(self) -> None:
        """Another stream begins."""
        self._ring[:] = 0.0
        self._foreground.reset()
        self._new = self._lively = 0
        self._word: Word | None = None
        self._settled = self._named = -SAME

    def hear(
        self, frame: Float32s, probability: float, sentence: Endpointer, now_s: float, own: Callable[[], bool]
    ) -> bool:
        """Takes the frame that `sentence` was fed with last; True when it is a stop. `own`: what is spotted may be Tektra's own."""
        self._ring = np.concatenate([self._ring[len(frame) :], frame])
        self._foreground.hear(frame)
        self._new += len(frame)
        self._lively = LIVELY_FRAMES if probability >= LIVELY else max(0, self._lively - 1)
        if self._lively and self._new >= LOOK:
            self._new = 0
            self._look(sentence, now_s, own)
        if self._word is not None:
            self._word.alone = sentence.speech <= ALONE
            is_over = self._word.alone and sentence.silence >= SILENCE
            if self._word.sure and (is_over or self._foreground.stood_alone):
                return self._settle()
        return self.check(now_s)

    def check(self, now_s: float) -> bool:
        """To be called some times a second, also when no sound comes: True when the recogniser took too long."""
        word = self._word
        if word is None or now_s - word.since_s < (PATIENCE_S if word.alone else PATIENCE_WITHIN_S):
            return False
        self._settle()
        return word.sure or word.alone

    def judged(self, utterance: Utterance, *, asked: bool) -> None:
        """The recogniser has told what it makes of this. `asked`: it knew that it may be a word that stops."""
        word = self._word
        if word is not None and word.end <= utterance.speech_end and (asked or word.sure or not word.alone):
            self._settle()

    def likely(self, utterance: Utterance) -> bool:
        """Whether there is hardly more in it than a word that is likely to be a stop."""
        word = self._word
        return (
            word is not None
            and utterance.first <= word.end <= utterance.speech_end
            and utterance.speech_samples <= ALONE
        )

    def named(self, utterance: Utterance) -> bool:
        """Whether Tektra's name is in it, by its sound."""
        return utterance.first <= self._named <= utterance.speech_end + SAME

    def _look(self, sentence: Endpointer, now_s: float, own: Callable[[], bool]) -> None:
        found = self._spotter.scores(self._ring)
        if found.get(NAME, 0.0) >= SURE:
            self._named = sentence.position
        score = max((score for word, score in found.items() if word != NAME), default=0.0)
        if score < LIKELY or sentence.position - self._settled < SAME or own():
            return
        if self._word is None:
            self._word = Word(sentence.position - sentence.silence, now_s, score)
        self._word.score = max(self._word.score, score)

    def _settle(self) -> bool:
        assert self._word is not None
        self._settled, self._word = self._word.end, None
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

# SPDX-License-Identifier: Apache-2.0
"""Who hears of what the mouth does."""

from __future__ import annotations

from typing import Protocol

from tektra.common.wav import Int16s
from tektra.speech_out.backends import SpeechPiece
from tektra.speech_out.queue import Utterance
from tektra.speech_out.words import TimedWord


class Audience(Protocol):
    """Who hears of it. Called on the stage's threads; times in s on the clock given to Mouth."""

    def on_piece(
        self, utterance: Utterance, piece: SpeechPiece, words: list[TimedWord], text: str, sounds_s: float
    ) -> None:
        """A piece of `text` is about to sound; the words' times count from its beginning."""

    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None:
        """A block of sound goes to the speaker. `last`: the utterance's stream ends with it."""

    def on_word(self, utterance: Utterance, word: TimedWord, progress: float) -> None:
        """That word begins to sound; `progress`: the share of the whole text that has been said, 0..1."""

    def on_ended(self, utterance: Utterance) -> None:
        """It has been said, or ended otherwise; `utterance.ended` tells. Once for each, from any thread."""

    def on_speaking(self) -> None:
        """Sound begins."""

    def on_silent(self, utterance: Utterance, *, cut: bool) -> None:
        """The utterance sounds no more, or not now. `cut`: what was announced of it will not sound."""

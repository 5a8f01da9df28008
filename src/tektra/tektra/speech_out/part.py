# SPDX-License-Identifier: Apache-2.0
"""What goes from the synthesizing thread to the playing one."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.speech_out.backends import SpeechPiece
from tektra.speech_out.queue import Utterance
from tektra.speech_out.words import TimedWord


@dataclass(frozen=True)
class Part:
    """A synthesized piece of an utterance in one of its turns; `piece` None marks the turn's end."""

    utterance: Utterance
    turn: int
    piece: SpeechPiece | None
    text: str = ""
    words: tuple[TimedWord, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it is still to sound: the utterance has not ended, nor given way."""
        return not self.utterance.ended and self.turn == self.utterance.turn

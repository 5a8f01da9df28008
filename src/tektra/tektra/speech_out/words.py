# SPDX-License-Identifier: Apache-2.0
"""When each written word of a piece sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tektra.speech_out.backends import Phoneme
from tektra.speech_out.text.script import Word


@dataclass(frozen=True)
class TimedWord:
    """A word and when it sounds, in s from the piece's beginning."""

    word: Word
    start_s: float
    duration_s: float


def timed(words: Sequence[Word], phonemes: Sequence[Phoneme], duration_s: float) -> list[TimedWord]:
    """The words that are said, in order and without overlap.

    Exact where the synthesizer parts its phonemes as the words are parted. Where it does not (espeak joins "of the"), each
    word has the share of the time that its letters have, moved to the nearest gap between phonemes' words.
    """
    said = [word for word in words if any(letter.isalnum() for letter in word.spoken)]
    if not said:
        return []
    ends = _word_ends(phonemes)
    counts = [len(word.spoken.split()) for word in said]
    bounds = [0.0]
    if ends and len(ends) == sum(counts):
        at = 0
        for count in counts:
            at += count
            bounds.append(ends[at - 1])
    else:
        letters, total = 0, sum(len(word.spoken) for word in said)
        for word in said:
            letters += len(word.spoken)
            bounds.append(_nearest(ends, letters / total * duration_s, bounds[-1]))
    return [
        TimedWord(word, begin, max(0.0, end - begin))
        for word, begin, end in zip(said, bounds, bounds[1:], strict=False)
    ]


def _nearest(ends: Sequence[float], at_s: float, least_s: float) -> float:
    later = [end for end in ends if end > least_s and abs(end - at_s) < 0.15]
    return max(least_s, min(later, key=lambda end: abs(end - at_s), default=at_s))


def _word_ends(phonemes: Sequence[Phoneme]) -> list[float]:
    """When each spoken word ends; spaces part them."""
    if not phonemes:
        return []
    ends, in_word = [], False
    for phoneme in phonemes:
        if phoneme.symbol == " ":
            if in_word:
                ends.append(phoneme.start_s)
            in_word = False
        elif phoneme.symbol.isalnum() or phoneme.symbol in "ˈˌ":
            in_word = True
    if in_word:
        ends.append(phonemes[-1].start_s + phonemes[-1].duration_s)
    return ends

# SPDX-License-Identifier: Apache-2.0
"""Which word is being said at which moment."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.speech_out.backends import Phoneme


def word_at(text: str, phonemes: Sequence[Phoneme], at_s: float, duration_s: float) -> str:
    """The word of `text` that sounds `at_s` after its beginning.

    Exact where each written word is one spoken word; where it is not ("10" is fine, "10:30" is two, and espeak joins
    "I am"), the word at the same share of the letters.
    """
    words = text.split()
    if not words:
        return ""
    ends = _word_ends(phonemes)
    if len(ends) == len(words):
        return next((word for word, end_s in zip(words, ends, strict=True) if at_s < end_s), words[-1])
    letters = sum(map(len, words)) * min(1.0, max(0.0, at_s / duration_s if duration_s else 0.0))
    for word in words:
        letters -= len(word)
        if letters < 0:
            return word
    return words[-1]


def _word_ends(phonemes: Sequence[Phoneme]) -> list[float]:
    """When each spoken word ends; spaces part them."""
    spaces = [phoneme.start_s for phoneme in phonemes if phoneme.symbol == " "]
    end_s = phonemes[-1].start_s + phonemes[-1].duration_s if phonemes else 0.0
    return [*spaces, end_s] if phonemes else []

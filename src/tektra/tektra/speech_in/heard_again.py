# SPDX-License-Identifier: Apache-2.0
"""A sentence that was not heard surely is recognised once more from the same sound, played slower: where the words come otherwise, it may
have been misheard (docs/decisions/hardly-heard.md). Blocks as the recogniser does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tektra.common.doubt import DISPUTED, SURE_OF_NUMBER, UNSURE_BELOW
from tektra.common.errors import BackendError, ConfigError
from tektra.language.alike import sounds_like_another
from tektra.language.numbers import spoken, written
from tektra.language.quantity_words import quantity_words
from tektra.language.text import tokens
from tektra.speech_in.backends import Float32s, Stt, Transcript

#: Which confidence is looked at again: below it a sentence is asked about however it is heard then, above it it stands.
FROM, BELOW = 0.55, 0.9
#: Of its samples for each of the first ones.
SLOWER = 0.92


def heard_again(stt: Stt, samples: Float32s, first: Transcript) -> Transcript:
    """The first transcript, as sure as it is after both. `samples`: those it was made of, at 16 kHz."""
    if not FROM <= first.confidence < BELOW or not any(map(str.isalnum, first.text)):
        return first
    try:
        again = stt.transcribe(slower(samples), first.locale)
    except BackendError:  # what was heard once is heard; nothing moves for it unasked
        return replace(first, confidence=min(first.confidence, DISPUTED))
    return replace(first, confidence=confidence_of_both(first, again))


def confidence_of_both(first: Transcript, again: Transcript) -> float:
    """Sure enough to be done where both have the same words; a number that is often taken for another wants both to be sure of it."""
    alike = sounds_like_another(first.text, first.locale) and first.confidence < SURE_OF_NUMBER
    same = words_of(first.text, first.locale) == words_of(again.text, first.locale)
    if not same or (alike and again.confidence < UNSURE_BELOW):
        return min(first.confidence, DISPUTED)
    return max(first.confidence, UNSURE_BELOW)


def slower(samples: Float32s) -> Float32s:
    """The same sound, longer and lower by SLOWER."""
    at = np.arange(0.0, max(0, len(samples) - 1), SLOWER)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32) if len(samples) else samples


def words_of(text: str, locale: str) -> list[str]:
    """In small letters, and numbers by their value: "2" is "two"."""
    row = tokens(text)
    language = locale.split("-")[0].lower()
    try:
        known = quantity_words(language)
    except ConfigError:
        return [token.text.casefold() for token in row if any(map(str.isalnum, token.text))]
    in_words = spoken(row, language, known.spelling, known.articles)
    found: list[str] = []
    at = 0
    while at < len(row):
        number = written(row, at, known.thousands) or in_words.get(at)
        if number is not None:
            found.append(str(number.value))
        elif any(map(str.isalnum, row[at].text)):
            found.append(row[at].text.casefold())
        at = number.end if number is not None else at + 1
    return found

# SPDX-License-Identifier: Apache-2.0
"""What the readers of all languages share."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

STRESS = "ˈ"


class Reader(Protocol):
    """Of one language."""

    def spoken(self, words: Sequence[str]) -> list[str]:
        """Letters for each of the words of a sentence, in their order; those beside it may change a word."""


def read_list(file: Path) -> dict[str, str]:
    """The first pronunciation of each word, phonemes parted by blanks. Raises OSError or ValueError."""
    try:
        with sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as found:
            rows = found.execute("SELECT word, phonemes FROM word_phonemes ORDER BY pron_order DESC, id DESC")
            return {str(word).casefold(): str(phonemes) for word, phonemes in rows}
    except sqlite3.Error as error:
        raise ValueError(f"{file} is no word list: {error}") from error


def stressed(letters: str, vowels: str, from_end: int) -> str:
    """With a mark before the vowel that is so many from the end (1: the last); before the first where there are fewer."""
    at = [index for index, letter in enumerate(letters) if letter in vowels]
    if not at:
        return letters
    where = at[max(0, len(at) - from_end)]
    return letters[:where] + STRESS + letters[where:]


def by_rules(word: str, rules: Sequence[tuple[re.Pattern[str], str]], *, keeps: bool) -> str:
    """Letter by letter, the sound of the first rule whose spelling stands there; a letter of no rule is itself if it `keeps`."""
    sound, at = "", 0
    while at < len(word):
        for spelling, said in rules:
            found = spelling.match(word, at)
            if found is not None and found.end() > at:
                sound, at = sound + said, found.end()
                break
        else:
            sound, at = sound + (word[at] if keeps else ""), at + 1
    return sound

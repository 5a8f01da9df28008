# SPDX-License-Identifier: Apache-2.0
"""What a row of words is as a whole, or from one of them on: nothing but stops, a mere "wait", something that lasts."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.language.robot_names import MARK
from tektra.language.stop_lexicon import Lexicon

#: Whose it is, where it goes, or what is to be done then, behind what is ended, is told in so many words.
MAX_DESCRIBED = 14


def only_of(lexicon: Lexicon, row: list[str]) -> bool:
    """Whether the clause holds nothing but words that stop, and fillers."""
    index = 0
    while index < len(row):
        longest = max(lexicon[key].at(row, index) for key in ("alone", "first", "stop", "fillers"))
        if not longest and not is_mark(row[index]):
            return False
        index += max(longest, 1)
    return True


def only_pauses(lexicon: Lexicon, row: list[str]) -> bool:
    """Whether its only words that stop are those that ask to wait."""
    index = 0
    while index < len(row):
        length = lexicon["pauses"].at(row, index)
        if not length and any(lexicon[key].at(row, index) for key in ("alone", "first", "stop")):
            return False
        index += length or 1
    return True


def names_what_lasts(lexicon: Lexicon, row: list[str], end: int) -> bool:
    """ "the patrol of rover1": all from `end` on, up to an "and then", names something that goes on until it is ended."""
    named = False
    while end < len(row) and not (named and any(lexicon[key].at(row, end) for key in ("then", "of_whom"))):
        if length := lexicon["lasting"].at(row, end):
            named = True
        else:
            length = max(lexicon[key].at(row, end) for key in ("the", "fillers"))
        if not length and not is_mark(row[end]):
            return False
        end += length or 1
    rest = row[end:]
    stops = any(lexicon.stops_at(rest, at) for at in range(len(rest)))
    return named and len(rest) <= MAX_DESCRIBED and not stops


def without_articles(lexicon: Lexicon, row: list[str]) -> list[str]:
    """ "para el rover1" is "para rover1"."""
    return [
        word
        for at, word in enumerate(row)
        if not (lexicon["the"].at(row, at) == 1 and "".join(row[at + 1 : at + 2]).startswith(MARK))
        or lexicon["everyone"].at(row, at)
    ]


def is_mark(word: str) -> bool:
    return word.startswith(MARK) or word.isdecimal()


def repeated(row: list[str], index: int) -> int:
    """How often the word there stands in a row: "stob stob"."""
    end = index
    while end < len(row) and row[end] == row[index]:
        end += 1
    return end - index


def light_behind(lexicon: Lexicon, row: list[str], at: int, allowed: Sequence[str]) -> int:
    """How many words here have no weight: fillers, and those of the `allowed` tables."""
    found = (lexicon[key].at(row, at) for key in ("fillers", *allowed))
    return max(*found, int(is_mark(row[at])))

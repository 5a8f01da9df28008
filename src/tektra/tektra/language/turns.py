# SPDX-License-Identifier: Apache-2.0
"""What words tell of whose turn it is: whether a sentence goes on, is over, or was never meant to take the turn.

The words are in config/language/<code>/turns.yaml of all languages, looked at together: people mix them. No state.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import cache

from tektra.common.errors import ConfigError
from tektra.language import files
from tektra.language.clauses import sentences

#: A question or an answer of more words than this may well go on.
MOST_WORDS_OVER = 12


class Turn(Enum):
    """How a pause after some words is to be taken."""

    OPEN = auto()  # the sentence goes on: "rover one, go to the"
    UNSURE = auto()  # it may: "go to the kitchen", and then "and wait there"
    OVER = auto()  # an answer is waited for: "what do you see?", "yes"


def turn_of(text: str) -> Turn:
    """What a pause after this text means, as far as its words tell."""
    shown = text.rstrip(" \"'»”)")
    row = _row(text)
    if not row:
        return Turn.UNSURE
    if tuple(row) in _phrases("over"):
        return Turn.OVER
    if shown.endswith((",", "-", "–", "—", ":", "…", "...")):
        return Turn.OPEN
    if not shown.endswith(("?", "!")) and _ends_with(row, "goes_on"):
        return Turn.OPEN
    asks = shown.endswith("?") or any(_begins(row, phrase) for phrase in _phrases("asks"))
    return Turn.OVER if asks and 2 <= len(row) <= MOST_WORDS_OVER else Turn.UNSURE


def is_backchannel(text: str) -> bool:
    """True for what people say while they listen, without wanting the turn: "mm-hm", "yeah", "okay, right"; not "yeah, but"."""
    row = _row(text)
    at = 0
    while at < len(row):
        length = next(
            (
                n
                for n in range(min(4, len(row) - at), 0, -1)
                if tuple(row[at : at + n]) in _phrases("backchannels")
            ),
            0,
        )
        if not length:
            return False
        at += length
    return bool(row)


def _row(text: str) -> list[str]:
    return [word for sentence in sentences(text) for clause in sentence for word in clause]


def _begins(row: list[str], phrase: tuple[str, ...]) -> bool:
    return tuple(row[: len(phrase)]) == phrase


def _ends_with(row: list[str], name: str) -> bool:
    return any(tuple(row[-length:]) in _phrases(name) for length in range(1, min(4, len(row)) + 1))


@cache
def _phrases(name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_row(phrase)) for code in files.languages() for phrase in _listed(code, name))


def _listed(code: str, name: str) -> Iterator[str]:
    """A language without the file, or without a list, has no such words."""
    try:
        given = files.read(code, "turns").get(name, [])
    except ConfigError:
        return
    if isinstance(given, list):
        yield from (phrase for phrase in given if isinstance(phrase, str))

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
#: An order's verb stands within its first words: "rover one, could you please drive".
VERB_WITHIN = 6
#: What is added to a sentence that seemed whole, without a word that says so, is short: "forward", "the red one".
MOST_WORDS_ADDED = 5


class Turn(Enum):
    """How a pause after some words is to be taken."""

    OPEN = auto()  # the sentence goes on: "rover one, go to the"
    UNSURE = auto()  # it may: "go to the kitchen", and then "and wait there"
    OVER = auto()  # an answer is waited for: "what do you see?", "yes"
    WHOLE = auto()  # an order with all that it needs: "rover one, turn left"


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
    if not shown.endswith("?") and any(_begins(row, phrase) for phrase in _phrases("conditions")):
        return Turn.WHOLE if _orders(row) else Turn.OPEN  # "when you are in the kitchen", and then what?
    asks = shown.endswith("?") or any(_begins(row, phrase) for phrase in _phrases("asks"))
    if asks and 2 <= len(row) <= MOST_WORDS_OVER:
        return Turn.OVER
    return Turn.WHOLE if _orders(row) else Turn.UNSURE


def is_answer(text: str) -> bool:
    """Whether it is no more than an answer: "yes", "no, thank you"."""
    return tuple(_row(text)) in _phrases("over")


def goes_on_from(text: str, earlier: str) -> bool:
    """Whether a text, said within a second or two of an earlier one that seemed whole, is the rest of its sentence: "and then to the
    office", "forward", whatever comes behind "go to the"; not another order, a question, or an answer."""
    row, before = _row(text), _row(earlier)
    if (
        not row
        or not before
        or tuple(row) in _phrases("over")
        or is_backchannel(text)
        or tuple(before) in _phrases("over")
    ):
        return False
    if turn_of(earlier) is Turn.OPEN:
        return True
    if text.rstrip().endswith("?"):
        return False
    if any(_begins(row, phrase) for phrase in _phrases("continues")):
        return True
    asks = any(_begins(row, phrase) for phrase in _phrases("asks"))
    return len(row) <= MOST_WORDS_ADDED and not asks and not _orders(row) and _orders(before)


def joined(earlier: str, text: str) -> str:
    """Both as one sentence."""
    first, rest = earlier.rstrip(" .,;:!…"), text.lstrip(" .,;:")
    begin = (
        rest[:1].lower() if any(_begins(_row(rest), phrase) for phrase in _phrases("continues")) else rest[:1]
    )
    return f"{first} {begin}{rest[1:]}"


def _orders(row: list[str]) -> bool:
    """Whether it begins with an order that has something behind its verb."""
    return any(
        at + len(phrase) < len(row)
        for at in range(min(VERB_WITHIN, len(row)))
        for phrase in _phrases("orders")
        if tuple(row[at : at + len(phrase)]) == phrase
    )


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

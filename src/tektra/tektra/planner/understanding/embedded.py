# SPDX-License-Identifier: Apache-2.0
"""An order in the midst of talk: "my mother is coming, can you send rover1 to the kitchen, she loves it". Plain functions.

It is never lost, and never carried out unasked: what is told around it may turn its sense ("..., said my brother"). So it is
found only where it stands apart, between commas or as a sentence of its own, and then it is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from tektra.planner.understanding.reading import INJECTED, Act, Choice, Doubt, Reading
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.vocabulary import Vocabulary

#: What stands apart ends with one of these; behind a colon is what somebody said. A comma within a number ends nothing.
_ENDS = re.compile(r"[;.!?…—–]+(?=\s|$)|,(?=\s)")
#: In more pieces nobody looks for an order.
MOST_PIECES = 6
#: Why a piece beside the order orders nothing itself: it tells something, or it says not to do something that is not here.
_TOLD = frozenset(("it is a statement", "a statement"))
_IDLE = _TOLD | {"", "it says what not to do", "a question", "it is a question"}
#: What such a sentence as a whole may not be: in a quotation, or with words that lift rules, nothing stands apart.
_SHUT = frozenset(("it is quoted", INJECTED))
#: Kinds of words that say when something else is to be done.
_SUPPOSE = ("if", "whenever", "until", "after")
_VAGUE = ("time", "vague")  # "tomorrow", "unless"
_LOOKED_INTO = frozenset((Act.UNCLEAR, Act.ORDER))
_SURE = Doubt("sure", 0, "", (Choice("yes", True),))


def with_embedded(reading: Reading, read: Callable[[str], Reading], vocabulary: Vocabulary) -> Reading:
    """The reading, or that of the order that stands in it, doubtful. `read`: reads a text of as many characters."""
    if reading.whole or reading.act not in _LOOKED_INTO or reading.refusals or reading.indirect in _SHUT:
        return reading
    pieces = _pieces(reading.words)
    if not 1 < len(pieces) <= MOST_PIECES:
        return reading
    suppose = [p for kind, value, p in vocabulary.words if kind in _SUPPOSE or (kind, value) == _VAGUE]
    inert = [_is_inert(read(_only(reading.words, piece)), suppose) for piece in pieces]
    called = _calls(read(_only(reading.words, pieces[0])))  # "rover2, the postman is here, go to the hall"
    run = _run(inert, called=called)
    if run is None:
        return reading
    first, last = run
    words = _only(reading.words, (pieces[first][0], pieces[last][1]))
    if called and first:
        if any(clause.robots for clause in read(words).clauses):
            return reading  # "sorry rover1, not you, rover2 to the hall"
        words = reading.words[: pieces[0][1]] + words[pieces[0][1] :]
    order = read(words)
    if order.act is not Act.ORDER or not order.whole or not order.steps or not _is_plain(order):
        return reading
    if order.indirect or order.conditional or order.refusals:
        return reading
    return replace(order, words=reading.words, doubts=order.doubts or (_SURE,))


def _pieces(words: str) -> list[tuple[int, int]]:
    """Where each piece begins and ends, with its own mark."""
    ends = [*(found.end() for found in _ENDS.finditer(words)), len(words)]
    starts = [0, *ends]
    spans = zip(starts, ends, strict=False)
    return [(start, end) for start, end in spans if any(c.isalnum() for c in words[start:end])]


def _only(words: str, span: tuple[int, int]) -> str:
    """That piece alone, where it stands: all else is blank, so that what was read is found in the whole."""
    start, end = span
    piece = words[start:end].rstrip(", ;—–")
    return (" " * start + piece).ljust(len(words))


def _calls(piece: Reading) -> bool:
    """Whether it names one robot, and nothing else."""
    said = [
        c
        for c in piece.clauses
        if c.names or c.skills or c.unread or c.negated or c.quantities or c.directions
    ]
    return not said and sum(len(clause.robots) for clause in piece.clauses) == 1


def _run(inert: Sequence[bool], *, called: bool) -> tuple[int, int] | None:
    """The first and the last piece that may order something; None where none or all may, or where talk stands between them.
    `called`: the first only says whom that order is for."""
    live = [index for index, still in enumerate(inert) if not still]
    if called and len(live) > 1 and live[0] == 0 and live[1] > 1:
        live = live[1:]
    if not live or len(live) == len(inert) or live[-1] - live[0] >= len(live):
        return None
    return live[0], live[-1]


def _is_inert(piece: Reading, suppose: Collection[Phrase]) -> bool:
    """Whether it tells something, and says nothing of robots, of what they could do, or of when they should."""
    said = parts(piece.words)
    if any(tuple(said[at : at + len(phrase)]) == phrase for phrase in suppose for at in range(len(said))):
        return False
    if piece.indirect not in _IDLE or piece.question is not None:
        return False
    names = any(clause.robots or (clause.negated and clause.names) for clause in piece.clauses)
    orders = piece.conditional or piece.refusals or piece.steps or any(c.skills for c in piece.clauses)
    return not names and (piece.indirect in _TOLD or not orders)


def _is_plain(order: Reading) -> bool:
    """Whether it says who, or what to do and where: "left" alone may be anything."""
    return any(clause.robots or (clause.skills and clause.names) for clause in order.clauses)

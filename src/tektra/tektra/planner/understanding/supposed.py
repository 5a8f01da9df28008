# SPDX-License-Identifier: Apache-2.0
"""Words that look like a sentence of their own and are none: "say forty centimetres", "ok ... as well". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.match import MEASURED, Match
from tektra.planner.understanding.names import NAME
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk
from tektra.planner.understanding.vocabulary import Use


def supposes(chunk: Chunk, following: Chunk | None) -> bool:
    """Whether it is a word that says nothing before an amount: nothing is to be said aloud."""
    amount = following.quantity if following is not None else None
    return chunk.has("before_amounts") and amount is not None and amount.kind in MEASURED


def only_supposes(match: Match, chunks: Sequence[Chunk]) -> bool:
    """Whether its verb is such a word: "say" has an amount right behind it, and no words to be said."""
    if not match.heads:
        return False
    last = match.heads[-1]
    return supposes(last, next((chunk for chunk in chunks if chunk.first == last.last), None))


def only_agrees_first(match: Match, chunks: Sequence[Chunk]) -> bool:
    """Whether it would ask how somebody is by a word that agrees, before who is to do it too: "ok now the other one as well"."""
    asks = match.frame is not None and match.frame.use is Use.QUESTION and bool(match.heads)
    agrees = all(head.has("agree") for head in match.heads)
    first = bool(match.heads) and match.heads[0].first == chunks[0].first
    return asks and agrees and first and any(chunk.has("too") for chunk in chunks)


def is_none(match: Match, chunks: Sequence[Chunk]) -> bool:
    """Whether it is no sentence by one of these, or would send somebody to a "there" to wait, where they are told to wait."""
    steps = match.frame.steps if match.frame is not None else ()
    given = [fill.meaning.kind for fill in match.fills.get("place", ())]
    sent = len(steps) > 1 and steps[-1].skill == "wait" and any(kind != NAME for kind in given)
    return sent or only_supposes(match, chunks) or only_agrees_first(match, chunks)


def passed_over(chunks: Sequence[Chunk], asked: object) -> bool:
    """Whether the first chunk says nothing to an order before: a mark, or, where nothing was `asked`, the "ok" of "ok now the other
    one as well"."""
    first = chunks[0]
    if first.has(END) or first.has(COMMA):
        return True
    agrees = first.has("agree") and first.has("fillers") and not first.has("directions")
    return agrees and asked is None and any(chunk.has("too") for chunk in chunks)

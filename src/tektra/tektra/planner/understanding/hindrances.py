# SPDX-License-Identifier: Apache-2.0
"""What is told beside an order and speaks against it: "the hall is closed, rover1 go to the hall". Plain functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tektra.language.text import Shape
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import UNKNOWN, Chunk
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import tokens

#: Words that stand for a place or a robot that the order names.
_THAT = ("there", "here", "it", "he")
#: With one of these skills a robot is helped that runs low, or is out of order.
HELPS = ("dock",)


def hinders(
    told: Part, orders: Sequence[Part], words: str, hindering: Mapping[str, Collection[Phrase]]
) -> bool:
    """Whether the clause says of where these orders lead, of the way, or of who is told, that it may not go well."""
    start, end = told.match.span
    row = [token.plain for token in tokens(words[start:end]) if token.shape is not Shape.MARK]
    chunks = [chunk for part in orders for chunk in part.match.chunks]
    pointed = any(chunk.has("references", word) for chunk in told.match.chunks for word in _THAT)
    if says(row, hindering.get("place", ())):
        places = named(told.match.chunks, NAME)
        anywhere = pointed or says(row, hindering.get("way", ()))
        there = any(chunk.has("references", "there") for chunk in chunks)
        if (anywhere and not places) or places & named(chunks, NAME) or (places and there):
            return True
    ordered = {part.match.frame.name for part in orders if part.match.frame is not None}
    unread = any(c.has(UNKNOWN) and c not in told.match.heads for c in told.match.chunks)
    first = next((c for c in told.match.chunks if not c.has("fillers")), None)
    is_so = told.match.frame is not None
    if unread and is_so and first is not None and named([first], NAME) & named(chunks, NAME):
        return True  # "the hall is haunted": what that means for who is to go there, nobody knows
    helped = bool(ordered) and ordered <= set(HELPS)
    robots, sent = named(told.match.chunks, ROBOT), named(chunks, ROBOT)
    if not (says(row, hindering.get("robot", ())) or (unread and robots)) or helped:
        return False
    return bool(robots & sent) or (bool(robots) and not sent) or (pointed and not robots)


def says(row: Sequence[str], phrases: Collection[Phrase]) -> bool:
    """Whether one of the phrases is in the row."""
    longest = max(map(len, phrases), default=0)
    return any(
        tuple(row[at : at + length]) in phrases for at in range(len(row)) for length in range(1, longest + 1)
    )


def named(chunks: Sequence[Chunk], kind: str) -> set[str]:
    """Own names of places and things, or of robots."""
    found = (meaning for chunk in chunks for meaning in chunk.meanings if meaning.kind == kind)
    return {name for m in found for name in ([n.name for n in m.named] if kind == NAME else [m.value])}

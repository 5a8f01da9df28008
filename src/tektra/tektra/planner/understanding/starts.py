# SPDX-License-Identifier: Apache-2.0
"""Where a clause may begin that neither a word nor a mark introduces, as a recogniser writes it. Plain functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tektra.language.quantities import Kind
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import Chunk

#: What a motion is measured by.
MOTIONS = frozenset((Kind.LENGTH, Kind.ANGLE))


def measured_anew(chunks: Sequence[Chunk]) -> Iterator[int]:
    """Where behind a way and before an angle, or the other way round, another motion may begin without a comma: "2 m
    forward 90 degrees left"."""
    kinds = [chunk.quantity.kind if chunk.quantity is not None else None for chunk in chunks]
    for index in range(1, len(chunks)):
        said = kinds[index - 1] in MOTIONS or chunks[index - 1].has("directions")
        before = next((kind for kind in reversed(kinds[:index]) if kind in MOTIONS), None)
        behind = next((kind for kind in kinds[index:] if kind in MOTIONS), before)
        begins = kinds[index] in MOTIONS or chunks[index].has("directions")
        if said and begins and before is not None and behind is not before:
            yield index


def called_anew(chunks: Sequence[Chunk]) -> Iterator[int]:
    """Where, behind somebody's name and what was said to them, the next name may begin: "rover one to kitchen rover two to hall"."""
    named = [index for index, chunk in enumerate(chunks) if chunk.has(ROBOT)]
    for index in named[1:]:
        before = chunks[index - 1]
        said = before.has(NAME) or before.has("directions") or before.quantity is not None
        if said and not before.has(ROBOT) and index + 1 < len(chunks):
            yield index


def tells_place(match: Match, following: Chunk) -> bool:
    """Whether somebody is told a place, without a verb, before another one's name."""
    told = bool(match.agents) and bool(match.fills.get("name")) and not (match.unread or match.negated)
    return match.frame is None and told and following.has(ROBOT)

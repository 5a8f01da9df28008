# SPDX-License-Identifier: Apache-2.0
"""Why something is ordered, said in one breath with it: where that begins and ends. Plain functions on chunks and matches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tektra.planner.understanding.match import AGENTS, Match
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.phrasebook import COMMA, Chunk

#: The kind of word that a clause begins with which says why.
BECAUSE = "because"
#: With these, or its verb, an order begins.
_ORDERING = (*AGENTS, "requests", "causative", "asking", "modals", "asked_of_you")


def behind_reasons(chunks: Sequence[Chunk], intros: Mapping[int, str], matcher: Matcher) -> Iterator[int]:
    """Where an order begins behind what is so: "my mum is visiting so send rover2 home"; not in "is rover1 so slow?"."""
    first = next((chunk for chunk in chunks if not chunk.has("fillers")), None)
    if first is None or first.has("interrogatives"):
        return
    for index in (index for index, chunk in enumerate(chunks[:-1]) if index in intros and chunk.has("but")):
        following = chunks[index + 1]
        orders = matcher.begins(following) or any(map(following.has, _ORDERING))
        if orders and any(matcher.states(chunk) for chunk in chunks[:index]):
            yield index


def says_why(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether a word for a reason, that may ask as well, or say nothing, begins what tells one: "..., denn es regnet"."""
    if chunks[index].has("fillers"):
        return index > 0 and chunks[index - 1].has(COMMA)
    return index > 0 or not chunks[index].has("interrogatives")


def begins_unread(match: Match) -> bool:
    """ "the doorbell rang, rover2 go to the hall": what stands before its comma is nothing of it."""
    at = next((at for at, chunk in enumerate(match.chunks) if chunk.has(COMMA)), 0)
    said = [chunk for chunk in match.chunks[:at] if not (chunk.has("fillers") or chunk.has("modals"))]
    if said and said[0].has("impossible"):
        return False
    return bool(said) and all(any(chunk is unread for unread in match.unread) for chunk in said)


def ends_unread(match: Match) -> bool:
    """ "send rover2 home, I forgot my glasses": what stands behind its last comma is nothing of it."""
    at = next((c.first for c in reversed(match.chunks) if c.has(COMMA)), match.span[1])
    said = [chunk for chunk in match.chunks if chunk.first > at and not chunk.has("fillers")]
    ordered = any(head.first < at for head in match.heads)
    unread = [chunk for chunk in said if any(chunk is other for other in match.unread)]
    return ordered and bool(unread) and all(chunk in unread or chunk.has("telling") for chunk in said)


def buries_order(match: Match) -> bool:
    """ "the taxi's here, send rover1 to the hall": words that nobody knows, and behind their comma who is to do what."""
    for before, comma, chunk in zip(match.chunks, match.chunks[1:], match.chunks[2:], strict=False):
        told = [each for each in match.unread if each.first <= before.first]
        if comma.has(COMMA) and (chunk.has("causative") or chunk.has("requests")) and told:
            return True
    return False

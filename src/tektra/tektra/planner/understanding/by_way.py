# SPDX-License-Identifier: Apache-2.0
"""Places on the way to another one: "to the office via the hall", "durch den Flur ins Büro". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import NAME
from tektra.planner.understanding.phrasebook import Chunk, Meaning
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.vocabulary import Frame, Use

#: What a clause holds of places on the way, beside the arguments of its skill; and the skill that goes to a place.
VIA, GOES = "via", "navigate_to"


def stands_on_way(chunk: Chunk, waiting: Sequence[Chunk], match: Match, *, listed: bool) -> bool:
    """Whether a place is one to pass: behind "via" and the like, or joined to one that is. `listed`: joined to what came before."""
    frame, named = match.frame, chunk.get(NAME)
    goes = frame is None or (frame.use is Use.SKILL and frame.name == GOES and "place" in frame.slots)
    if not goes or named is None or all(each.sort is not Sort.PLACE for each in named.named):
        return False
    led = [word for word in waiting if word.has("prepositions")]
    return led[-1].has("prepositions", "way") if led else listed


def settle(match: Match, slots: Sequence[str]) -> None:
    """Where nothing lies behind it, what is passed is where one goes: "go through the hall". The way to a place that is denied
    is read by nobody. In place."""
    if match.excluded:
        match.unread += [fill.chunk for fill in match.fills.pop(VIA, ())]
    slot = "place" if "place" in slots else "name"
    if VIA in match.fills and slot not in match.fills and (slot in slots or match.frame is None):
        match.fills[slot] = match.fills.pop(VIA)
        match.marks += [Meaning(VIA)] if match.frame is None else []


def passes(match: Match, before: Match) -> bool:
    """ "to the bedroom, but via the kitchen": a clause that only says what is passed on the way to the place before. In place."""
    goes = before.frame is not None and before.frame.name == GOES and "place" in before.fills
    only = all(slot == "name" for slot in match.fills) and not (match.directions or match.excluded)
    only = only and not (match.agents and before.agents)
    if not (goes and only and not before.negated and any(mark.kind == VIA for mark in match.marks)):
        return False
    before.agents = before.agents or match.agents
    before.fills.setdefault(VIA, []).extend(match.fills["name"])
    return True


def has_way(frame: Frame, match: Match) -> bool:
    """Whether its robot goes to another place first."""
    return frame.name == GOES and VIA in match.fills and "place" in frame.slots

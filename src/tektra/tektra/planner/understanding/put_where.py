# SPDX-License-Identifier: Apache-2.0
"""A verb that both sends robots and moves things or people: "put it on the table", "drive me home". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.one_hand import PUTS, takes
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.scene import LEAVES, Scene, Sort
from tektra.planner.understanding.vocabulary import Frame

#: Skills by which something comes to a person, or a person to a place.
_FOR_PEOPLE = ("bring_to_a_person", "guide")


def for_people(found: Match, matches: Sequence[Match]) -> Match:
    """The match that was found, or the one among `matches` in which its words and a "me" are all of one verb: "drive me to the
    kitchen" moves a person, and "fetch me the cube" ends in a hand, be there a robot for that or not."""
    if found.frame is None or found.negated or found.frame.name in _FOR_PEOPLE or not found.heads:
        return found
    given = [fill.chunk for fills in found.fills.values() for fill in fills]
    for match in matches:
        frame = match.frame
        if frame is None or frame.name not in _FOR_PEOPLE or match.cost > found.cost:
            continue
        if sum(map(len, frame.phrases)) < 2 or any(head in given for head in match.heads):
            continue  # "get the green one": whom it is for is not said; or a robot does it for somebody
        last = match.heads[-1].last
        goal = min((fill.chunk.first for fills in match.fills.values() for fill in fills), default=last)
        moved = any(last <= agent.first < goal for agent in match.agents)
        if set(match.heads) >= set(found.heads) and not moved:
            return match  # "get me rover2 into the hall" moves rover2
    return found


def put_down(found: Match, matches: Sequence[Match], scene: Scene) -> Match:
    """The match that was found, or, where that would send a thing to a place, or leaves the verb unread, one of `matches` that puts
    the thing down: where exactly is asked."""
    goes = found.frame is not None and found.frame.name in LEAVES and bool(found.fills.get("place"))
    if found.negated or not (goes or found.unread) or not any(_is_place(chunk) for chunk in found.chunks):
        return found
    steps = scene.memory.steps
    held = bool(steps) and takes(steps[-1].skill) is not None
    for match in matches:
        if match.frame is None or not _puts(match.frame) or match.missing != ("spot",) or match.negated:
            continue
        it = any(chunk.has("references", "it") for chunk in match.chunks) and held
        named = any(fill.meaning.kind == NAME for fill in match.fills.get("object", ()))
        robots = any(chunk.has(ROBOT) for chunk in match.agents)
        if not (it or named) or robots or not match.unread or not all(map(_is_place, match.unread)):
            continue
        match.dropped += match.unread
        match.unread = []
        match.agents = [] if it else match.agents
        return match
    return found


def _puts(frame: Frame) -> bool:
    return not frame.done and (frame.name == PUTS or any(part.skill == PUTS for part in frame.steps))


def _is_place(chunk: Chunk) -> bool:
    return (meaning := chunk.get(NAME)) is not None and any(n.sort is Sort.PLACE for n in meaning.named)

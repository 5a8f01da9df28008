# SPDX-License-Identifier: Apache-2.0
"""Names of things that are not here: "the yellow cube", "to the garage". In place, on one match."""

from __future__ import annotations

from dataclasses import replace

from tektra.planner.understanding.match import SORTS, Fill, Match
from tektra.planner.understanding.phrasebook import COMMA, UNKNOWN, Meaning
from tektra.planner.understanding.vocabulary import Use


def tell_apart(match: Match, meanings: dict[str, str]) -> None:
    """ "the yellow cube", where no cube is yellow: it is none of those that are here."""
    for slot, fills in match.fills.items():
        for at, fill in enumerate(fills):
            beside = [c for c in match.unread if c.has("qualities") and -1 <= c.first - fill.chunk.last <= 0]
            beside += [c for c in match.unread if c.has("qualities") and -1 <= fill.chunk.first - c.last <= 0]
            if meanings.get(slot) == "object" and beside:
                text = " ".join(c.text for c in sorted((beside[0], fill.chunk), key=lambda c: c.first))
                fills[at] = replace(fill, unknown=text)
                match.unread = [c for c in match.unread if c is not beside[0]]


def _stands_last(match: Match, slot: str) -> bool:
    """Not of a question that goes on behind it: "how many {about} do you see"."""
    frame = match.frame
    return frame is None or frame.use is not Use.QUESTION or frame.runs_before(slot) == len(frame.phrases)


def name_the_unknown(match: Match, meanings: dict[str, str]) -> None:
    """ "to the garage": where just a name is missing and just some unknown words stand together, they are that name."""
    counts = match.frame is not None and match.frame.name == "how_many"
    wanted = [n for n in match.missing if meanings[n] in SORTS or (counts and meanings[n] == "about")]
    unknown = [chunk for chunk in match.unread if chunk.has(UNKNOWN)]
    if len(wanted) != 1 or not unknown or len(unknown) != len(match.unread) or len(unknown) > 4:
        return
    commas = [chunk.first for chunk in match.chunks if chunk.has(COMMA)]
    together = all(
        later.first - earlier.last <= 1 and not any(earlier.last <= at < later.first for at in commas)
        for earlier, later in zip(unknown, unknown[1:], strict=False)
    )
    behind = match.heads and unknown[0].first >= match.heads[-1 if _stands_last(match, wanted[0]) else 0].last
    led = any(
        c.last <= unknown[0].first <= c.last + 1 and c.has("prepositions", "place") for c in match.chunks
    )
    seen = match.frame is not None and match.frame.use is Use.EVENT and meanings[wanted[0]] == "object"
    if not together or not (behind or (match.heads and (led or seen))):
        return  # "in die Garage fahren", "wenn du ein Fahrrad siehst": a verb that stands last has it before it
    text = " ".join(chunk.text for chunk in unknown)
    match.fills[wanted[0]] = [Fill(unknown[0], Meaning(UNKNOWN, text), unknown=text)]
    match.unread = [chunk for chunk in match.unread if chunk not in unknown]
    match.missing = tuple(name for name in match.missing if name != wanted[0])

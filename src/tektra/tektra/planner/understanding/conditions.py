# SPDX-License-Identifier: Apache-2.0
"""When an order is to be done, by what its own clause says: "in five minutes", "every hour", or again and again. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tektra.language.clock import DAY_S, HALF_DAY_S, HOUR_S, TWELVE
from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.reading import Condition, ReadStep, When
from tektra.planner.understanding.scene import Memory
from tektra.planner.understanding.small_words import EVERY, PART
from tektra.planner.understanding.vocabulary import Use

#: The text of "tell me", which is what has happened then: an order for a condition, and none without.
EVENT = "@event"
#: The event of what has been done.
ARRIVED = "arrived"
#: The event of what goes on until a person says so.
TOLD = "told"
#: By the word that begins the clause.
BY_INTRO = {"if": When.IF, "after": When.IF, "whenever": When.WHENEVER, "until": When.UNTIL}
#: Going somewhere, and waiting.
GO, WAIT = "navigate_to", "wait"
#: Of each day; behind it "am", "pm" or "night" where a part of it is named.
DAILY = f"{EVERY}{DAY_S:.0f}"
#: "At" is so many words at most.
LONGEST_AT = 2
#: A clock may count its hours up to so many.
HALF_DAY = 12
#: Until then it is night, and morning by the clock.
SMALL_HOURS_S = 6 * HOUR_S
_TIMES = {"in": When.IN, "every": When.EVERY, "at": When.AT}


def adds_up(match: Match, condition: Condition) -> bool:
    """ "drive two metres forward until you see a person": a measured way, again and again, leads nobody knows where."""
    measured = match.frame is not None and match.frame.name in ("move", "turn")
    return measured and condition.when is When.UNTIL and condition.event != TOLD


def event_of(match: Match) -> str:
    """What a condition waits for; "" where it could not be read, or says that something is not so: no event is that."""
    denied = match.negated or any(chunk.has("not") or chunk.has("refuse") for chunk in match.chunks)
    return match.frame.name if match.frame is not None and match.frame.use is Use.EVENT and not denied else ""


def share_of(match: Match) -> float:
    """Below which share of its charge a battery is to be; 0 where none is said."""
    said = next((fill.meaning.quantity for fill in match.fills.get("share", ())), None)
    return said.value if said is not None else 0.0


def when_to_tell(
    words: str,
    chunks: Sequence[Chunk],
    steps: Sequence[ReadStep],
    conditions: Sequence[Condition],
    memory: Memory,
) -> list[Condition] | None:
    """When to say what "tell me" leaves open, besides these conditions; None where nothing says it.

    "let me know once it is there", by itself: when who was told to do something last has done it.
    """
    tells = [step.id for step in steps if step.arguments.get("text") == EVENT]
    if conditions or not tells:
        return []
    then = next((chunk for chunk in chunks if chunk.has("then")), None)
    last = next((step.who for step in reversed(memory.steps) if step.skill != WAIT), "")
    if then is None or not last or len(tells) < len(steps):
        return None
    span = (then.start, then.end)
    return [Condition(When.IF, words[slice(*span)], span, ARRIVED, (last,), steps=tuple(tells))]


def ordered_there(match: Match, steps: Sequence[ReadStep], last: Sequence[str]) -> bool:
    """Whether whom the clause speaks of was told to go there by these steps; `last`: who "it" is."""
    about = match.fills.get("about", [])
    who = {m.value for fill in about for m in fill.chunk.meanings if m.kind == ROBOT} or set(last)
    places = {named.name for fill in match.fills.get("place", []) for named in fill.meaning.named}
    told = [step for step in steps if step.skill == GO and step.who in who]
    return bool(told) and (not places or told[-1].arguments.get("place") in places)


def how_often(match: Match) -> str:
    """ "every second day", of which no time could be read: it is not to be done now."""
    for chunk, following in pairwise(match.chunks):
        hour = following.quantity
        if (
            chunk.has("time", "at")
            and following in match.unread
            and hour is not None
            and hour.kind is Kind.COUNT
            and not hour.unit
        ):
            return f"{chunk.text} {following.text}"  # "at three"
        unread = following in match.unread or following.quantity is not None
        if chunk.has("time", "every") and unread and not match.times:
            return f"{chunk.text} {following.text}"
    return ""


def _of_day(match: Match, words: str) -> Condition:
    """ "every evening at eight", "tonight at eight"; of EVERY no time where the hour may be of either half of the day, or it is
    not each day."""
    kind, day = next(said for said in match.times if said[0].startswith((EVERY, PART)))
    _, at = next(said for said in match.times if not said[0].startswith((EVERY, PART)))
    first, last = sorted((day, at), key=lambda chunk: chunk.start)
    text = (
        words[first.start : last.end]
        if last.first - first.last <= LONGEST_AT
        else f"{first.text} {last.text}"
    )
    span = (first.start, last.end)
    part = kind.removeprefix(DAILY).removeprefix(PART).strip()
    said = at.quantity
    bare = said is not None and said.kind is Kind.COUNT
    known = (
        said is not None
        and kind.startswith((DAILY, PART))
        and said.kind in (Kind.COUNT, Kind.CLOCK, Kind.DURATION)
    )
    if said is None or not known or (not part and (said.unit == TWELVE or (bare and said.value <= HALF_DAY))):
        return Condition(When.EVERY, text, span)
    seconds = _seconds(said)
    if part and seconds < HALF_DAY_S + HOUR_S:
        early = part == "am" or (part == "night" and seconds % HALF_DAY_S < SMALL_HOURS_S)
        seconds = seconds % HALF_DAY_S + (0.0 if early else HALF_DAY_S)
    return Condition(When.AT, text, span, seconds=seconds % DAY_S, daily=kind.startswith(EVERY))


def _seconds(said: Quantity) -> float:
    """Of a time of day a bare number says the hour: "at twenty"."""
    return said.value * HOUR_S if said.kind is Kind.COUNT else said.value


def own_conditions(match: Match, words: str, *, already: bool) -> list[Condition]:
    """The times that the clause gives; a patrol that has none, and is under no condition `already`, goes on until it is ended."""
    found = []
    if {kind.startswith((EVERY, PART)) for kind, _ in match.times} == {True, False}:
        return [_of_day(match, words)]
    for kind, chunk in match.times:
        if kind.startswith(EVERY):
            span = (chunk.start, chunk.end)
            length, _, part = kind.removeprefix(EVERY).partition(" ")
            found.append(Condition(When.EVERY, chunk.text, span, seconds=0.0 if part else float(length)))
            continue
        meaning = next(m for m in chunk.meanings if m.quantity is not None)
        assert meaning.quantity is not None
        span = (chunk.start, chunk.end)
        twelve = meaning.quantity.unit == TWELVE
        seconds = _seconds(meaning.quantity)
        found.append(Condition(_TIMES[kind], chunk.text, span, seconds=seconds, twelve=twelve))
    if match.frame is not None and match.frame.lasts and match.count == 1 and not (found or already):
        start, end = match.span
        found.append(Condition(When.UNTIL, words[start:end], (start, end), TOLD))
    return found

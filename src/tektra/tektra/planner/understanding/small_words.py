# SPDX-License-Identifier: Apache-2.0
"""When, from where, and whether at all: small words with what stands beside them. Plain functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tektra.language.clock import DAY_S, HALF_DAY_S, HOUR_S
from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.by_way import VIA
from tektra.planner.understanding.match import (
    AGENTS,
    INNER_COMMA,
    SEVERAL,
    SITES,
    THEN_WITHIN,
    Fill,
    Match,
    may_number,
)
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, QUANTITY, Chunk
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.supposed import supposes
from tektra.planner.understanding.vocabulary import Frame, Use

#: Words that say how a clause is meant.
MARKS = (
    "requests", "asks", "able", "modals", "repeats", "more", "instead", "same_time", "respective", "sooner_behind", "wishes", "in_turn",
)  # fmt: skip
#: Behind these a name says where to, though no verb does.
BARE = ("", "name", "agent", "excluded", VIA)
#: What may be said of a motion alone: "rover1 two metres".
AMOUNTS = (Kind.LENGTH, Kind.ANGLE, Kind.DURATION, Kind.VAGUE, Kind.COUNT)
#: Done to somebody, whoever it is.
WAVE = "wave"
#: Begins the value of words that say how often by themselves.
EVERY = "every "
#: Begins the value of words for a part of today, behind which an hour is of that half of the day: "tonight at eight".
PART = "part "
#: Words of time that may stand before a quantity of a kind, the first that fits counts.
_TIMES = {Kind.DURATION.value: ("in", "every"), Kind.CLOCK.value: ("at",)}


def when(chunk: Chunk, waiting: Sequence[Chunk], chunks: Sequence[Chunk]) -> str:
    """ "in", "every" or "at", where such a word stands before a duration or a time of day; else empty. "Every minute" alone
    tells how often, in seconds: "every 60". `chunks`: of the clause; beside "every evening" a bare "at eight" is a time of day."""
    if (whole := chunk.get("time")) is not None and whole.value.startswith(EVERY):
        return whole.value
    if (part := _part_of_day(chunk)) and any(_tells_hour(other) for other in chunks if other is not chunk):
        return part
    quantity = chunk.get(QUANTITY)
    before = next((word for word in reversed(waiting) if word.has("time")), None)
    if quantity is None or before is None:
        return ""
    if before.has("time", "at") and _is_hour(
        quantity.quantity, often=any(_says_how_often(c) or _part_of_day(c) for c in chunks)
    ):
        return "at"
    return next((value for value in _TIMES.get(quantity.value, ()) if before.has("time", value)), "")


def _says_how_often(chunk: Chunk) -> bool:
    return (said := chunk.get("time")) is not None and said.value.startswith(EVERY)


def _part_of_day(chunk: Chunk) -> str:
    return next((m.value for m in chunk.meanings if m.kind == "time" and m.value.startswith(PART)), "")


def _tells_hour(chunk: Chunk) -> bool:
    said = chunk.quantity
    return said is not None and (said.kind is Kind.CLOCK or _is_hour(said, often=True))


def _is_hour(quantity: Quantity | None, *, often: bool) -> bool:
    """ "à huit heures", "alle venti"; a bare number that may be of either half of the day only where it is said of each day."""
    if quantity is None:
        return False
    if quantity.kind is Kind.DURATION:
        return HOUR_S <= quantity.value <= DAY_S
    hour_s = quantity.value * HOUR_S
    return may_number(quantity) and 1 <= hour_s <= DAY_S and (often or hour_s > HALF_DAY_S)


def _says(waiting: Sequence[Chunk], what: str) -> bool:
    """Whether the preposition right before what follows may mean that."""
    nearest = next((w for w in reversed(waiting) if w.has("prepositions")), None)
    return nearest is not None and nearest.has("prepositions", what)


def origin(waiting: Sequence[Chunk], *, goal: bool = True) -> bool:
    """Whether what follows is where something comes from: "from the kitchen". `goal`: it may be where it goes to, where the
    preposition says both ("dal tavolo")."""
    return _says(waiting, "from") and not (goal and _says(waiting, "place"))


def comes_from(chunk: Chunk, waiting: Sequence[Chunk], match: Match, meanings: Mapping[str, str]) -> bool:
    """Whether a name says where something comes from, or where the thing lies that is to be taken: "the red cube on the table"."""
    if "about" in meanings.values():
        return False
    goes = "object" not in meanings or "place" in meanings.values()
    lies = _says(waiting, "lies") and not goes
    there = {named.at for fill in match.fills.get("object", []) for named in fill.meaning.named if named.at}
    named = {each.name for meaning in chunk.meanings for each in meaning.named if each.sort is Sort.PLACE}
    return origin(waiting, goal=goes) or (lies and bool(there & named))


def beside_only(waiting: Sequence[Chunk]) -> bool:
    """Whether what follows is said to be near, and not the place itself: "next to the tray"."""
    return _says(waiting, "beside")


def with_only(waiting: Sequence[Chunk]) -> bool:
    """Whether what follows goes along, and is no place to go to: "go with the red one"."""
    return _says(waiting, "with") and not _says(waiting, "place")


def called_last(chunks: Sequence[Chunk]) -> list[Chunk]:
    """ "turn to face rover1, rover2": who is spoken to, the last of a clause's chunks, behind a comma."""
    said = [chunk for chunk in chunks if not (chunk.has("fillers") or chunk.has("requests"))]
    while said and said[-1].has(COMMA):
        said.pop()
    return said[-1:] if len(said) > 1 and said[-2].has(COMMA) and said[-1].has(ROBOT) else []


def deniable(chunk: Chunk, waiting: Sequence[Chunk]) -> bool:
    """Whether it may be said not to be meant: "all but one" says nothing of that, and "not through the hall" nobody drives by."""
    named = any(chunk.has(kind) for kind in (NAME, ROBOT, "kinds", "directions", "references"))
    return named and not any(word.has("prepositions", "way") for word in waiting)


def not_of_name(chunk: Chunk, waiting: list[Chunk], match: Match, last: str) -> list[Chunk]:
    """ "a la cocina no rover2 mejor al salón": a "no" behind a name, where the first robot that is named stands behind it, leaves
    that name out and nobody; the words that wait further. In place."""
    no = len(waiting) == 1 and waiting[0].has("not") and waiting[0].has("repair")
    said = match.fills.get(last, [])
    if not (no and said and chunk.has(ROBOT) and said[-1].chunk.has(NAME)) or match.agents or match.heads:
        return waiting
    match.excluded.append(said.pop().chunk)
    if not said:
        del match.fills[last]
    return []


def waved_at(chunk: Chunk, match: Match) -> bool:
    """ "salue mamie": whom one waves at says nothing of what is to be done."""
    return match.frame is not None and match.frame.name == WAVE and chunk.has("people")


def behind_comma(match: Match, waiting: Sequence[Chunk]) -> list[Chunk]:
    """What a comma leaves waiting: "not you, rover2 to the hall" denies what came before it, and not rover2. In place."""
    match.unread += [word for word in waiting if word.has("not")]
    return [word for word in waiting if not word.has("not")]


def then_within(match: Match, following: Chunk | None, last: str, headless: bool) -> float:
    """What a "then" within a clause costs: in "to the hall then the office", "rover1 then rover2" another one comes behind it.
    `last`: what came before it."""
    said = headless and (match.fills or match.directions)
    in_turn = last == "agent" and following is not None and any(map(following.has, AGENTS))
    return SEVERAL if said or in_turn else THEN_WITHIN


def leave(match: Match, waiting: Sequence[Chunk], head_first: int, slots: Collection[str]) -> None:
    """Of the words that stood before nothing, those that nothing accounts for. A preposition at the end is harmless where something
    is missing anyway, and so is the "to" of a verb. In place."""
    for chunk in waiting:
        if chunk.has("fillers") or chunk.has(COMMA) or (match.negated and chunk.has("not")):
            continue
        of_verb = chunk.last == head_first
        match.cost += 0.0 if of_verb else INNER_COMMA  # "go ahead" is rather a direction than half a place
        free = of_verb or any(name not in match.fills for name in slots)
        (match.dropped if chunk.has("prepositions") and free else match.unread).append(chunk)


def leads(chunk: Chunk, following: Chunk | None) -> bool:
    """ "durch den Flur": a word that may be idle stands before a place, which is passed."""
    return chunk.has("prepositions", "way") and following is not None and following.has(NAME)


def may_be_near(chunk: Chunk, match: Match, waiting: Sequence[Chunk], *, stands: bool) -> bool:
    """Whether a thing may mean the place where it stands. `stands`: also without a preposition.

    Not behind what may choose it: "let's have the blue one" sends nobody to where that one lies.
    """
    before = [other for other in match.chunks if other.last <= chunk.first]
    led = [word for word in waiting if word.has("prepositions")]
    near = (
        any(word.has("prepositions", "place") for word in led) if led else stands
    )  # "let go of the cube" goes nowhere
    return near and not (before and before[-1].chooses)


def more_exact(quantity: Quantity, given: Sequence[Fill] | None, beside: bool) -> bool:
    """Whether an amount says more than what was given; "a bit, like thirty centimetres": right beside a vague one it says how much."""
    if not given:
        return True
    before = given[-1].meaning.quantity
    return beside and before is not None and before.kind is Kind.VAGUE and quantity.kind is not Kind.VAGUE


def elsewhere(match: Match) -> list[Chunk]:
    """Places from which something is said to come that does not lie there: "the red cube from the kitchen"."""
    things = [named for fill in match.fills.get("object", []) for named in fill.meaning.named if named.at]
    lies = {where for named in things for where in (named.at, named.inside)}
    found = []
    for chunk in match.dropped:
        named = meaning.named if (meaning := chunk.get(NAME)) is not None else ()
        places = {each.name for each in named if each.sort is Sort.PLACE}
        if lies and places and not places & lies:
            found.append(chunk)
    return found


def restricting(waiting: Sequence[Chunk]) -> list[Chunk]:
    """Of the words before an amount, a value or whom it is about, those that deny or restrict it: nothing else accounts for them."""
    return [word for word in waiting if word.has("not") or word.has("except")]


def causes(
    chunk: Chunk, following: Chunk, head_first: int, before: Chunk | None, rest: Sequence[Chunk]
) -> bool:
    """ "have rover2 turn": a causative stands before who is to do it, or before the verb. Behind the verb and a comma it begins
    another order: "don't send rover1, send rover2". `before`: the chunk before it; `rest`: all that are
    no words of the sentence's own."""
    if before is not None and before.has(COMMA) and 0 <= head_first < chunk.first:
        return False
    comma_at_head = any(other.has(COMMA) and other.last == head_first for other in rest)
    if comma_at_head and chunk.last < head_first:
        return False
    who = any(following.has(kind) for kind in (*AGENTS, "references"))
    return who or chunk.has("fillers") or chunk.last == head_first


def before_that(chunk: Chunk, following: Chunk | None, kind: str, head_first: int) -> bool:
    """ "stop before the kitchen", "before you go": a "before" of that kind with something behind it, or before the verb,
    says where or when, and not that it comes sooner."""
    if kind == "sooner_behind" and chunk.has("before") and chunk.first < head_first:
        return True
    if kind != "sooner_behind" or chunk.has("then") or following is None:
        return False
    return not (following.has("fillers") or following.has(COMMA))


def says_nothing(chunk: Chunk, following: Chunk | None) -> bool:
    """Fillers, and the "use" of "use rover2 to go to the hall"."""
    uses = chunk.has("using") and following is not None and any(map(following.has, AGENTS))
    return (
        uses
        or supposes(chunk, following)
        or any(map(chunk.has, ("fillers", "articles")))
        or chunk.has("asked_of_you", "gently")
    )


def behind_reason(chunk: Chunk, match: Match) -> float:
    """What the "so" of "dinner's nearly ready so send rover1" costs within a clause: what tells stands before it."""
    return THEN_WITHIN if chunk.has("but") and match.unread else 0.0


def done_anywhere(frame: Frame | None, meanings: Mapping[str, str]) -> bool:
    """Whether it is done where the robot stands: "turn around there" says only where it then is."""
    return frame is not None and frame.use is Use.SKILL and not SITES & set(meanings.values())


def replaced(chunk: Chunk, following: Chunk | None, chunks: Sequence[Chunk]) -> Chunk | None:
    """ "anstatt in die Küche fährst du ...": what is not meant stands behind the preposition, else right behind."""
    behind = (
        c for c in chunks if c.first >= chunk.last and not (c.has("prepositions") or c.has("time", "at"))
    )
    return next(behind, following) if chunk.has("in_place_of") else following


def set_apart(chunk: Chunk, following: Chunk | None, rest: Sequence[Chunk]) -> bool:
    """ "not rover1, send rover2": right before a name and a comma it denies the name; where it may as well be a "no", nobody knows."""
    if following is None or not following.has(ROBOT) or chunk.has("repair") or chunk.has("refuse"):
        return False
    return any(other.has(COMMA) and other.first == following.last for other in rest)


def mends(chunk: Chunk, following: Chunk | None) -> bool:
    """ "the red one, no, the blue": "no" before a comma takes back what came before it."""
    return chunk.has("repair") and following is not None and following.has(COMMA)


def verb_negated(
    chunk: Chunk, following: Chunk | None, head_first: int, head_last: int, *, named: bool
) -> bool:
    """Whether "not" is said of the verb: it stands before it, or right behind it ("va pas"); not of a name before the verb.
    `named`: who acts stands right before it: "rover2 not rover1 go ..." """
    if not chunk.has("not") or head_first < 0 or chunk.first > head_last:
        return False
    if chunk.has("in_place_of") and following is not None and (following.has(NAME) or following.has(ROBOT)):
        return False  # "instead of rover1, send rover2", "fährt anstelle der Küche ins Büro"
    if following is None or following.first >= head_first:
        return True
    if named and following.has(ROBOT):
        return False
    return not following.has(NAME)  # "forget the kitchen and ..."

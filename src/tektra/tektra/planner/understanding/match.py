# SPDX-License-Identifier: Apache-2.0
"""A sentence that some chunks of a clause may be, with what each of them is in it and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import (
    NO_ROBOT,
    QUANTITY,
    Chunk,
    Meaning,
)
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.vocabulary import Frame

#: What a word that mends costs where it is taken for a filler.
REPAIRS = 0.5
#: What a chunk that nothing accounts for costs, an argument that is not given, one of few values that is not, one with an unknown name, an ellipsis.
UNREAD, MISSING, NO_VALUE, UNNAMED, ELLIPSIS, CLAUSE, INNER_COMMA = 10.0, 4.0, 5.0, 3.0, 2.0, 0.1, 0.05
#: What each further direction costs where no verb is said.
SEVERAL = 5.0
#: What a "then" within a clause costs: "und dreh dich dann um".
THEN_WITHIN = 0.3
#: What words to be said aloud cost that begin with a robot's name, where somebody may be told to do something.
TOLD = 5.0
#: And where it is spoken to, or of what it may do: "dis rover2 tu peux aller au salon".
ADDRESSED = 25.0
#: Amounts that have a unit.
MEASURED = frozenset((Kind.LENGTH, Kind.ANGLE, Kind.DURATION))
#: Kinds of chunk that say who acts.
AGENTS = (ROBOT, NO_ROBOT, "kinds", "groups")
SORTS = {
    "place": Sort.PLACE,
    "places": Sort.PLACE,
    "object": Sort.OBJECT,
    "spot": Sort.SPOT,
    "person": Sort.PERSON,
}
REFERENCES = {
    "place": ("there", "here", "back", "me"), "places": ("there",), "object": ("it", "one"), "spot": ("there",),
    "person": ("him", "me"), "robot": ("it", "one", "him"), "about": ("it", "him", "he", "there", "here", "me"),
}  # fmt: skip
#: Beside a name these say for whom, or whence, and give no such argument; a person is given by "me" also then: "bring me a sponge".
FAVOURS = {"place": ("back", "me"), "about": ("me",)}
#: Of what an argument may mean, what says where something is done, or to what.
SITES = frozenset((*SORTS, "robot", "about", "text"))
MEASURES = {
    "length": (Kind.LENGTH,), "angle": (Kind.ANGLE,), "duration": (Kind.DURATION,), "speed": (Kind.SPEED,),
    "share": (Kind.SHARE,), "count": (Kind.COUNT,), "number": (Kind.COUNT,),
}  # fmt: skip
#: Directions that say the sign of an argument, by its meaning.
SIGNS = {"length": {"forward": 1, "back": -1}, "angle": {"left": 1, "right": -1, "around": 0}}
#: A bare number of this size where an angle is wanted counts degrees ("turn right by ninety"), a smaller one turns.
LEAST_DEGREES = 15
#: A bare number behind an amount that is so many times as large is rather of another unit.
MOST_TIMES = 10.0


def takes(wanted: str, quantity: Quantity) -> bool:
    """Whether an argument of that meaning may be given by the quantity."""
    if quantity.kind is Kind.VAGUE:
        return wanted in ("length", "angle", "duration")
    if quantity.kind is Kind.COUNT and quantity.ordinal:
        return False
    if wanted == "length" and (_bare(quantity) or quantity.kind is Kind.UNKNOWN):
        return True  # "forward 50", "forward 1.5", "two steps forward": it is asked about
    bare = quantity.kind is Kind.COUNT and not quantity.unit and quantity.value >= LEAST_DEGREES
    return quantity.kind in MEASURES.get(wanted, ()) or (wanted == "angle" and bare)


@dataclass(frozen=True)
class Fill:
    """What an argument is given by: a chunk, and what it means there. `unknown`: words that nothing here is called by."""

    chunk: Chunk
    meaning: Meaning
    unknown: str = ""


@dataclass
class Match:
    """A sentence that some chunks may be. `fills`: by argument; directions have a list of their own."""

    frame: Frame | None
    chunks: tuple[Chunk, ...]
    heads: tuple[Chunk, ...] = ()
    fills: dict[str, list[Fill]] = field(default_factory=dict)
    directions: list[Fill] = field(default_factory=list)
    agents: list[Chunk] = field(default_factory=list)
    dropped: list[Chunk] = field(default_factory=list)
    excluded: list[Chunk] = field(default_factory=list)
    times: list[tuple[str, Chunk]] = field(default_factory=list)
    marks: list[Meaning] = field(default_factory=list)
    unread: list[Chunk] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    negated: bool = False
    alternative: bool = False  # "or" stands between them
    count: int = 1
    text: str = ""
    cost: float = 0.0

    @property
    def span(self) -> tuple[int, int]:
        return (self.chunks[0].start, self.chunks[-1].end) if self.chunks else (0, 0)


def is_motion(match: Match) -> bool:
    """Whether a way or an angle is said, and no verb."""
    given = [fill.meaning.quantity for fill in match.fills.get("quantity", [])]
    return any(q is not None and q.kind in (Kind.LENGTH, Kind.ANGLE) for q in given)


def may_number(quantity: Quantity | None) -> bool:
    """Whether a bare number may be a robot's: "one and two go ..."."""
    if quantity is None or quantity.kind is not Kind.COUNT or quantity.ordinal or quantity.times:
        return False
    return not quantity.unit and quantity.value.is_integer()


def _bare(quantity: Quantity) -> bool:
    """Whether it is a number and nothing else."""
    said = quantity.unit or quantity.noun or quantity.times or quantity.ordinal
    return quantity.kind is Kind.COUNT and not said


def repetitions(quantity: Quantity) -> int:
    """How often something is to be done, as said by "twice" or "three times"; 0 where it says nothing of that."""
    if quantity.kind is not Kind.COUNT or quantity.ordinal or not 1 <= quantity.value <= 20:
        return 0
    said = quantity.times or (quantity.unit and not quantity.noun)
    return int(quantity.value) if said and quantity.value.is_integer() else 0


def slots_of_name(
    chunk: Chunk, meanings: Mapping[str, str], *, near: bool, goal: bool = True
) -> Iterator[str]:
    """The arguments that a name may give. `near`: a thing may mean the place where it stands; `goal`: it may be a place at all."""
    name = chunk.get(NAME)
    if name is None:
        return
    sorts = {named.sort for named in name.named}
    for slot, meaning in meanings.items():
        if meaning in ("place", "places") and not goal:
            continue
        stands = meaning == "place" and near and any(named.at for named in name.named)
        if meaning == "about" or SORTS.get(meaning) in sorts or stands:
            yield slot


def in_unit_of(chunk: Chunk, before: Match, following: Chunk | None = None) -> Chunk:
    """ "three metres, no, four", "..., then one back": a bare number has the unit of the amount in whose place it stands.
    `following`: a way right behind it is nothing that it counts."""
    bare = chunk.quantity
    way = following is not None and following.has("directions")
    if bare is None or bare.kind is not Kind.COUNT or bare.unit or bare.ordinal or bare.times:
        return chunk
    if bare.noun and not way:
        return chunk
    given = [fill.meaning.quantity for fills in before.fills.values() for fill in fills]
    measured = [q for q in given if q is not None and q.kind in MEASURED and q.number and q.value]
    if len(measured) != 1:
        return chunk
    if abs(bare.value) > MOST_TIMES * abs(measured[0].number):
        return chunk  # "one metre and twenty" are no twenty metres
    value = bare.value * measured[0].value / measured[0].number
    quantity = replace(
        measured[0], start=bare.start, end=bare.end, text=bare.text, value=value, number=bare.value
    )
    meaning = Meaning(QUANTITY, quantity.kind.value, quantity=quantity)
    others = (m for m in chunk.meanings if m.kind != "references")  # "two metres ahead, then one back"
    return replace(chunk, meanings=tuple(meaning if m.quantity is bare else m for m in others))


def asked_for(match: Match) -> bool:
    """ "I'd like the green cube in the corner": what is wished, or asked for with a "please", is no mere talk of a thing."""
    sorts = {one.sort for fill in match.fills.get("name", ()) for one in fill.meaning.named}
    wished = any(c.has("requests") or c.has("wishes") or c.has("causative") for c in match.chunks)
    return wished and {Sort.OBJECT, Sort.SPOT} <= sorts

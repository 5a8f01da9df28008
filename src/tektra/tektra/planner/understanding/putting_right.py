# SPDX-License-Identifier: Apache-2.0
"""Corrections that no single word says: another amount behind the first, "or better not, the office", "but rather". Plain functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.match import MEASURED, Match
from tektra.planner.understanding.phrasebook import COMMA, Chunk, Meaning
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.sentence_ends import PAUSE
from tektra.planner.understanding.sharing import says_what
from tektra.planner.understanding.vocabulary import Use

UNSURE = Meaning("unsure")


def says_exactly(part: Part, before: Match) -> bool:
    """ "a bit back, about half a metre", "turn right, but just a little": an amount alone behind a vague one, or behind a way without
    any, is its amount, and no further step."""
    match = part.match
    alone = (
        match.frame is None and set(match.fills) == {"quantity"} and not (match.agents or match.directions)
    )
    given = [fill.meaning.quantity for fills in before.fills.values() for fill in fills]
    if part.intro == "but" and alone:
        return bool(before.directions) and not any(q is not None for q in given)
    return part.intro == COMMA and alone and any(q is not None and q.kind is Kind.VAGUE for q in given)


def puts_right(part: Part, before: Part, parts: Sequence[Part]) -> bool:
    """Whether it stands in the place of what is `before`, by what it says itself."""
    return measures_again(part, before.match) or thinks_anew(part, before, parts)


def measures_again(part: Part, before: Match) -> bool:
    """ "two metres forward, well, one": an amount alone behind one of its kind stands in its place, and is no further step."""
    match = part.match
    alone = match.frame is None and set(match.fills) == {"quantity"}
    more = match.agents or match.directions or match.excluded or match.marks
    if part.intro != COMMA or not alone or more or not _measured(before):
        return False
    said = [fill.meaning.quantity for fill in match.fills["quantity"]]
    return all(_takes_the_place(quantity, _measured(before)) for quantity in said)


def counts_again(part: Part, before: Match) -> bool:
    """ "two metres forward, all right, one": what may be a number or the thing itself leaves open what is meant."""
    match = part.match
    said = [chunk for chunk in match.chunks if not (chunk.has(COMMA) or chunk.has("fillers"))]
    one = bool(said) and all(chunk.has("references", "one") for chunk in said)
    return one and part.intro == COMMA and match.frame is None and bool(_measured(before))


def thinks_anew(part: Part, before: Part, parts: Sequence[Part]) -> bool:
    """ "go to the bed... to the office": what stands behind a pause, joined by nothing, may be said in place of what it is like."""
    match, last = part.match, before.match
    at = next((at for at, each in enumerate(parts) if each is part), 0)
    pauses = at > 0 and parts[at - 1].ending == PAUSE and part.opens and not part.intro
    ordered = last.frame is not None and last.frame.use is Use.SKILL and not (last.negated or last.missing)
    if not (pauses and ordered) or match.negated or _told(match) - _told(last):
        return False
    if match.frame is None:
        return says_what(match)
    return last.frame is not None and match.frame.name == last.frame.name and says_what(match)


def _told(match: Match) -> set[str]:
    """Whom it is said to, in the words that name them."""
    return {chunk.text.casefold() for chunk in match.agents}


def mended_behind(parts: Sequence[Part]) -> Sequence[Part]:
    """ "left, er, right, sorry": words that mend may stand behind what is meant. Not behind a whole order, nor somebody's name."""
    if len(parts) < 3 or parts[-1].intro != "repair" or parts[-1].match.chunks:
        return parts
    *before, meant, mends = parts
    match = meant.match
    if match.frame is not None or match.agents or match.unread or not says_what(match):
        return parts
    hesitates = match.chunks[0].has("hesitations")
    if meant.intro == "repair" or hesitates:
        return [*before, meant]
    return [*before, mends, meant] if meant.intro in ("", COMMA) else parts


def pauses(part: Part, following: Part | None, waits: Callable[[Sequence[Chunk]], bool]) -> bool:
    """ "..., wait, I meant the hall": a "wait" that says neither who nor how long, before what mends. `waits`: whether it may be
    a verb for that."""
    match = part.match
    alone = match.frame is not None and bool(match.heads) and waits(match.heads)
    more = match.agents or match.fills or match.directions or match.unread
    return alone and not more and following is not None and following.intro == "repair"


def without_no(part: Part, before: Match) -> Part:
    """ "to the hall or better not to the office": a "not" right behind what mends may deny the office, or the hall.

    The latter is asked about: who leaves out a place that nobody spoke of says so with a verb.
    """
    match = part.match
    if part.intro != "repair" or match.frame is not None or not match.excluded or len(match.chunks) < 2:
        return part
    told = {fill.chunk.text.casefold() for fills in before.fills.values() for fill in fills}
    told |= _told(before)
    denied = {chunk.text.casefold() for chunk in match.excluded}
    if not match.chunks[0].has("not") or denied & told:
        return part
    rest = match.chunks[1:]
    return replace(part, match=Match(None, rest, marks=[UNSURE], text=match.text))


def instead_of(units: Sequence[Part], at: int) -> int:
    """How many units before that one are not meant: "rover1 should go to the kitchen, but drive rather to the hall".

    The words that mend stand within its clause, right behind the verb, and so are about the order before it.
    """
    unit = units[at]
    before = units[at - 1] if at else None
    if before is None or unit.intro != "but" or says_what(unit.match):
        return 0
    frames = (before.match.frame, unit.match.frame)
    same = all(frame is not None for frame in frames) and len({frame and frame.name for frame in frames}) == 1
    later = any(chunk.has("then") or chunk.has("sooner_behind") for chunk in unit.match.chunks)
    return int(same and not later and not _told(unit.match) - _told(before.match))


def _measured(match: Match) -> list[Quantity]:
    """The amounts with a unit that an order has."""
    if match.frame is None or match.frame.use is not Use.SKILL or match.negated:
        return []
    given = (fill.meaning.quantity for fills in match.fills.values() for fill in fills)
    return [quantity for quantity in given if quantity is not None and quantity.kind in MEASURED]


def _takes_the_place(quantity: Quantity | None, given: Sequence[Quantity]) -> bool:
    if quantity is None or quantity.times or quantity.ordinal or quantity.noun:
        return False
    return quantity.kind in {each.kind for each in given} | {Kind.COUNT}


def leads_to_thing(before: Match, match: Match) -> bool:
    """Whether in place of one order another one would lead to where a thing lies: "take the green one, no, wait by the blue one"."""
    named = (one for fill in match.fills.get("place", ()) for one in fill.meaning.named)
    other = before.frame is not None and match.frame is not None and before.frame.name != match.frame.name
    return other and any(one.sort is Sort.OBJECT for one in named)

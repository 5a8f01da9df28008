# SPDX-License-Identifier: Apache-2.0
"""A clause that begins behind a mere "wait" without a comma, as a recogniser writes it: "wait the child is there"."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tektra.language.robot_names import RobotNames
from tektra.language.stop_context import corrects_quantity
from tektra.language.stop_rows import is_mark

if TYPE_CHECKING:
    from tektra.language.stop_lexicon import Lexicon, Opening

#: A "wait" is looked for among so many words of a clause.
MOST_BEFORE = 40
#: Who or what it is about has so many words before its verb: with an article, and without.
MOST_NAMED, MOST_BARE = 8, 3
#: "the wires live": with fewer words nothing is said of what is named.
LEAST_SAID = 2


def behind_pauses(lexicon: Lexicon, names: RobotNames, clauses: list[list[str]]) -> list[list[str]]:
    """The clauses; what begins behind a mere "wait" is another one: "wait she is in the way", "go on no wait my sister is there",
    "wait a second, the child is there". What goes before the "wait" is left to it where it has no weight."""
    if lexicon["pauses"].firsts.isdisjoint(chain.from_iterable(clauses)):
        return clauses
    parted: list[list[str]] = []
    for index, row in enumerate(clauses):
        following = clauses[index + 1] if index + 1 < len(clauses) else []
        parted += _parted(lexicon, names, row, following) or [row]
    return parted


def _parted(lexicon: Lexicon, names: RobotNames, row: list[str], following: list[str]) -> list[list[str]]:
    pauses = lexicon["pauses"]
    end = 0
    for at in range(min(len(row), MOST_BEFORE)):
        if at < end or not (length := pauses.at(row, at)):
            continue
        end = at + length
        while more := pauses.at(row, end):
            end += more
        rest = end + lexicon["awhile"].at(row, end)
        spent = rest > end and _is_light(lexicon, row[rest:])  # "wait a second please, the child ..."
        begins = (following, 0) if spent else (row, rest)
        if corrects_quantity(lexicon, begins[0][begins[1] :]):
            continue
        stops = next((k for k in range(at, end) if lexicon.stops_at(row, k)), at)
        if not any(
            _is_clause(
                opening,
                *begins,
                no_object=opening.tables["no_objects"].at(row, stops) > 0,
                own=opening.tables["pauses"].at(row, at) > 0,
            )
            for opening in lexicon.openings
        ):
            continue
        head, wait = names.mark(row[:at]), row[stops : stops + max(pauses.at(row, stops), 1)]
        begun = [] if spent else [row[rest:]]
        if _is_light(lexicon, head):
            return [[*row[:at], *wait], *begun]
        if _ordered(lexicon, head):
            return [row[:at], wait, *begun]
    return []


def _is_light(lexicon: Lexicon, row: list[str]) -> bool:
    at = 0
    while at < len(row) and (light := lexicon["fillers"].at(row, at) or int(is_mark(row[at]))):
        at += light
    return at >= len(row)


def _ordered(lexicon: Lexicon, head: list[str]) -> bool:
    """ "go to the kitchen": an order to move, which the wait is no part of, as it is in "... and wait"."""
    if any(lexicon[key].ends_at(head, len(head)) for key in ("then", "modals", "negations")):
        return False
    at = 0
    while at < len(head) and not (lexicon["moves"].at(head, at) or lexicon["onward"].at(head, at)):
        if not (light := lexicon["fillers"].at(head, at) or int(is_mark(head[at]))):
            return False
        at += light
    return at < len(head)


def _is_clause(opening: Opening, row: list[str], at: int, *, no_object: bool, own: bool) -> bool:
    """Whether somebody or something, and what it does, stand there: "please my sister is …", "behind you is …". `no_object`: nothing
    that is named there is what one waits for. `own`: the "wait" is of that language, where its verbs are known by their ends."""
    tables = opening.tables
    while True:
        unbegun = tables["unbegun"].at(row, at)
        if tables["begun"].at(row, at) > unbegun:
            return True
        behind = at + tables["fronted"].at(row, at)
        if behind > at and (tables["verbs"].at(row, behind) or tables["begun"].at(row, behind)):
            return True
        the, light = tables["the"].at(row, at), tables["fillers"].at(row, at)
        if unbegun or ((the or own) and _has_verb(opening, row, at, the, no_object=no_object and the > 0)):
            return not unbegun
        if own and _does_something(opening, row, at):
            return True
        if the or not light:
            return False
        at += light


def _has_verb(opening: Opening, row: list[str], at: int, the: int, *, no_object: bool) -> bool:
    """Whether what is named from there on has a verb behind it, or is said something of at all, where it can be no object."""
    tables, first, placed = opening.tables, at + the, False
    end = min(len(row), first + (MOST_NAMED if the else MOST_BARE))
    for verb in range(first, end):
        ends = tables["between"].at(row, verb)
        if tables["awaited"].at(row, verb):
            return False  # "wait for the train it's late"
        if verb > first and tables["verbs"].at(row, verb) > ends:  # not "this afternoon", "esta tarde"
            taken_up = placed and tables["subjects"].at(row, verb) > 0
            return not taken_up and not tables["then"].ends_at(row, verb)
        if ends or (not the and row[verb].isdecimal()):
            return False
        placed = placed or tables["places"].at(row, verb) > 0
    return no_object and len(row) - first >= LEAST_SAID


def _does_something(opening: Opening, row: list[str], at: int) -> bool:
    """Whether somebody or something is named there, and then a verb that no table has: "tom stumbled", "le chien aboie"."""
    tables = opening.tables
    who = at + (the := tables["the"].at(row, at))
    while the and tables["described"].at(row, who):
        who += 1
    others = ("between", "places", "unbegun", "described", *(() if the else ("fillers", "subjects", "verbs")))
    known = tables["called"].at(row, who)
    if who >= len(row) or (not known and any(tables[key].at(row, who) for key in others)):
        return False
    does = who + max(known, 1)
    while the and tables["described"].at(row, does):
        does += 1
    numbered = "".join(row[does + 1 : does + 2]).isdecimal()  # "the train track 2"
    return not row[who].isdecimal() and not numbered and opening.ends_as_verb(row, does)

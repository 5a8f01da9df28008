# SPDX-License-Identifier: Apache-2.0
"""Clauses as they are meant: corrections applied, what was left out filled in, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.by_way import passes
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.match import Match, asked_for, in_unit_of
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.once_more import EARLIER, says_earlier
from tektra.planner.understanding.phrasebook import COMMA, Meaning
from tektra.planner.understanding.putting_right import (
    UNSURE,
    counts_again,
    instead_of,
    leads_to_thing,
    mended_behind,
    pauses,
    puts_right,
    says_exactly,
    without_no,
)
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.sharing import (
    as_denied,
    call,
    call_ahead,
    call_between,
    calls,
    go_and,
    greet,
    insists,
    meant_by_all,
    not_thanked,
    only_calls,
    other_way,
    says_what,
    says_where,
    share,
    share_rest,
    share_verb,
)
from tektra.planner.understanding.vocabulary import Use


class Arranger:
    """Arranges the clauses of one sentence."""

    def __init__(self, matcher: Matcher, words: str, scene: Scene) -> None:
        self._matcher = matcher
        self._words = words
        self._scene, self.mends = scene, False  # known behind units(): whether it puts itself right,
        self.anew = False  # also in another sentence
        self._one = False  # whether somebody is named behind one order alone

    def units(self, parts: Sequence[Part]) -> list[Part] | None:
        """The clauses with corrections applied, what was left out filled in, and in the order in which they are meant."""
        units: list[Part] = []
        repairing = False
        self.mends = any(chunk.has("mended") for part in parts for chunk in part.match.chunks)
        meant = greet(mended_behind(not_thanked(parts)))
        for part, following in zip(meant, [*meant[1:], None], strict=False):
            if not part.match.chunks:
                if part.intro == "repair":
                    repairing = True
                elif part.intro in ("then", "but"):
                    units.append(part)
                continue
            if _agrees(part.match) and part is not parts[-1] and not (repairing or part.intro == "repair"):
                continue  # "right, rover2 go left", but not "left, I mean right, then ..."
            if pauses(part, following, self._matcher.waits):
                continue
            hesitates = part.match.frame is None and part.match.chunks[0].has("hesitations")
            repairing = repairing or part.intro == "repair" or (hesitates and bool(units))
            before = next((unit for unit in reversed(units) if unit.match.frame is not None), None)
            if not repairing and before is not None and says_exactly(part, before.match):
                repairing = True
            if not repairing and before is not None and puts_right(part, before, meant):
                part.match.marks.append(UNSURE)
                repairing = True
            if not repairing and before is not None and counts_again(part, before.match):
                return None
            if not repairing and before is not None and insists(part, before.match):
                if part.opens:
                    continue
                part.match.marks.append(Meaning("unsure"))
            if repairing and says_something(part.match):
                if part.intro == "then":
                    return None  # "left, right, sorry, and then ...": of what it takes back nothing is known
                repairing = False
                if not self._repair(units, part, before):
                    return None
                self.anew = self.anew or before is not None
                self.mends = self.mends or (before is not None and not part.opens)
                continue
            last = units[-1].match if units else None
            denied = last if last is not None and last.frame is None and last.excluded else None
            addressed = any(unit.match.agents for unit in units)
            self._one = bool(part.match.agents) and sum(unit.match.frame is not None for unit in units) == 1
            if addressed and following is not None and calls(part, following):
                units.append(part)
                continue
            units.append(self._completed(part, before, denied, addressed=addressed))
        if repairing and units:
            return None  # "rover1 to the kitchen, no"
        go_and(units)
        call_between(units)
        call(units)
        meant_by_all(units)
        share_verb(units)
        share_rest(units)
        units = _in_order(units)
        call_ahead(units, self._scene)
        return units

    def _repair(self, units: list[Part], part: Part, before: Part | None) -> bool:
        if before is not None:
            part = without_no(part, before.match)
        if before is None:
            if part.match.agents:  # "send rover1, sorry, rover2 to the office"
                units[:] = [unit for unit in units if says_what(unit.match) or not unit.match.agents]
            addressed = any(unit.match.agents for unit in units)  # "let's say the kitchen" speaks to nobody
            addressed = addressed or any(c.has("prepositions") or c.has("time") for c in part.match.chunks)
            units.append(self._completed(replace(part, intro=""), None, None, addressed=addressed))
            return True
        at = len(units) - 1 - units[::-1].index(before)
        if part.match.frame is not None:
            match = part.match
            if leads_to_thing(before.match, match):
                match.marks.append(UNSURE)
            if not match.agents:
                match.agents = before.match.agents
        else:
            match = inherit(self._matcher, before.match, part.match, self._words, all_=True)
            # A verb is not mended.
            match.unread += [c for c in before.match.unread if self._matcher.begins(c)]
            if match.unread and before.match.missing:  # it was another verb that broke off
                match = self._matcher.verbless(part.match, self._words) or match
            if match.unread:
                return False
            match.marks += [mark for mark in part.match.marks if mark == UNSURE]
        dropped = instead_of(units, at)
        units[at] = replace(before, match=match)
        del units[at - dropped : at]
        return True

    def _completed(self, part: Part, before: Part | None, denied: Match | None, *, addressed: bool) -> Part:
        """An ellipsis takes its verb from the clause before."""
        match = part.match
        denied = denied or (before.match if before is not None and before.match.negated else None)
        joined = part.intro in ("but", "repair", COMMA) or not (part.intro or part.opens)
        if denied is not None and joined and not match.agents:
            # "rover1 not to the hall but to the kitchen", "rover2 without turning drive ..."
            match.agents = denied.agents
        as_denied(match, before.match if before is not None and before.match.negated else None)
        if match.frame is None and before is not None and passes(match, before.match):
            return replace(part, match=Match(None, ()))
        same = [c for c in match.chunks if c.has("repeats") and not (self._one and c.has("too"))]
        if says_earlier(match, before.match if before is not None else None, self._scene):
            match.marks.append(EARLIER)
            return part
        if match.frame is None and same:
            match.unread += match.chunks  # "and then do the same": what that is, is not read
            return part
        if match.frame is not None or not says_something(match) or before is None:
            placed = says_where(match) and not match.unread
            if match.frame is None and before is None and (match.agents or match.directions or placed):
                default = self._matcher.verbless(match, self._words)
                if (
                    default is not None
                    and not (match.agents or addressed or asked_for(match))
                    and ("quantity" not in match.fills)
                ):
                    default.marks.append(Meaning("unsure"))  # "left", and nothing else
                if default is not None and part.intro in ("after", "before"):
                    default.marks.append(Meaning("unsure"))
                return replace(part, match=default) if default is not None else part
            return part
        only_agents = not match.fills and not match.directions
        if only_agents and match.excluded and (match.agents or part.intro == "then"):
            return part  # "rover1 not to the hall": what it is to do comes behind
        if only_agents and part.intro in ("", ",", "comma") and not before.match.agents:
            before.match.agents += match.agents
            return replace(part, match=Match(None, ()))
        completed = inherit(self._matcher, before.match, match, self._words, all_=only_agents)
        completed.agents = completed.agents or match.agents
        if only_agrees(match) and not before.match.directions:
            completed.marks.append(Meaning("unsure"))  # "rover1 goes to the hall, right"
        if completed.unread:  # "turn right and one metre ahead": another verb is meant
            match.agents = match.agents or before.match.agents
            marks = completed.marks
            completed = self._matcher.verbless(match, self._words) or completed
            completed.marks += [mark for mark in marks if mark.kind == "unsure"]
        elif match.agents and other_way(
            before.match, match, lambda: self._matcher.verbless(match, self._words)
        ):
            completed.marks.append(UNSURE)
        if part.intro in ("after", "before") or (
            part.intro == "then" and only_agents and _again(part, before)
        ):
            completed.marks.append(Meaning("unsure"))  # "... after rover2": is rover2 told to go there?
        return replace(part, match=completed)


def _agrees(match: Match) -> bool:
    return not match.agents and all(chunk.has("agree") for chunk in match.chunks)


def only_agrees(match: Match) -> bool:
    """ "right", and nothing else: a side, or a word for yes."""
    return bool(match.directions) and all(chunk.has("agree") for chunk in match.chunks)


def says_something(match: Match) -> bool:
    return match.frame is not None or bool(match.agents) or says_what(match)


def _again(part: Part, before: Part) -> bool:
    """ "both to the office, first rover1": who was told to do it before is named once more."""
    told = {chunk.text.casefold() for chunk in before.match.agents}
    named = {chunk.text.casefold() for chunk in part.match.agents}
    return bool(told & named) or any(chunk.has("groups") for chunk in before.match.agents)


def inherit(matcher: Matcher, before: Match, part: Match, words: str, *, all_: bool) -> Match:
    """The clause with the verb of the one before; `all_`: and with all that it does not say itself."""
    behind = (*part.chunks[1:], None)
    chunks = tuple(in_unit_of(chunk, before, then) for chunk, then in zip(part.chunks, behind, strict=False))
    match = matcher.of_frame(before.frame, chunks, (), words)
    match.heads = before.heads
    if before.frame is not None and all_:
        # "don't send rover1 to the office, send rover2": its own verb says the same.
        match.unread = [c for c in match.unread if not matcher.orders((c,), before.frame.name)]
    if not match.agents and all_:
        match.agents = before.agents
    if all_:
        for name, fills in before.fills.items():
            match.fills[name] = match.fills.get(name) or fills  # a direction alone leaves an angle empty
        if not match.directions:
            match.directions = before.directions
        match.missing = tuple(name for name in match.missing if name not in match.fills)
        match.count = before.count if match.count == 1 else match.count
    match.cost = 0.0
    return match


def _sooner(part: Part) -> Part:
    """ "go to the office, but turn around first": such a clause comes before all that was said until then."""
    said = [chunk for chunk in part.match.chunks if not chunk.has("fillers")]
    sooner = (chunk for chunk in said if chunk.has("sooner_behind"))
    meant = any(part.intro == "but" or chunk is said[-1] or not chunk.has("then") for chunk in sooner)
    return replace(part, intro="sooner") if meant and part.intro in ("but", "and", COMMA, "") else part


def _in_order(units: Sequence[Part]) -> list[Part]:
    """As they are meant in time: "after B, A" and "A after B" are B, then A; a condition stands before what it is for."""
    found: list[Part] = []
    index = 0
    units = list(units)
    while index < len(units):
        part = _sooner(units[index])
        following = units[index + 1] if index + 1 < len(units) else None
        orders = part.match.frame is not None and part.match.frame.use is Use.SKILL
        opens = part.opens or all(only_calls(unit.match) for unit in found)
        if part.intro == "after" and orders:
            if opens and following is not None:
                share(part.match, following.match)
                found += [replace(part, intro="after"), replace(following, intro="then")]
                index += 2
                continue
            if found:
                last = found.pop()
                found += [part, replace(last, intro="then")]
                index += 1
                continue
        if part.intro == "before" and orders:
            if opens and following is not None:
                share(part.match, following.match)
                found += [replace(following, intro=""), replace(part, intro="then")]
                index += 2
                continue
            part = replace(part, intro="then")
        if part.intro == "sooner" and found:
            share(part.match, next((p.match for p in reversed(found) if p.match.agents), part.match))
            found = [replace(part, intro=""), replace(found[0], intro="then"), *found[1:]]
            index += 1
            continue
        if part.intro in ("if", "whenever", "until", "after") and not part.opens and found and not orders:
            last = found.pop()
            found += [replace(part, opens=False), replace(last, intro=last.intro)]
            index += 1
            continue
        found.append(part)
        index += 1
    return found

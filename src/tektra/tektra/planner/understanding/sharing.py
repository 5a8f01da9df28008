# SPDX-License-Identifier: Apache-2.0
"""What clauses of one sentence have of each other: who is called for all of them, who "he" is, a "go" of the next one. In place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.conditions import WAIT
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.mentions import agent_names
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import COMMA, Chunk, Meaning
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.vocabulary import Use

#: Nobody need be told to wait: all do.


def says_what(match: Match) -> bool:
    """Whether it names more than who acts."""
    return bool(match.fills or match.directions or match.excluded)


def says_where(match: Match) -> bool:
    """ "the hall", "the green one on the tray"."""
    sorts = {one.sort for fill in match.fills.get("name", ()) for one in fill.meaning.named}
    return Sort.PLACE in sorts or {Sort.OBJECT, Sort.SPOT} <= sorts


def only_calls(match: Match) -> bool:
    """ "rover1, before you go there ...", "hello, before ...": who is spoken to, and nothing to be done."""
    return (match.frame is None or match.frame.use is Use.TALK) and not says_what(match)


def greet(parts: Sequence[Part]) -> list[Part]:
    """ "hello rover2. Go to the kitchen": who is greeted is who is told what follows, where nobody else is."""
    return [_greeted(part, parts[at + 1 :]) for at, part in enumerate(parts)]


def _greeted(part: Part, following: Sequence[Part]) -> Part:
    match = part.match
    robots = [chunk for chunk in match.chunks if chunk.has(ROBOT)]
    further = [later.match for later in following if later.match.chunks and not only_calls(later.match)]
    listed = any(
        chunk.has("then") for chunk in match.chunks
    )  # "hello, first rover2, then rover1 to the hall"
    told = bool(further) and (listed or not further[0].agents)
    if match.frame is None or match.negated or not (only_calls(match) and robots and told):
        return part
    return replace(part, match=Match(None, tuple(robots), agents=robots))


def not_thanked(parts: Sequence[Part]) -> Sequence[Part]:
    """ "thank you rover2, rover1 go to the kitchen": who is thanked is told nothing where somebody else is. Where a comma stands
    before the name, or it is greeted, both may be told: "thanks, rover2, rover1 ...", "hi rover2, rover1 ...". In place."""
    for last, part in zip([None, *parts], parts, strict=False):
        chunks, agents = part.match.chunks, part.match.agents
        for at, chunk in enumerate(chunks[:-1]):
            if chunk not in agents:
                continue
            if at and chunks[at - 1].has("thanks") and len(agents) == 2 and agents[1] is chunks[at + 1]:
                part.match.agents = agents[1:]  # no mark between them, as a recogniser writes it
                part.match.dropped.append(chunk)
                break
            if not chunks[at + 1].has(COMMA):
                continue
            before = [each for each in chunks[:at] if not each.has(COMMA)][-1:]
            called = last is not None and only_calls(last.match) and not last.match.agents
            spoken_to = before[0].has("thanks") or before[0].has("fillers") if before else called
            another = any(agent in chunks[at + 2 : at + 3] for agent in agents)
            if at and chunks[at - 1].has("thanks") and len(agents) == 2:
                part.match.agents = [agent for agent in agents if agent is not chunk]
                part.match.dropped.append(chunk)
            elif another and spoken_to:
                part.match.marks.append(Meaning("unsure"))
                break
    return parts


def insists(part: Part, before: Match) -> bool:
    """ "turn left. Left!": what was said, and nothing else, once more; where no "and" says that it is to be done again."""
    match = part.match
    if match.frame is not None or match.agents or match.excluded or match.marks or not says_what(match):
        return False
    ordered = before.frame is not None and before.frame.use is Use.SKILL and not before.negated
    return ordered and part.intro in ("", COMMA) and _told(match) <= _told(before)


def _told(match: Match) -> set[str]:
    fills = [*match.directions, *(fill for fills in match.fills.values() for fill in fills)]
    return {fill.chunk.text.casefold() for fill in fills}


def call(units: Sequence[Part]) -> None:
    """ "go to the kitchen and then to the office, rover2": who is called at the end is called for all of it."""
    spoken = [unit.match for unit in units if unit.match.frame is not None]
    if len(spoken) < 2 or not spoken[-1].agents or any(match.agents for match in spoken[:-1]):
        return
    last = spoken[-1].agents
    behind = [chunk for chunk in spoken[-1].chunks if chunk.first >= last[0].first]
    behind = [chunk for chunk in behind if not (chunk.has("fillers") or chunk.has("requests"))]
    first = spoken[-1].heads[-1] if spoken[-1].heads else spoken[-1].chunks[0]
    apart = last[0].first > first.last  # an "a quarter turn left, rover2" has no verb
    if apart and len(behind) == len(last) and all(chunk.has(ROBOT) for chunk in last):
        for match in spoken[:-1]:
            match.agents = list(last)
            if not match.heads:  # "first the hall, then the kitchen, rover1": now somebody is told that
                match.marks[:] = [mark for mark in match.marks if mark.kind != "unsure"]


def call_between(units: Sequence[Part]) -> None:
    """ "go to the kitchen, rover2, and turn left": who is called between two orders is called for both. In place."""
    for part, following in zip(units, units[1:], strict=False):
        match, chunks = following.match, following.match.chunks
        ordered = part.match.frame is not None and part.match.frame.use is Use.SKILL and not part.match.agents
        if not ordered or following.intro not in (COMMA, "") or not match.agents or not match.heads:
            continue
        called = [chunk for chunk in chunks if chunk.last <= match.heads[0].first and not chunk.has(COMMA)]
        names, joins = called[: len(match.agents)], called[len(match.agents) :]
        if names == match.agents and joins and all(chunk.has("and") or chunk.has("then") for chunk in joins):
            part.match.agents = list(match.agents)


def call_ahead(units: Sequence[Part], scene: Scene) -> None:
    """ "turn left, then send rover2 to the kitchen": nobody was told to turn; whoever is named next is asked about. In place."""
    named = next((unit.match for unit in units if unit.match.agents), None)
    names = set(agent_names(named)) if named is not None and not scene.memory.robots else set()
    robot = scene.robot(names.pop()) if len(names) == 1 else None
    if named is None or robot is None:
        return
    for unit in units:
        match, frame = unit.match, unit.match.frame
        if match.agents:
            return
        if frame is not None and frame.use is Use.SKILL and frame.name != WAIT and robot.skill(frame.name):
            match.agents = list(named.agents)
            match.marks.append(Meaning("unsure"))


def go_and(units: list[Part]) -> None:
    """ "go and stand next to the sofa": a "go" that says nothing but that is no order of its own. In place."""
    for part, following in list(zip(units, units[1:], strict=False)):
        match, frame = part.match, following.match.frame
        bare = match.missing and not (
            match.unread or match.times or match.negated or match.fills or match.directions
        )
        goes = bare and match.frame is not None and match.frame.name in ("navigate_to", "move")
        if (
            goes
            and following.intro == "and"
            and frame is not None
            and frame.use is Use.SKILL
            and following.match.heads
        ):
            following.match.agents = following.match.agents or match.agents
            at = units.index(part)
            units[at : at + 2] = [replace(following, intro=part.intro, opens=part.opens)]


def meant_by_all(units: Sequence[Part]) -> None:
    """ "rover1, rover2 and the arm: all wave": all of them, whoever can. In place."""
    for called, part in zip(units, units[1:], strict=False):
        alone = called.match.frame is None and not says_what(called.match)
        alone = alone and not called.match.unread and len(called.match.agents) > 1
        groups = part.match.agents and all(
            agent.has("groups", "all") or agent.has("groups", "both") for agent in part.match.agents
        )
        if alone and groups and not part.intro:
            part.match.agents = list(called.match.agents)


def carry(parts: Sequence[Part]) -> Sequence[Part]:
    """ "rover1 va dans le couloir et puis il tourne": "he" behind an order is who was told to do that. In place."""
    before: Part | None = None
    for part in parts:
        match = part.match
        he = [chunk for chunk in match.unread if chunk.has("references", "he")]
        if match.frame is None or match.frame.use is not Use.SKILL or match.negated:
            continue
        if he and before is not None and part.intro in ("then", "and", "before", "after"):
            match.unread = [chunk for chunk in match.unread if chunk not in he]
            match.agents = match.agents or list(before.match.agents)
        before = part if match.agents and not match.unread and not match.frame.done else before
    return parts


def share_verb(units: list[Part]) -> None:
    """ "rover1, and then rover2, to the kitchen": who is named alone before a "then" does the same, first."""
    for at, (part, following) in enumerate(zip(units, units[1:], strict=False)):
        alone = part.match.frame is None and part.match.agents and not part.match.unread
        if (
            alone
            and following.intro == "then"
            and following.match.frame is not None
            and following.match.agents
        ):
            units[at] = replace(part, match=replace(following.match, agents=list(part.match.agents)))


def share_rest(units: Sequence[Part]) -> None:
    """ "put the red one, then the blue one on the tray": what is said once, behind the last of several that share a verb, is said
    of each. In place."""
    for part, following in reversed(list(zip(units, units[1:], strict=False))):
        one, other = part.match, following.match
        same = bool(one.heads) and one.heads == other.heads and one.frame is not None
        if not same or one.negated or other.negated or not says_what(one):
            continue
        _fill_up(one, other)


def as_denied(match: Match, denied: Match | None) -> None:
    """ "schick nicht rover1 ins Büro, schick rover2": somebody else is told the same, and where to stands with what is denied. In place."""
    if denied is None or _skill(match) is None or _skill(match) != _skill(denied):
        return
    if not match.agents or match.negated or match.unread or says_what(match):
        return
    others = _agents(match).isdisjoint(_told(denied) | _agents(denied))
    if denied.directions or not others or not all(chunk.has(ROBOT) for chunk in match.agents):
        return  # how far, nobody said; nor is "it" sent where it is not to go
    _fill_up(match, denied)


def _fill_up(match: Match, other: Match) -> None:
    """What is missing stands with the other. In place."""
    for name in (name for name in match.missing if other.fills.get(name)):
        match.fills[name] = list(other.fills[name])
    match.missing = tuple(name for name in match.missing if name not in match.fills)


def _agents(match: Match) -> set[str]:
    return {chunk.text.casefold() for chunk in match.agents}


def other_way(one: Match, other: Match, alone: Callable[[], Match | None]) -> bool:
    """ "rover1 look at the hall, then rover1 to the kitchen": with another preposition it may be another verb that is left out, as
    where it is said `alone`; "then rover2 at the kitchen" shares it."""
    said = [{_preposition(c) for c in match.chunks if c.has("prepositions")} for match in (one, other)]
    return all(said) and said[0].isdisjoint(said[1]) and _skill(alone()) not in (None, _skill(one))


def _preposition(chunk: Chunk) -> str:
    """Without the article that it may hold: "zur" and "zum" are one."""
    whole = chunk.get("contracted")
    return whole.value if whole is not None else chunk.text.casefold()


def _skill(match: Match | None) -> str | None:
    return match.frame.name if match is not None and match.frame is not None else None


def share(one: Match, other: Match) -> None:
    """ "before rover2 goes there it turns left", "before going there rover2 turns left": both are spoken of one robot."""
    for to, given in ((one, other), (other, one)):
        if all(chunk.has("references", "it") for chunk in to.agents) and (to.agents or to is one):
            to.agents = list(given.agents)


def calls(part: Part, following: Part) -> bool:
    """ "rover1: one metre ahead; rover2: one metre back": a name before words that say what and not who is who is told that."""
    alone = part.match.agents and only_calls(part.match) and not part.match.unread
    what = says_what(following.match) or following.match.frame is not None
    joined = part.intro in ("", COMMA) and following.intro in ("", COMMA)
    return bool(alone) and joined and what and not following.match.agents

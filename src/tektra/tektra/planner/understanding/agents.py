# SPDX-License-Identifier: Apache-2.0
"""Who is to act: the robots that a clause names, by name, number, kind or as a group, or the one that is chosen."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.nth import NTH
from tektra.planner.understanding.phrasebook import NO_ROBOT, QUANTITY, STANDING, THOSE, Chunk
from tektra.planner.understanding.reading import Choice, Refusal, Span
from tektra.planner.understanding.scene import KnownRobot, Scene
from tektra.planner.understanding.tokens import parts

ASSISTANT = "assistant"
#: How like a robot's name an unknown one must be to be asked about.
LIKE = 0.7
#: A mark of a verb that is said to several, or, with the value THEM, of a pronoun that means several.
PLURAL, THEM = "plural", "them"


@dataclass(frozen=True)
class Agents:
    """`names`: who acts. `said`: the words name them. `choices`: who may be meant, where that is in doubt. `unknown`: names of nobody;
    `standing`: they are places where nobody stands."""

    names: tuple[str, ...] = ()
    said: bool = False
    span: Span | None = None
    choices: tuple[Choice, ...] = ()
    unknown: tuple[str, ...] = ()
    doubtful: str = ""
    standing: bool = False


@dataclass
class _Found:
    names: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    doubtful: str = ""


def choices_of(names: Iterable[str]) -> tuple[Choice, ...]:
    """Robots to choose from, each called by its own name."""
    return tuple(Choice(name, name) for name in names)


def able(scene: Scene, skills: Sequence[str]) -> tuple[str, ...]:
    """Who has all of these skills, in the order of the scene."""
    return tuple(robot.name for robot in scene.robots if all(robot.skill(skill) for skill in skills))


def agents(
    match: Match, scene: Scene, skills: Sequence[str], last: Sequence[str], earlier: Sequence[str] = ()
) -> Agents | None:
    """Whom a clause names; None when it names nobody. `last`: who acted before, newest first; `earlier`: who was told the clause
    before it."""
    excluded = {name for chunk in match.excluded for name in _excepted(chunk, scene)}
    some = not excluded and any(chunk.get(QUANTITY) is not None for chunk in match.excluded)  # "all but one"
    if not (match.agents or excluded or some):
        return None
    found = _Found()
    can = able(scene, skills)
    for index, chunk in enumerate(match.agents):
        following = match.agents[index + 1] if index + 1 < len(match.agents) else None
        before = match.agents[index - 1] if index else None
        if (following is not None and _is_group(chunk) and following.has("kinds")) or _of_named(chunk, match):
            continue
        if any_but_named(match) and chunk.has("groups", "any"):
            continue  # "one of them, rover2 maybe"
        if chunk.has("kinds") and following is not None and following.quantity is not None:
            continue  # "Roboter 2": the number says which
        if chunk.has("groups", "you") and len(match.agents) > 1:
            continue  # "rover1 und rover2, dreht euch": whom is said
        if chunk.has("references") and any(_is_group(agent) for agent in match.agents if agent is not chunk):
            continue  # "envoie-les tous les deux"
        if chunk.has("references") and (them := together(match, scene, can, THEM, earlier)):
            found.names += them
            continue
        _one(chunk, before, found, scene, can, last)
    if some:
        found.names.clear()  # which one is left out, nobody knows
    if (excluded or some) and not found.names and not found.candidates:
        found.candidates = list(can)
    if match.alternative and len(found.names) > 1:
        found.names, found.candidates = [], found.names
    names = tuple(name for name in dict.fromkeys(found.names) if name not in excluded)
    candidates = tuple(dict.fromkeys(name for name in found.candidates if name not in excluded))
    if len(candidates) == 1 and not names:
        names, candidates = candidates, ()
    spoken = match.agents or match.excluded
    span = (spoken[0].start, spoken[-1].end)
    choices = tuple(Choice(name, name) for name in candidates)
    standing = any(chunk.has(STANDING) for chunk in match.agents)
    return Agents(names, True, span, choices, tuple(found.unknown), found.doubtful, standing)


def chosen(scene: Scene, skills: Sequence[str], last: Sequence[str]) -> str:
    """Who does it when nobody is named: who acted last, if able; else the first that is able, Tektra last. Empty: nobody."""
    can = able(scene, skills)
    for name in (*last, *scene.memory.robots):
        if name in can:
            return name
    return can[0] if can else ""


def together(
    match: Match, scene: Scene, can: Sequence[str], said: str = "", earlier: Sequence[str] = ()
) -> tuple[str, ...]:
    """Who is meant where several are, and nobody is named: those who were told something last, or were spoken of; `earlier`: in the
    sentence itself. `said`: THEM for a
    pronoun ("send them back"); else a verb alone says it ("kommt zurück"), to all that are able where nobody was spoken of.

    Nobody where a thing was spoken of last: "them" may be things.
    """
    objects = any("object" in step.arguments for step in scene.memory.steps)
    if objects or not any((mark.kind, mark.value) == (PLURAL, said) for mark in match.marks):
        return ()
    robots = tuple(robot.name for robot in scene.robots if robot.kind != ASSISTANT)
    for meant in (earlier, scene.memory.told, scene.memory.robots, () if said else robots):
        if len(able := tuple(name for name in meant if name in can and name in robots)) > 1:
            return able
    return ()


def nobody(said: Agents) -> list[Refusal]:
    """That no robot is called so, or stands there."""
    return [Refusal("standing" if said.standing else "robot", unknown) for unknown in said.unknown]


def like_robots(named: Agents, scene: Scene) -> tuple[str, ...]:
    """Robots whose name somebody may have meant who wrote the first that is unknown: "rovr1". Another number is another robot."""
    said = parts(named.unknown[0]) if not named.standing else ()
    return tuple(
        robot.name
        for robot in scene.robots
        if said
        and (own := parts(robot.name))[1:] == said[1:]
        and own[0] != said[0]
        and difflib.SequenceMatcher(None, own[0], said[0]).ratio() >= LIKE
    )


def others_of(scene: Scene, did: Collection[str]) -> list[str]:
    """ "the other one": who is of the same kind as those who did it, and did not."""
    kinds = {robot.kind for robot in scene.robots if robot.name in did}
    return [robot.name for robot in scene.robots if robot.kind in kinds and robot.name not in did]


def any_but_named(match: Match) -> bool:
    """Whether any of several is to do it, and one of them is named besides."""
    groups = any(agent.has("groups", "any") for agent in match.agents)
    return groups and any(agent.has(ROBOT) for agent in match.agents)


def _is_group(chunk: Chunk) -> bool:
    return chunk.has("groups") or chunk.has("every")


def _of_named(chunk: Chunk, match: Match) -> bool:
    """ "rover1 and rover2 both", "rover1, rover2 and the arm, all ...": the group says nothing more."""
    both = chunk.has("groups", "both") and sum(agent.has(ROBOT) for agent in match.agents) == 2
    before = [agent for agent in match.agents if agent.last <= chunk.first]
    named = [agent for agent in before if agent.has(ROBOT) or (agent.has("kinds") and not _is_group(agent))]
    return both or (chunk is match.agents[-1] and chunk.has("groups", "all") and len(named) > 1)


def _names(chunk: Chunk) -> tuple[str, ...]:
    return tuple(meaning.value for meaning in chunk.meanings if meaning.kind == ROBOT)


def _excepted(chunk: Chunk, scene: Scene) -> tuple[str, ...]:
    """Who is meant by "except rover1", "all but the arm"."""
    kinds = {meaning.value.rstrip("*") for meaning in chunk.meanings if meaning.kind == "kinds"}
    return _names(chunk) or tuple(robot.name for robot in scene.robots if robot.kind in kinds)


def _one(
    chunk: Chunk, before: Chunk | None, found: _Found, scene: Scene, can: Sequence[str], last: Sequence[str]
) -> None:
    robots = [robot for robot in scene.robots if robot.kind != ASSISTANT]
    if names := _names(chunk):
        (found.names if len(names) == 1 else found.candidates).extend(names)
    elif (nobody := chunk.get(NO_ROBOT)) is not None:
        found.unknown.append(nobody.value)
    elif (kind := chunk.get("kinds")) is not None:
        group = before if before is not None and _is_group(before) else None
        _of_kind(kind.value, group, found, robots, can, last)
    elif chunk.has(THOSE):
        found.names += [meaning.value for meaning in chunk.meanings if meaning.kind == THOSE]
    elif (group_ := chunk.get("groups")) is not None:
        _group(group_.value, found, [robot for robot in robots if robot.name in can], last, scene)
    elif (nth := chunk.get(NTH)) is not None:
        if nth.value.isdecimal():
            _numbered(int(nth.value), chunk.text, found, robots, can)
        else:
            found.candidates += can  # "the last one": of which row, nobody knows
    elif (number := chunk.get(QUANTITY)) is not None and number.quantity is not None:
        _numbered(int(number.quantity.value), chunk.text, found, robots, can)
    elif chunk.has("references"):
        newest = next((name for name in (*last, *scene.memory.robots) if scene.robot(name)), "")
        if newest:
            found.names.append(newest)
        else:
            found.candidates += can
            found.doubtful = chunk.text


def _of_kind(
    value: str,
    group: Chunk | None,
    found: _Found,
    robots: Sequence[KnownRobot],
    can: Sequence[str],
    last: Sequence[str],
) -> None:
    kind = value.rstrip("*")
    of_kind = [robot.name for robot in robots if kind == "robot" or robot.kind == kind]
    said = group.get("groups") if group is not None else None
    which = said.value if said is not None else ("all" if group is not None else "")
    if which == "other":
        others = [name for name in of_kind if name not in last[:1]]
        (found.names if len(others) == 1 and last else found.candidates).extend(others)
    elif which in ("all", "both") or value.endswith("*"):
        meant = of_kind if kind != "robot" else [name for name in of_kind if name in can]
        (found.names if which != "both" or len(meant) == 2 else found.candidates).extend(meant)
    elif which == "any":
        found.names += [next((n for n in (*last, *of_kind) if n in of_kind and n in can), "")][: len(of_kind)]
    elif len(of_kind) == 1:
        found.names += of_kind
    else:
        newest = next((name for name in last if name in of_kind), None)
        if newest is not None:
            found.names.append(newest)
        else:
            found.candidates += [name for name in of_kind if name in can] or of_kind
    if not of_kind:
        found.unknown.append(kind)


def _group(
    value: str, found: _Found, robots: Sequence[KnownRobot], last: Sequence[str], scene: Scene
) -> None:
    names = [robot.name for robot in robots]
    if value in ("all", "you"):
        found.names += names
    elif value == "both":
        (found.names if len(names) == 2 else found.candidates).extend(names)
    elif value == "any":
        found.names += [next((name for name in last if name in names), *names[:1])] if names else []
    elif value == "other":
        newest = next(iter((*last, *scene.memory.robots)), "")
        kind = next((robot.kind for robot in scene.robots if robot.name == newest), "")
        others = [r.name for r in robots if r.name != newest and (not kind or r.kind == kind)]
        (found.names if len(others) == 1 and newest else found.candidates).extend(others)


def _numbered(
    number: int, text: str, found: _Found, robots: Sequence[KnownRobot], can: Sequence[str]
) -> None:
    named = found.names[-1] if found.names else ""
    stem = parts(named)[:1] if named else ()
    ending = [robot.name for robot in robots if parts(robot.name)[1:] == (str(number),)]
    same = [name for name in ending if parts(name)[:1] == stem]
    fit = same or [name for name in ending if name in can] or ending
    if not fit:
        found.unknown.append(f"{stem[0]}{number}" if stem else text)
    else:
        (found.names if len(fit) == 1 else found.candidates).extend(fit)

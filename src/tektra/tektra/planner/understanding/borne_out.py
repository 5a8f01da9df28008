# SPDX-License-Identifier: Apache-2.0
"""Whether the steps that a model proposes are in the person's own words. Plain functions on data.

A step is held against one clause: its skill against what the clause's verb may mean, its place, object, number and sign
against what the clause says. What only another clause says does not bear it out, who is to act aside: that may be said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from tektra.language.files import folder, read_file
from tektra.planner.understanding.agents import ASSISTANT
from tektra.planner.understanding.arguments import Argument, argument, properties
from tektra.planner.understanding.reading import Act, Clause, Reading
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Scene
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.values import DEFAULT_TURN

#: A clause is about a skill whose sentences it is as like as this, and by so much more than any other's: measured by
#: bench/meaning.py (docs/decisions/meaning.md).
ALIKE, AHEAD = 0.92, 0.02
#: How far a number may be from the one that was said, as a share of it.
NEAR = 0.01
#: What Tektra does itself moves nothing; only what it keeps has to have been asked for.
_KEEPS = frozenset({"remember"})


class ProposedStep(Protocol):
    """As a plan's Step."""

    @property
    def who(self) -> str: ...
    @property
    def skill(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, object]: ...


class Meaning(Protocol):
    """How near two sentences are in meaning."""

    def likeness(self, words: str, sentences: Sequence[str]) -> float:
        """0 (nothing in common) to 1 (the same), for the nearest of the sentences."""


class SharedWords:
    """A Meaning without a model: the share of a sentence's words that the other holds too. Errs on the side of asking."""

    def likeness(self, words: str, sentences: Sequence[str]) -> float:
        said = set(parts(words))
        shares = (len(said & own) / len(own) for sentence in sentences if (own := set(parts(sentence))))
        return max(shares, default=0.0)


@dataclass(frozen=True)
class Problem:
    """What the words do not bear out. `part`: who, skill or an argument; `value`: what the model put there."""

    part: str
    value: object
    why: str


def bears_out(
    step: ProposedStep, reading: Reading, scene: Scene, meaning: Meaning | None = None
) -> tuple[Problem, ...]:
    """What of a proposed step the words do not bear out; empty when they bear out all of it."""
    robot = scene.robot(step.who)
    if robot is None:
        return (Problem("who", step.who, "nobody here is called so"),)
    if robot.kind == ASSISTANT and step.skill not in _KEEPS:
        return ()
    if reading.indirect or reading.act in (Act.TALK, Act.QUESTION):
        return (Problem("skill", step.skill, f"nothing was ordered: {reading.indirect or reading.act}"),)
    if reading.conditional:
        return (Problem("skill", step.skill, f"it was ordered for later: {reading.conditional}"),)
    skill = robot.skill(step.skill)
    if skill is None:
        return (Problem("skill", step.skill, f"{step.who} has no such skill"),)
    of_clauses = [
        tuple(_of_clause(step, skill, clause, reading, scene, meaning or SharedWords()))
        for clause in reading.clauses
        if clause.orders
    ]
    least = min(of_clauses, key=len, default=(Problem("skill", step.skill, "nothing was ordered"),))
    return (*_of_robot(step, robot, reading, scene), *least)


def bear_out_all(
    steps: Sequence[ProposedStep], reading: Reading, scene: Scene, meaning: Meaning | None = None
) -> tuple[Problem, ...]:
    """The problems of all steps, and of them together: none more often than the words ask for, none left out, in their order."""
    found = [problem for step in steps for problem in bears_out(step, reading, scene, meaning)]
    moving = [s for s in steps if (robot := scene.robot(s.who)) is not None and robot.kind != ASSISTANT]
    for step in moving:
        asked = sum(_times(step, clause) for clause in reading.clauses if clause.orders)
        done = sum((other.who, other.skill) == (step.who, step.skill) for other in moving)
        if asked and done > asked:
            found.append(Problem("skill", step.skill, f"it was asked for {asked} times, not {done}"))
    read = [(step.who, step.skill) for step in reading.steps if scene.robot(step.who) is not None]
    done_of_read = [(step.who, step.skill) for step in moving if (step.who, step.skill) in read]
    for who in dict.fromkeys(who for who, _ in read):
        if [skill for name, skill in read if name == who] != [s for name, s in done_of_read if name == who]:
            found.append(Problem("steps", who, "other steps were read, or in another order"))
    unread = sum(not clause.skills and clause.orders for clause in reading.clauses)
    if len(moving) > len(done_of_read) + unread:
        found.append(Problem("steps", len(moving), "there are more than the words ask for"))
    return tuple(each for at, each in enumerate(found) if each not in found[:at])  # a value may be a list


def _times(step: ProposedStep, clause: Clause) -> int:
    """How often a clause may ask for a step of that skill: once for each thing that it names, or as often as it says."""
    if clause.skills and step.skill not in clause.skills:
        return 0
    counts = [int(q.value) for q in clause.quantities if q.dimension == "count" and 1 <= q.value <= 20]
    return max(1, len(clause.places), len(clause.objects), len(clause.spots), *counts)


def _of_robot(step: ProposedStep, robot: KnownRobot, reading: Reading, scene: Scene) -> Iterator[Problem]:
    named = {name for clause in reading.clauses if clause.orders for name in clause.robots}
    read = {each.who for each in reading.steps if each.skill == step.skill}
    if any(robot.name in clause.denied for clause in reading.clauses):
        yield Problem("who", robot.name, "it was left out by name")
    elif unknown := [refusal.name for refusal in reading.refusals if refusal.kind == "robot"]:
        yield Problem("who", robot.name, f"{unknown[0]} was named")
    elif any(doubt.part == "who" for doubt in reading.doubts):
        yield Problem("who", robot.name, "the words leave open who is meant")  # "the blue rover"
    elif (named or read) and robot.name not in (read or named):
        yield Problem("who", robot.name, f"{', '.join(sorted(read or named))} was meant")
    elif not named and not read and robot.name != _usual(step.skill, scene):
        yield Problem("who", robot.name, "no robot was named")


def _usual(skill: str, scene: Scene) -> str:
    """The robot that does it where none is named: the one last spoken of, else the first that can."""
    able = [robot.name for robot in scene.robots if robot.skill(skill) is not None]
    return next((name for name in (*scene.memory.robots[:1], *able) if name in able), "")


def _of_clause(
    step: ProposedStep, skill: KnownSkill, clause: Clause, reading: Reading, scene: Scene, meaning: Meaning
) -> Iterator[Problem]:
    said = reading.words[clause.span[0] : clause.span[1]]
    if step.skill not in clause.skills:
        if clause.skills or not _means(said, skill, scene, meaning):
            yield Problem("skill", step.skill, "the words ask for something else")
    elif clause.inner:
        yield Problem("skill", step.skill, f"{clause.inner[0]!r} may turn its sense")
    for name, value in step.arguments.items():
        own = argument(name, skill)
        why = (
            _of_value(own, value, clause, scene)
            if own.meaning != "enum"
            else _of_enum(name, value, skill, said, reading)
        )
        if own.meaning == "text":
            why = _of_text(value, reading.words)
        if why:
            yield Problem(name, value, why)


def _means(said: str, skill: KnownSkill, scene: Scene, meaning: Meaning) -> bool:
    """Whether a clause whose verb no rule knows is about the skill, and about no other of those that are here."""
    others = {each.name: each for robot in scene.robots for each in robot.skills if robot.kind != ASSISTANT}
    likeness = {name: meaning.likeness(said, _sentences(each)) for name, each in others.items()}
    own = likeness.pop(skill.name, 0.0)
    return own >= ALIKE and own - max(likeness.values(), default=0.0) >= AHEAD


def _sentences(skill: KnownSkill) -> tuple[str, ...]:
    """How people ask for it: by the language's data, else by the robot's own description."""
    found = _examples().get(skill.name)
    return found or (skill.name.replace("_", " "), skill.sentence)


@cache
def _examples() -> Mapping[str, tuple[str, ...]]:
    given = read_file(folder() / "meaning.yaml", text_only=True).get("skills", {})
    known = given if isinstance(given, Mapping) else {}
    return {str(name): tuple(map(str, said)) for name, said in known.items() if isinstance(said, list)}


def _of_value(own: Argument, value: object, clause: Clause, scene: Scene) -> str:
    memory = scene.memory
    named: dict[str, tuple[str, ...]] = {
        "place": clause.places + (memory.places[:1] if "there" in clause.references else ()),
        "object": clause.objects + (memory.things[:1] if "it" in clause.references else ()),
        "spot": clause.spots,
        "person": clause.people + (memory.people[:1] if "him" in clause.references else ()),
        "robot": clause.robots,
    }
    named["places"] = named["place"]
    if own.meaning in named:
        given = value if isinstance(value, list) else [value]
        return "" if all(one in named[own.meaning] for one in given) else "it was not named"
    if own.meaning in ("text", "enum"):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "its meaning is not known"
    return _of_number(own, float(value), clause)


def _of_number(own: Argument, value: float, clause: Clause) -> str:
    dimension = {"number": "count"}.get(own.meaning, own.meaning)
    said = [quantity for quantity in clause.quantities if quantity.dimension == dimension]
    for quantity in said:
        amount = quantity.value * own.per_base
        if abs(abs(value) - abs(amount)) > NEAR * max(abs(amount), 1e-9):
            continue
        wanted = quantity.sign or (-1 if amount < 0 else 1)
        return "" if value * wanted >= 0 or value == 0 else "it has the other direction"
    if not said and own.meaning == "angle":
        turns = [DEFAULT_TURN[name] * own.per_base for name in clause.directions if name in DEFAULT_TURN]
        if any(abs(value - turn) <= NEAR * abs(turn) for turn in turns):
            return ""
    return "that amount was not said"


def _of_enum(name: str, value: object, skill: KnownSkill, said: str, reading: Reading) -> str:
    """A value of an enum is one of its own words, of those that the schema gives, or what the rules read there."""
    schema = properties(skill).get(name, {})
    words = schema.get("x-tektra-words")
    table = words.get(reading.language) if isinstance(words, dict) else None
    own = [str(value), *(table.get(str(value), []) if isinstance(table, dict) else [])]
    read = any(step.skill == skill.name and step.arguments.get(name) == value for step in reading.steps)
    spoken = parts(said)
    return "" if read or any(set(parts(str(word))) <= set(spoken) for word in own) else "it was not named"


def _of_text(value: object, words: str) -> str:
    said = set(parts(words))
    return "" if isinstance(value, str) and set(parts(value)) <= said else "those words were not said"

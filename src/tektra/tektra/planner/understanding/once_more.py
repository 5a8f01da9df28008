# SPDX-License-Identifier: Apache-2.0
"""Something more of what was ordered last: one more metre, the same with another thing, or all of it behind something else. Plain
functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.dialogue import is_idle, own_argument
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.one_hand import PUTS, TAKES
from tektra.planner.understanding.phrasebook import COMMA, Chunk, Meaning
from tektra.planner.understanding.reading import Act, Choice, Doubt, Reading, ReadStep, Refusal
from tektra.planner.understanding.scene import LEAVES, Scene, Sort
from tektra.planner.understanding.step_list import Plan, renumbered
from tektra.planner.understanding.values import GRASPS
from tektra.planner.understanding.vocabulary import Use

#: Of what is measured, what "one" is: a metre, a whole turn, a minute; of less, "one more" is as much again.
_ONES = {"length": 1.0, "angle": 360.0, "duration": 60.0}
#: Words beside the name of another thing that say that the same is meant for it.
_BESIDE = ("too", "more", "repeats", "and", "then", "at_once", "instead", "using")
#: Says that what was ordered before is to be done behind what stands before it: "turn around and do the same again".
EARLIER = Meaning("earlier")


def one_more(words: str, language: str, scene: Scene, said: Sequence[Chunk]) -> Reading | None:
    """ "one more", "noch einen": one of what the last order counted, as much again of what it measured in less; None where more is
    said than that, or it has no amount."""
    steps = scene.memory.steps
    if not steps or not all(c.has("repeats") or c.has("more") or c.has("too") for c in said):
        return None
    if not any(c.has("repeats", "one_more") for c in said):
        return None
    last = steps[-1]
    for name, value in last.arguments.items():
        own = own_argument(last, name, scene)
        one = _ONES.get(own.meaning, 0.0) * own.per_base
        if one and isinstance(value, (int, float)) and not isinstance(value, bool) and value:
            counted = abs(value) >= one and not abs(value) % one
            amount = (one if value > 0 else -one) if counted else value
            step = replace(last, arguments={**last.arguments, name: amount})
            return Reading(words, language, Act.ORDER, True, renumbered([step]))
        if own.meaning == "object":
            others = tuple(
                Choice(named.name.replace("_", " "), named.name)
                for named in scene.named
                if named.sort is Sort.OBJECT and named.name != value
            )
            step = replace(last, id=1, after=(), spans={})
            doubts = (Doubt("object", 1, name, others),)
            return Reading(words, language, Act.ORDER, True, (step,), doubts=doubts)
    return None


def with_other_things(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """ "now the green one as well", behind "put the red one on the tray", which may have been said in two orders; None for else."""
    steps = scene.memory.steps
    said = [c for c in chunks if not is_idle(c) or any(map(c.has, _BESIDE)) or c.has(NAME)]
    named = [c for c in said if c.has(NAME)]
    beside = [c for c in said if not c.has(NAME)]
    if not steps or steps[-1].skill != PUTS or not named or not beside:
        return None
    if not all(any(map(c.has, _BESIDE)) or c.has("references", "one") or c.has(COMMA) for c in beside):
        return None
    things = [name for chunk in named for name in _things(chunk)]
    robot = scene.robot(steps[-1].who)
    took = _taken(steps, scene)
    if len(things) != len(named) or robot is None or robot.skill(TAKES) is None or took is None:
        return None
    slot, held = took
    found: list[ReadStep] = []
    for thing in things:
        put = {name: thing if value == held else value for name, value in steps[-1].arguments.items()}
        take = ReadStep(len(found) + 1, robot.name, TAKES, {slot: thing}, (len(found),) if found else ())
        found += [take, replace(steps[-1], id=take.id + 1, arguments=put, after=(take.id,), spans={})]
    again = all(thing == held for thing in things)
    doubts = (Doubt("sure", 0, "", (Choice("yes", True),)),) if again else ()
    return Reading(words, language, Act.ORDER, True, tuple(found), doubts=doubts)


def verb_alone(parts: Sequence[Part], scene: Scene) -> list[Chunk] | None:
    """ "que vaya también rover2", "it is rover2 that should go", behind an order to go: who else is to do it, or who instead, without
    the verb that says nothing else."""
    said = [part.match for part in parts if part.match.chunks]
    frame, steps = (said[0].frame if len(said) == 1 else None), scene.memory.steps
    if frame is None or frame.use is not Use.SKILL or not steps or not said[0].heads:
        return None
    match = said[0]
    goes = frame.name == steps[-1].skill or {frame.name, steps[-1].skill} <= LEAVES
    whole = match.fills or match.directions or match.negated or match.unread or not match.missing
    says = [chunk for chunk in match.chunks if chunk.has("too") or chunk.has("instead")]
    if whole or not (goes and match.agents and says):
        return None
    return [c for c in match.chunks if c not in match.heads and (c in match.agents or c in says)]


def nothing_before(
    words: str, language: str, chunks: Sequence[Chunk], said: Sequence[Chunk]
) -> Reading | None:
    """ "once more", "rover2 too", "undo that", where nothing was ordered before."""
    asks = [c for c in said if c.has("repeats") or (c.has("too") and len(said) > 1)]
    back = [c for c in said if c.has("references", "back")]
    rest = [c for c in said if c not in (*asks, *back) and not (c.has(ROBOT) or c.has("groups"))]
    joined = any(chunks[0].has(kind) for kind in ("and", "then"))
    if rest or not (asks or (back and joined)):
        return None
    return Reading(words, language, Act.ORDER, whole=True, refusals=(Refusal("before", words.strip()),))


def _taken(steps: Sequence[ReadStep], scene: Scene) -> tuple[str, str] | None:
    """The argument that says what was taken, and what it was, by the last order or the one before."""
    for step in reversed(steps):
        for name, value in step.arguments.items():
            if name in GRASPS and isinstance(value, str):
                return name, value
    return ("object", scene.memory.things[0]) if scene.memory.things else None


def _things(chunk: Chunk) -> list[str]:
    named = [each for meaning in chunk.meanings for each in meaning.named]
    things = [each.name for each in named if each.sort is Sort.OBJECT]
    return things if len(things) == 1 else []


def says_earlier(match: Match, before: Match | None, scene: Scene) -> bool:
    """Whether it says nothing but that what an earlier order told is to be done behind what stands before it."""
    if before is None or before.negated or not scene.memory.steps or match.frame is not None:
        return False
    said = [c for c in match.chunks if not (c.has("repeats", "again") or is_idle(c) or c.has("too"))]
    return not said and any(chunk.has("repeats", "again") for chunk in match.chunks)


def once_again(plan: Plan, earlier: Sequence[ReadStep], scene: Scene) -> bool:
    """Adds the steps of an earlier order behind those of the plan, for the one who was told those. False where who is meant, or
    whether it is not rather the latter that are to be done again, is open. In place."""
    told = dict.fromkeys(step.who for step in plan.steps)
    before = dict.fromkeys(step.who for step in earlier)
    robot = scene.robot(next(iter(told), ""))
    turned = bool(plan.steps) and all(step.skill == "turn" for step in plan.steps)
    certain = turned and tuple(told) == tuple(before) and any(step.skill != "turn" for step in earlier)
    plan.then()
    ids: dict[int, int] = {}
    for step in earlier:
        can = robot is not None and len(told) == len(before) == 1 and robot.skill(step.skill) is not None
        who = robot.name if can and robot is not None else step.who
        ids[step.id] = plan.add(who, step.skill, step.arguments, {})
        if any(following.after for following in earlier):
            plan.then()
    return certain

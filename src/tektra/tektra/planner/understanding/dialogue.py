# SPDX-License-Identifier: Apache-2.0
"""What depends on what was said before: answers to a pending question, corrections of the last order, "again", "the other way"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.agents import others_of
from tektra.planner.understanding.arguments import Argument, argument
from tektra.planner.understanding.match import SIGNS
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, END, QUANTITY, VALUE, Chunk
from tektra.planner.understanding.reading import Act, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.step_list import renumbered
from tektra.planner.understanding.tokens import parts

_IDLE = (*"fillers requests articles and but then prepositions causative instead or".split(), COMMA, END)
_SORTS = {"place": Sort.PLACE, "object": Sort.OBJECT, "spot": Sort.SPOT, "person": Sort.PERSON}
_DIMENSIONS = {"distance": "length", "angle": "angle", "duration": "duration", "direction": "angle"}


def answered(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """The reading as an answer to the pending question; None when it is none, and means something of its own."""
    pending = scene.memory.pending
    if pending is None or not pending.doubts:
        return None
    doubt = pending.doubts[0]
    said = [chunk for chunk in chunks if not _idle(chunk)]
    if said and all(chunk.has("refuse") for chunk in said):
        return Reading(words, language, Act.ANSWER, whole=True)
    sided = doubt.kind in ("direction", "angle")  # "right" is a side then, and no consent
    rest = [c for c in said if not (c.has("agree") or c.has("refuse")) or (sided and c.has("directions"))]
    if not rest:
        if said and len(doubt.choices) == 1:
            return _settled(words, language, scene, doubt.choices[0].value)
        return None
    found = _chosen(rest, doubt, scene)
    if found is None:
        return None
    return _settled(words, language, scene, found)


def _idle(chunk: Chunk) -> bool:
    return any(chunk.has(kind) for kind in _IDLE) and not any(
        chunk.has(kind) for kind in ("agree", "refuse", NAME, ROBOT, "directions", QUANTITY)
    )


def _chosen(rest: Sequence[Chunk], doubt: Doubt, scene: Scene) -> object | None:
    """The value that the answer gives; None where it gives none, several, or something else besides."""
    values = [choice.value for choice in doubt.choices]
    found: list[object] = []
    sign = doubt.sign
    amount = math.nan
    for chunk in rest:
        fitting = [value for value in _values(chunk, doubt, scene) if value in values or not values]
        fitting = fitting or _told_apart(chunk, doubt)
        dimension = _DIMENSIONS.get(doubt.kind, "")
        direction = chunk.get("directions")
        if len(dict.fromkeys(fitting)) == 1:
            found.append(fitting[0])
        elif (index := _ordinal(chunk, len(values))) is not None:
            found.append(values[index])
        elif direction is not None and direction.value in SIGNS.get(dimension, {}):
            sign = SIGNS[dimension][direction.value]
        elif (given := _measure(chunk, dimension)) is not None:
            amount = given
        elif not chunk.has("references", "one"):
            return None
    if doubt.kind == "direction" and sign and values:
        found += [value for value in values if isinstance(value, (int, float)) and (value > 0) == (sign > 0)]
    elif not math.isnan(amount):
        found.append(amount * (sign or 1))
    return found[0] if len(dict.fromkeys(map(str, found))) == 1 else None


def _told_apart(chunk: Chunk, doubt: Doubt) -> list[object]:
    """ "the blue": the choice that alone has these words."""
    said = set(parts(chunk.text))
    found = [choice.value for choice in doubt.choices if said and said <= set(parts(choice.words))]
    return found if len(found) == 1 else []


def _values(chunk: Chunk, doubt: Doubt, scene: Scene) -> list[object]:
    found: list[object] = []
    for meaning in chunk.meanings:
        if meaning.kind == ROBOT and doubt.kind == "robot":
            found.append(meaning.value)
        elif meaning.kind == "kinds" and doubt.kind == "robot":
            found += [robot.name for robot in scene.robots if robot.kind == meaning.value]
        elif meaning.kind == NAME and doubt.kind in _SORTS:
            found += [named.name for named in meaning.named if named.sort is _SORTS[doubt.kind]]
        elif meaning.kind == VALUE and meaning.value.startswith(f"{doubt.part}="):
            found.append(meaning.value.split("=", 1)[1])
        elif meaning.kind == QUANTITY and doubt.kind == "robot" and meaning.quantity is not None:
            quantity = meaning.quantity
            if quantity.kind is Kind.COUNT and not quantity.ordinal and quantity.value.is_integer():
                ending = str(int(quantity.value))
                found += [
                    robot.name
                    for robot in scene.robots
                    if robot.name.rstrip("0123456789") + ending == robot.name
                ]
    return found


def _ordinal(chunk: Chunk, count: int) -> int | None:
    meaning = chunk.get(QUANTITY)
    if meaning is not None and meaning.quantity is not None and meaning.quantity.ordinal:
        index = int(meaning.quantity.value) - 1
    elif (ordinal := chunk.get("ordinals")) is not None:
        index = count - 1 if ordinal.value == "last" else int(ordinal.value) - 1
    else:
        return None
    return index if 0 <= index < count else None


def _measure(chunk: Chunk, dimension: str) -> float | None:
    meaning = chunk.get(QUANTITY)
    quantity = meaning.quantity if meaning is not None else None
    if quantity is None or quantity.doubt or quantity.kind.value != dimension:
        return None
    return quantity.value


def _settled(words: str, language: str, scene: Scene, value: object) -> Reading:
    """The pending order with its doubt answered, and the doubts that are left."""
    pending = scene.memory.pending
    assert pending is not None
    first = pending.doubts[0]
    same = [
        d for d in pending.doubts if (d.part, d.kind, d.choices) == (first.part, first.kind, first.choices)
    ]
    together = same if first.part == "who" else [first]
    steps = []
    for step in pending.steps:
        doubtful = any(doubt.step == step.id for doubt in together)
        steps.append(_with(step, first.part, value, scene) if doubtful else step)
    left = tuple(doubt for doubt in pending.doubts if doubt not in together)
    return Reading(words, language, Act.ANSWER, whole=True, steps=tuple(steps), doubts=left)


def _with(step: ReadStep, part: str, value: object, scene: Scene) -> ReadStep:
    if part == "who":
        return replace(step, who=str(value))
    own = _argument(step, part, scene)
    if isinstance(value, (int, float)) and own.per_base != 1.0:
        value = round(value * own.per_base, 6)
    return replace(step, arguments={**step.arguments, part: value})


def _argument(step: ReadStep, name: str, scene: Scene) -> Argument:
    robot = scene.robot(step.who)
    return argument(name, robot.skill(step.skill) if robot is not None else None)


def amended(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], small: Mapping[str, float]
) -> Reading | None:
    """The last order once more, with what the words change in it: "no, the office", "again with rover2", "a bit more".

    None when the words are no such thing, or say anything that changes nothing in it.
    """
    steps = scene.memory.steps
    said = [
        c for c in chunks if not _idle(c) or any(c.has(kind) for kind in ("not", "more", "repeats", "too"))
    ]
    if not steps or not said:
        return None
    repeats = any(c.has("repeats") for c in said)
    more = any(c.has("more") for c in said)
    repair = any(c.has("repair") or c.has("refuse") or c.has("not") or c.has("except") for c in said)
    goes_on = any(chunks[0].has(kind) for kind in ("and", "then"))  # "und jetzt ins Büro"
    too = any(c.has("too") for c in said)  # "rover2 as well"
    if not (repeats or more or repair or goes_on or too):
        return None
    changed: list[ReadStep] | None = list(steps if repair or not (more or goes_on) else steps[-1:])
    wrong: set[str] = set()
    negated = False
    for chunk in said:
        if chunk.has("not") or chunk.has("except"):
            negated = True
        elif chunk.has("repeats", "other_way"):
            changed = _reversed(changed, scene) if changed else None
        elif (
            chunk.has("repeats")
            or chunk.has("more")
            or chunk.has("too")
            or chunk.has("repair")
            or chunk.has("refuse")
        ):
            continue
        elif negated:
            wrong |= _names(chunk)
            negated = False
        elif changed is not None:
            changed = _changed(changed, chunk, scene, wrong, small)
        if changed is None:
            return None
    only_wrong = not (repeats or more) and changed in (list(steps), list(steps[-1:]))
    if changed is None or only_wrong or any(c.has("repeats", "undo") for c in said):
        return None
    act = Act.CORRECTION if repair and not repeats and not more else Act.ORDER
    return Reading(words, language, act, whole=True, steps=renumbered(changed))


def _names(chunk: Chunk) -> set[str]:
    found = {meaning.value for meaning in chunk.meanings if meaning.kind in (ROBOT, "directions")}
    return found | {named.name for meaning in chunk.meanings for named in meaning.named}


def _reversed(steps: Sequence[ReadStep], scene: Scene) -> list[ReadStep] | None:
    """ "the other way": the last signed argument with the other sign."""
    last = steps[-1]
    for name, value in last.arguments.items():
        if isinstance(value, (int, float)) and _argument(last, name, scene).positive:
            return [*steps[:-1], replace(last, arguments={**last.arguments, name: -value})]
    return None


def _changed(
    steps: Sequence[ReadStep], chunk: Chunk, scene: Scene, wrong: set[str], small: Mapping[str, float]
) -> list[ReadStep] | None:
    """The steps with what the chunk says in place of what they had; None where it has no place in them, or several."""
    for meaning in chunk.meanings:
        if meaning.kind == ROBOT:
            return _other_robot(steps, meaning.value, scene, wrong)
        if meaning.kind == "groups" and meaning.value == "other":
            others = others_of(scene, {step.who for step in steps})
            return _other_robot(steps, others[0], scene, wrong) if len(others) == 1 else None
        if meaning.kind == NAME:
            for sort in (Sort.PLACE, Sort.OBJECT, Sort.SPOT):
                names = [named.name for named in meaning.named if named.sort is sort]
                at = [i for i, step in enumerate(steps) if isinstance(step.arguments.get(sort.value), str)]
                at = [i for i in at if steps[i].arguments[sort.value] in wrong] or at
                if len(names) == 1 and at:
                    return _put(steps, at[-1:], sort.value, names[0])
        if meaning.kind == "directions":
            return _other_sign(steps, meaning.value, scene)
        if meaning.quantity is not None:
            return _other_amount(steps, chunk, scene, small)
    return None


def _put(steps: Sequence[ReadStep], at: Sequence[int], name: str, value: object) -> list[ReadStep]:
    return [
        replace(step, arguments={**step.arguments, name: value}) if index in at else step
        for index, step in enumerate(steps)
    ]


def _other_robot(
    steps: Sequence[ReadStep], robot: str, scene: Scene, wrong: set[str]
) -> list[ReadStep] | None:
    robots = {step.who for step in steps}
    from_ = robots & wrong or robots
    known = scene.robot(robot)
    if len(from_) != 1 or known is None:
        return None
    if any(step.who in from_ and known.skill(step.skill) is None for step in steps):
        return None
    return [replace(step, who=robot) if step.who in from_ else step for step in steps]


def _other_sign(steps: Sequence[ReadStep], direction: str, scene: Scene) -> list[ReadStep] | None:
    for index in range(len(steps) - 1, -1, -1):
        for name, value in steps[index].arguments.items():
            own = _argument(steps[index], name, scene)
            sign = SIGNS.get(own.meaning, {}).get(direction, 0)
            if sign and own.positive and isinstance(value, (int, float)):
                return _put(steps, [index], name, sign * abs(value))
    return None


def _other_amount(
    steps: Sequence[ReadStep], chunk: Chunk, scene: Scene, small: Mapping[str, float]
) -> list[ReadStep] | None:
    meaning = chunk.get(QUANTITY)
    quantity = meaning.quantity if meaning is not None else None
    if quantity is None or quantity.doubt:
        return None
    for index in range(len(steps) - 1, -1, -1):
        for name, value in steps[index].arguments.items():
            own = _argument(steps[index], name, scene)
            amount = small.get(own.meaning) if quantity.kind is Kind.VAGUE else quantity.value
            fits = quantity.kind is Kind.VAGUE or quantity.kind.value == own.meaning
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if fits and amount is not None and number:
                sign = -1 if float(str(value)) < 0 else 1
                return _put(steps, [index], name, round(sign * amount * own.per_base, 6))
    return None

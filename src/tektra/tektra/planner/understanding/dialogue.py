# SPDX-License-Identifier: Apache-2.0
"""Answers to the question that is pending: the choice that the words name, yes or no, an amount."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.arguments import Argument, argument
from tektra.planner.understanding.match import SIGNS
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, END, QUANTITY, VALUE, Chunk
from tektra.planner.understanding.reading import Act, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.values import DEFAULT_TURN

_IDLE = (*"fillers requests articles and but then prepositions causative instead or".split(), COMMA, END)
_SORTS = {"place": Sort.PLACE, "object": Sort.OBJECT, "spot": Sort.SPOT, "person": Sort.PERSON}
_DIMENSIONS = {"distance": "length", "angle": "angle", "duration": "duration", "direction": "angle"}


def answered(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """The reading as an answer to the pending question; None when it is none, and means something of its own."""
    pending = scene.memory.pending
    if pending is None or not pending.doubts:
        return None
    doubt = pending.doubts[0]
    said = [chunk for chunk in chunks if not is_idle(chunk)]
    if said and all(chunk.has("refuse") for chunk in said):
        return Reading(words, language, Act.ANSWER, whole=True)
    sided = is_sided(doubt, pending.steps, chunks, scene)  # "right" is a side then, and no consent
    rest = [
        c for c in said
        if not (c.has("agree") or c.has("refuse") or c.has("repair")) or (sided and c.has("directions"))
    ]  # fmt: skip
    if not rest:
        if said and (any(c.has("refuse") for c in said) or not any(c.has("agree") for c in said)):
            return Reading(words, language, Act.ANSWER, whole=True)  # "yes, no", "sorry": a doubt is a no
        if said and len(doubt.choices) == 1:
            return settled(words, language, scene, doubt.choices[0].value)
        if said:  # "yes", where one of several is to be named: asked again
            return Reading(
                words, language, Act.ANSWER, whole=True, steps=pending.steps, doubts=pending.doubts
            )
        return None
    mends = any(c.has("refuse") or c.has("repair") for c in said)
    found = _chosen(rest, doubt, scene, any_=mends and len(doubt.choices) == 1 and doubt.kind in _SORTS)
    if found is None:
        return None
    if len(doubt.choices) == 1 and found == doubt.choices[0].value and any(c.has("refuse") for c in said):
        return Reading(words, language, Act.ANSWER, whole=True)  # "la cocina no": a doubt is a no
    return settled(words, language, scene, found)


def is_sided(doubt: Doubt, steps: Sequence[ReadStep], chunks: Sequence[Chunk], scene: Scene) -> bool:
    """Whether "right" rather names a side: where one was asked for, where a turn was ("turns left?"), and in "to the right"."""
    turns = any(
        own_argument(step, name, scene).positive == "left" for step in steps for name in step.arguments
    )
    pointed = any(chunk.has("prepositions") or chunk.has("articles") for chunk in chunks)
    return doubt.kind in ("direction", "angle") or turns or pointed


def value_of(chunk: Chunk, doubt: Doubt, scene: Scene) -> object | None:
    """The value that these words alone give to the doubt."""
    return _chosen([chunk], doubt, scene)


def settled_by_all(pending: Reading, names: Sequence[object]) -> Reading | None:
    """The one pending step for each of the robots; None where it was asked for something else."""
    if [(doubt.part, len(pending.steps)) for doubt in pending.doubts] != [("who", 1)]:
        return None
    step = pending.steps[0]
    steps = tuple(replace(step, id=number, who=str(name)) for number, name in enumerate(names, start=1))
    return replace(pending, steps=steps, doubts=())


def too_late(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """What would have answered a question that waits no more: an answer without steps, to nothing."""
    over = scene.memory.over
    if over is None or scene.memory.pending is not None:
        return None
    found = answered(words, language, replace(scene, memory=replace(scene.memory, pending=over)), chunks)
    if found is None or not found.steps or not over.doubts:
        return None
    return Reading(words, language, Act.ANSWER, whole=True)


def is_idle(chunk: Chunk) -> bool:
    return any(chunk.has(kind) for kind in _IDLE) and not any(
        chunk.has(kind) for kind in ("agree", "refuse", NAME, ROBOT, "directions", QUANTITY)
    )


def _chosen(rest: Sequence[Chunk], doubt: Doubt, scene: Scene, *, any_: bool = False) -> object | None:
    """The value that the answer gives; None where it gives none, several, or something else besides. `any_`: also one
    that was not offered ("no, the hall")."""
    values = [choice.value for choice in doubt.choices]
    found: list[object] = []
    sign = doubt.sign
    amount, side = math.nan, ""
    for chunk in rest:
        fitting = [value for value in _values(chunk, doubt, scene) if value in values or not values or any_]
        fitting = fitting or _told_apart(chunk, doubt)
        dimension = _DIMENSIONS.get(doubt.kind, "")
        direction = chunk.get("directions")
        if len(dict.fromkeys(fitting)) == 1:
            found.append(fitting[0])
        elif (index := _ordinal(chunk, len(values))) is not None:
            found.append(values[index])
        elif direction is not None and side not in ("", direction.value):
            return None  # "left or right"
        elif direction is not None and direction.value in SIGNS.get(dimension, {}):
            sign, side = SIGNS[dimension][direction.value], direction.value
        elif (given := _measure(chunk, dimension)) is not None:
            amount = given
        elif not (chunk.has("references", "one") or (direction is not None and chunk.has("prepositions"))):
            return None
    if doubt.kind == "direction" and sign and values and math.isnan(amount):
        found += [value for value in values if isinstance(value, (int, float)) and (value > 0) == (sign > 0)]
    elif not math.isnan(amount):
        found.append(amount * (sign or 1))
    elif doubt.kind == "angle" and side in DEFAULT_TURN:  # "to the left": as far as "turn left" would
        found.append(DEFAULT_TURN[side])
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


def settled(words: str, language: str, scene: Scene, value: object) -> Reading:
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
    own = own_argument(step, part, scene)
    if isinstance(value, (int, float)) and own.per_base != 1.0:
        value = round(value * own.per_base, 6)
    return replace(step, arguments={**step.arguments, part: value})


def own_argument(step: ReadStep, name: str, scene: Scene) -> Argument:
    robot = scene.robot(step.who)
    return argument(name, robot.skill(step.skill) if robot is not None else None)

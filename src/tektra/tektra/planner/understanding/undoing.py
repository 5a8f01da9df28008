# SPDX-License-Identifier: Apache-2.0
"""The last order taken back: what it did, the other way round and in the other order. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.dialogue import own_argument
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.reading import Act, Reading, ReadStep, Refusal
from tektra.planner.understanding.scene import Scene, going_to

#: What is undone by another skill.
_OPPOSITE = {"open_gripper": "close_gripper", "close_gripper": "open_gripper"}


def taken_back(words: str, language: str, scene: Scene, said: Sequence[Chunk]) -> Reading | None:
    """ "undo that": a reading that takes the last order back, or tells that it cannot be."""
    if not all(c.has("repeats") or c.has("references", "it") for c in said):
        return None
    steps = undone(scene.memory.steps, scene)
    if steps is None:
        last = scene.memory.steps[-1]
        return Reading(
            words, language, Act.ORDER, whole=True, refusals=(Refusal("undo", last.skill, last.who),)
        )
    return Reading(words, language, Act.ORDER, whole=True, steps=tuple(steps))


def undone(steps: Sequence[ReadStep], scene: Scene) -> list[ReadStep] | None:
    """The steps that take these back; None where one of them cannot be taken back."""
    found: list[ReadStep] = []
    back: set[str] = set()
    for step in reversed(steps):
        if step.who in back:
            continue  # it goes to where it came from before all of them
        one = _undone(step, scene)
        if one is None:
            return None
        if isinstance(step.arguments.get("place"), str) or step.skill == "dock":
            back.add(step.who)
            if any(other.skill in ("move", "turn") for other in steps if other.who == step.who):
                return None  # where it stood between a drive and a turn nobody knows
        after = tuple(other.id for other in found if other.who == one.who)
        found.append(replace(one, id=len(found) + 1, after=after, spans={}))
    return found


def _undone(step: ReadStep, scene: Scene) -> ReadStep | None:
    if step.skill in ("navigate_to", "dock"):
        came_from = scene.memory.came_from.get(step.who, "")
        return replace(step, skill="navigate_to", arguments=going_to(came_from)) if came_from else None
    if step.skill in _OPPOSITE and not step.arguments:
        return replace(step, skill=_OPPOSITE[step.skill])
    signed = [
        name
        for name, value in step.arguments.items()
        if isinstance(value, (int, float)) and own_argument(step, name, scene).positive
    ]
    if len(signed) != 1:
        return None
    value = step.arguments[signed[0]]
    assert isinstance(value, (int, float))
    return replace(step, arguments={**step.arguments, signed[0]: -value})


def the_other_way(steps: Sequence[ReadStep], scene: Scene) -> list[ReadStep] | None:
    """ "the other way": the last signed argument with the other sign."""
    last = steps[-1]
    for name, value in last.arguments.items():
        if isinstance(value, (int, float)) and own_argument(last, name, scene).positive:
            return [*steps[:-1], replace(last, arguments={**last.arguments, name: -value})]
    return None


def turned_back(
    words: str, language: str, scene: Scene, said: Sequence[Chunk], small: Mapping[str, float]
) -> Reading | None:
    """ "too far, back a bit", behind a turn: so much the other way. None for everything else."""
    last = scene.memory.steps[-1] if scene.memory.steps else None
    back = any(c.has("directions", "back") or c.has("references", "back") for c in said)
    amounts = [c.quantity for c in said if c.quantity is not None]
    rest = [
        c for c in said if c.quantity is None and not (c.has("directions", "back") or c.has("references"))
    ]
    if last is None or not back or rest or len(amounts) != 1:
        return None
    given = amounts[0]
    for name, value in last.arguments.items():
        own = own_argument(last, name, scene)
        if own.meaning != "angle" or not isinstance(value, (int, float)) or given is None:
            continue
        amount = small.get("angle", 0.0) if given.kind is Kind.VAGUE else given.value
        if given.kind in (Kind.VAGUE, Kind.ANGLE) and amount:
            angle = round((-amount if value > 0 else amount) * own.per_base, 6)
            step = replace(last, id=1, after=(), arguments={**last.arguments, name: angle}, spans={})
            return Reading(words, language, Act.ORDER, True, (step,))
    return None


def led_back(last: ReadStep, scene: Scene) -> list[ReadStep] | None:
    """ "and back": to where it came from, or as far the other way."""
    if isinstance(last.arguments.get("place"), str):
        came_from = scene.memory.came_from.get(last.who, "")
        return [replace(last, arguments=going_to(came_from))] if came_from else None
    moved = any(own_argument(last, name, scene).meaning == "length" for name in last.arguments)
    return the_other_way([last], scene) if moved else None

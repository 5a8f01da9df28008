# SPDX-License-Identifier: Apache-2.0
"""Places without a name, pointed at or left before: read as a place, and settled as coordinates once all is read."""

from __future__ import annotations

from dataclasses import replace

from tektra.planner.understanding.reading import Choice, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Scene, Sort, going_to

#: Stands for the place until it is settled; no place is called so.
POINTED = "<pointed>"


def settled(reading: Reading, scene: Scene) -> Reading:
    """The reading with coordinates where somebody points, or where a robot stood before; a question where that is vague, or
    a skill takes names alone."""
    nameless = [step for step in reading.steps if _is_nameless(step)]
    if not nameless:
        return reading
    doubts = [_which(step, scene) for step in nameless if not _where(step, scene)]
    steps = tuple(_at_point(step, scene) if step in nameless else step for step in reading.steps)
    return replace(reading, steps=steps, doubts=(*reading.doubts, *doubts))


def _is_nameless(step: ReadStep) -> bool:
    place = step.arguments.get("place")
    return place == POINTED or isinstance(place, tuple)


def _where(step: ReadStep, scene: Scene) -> tuple[float, float] | None:
    """x and y in m; None where they are not sure enough, or the skill takes none."""
    skills = [skill for robot in scene.robots if (skill := robot.skill(step.skill)) is not None]
    own = skills[0].schema.get("properties") if skills else None
    if not isinstance(own, dict) or not {"x", "y"} <= own.keys():
        return None
    left, shown = step.arguments.get("place"), scene.pointed
    if isinstance(left, tuple):
        return left
    return (shown.x, shown.y) if shown is not None and not shown.vague else None


def _at_point(step: ReadStep, scene: Scene) -> ReadStep:
    rest = {name: value for name, value in step.arguments.items() if name != "place"}
    where = _where(step, scene)
    return replace(step, arguments=rest if where is None else {**rest, **going_to(where)})


def _which(step: ReadStep, scene: Scene) -> Doubt:
    places = tuple(
        Choice(named.name.replace("_", " "), named.name) for named in scene.named if named.sort is Sort.PLACE
    )
    return Doubt("place", step.id, "place", places)

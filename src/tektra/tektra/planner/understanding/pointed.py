# SPDX-License-Identifier: Apache-2.0
"""Places that are pointed at: read as a name of their own, and settled as coordinates once the whole sentence is read."""

from __future__ import annotations

from dataclasses import replace

from tektra.planner.understanding.reading import Choice, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Scene, Sort

#: Stands for the place until it is settled; no place is called so.
POINTED = "<pointed>"


def settled(reading: Reading, scene: Scene) -> Reading:
    """The reading with coordinates where somebody points; a question where that is vague, or a skill takes names alone."""
    shown = [step for step in reading.steps if step.arguments.get("place") == POINTED]
    if not shown:
        return reading
    doubts = [_which(step, scene) for step in shown if not _takes_points(step, scene)]
    steps = tuple(_at_point(step, scene) if step in shown else step for step in reading.steps)
    return replace(reading, steps=steps, doubts=(*reading.doubts, *doubts))


def _takes_points(step: ReadStep, scene: Scene) -> bool:
    skills = [skill for robot in scene.robots if (skill := robot.skill(step.skill)) is not None]
    own = skills[0].schema.get("properties") if skills else None
    return (
        isinstance(own, dict)
        and {"x", "y"} <= own.keys()
        and scene.pointed is not None
        and not scene.pointed.vague
    )


def _at_point(step: ReadStep, scene: Scene) -> ReadStep:
    rest = {name: value for name, value in step.arguments.items() if name != "place"}
    if scene.pointed is None or not _takes_points(step, scene):
        return replace(step, arguments=rest)
    return replace(step, arguments={**rest, "x": scene.pointed.x, "y": scene.pointed.y})


def _which(step: ReadStep, scene: Scene) -> Doubt:
    places = tuple(
        Choice(named.name.replace("_", " "), named.name) for named in scene.named if named.sort is Sort.PLACE
    )
    return Doubt("place", step.id, "place", places)

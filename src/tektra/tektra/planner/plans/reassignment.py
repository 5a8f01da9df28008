# SPDX-License-Identifier: Apache-2.0
"""Who may take over from a robot that was lost in the middle of a plan. Plain functions on data.

Only what means the same for another robot is handed on, only where the person did not name the robot, and only to one
that has nothing else to do. Everything else fails with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tektra.planner.plans.plan import Step
from tektra.planner.understanding.grounding import mentioned_robots
from tektra.planner.world.catalogue import Catalogue

#: They say where, and not how far from here; what an arm holds stays with it.
HANDED_ON = frozenset({"navigate_to", "follow_path", "look_at", "wait"})


def find_successor(
    robot: str, left: Sequence[Step], catalogue: Catalogue, *, words: Iterable[str], busy: Iterable[str]
) -> tuple[str, str]:
    """Who takes over the steps that are left, and why nobody does; no reason where the person wanted this very robot.

    `catalogue` still knows the lost robot. `words`: what the person said, now and before. `busy`: who may not be taken.
    """
    for text in words:
        mentions = mentioned_robots(text, catalogue.robots)
        if robot in mentions.named or mentions.group:
            return "", ""
    if stays := sorted({step.skill for step in left} - HANDED_ON):
        return "", f"another robot cannot take over its {stays[0].replace('_', ' ')}"
    lost, taken = catalogue.actors.get(robot), set(busy) | {robot}
    for name in catalogue.robots:
        actor = catalogue.actors[name]
        able = lost is not None and all(
            (mine := actor.skill(step.skill)) is not None and mine == lost.skill(step.skill) for step in left
        )
        if able and name not in taken:
            return name, ""
    return "", "no other robot is free to do it"

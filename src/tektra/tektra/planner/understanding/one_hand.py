# SPDX-License-Identifier: Apache-2.0
"""A hand holds one thing: "take the red one and the blue one and put them on the tray" is each in its turn. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.match import Match
from tektra.planner.understanding.reading import ReadStep
from tektra.planner.understanding.step_list import Plan

#: Skills that take hold of a thing, put it down somewhere, and let go of it wherever that is. Of others, how much they hold is not known.
TAKES, PUTS, LETS_GO = "grasp", "place", "open_gripper"


def in_turns(plan: Plan, placed: int, match: Match) -> list[int]:
    """Where several things were taken one after the other before `placed` puts down, by the words of `match`: takes and puts down
    each, and asks where those are about one thing. The ids of all that puts down. In place."""
    *before, last = plan.steps[:placed]
    taken = _taken(before, last.who)
    if last is not plan.steps[-1] or len(taken) < 2:
        return [placed]
    del plan.steps[len(before) - len(taken) + 1 :]
    kept = len(plan.steps)
    plan.open = [id_ for id_ in plan.open if id_ <= kept]
    plan.barrier = tuple(id_ for id_ in plan.barrier if id_ <= kept)
    added = []
    for step in taken:
        if step is not taken[0]:
            plan.add(step.who, step.skill, step.arguments, step.spans)
        added.append(plan.add(last.who, last.skill, last.arguments, last.spans))
    plan.unsure |= _of_one(match)
    return added


def takes(skill: str) -> bool | None:
    """Whether it takes hold of a thing, or else lets go of it; None: neither."""
    return {TAKES: True, PUTS: False, LETS_GO: False}.get(skill)


def too_many(steps: Sequence[ReadStep]) -> bool:
    """Whether somebody is to take a thing with another one in its hand: what becomes of that one, nobody said."""
    holding: set[str] = set()
    for step in steps:
        if takes(step.skill):
            if step.who in holding:
                return True
            holding.add(step.who)
        elif takes(step.skill) is False:
            holding.discard(step.who)
    return False


def _of_one(match: Match) -> bool:
    """ "... and put it on the tray": it is said of one thing, and not of all."""
    said = [chunk for chunk in match.chunks if chunk.has("references", "it")]
    several = any(c.has("references", "him") or c.has("groups") or c.has("every") for c in match.chunks)
    return bool(said) and not several


def _taken(steps: Sequence[ReadStep], who: str) -> list[ReadStep]:
    """What that robot took last, with nothing else done in between by anybody."""
    found: list[ReadStep] = []
    for step in reversed(steps):
        if step.who != who or not takes(step.skill):
            break
        found.append(step)
    return found[::-1]

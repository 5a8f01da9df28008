# SPDX-License-Identifier: Apache-2.0
"""Questions about what somebody can do: "can rover2 go there?", "is arm1 able to move?". Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.planner.understanding.build import Builder
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.mentions import agent_names, kinds_of
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import END, Chunk
from tektra.planner.understanding.reading import Question, ReadStep, Topic
from tektra.planner.understanding.scene import Scene


def whether_able(
    match: Match, matcher: Matcher, scene: Scene, small: Mapping[str, float], *, conditional: bool
) -> Question:
    """Whether who is named can do what the clause says. `conditional`: the sentence says when, so that nothing is offered."""
    trial = Builder(scene, small)
    trial.clause(match)
    plan, steps = trial.plan, tuple(trial.plan.steps)
    about = agent_names(match) or kinds_of(match, scene)
    if about and matcher.values_unsaid(match):
        return Question(Topic.CAN_DO, about)  # "can arm1 move": what it can do is told then
    if plan.refusals:
        steps = tuple(replace(step, who="") for step in steps)  # who could is not who was asked about
    if not steps and match.frame is not None:  # "can rover2 pick up the cube": which one does not matter
        steps = (ReadStep(1, next(iter(agent_names(match)), ""), match.frame.name, {}),)
    ready = bool(plan.steps) and not (plan.doubts or plan.refusals or match.unread or conditional)
    it = scene.memory.robots[:1] if any(c.has("references", "it") for c in match.chunks) else ()
    if not about and it and all(step.who not in it for step in steps):  # "can it wave", of a rover
        about, ready, steps = it, False, tuple(replace(step, who="") for step in steps)
    return Question(Topic.CAN_DO, about, steps, offers=ready)


def of_unread_ability(chunks: Sequence[Chunk]) -> Question | None:
    """ "Can arm1 dance?", where nobody knows what that is: what it can do is told then, and no yes or no."""
    ends = chunks[-1].get(END) if chunks else None
    asks = ends is not None and ends.value == "?" and any(chunk.has("able") for chunk in chunks)
    robots = tuple(meaning.value for chunk in chunks if (meaning := chunk.get(ROBOT)) is not None)
    return Question(Topic.CAN_DO, tuple(dict.fromkeys(robots))) if asks and robots else None

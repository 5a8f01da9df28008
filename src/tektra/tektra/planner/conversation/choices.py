# SPDX-License-Identifier: Apache-2.0
"""The one thing that the words leave open of a model's steps, as a question that names the choices. Plain functions.

Asked so only where all else is borne out: whoever answers "the red one" was not told what is done with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.common.world import World
from tektra.planner.plans.plan import Step
from tektra.planner.understanding.arguments import argument
from tektra.planner.understanding.borne_out import Problem
from tektra.planner.understanding.reading import Choice, Doubt, Question, Reading, ReadStep
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.values import named_choices
from tektra.planner.world.catalogue import Catalogue

#: Nobody chooses from more.
MOST_CHOICES = 6
#: Problems that are about the steps as such.
_OF_STEPS = ("skill", "steps")


def open_choice(
    steps: Sequence[Step], problems: Sequence[Problem], reading: Reading, scene: Scene
) -> Doubt | None:
    """None where the words leave more open than one value of one step, or less than two would fit."""
    if len({(problem.part, str(problem.value)) for problem in problems}) != 1:
        return None
    problem = problems[0]
    if problem.part in _OF_STEPS or reading.indirect or reading.conditional or reading.refusals:
        return None
    if problem.part == "who":
        return _which_robot(steps, reading, scene)
    found = [step for step in steps if step.arguments.get(problem.part) == problem.value]
    robot = scene.robot(found[0].who) if len(found) == 1 else None
    skill = robot.skill(found[0].skill) if robot is not None else None
    if skill is None:
        return None
    meaning = argument(problem.part, skill).meaning
    choices = _named_in(reading.words, named_choices(scene, meaning))
    return Doubt(meaning, found[0].id, problem.part, choices) if _fit(choices) else None


def by_another(question: Question, catalogue: Catalogue) -> tuple[tuple[ReadStep, ...], tuple[Doubt, ...]]:
    """What it was asked whether somebody can do it, to be done by one of those who can; nothing where nobody can."""
    actors = [catalogue.actors[name] for name in catalogue.robots]
    able = [a.name for a in actors if all(a.skill(step.skill) is not None for step in question.steps)]
    if not able:
        return (), ()
    steps = tuple(replace(step, who=able[0]) for step in question.steps)
    doubt = Doubt("robot", steps[0].id, "who", tuple(Choice(name, name) for name in able))
    return steps, tuple(replace(doubt, step=step.id) for step in steps)


def of_last_spoken(
    steps: Sequence[Step], reading: Reading, last: Sequence[str], catalogue: Catalogue
) -> tuple[Step, ...]:
    """A model's steps of one robot that the words do not name are of whom was spoken of last, where that one can do them."""
    who = {step.who for step in steps}
    able = bool(last) and last[0] in catalogue.robots and who < set(catalogue.robots) - {last[0]}
    named = any(clause.robots for clause in reading.clauses)
    if named or len(who) != 1 or not able:
        return tuple(steps)
    actor = catalogue.actors[last[0]]
    if any(actor.skill(step.skill) is None for step in steps):
        return tuple(steps)
    return tuple(replace(step, who=last[0]) for step in steps)


def invented(step: Step, words: str, world: World, catalogue: Catalogue) -> bool:
    """Whether it names something that is not here and that nobody spoke of: a refusal would put it into a mouth."""
    known = {*world.places, *world.objects, *world.table_spots, *catalogue.actors}
    said = set(parts(words))
    named = (step.arguments.get(key) for key in ("place", "object", "spot", "robot"))
    return any(isinstance(each, str) and each not in known and said.isdisjoint(parts(each)) for each in named)


def _which_robot(steps: Sequence[Step], reading: Reading, scene: Scene) -> Doubt | None:
    """Where the words name no robot, and the steps are of one alone."""
    if len(steps) != 1 or any(clause.robots for clause in reading.clauses):
        return None
    able = [robot.name for robot in scene.robots if robot.skill(steps[0].skill) is not None]
    choices = tuple(Choice(name, name) for name in able)
    return Doubt("robot", steps[0].id, "who", choices) if _fit(choices) else None


def _named_in(words: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Those of whose name some word was said: of the cubes, where a cube was spoken of; all, where none was."""
    said = set(parts(words))
    named = tuple(choice for choice in choices if said & set(parts(choice.words)))
    return named or tuple(choices)


def _fit(choices: Sequence[Choice]) -> bool:
    return 2 <= len(choices) <= MOST_CHOICES

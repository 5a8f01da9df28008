# SPDX-License-Identifier: Apache-2.0
"""The checks between a model's plan and any robot. Fail-closed: what is not known to be right is refused.

Each problem is a sentence for the person who asked, and says what would have worked. Plain functions on data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import jsonschema

from tektra.common.world import World
from tektra.planner.plans.directions import with_signs
from tektra.planner.plans.named_arguments import are_here, both, either, of_names, with_own_names
from tektra.planner.plans.plan import SELF, Step
from tektra.planner.understanding.grounding import mentioned_robots, puts_in_order, puts_side_by_side
from tektra.planner.world.catalogue import Actor, Catalogue, Skill

MAX_STRING_CHARS = 1000


@dataclass(frozen=True)
class Circumstances:
    """What the plan is checked against.

    `words`: the person's sentence; `earlier`: what the person said before, newest last. `halted`: why nothing may
    move now, in words, empty when it may. `held`: the same for single robots. `read`: the steps come from a reading of the
    words, or are borne out by it: then they stand as they are, and no rule of words turns them round.
    """

    catalogue: Catalogue
    world: World
    words: str
    earlier: tuple[str, ...] = ()
    halted: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    max_steps: int = 8
    read: bool = False


@dataclass(frozen=True)
class Verdict:
    """The plan in its final form, and why it may not run; no problems: it may."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...]


def moves_something(steps: Iterable[Step]) -> bool:
    """True when a robot takes part. Everything that a robot does counts as motion."""
    return any(step.who != SELF for step in steps)


def judge(steps: Sequence[Step], now: Circumstances) -> Verdict:
    """Brings the plan into its final form (place names, signs, order of each robot's steps) and checks all of it."""
    placed = [with_own_names(step, now.world) for step in steps]
    if not now.read:
        placed = _as_worded(placed, now)
    final = tuple(_in_turn(placed))
    if now.halted and moves_something(final):
        return Verdict(final, (now.halted,))
    problems = list(_of_the_whole(final, now))
    for step in final:
        problems += _of_step(step, now)
    problems += _of_order(final)
    return Verdict(final, tuple(dict.fromkeys(problems)))


def _as_worded(steps: list[Step], now: Circumstances) -> list[Step]:
    """Signs and order by the words, where a model's steps are all that there is."""
    placed = [_in_their_words(step, now) for step in steps]
    if puts_in_order(now.words) and not any(step.after for step in placed):
        placed = _one_by_one(placed)
    return _at_once_where_possible(placed) if puts_side_by_side(now.words) else placed


def read_goal(actor: Actor, skill_name: str, arguments_text: str) -> tuple[dict[str, object], str]:
    """The arguments of a goal that somebody sent to `actor`, and why it is refused; empty when it is not."""
    try:
        arguments = json.loads(arguments_text or "{}")
    except (ValueError, RecursionError):
        return {}, "The arguments are not JSON."
    skill = actor.skill(skill_name)
    if skill is None:
        return {}, _cannot(Step(1, actor.name, skill_name, {}), actor, Catalogue())
    if not isinstance(arguments, dict):
        return {}, "The arguments are no JSON object."
    step = Step(1, actor.name, skill_name, arguments)
    return arguments, " ".join([*_of_values(step), *_of_arguments(step, skill)])


def _in_their_words(step: Step, now: Circumstances) -> Step:
    actor = now.catalogue.actors.get(step.who)
    skill = actor.skill(step.skill) if actor is not None else None
    return with_signs(step, skill, now.words) if skill is not None else step


def _one_by_one(steps: Sequence[Step]) -> list[Step]:
    """The person said "then" or "once": the careful reading of a plan without any order is the listed one."""
    return [
        *steps[:1],
        *(replace(step, after=(before.id,)) for before, step in zip(steps, steps[1:], strict=False)),
    ]


def _at_once_where_possible(steps: Sequence[Step]) -> list[Step]:
    """The person said "while" or "both", and nothing of order: no robot waits for another."""
    who = {step.id: step.who for step in steps}
    return [
        replace(step, after=tuple(other for other in step.after if who.get(other, step.who) == step.who))
        for step in steps
    ]


def _in_turn(steps: Sequence[Step]) -> Iterable[Step]:
    """A robot does one thing at a time: its steps follow each other as listed."""
    latest: dict[str, int] = {}
    for step in steps:
        before = latest.get(step.who)
        late = before is not None and before != step.id and before not in step.after
        yield replace(step, after=(*step.after, before)) if late and before is not None else step
        latest[step.who] = step.id


def _of_the_whole(steps: Sequence[Step], now: Circumstances) -> Iterable[str]:
    if len(steps) > now.max_steps:
        yield f"That makes {len(steps)} steps; I take at most {now.max_steps} at a time."
    if now.read:
        return
    moving = {step.who for step in steps if step.who != SELF}
    mentions = mentioned_robots(now.words, now.catalogue.robots)
    if moving and mentions.unknown:
        yield f"There is no robot called {either(mentions.unknown)}; there {are_here(now.catalogue.robots)}."
    if mentions.named and not mentions.group:
        for robot in sorted(moving - mentions.named & set(now.catalogue.robots) - mentions.named):
            yield f"You spoke of {both(sorted(mentions.named))}, so I will not move {robot}; name it if you mean it."


def _of_step(step: Step, now: Circumstances) -> list[str]:
    actor = now.catalogue.actors.get(step.who)
    if actor is None:
        return [f"There is no robot called {step.who[:60]}; there {are_here(now.catalogue.robots)}."]
    if reason := now.held.get(step.who):
        return [f"{step.who} may not move now: {reason}."]
    skill = actor.skill(step.skill)
    if skill is None:
        return [_cannot(step, actor, now.catalogue)]
    problems = [*_of_values(step), *_of_arguments(step, skill)]
    if problems:
        return problems
    said = None if now.read else (now.words, *now.earlier)
    return [*of_names(step, _properties(skill), now.world, now.catalogue.robots, said)]


def _cannot(step: Step, actor: Actor, catalogue: Catalogue) -> str:
    able = [name for name, other in catalogue.actors.items() if other.skill(step.skill) is not None]
    if able:
        return f"{actor.name} cannot {_words(step.skill)}; {both(able)} can."
    return (
        f"{actor.name} cannot {step.skill[:60]!r}; it can {either([skill.name for skill in actor.skills])}."
    )


def _of_values(step: Step) -> Iterable[str]:
    for key, value in step.arguments.items():
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{key} of {_words(step.skill)} is not a finite number."
        if isinstance(value, str) and (len(value) > MAX_STRING_CHARS or not _printable(value)):
            yield f"{key} of {_words(step.skill)} is too long or holds control characters."


def _of_arguments(step: Step, skill: Skill) -> Iterable[str]:
    try:
        errors = sorted(
            jsonschema.Draft202012Validator(skill.schema).iter_errors(dict(step.arguments)),
            key=lambda error: list(map(str, error.absolute_path)),
        )
    except (
        Exception
    ) as error:  # an announced schema may hold what makes the validator fail (a bad $ref, a bad pattern)
        return [
            f"The arguments of {_words(step.skill)} cannot be checked ({str(error)[:80]}), so I leave it."
        ]
    return [_sentence(error, step) for error in errors]


def _sentence(error: jsonschema.ValidationError, step: Step) -> str:
    where = ".".join(map(str, error.absolute_path))
    subject = (
        f"{where} of {_words(step.skill)} for {step.who}" if where else f"{_words(step.skill)} for {step.who}"
    )
    bound = {"maximum": "at most", "minimum": "at least"}.get(str(error.validator))
    if bound:
        return f"{subject} must be {bound} {error.validator_value:g}, and it is {error.instance:g}."
    if str(error.validator) == "enum" and isinstance(error.validator_value, list):
        return f"{subject} must be {either(list(map(str, error.validator_value)))}, not {str(error.instance)[:60]!r}."
    return f"{subject} does not fit: {error.message[:160]}."


def _of_order(steps: Sequence[Step]) -> Iterable[str]:
    ids = [step.id for step in steps]
    for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield f"Two steps of the plan have the number {id_}."
    if len(set(ids)) != len(ids):
        return
    place = {id_: index for index, id_ in enumerate(ids)}
    for index, step in enumerate(steps):
        for other in step.after:
            if other not in place:
                yield f"Step {step.id} is to follow step {other}, which does not exist."
            elif place[other] >= index:
                yield f"Step {step.id} is to follow step {other}, which does not come before it."
    yield from _at_once(steps)


def _at_once(steps: Sequence[Step]) -> Iterable[str]:
    """Steps of one robot must be ordered. `after` only points back here, so no cycle can hide."""
    before: dict[int, set[int]] = {}
    for step in steps:
        before[step.id] = {earlier for other in step.after for earlier in (other, *before.get(other, ()))}
    for index, step in enumerate(steps):
        for other in steps[:index]:
            if other.who == step.who and other.id not in before[step.id]:
                yield f"{step.who} cannot do two things at once: steps {other.id} and {step.id}."


def _properties(skill: Skill) -> Mapping[str, object]:
    found = skill.schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _printable(text: str) -> bool:
    return not any(
        (ord(character) < 32 and character not in "\n\t") or ord(character) == 127 for character in text
    )


def _words(skill: str) -> str:
    return skill[:60].replace("_", " ")

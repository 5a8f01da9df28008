# SPDX-License-Identifier: Apache-2.0
"""A plan as data: steps, each (who, skill, arguments, after). Immutable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from tektra.common.errors import InputError

#: Who carries out Tektra's own skills.
SELF = "tektra"
#: What a step that the model writes holds besides the arguments of its skill, which stand beside them.
STEP_KEYS = ("who", "do", "after")


class StepStatus(IntEnum):
    """As the constants of PlanStep.msg."""

    PENDING = 0
    RUNNING = 1
    SUCCEEDED = 2
    FAILED = 3
    CANCELED = 4
    REFUSED = 5

    @property
    def ended(self) -> bool:
        return self > StepStatus.RUNNING


class PlanStatus(IntEnum):
    """As the constants of Plan.msg."""

    PLANNED = 0
    RUNNING = 1
    SUCCEEDED = 2
    FAILED = 3
    CANCELED = 4
    REFUSED = 5


@dataclass(frozen=True)
class Step:
    """One thing to do: `who` (a robot, or tektra) carries out `skill` after the steps with the ids in `after`."""

    id: int
    who: str
    skill: str
    arguments: Mapping[str, object]
    after: tuple[int, ...] = ()

    @property
    def arguments_json(self) -> str:
        return json.dumps(self.arguments, ensure_ascii=False)

    def as_dict(self) -> dict[str, object]:
        """As it is kept, with every key."""
        return {
            "id": self.id,
            "who": self.who,
            "skill": self.skill,
            "arguments": dict(self.arguments),
            "after": list(self.after),
        }


@dataclass(frozen=True)
class Draft:
    """What the model answered: words, and steps that nobody has checked yet."""

    reply: str
    steps: tuple[Step, ...] = ()

    def as_json(self) -> str:
        """As the model writes it: a step's number is its place in the list."""
        content = {"reply": self.reply, "steps": [self._written(step) for step in self.steps]}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    def _written(self, step: Step) -> dict[str, object]:
        """`after` is there only where it waits for another: the steps of one robot follow each other anyway."""
        who = {other.id: other.who for other in self.steps}
        after = [other for other in step.after if who.get(other) != step.who]
        written = {"who": step.who, "do": step.skill, **step.arguments}
        return {**written, "after": after} if after else written


def steps_json(steps: tuple[Step, ...]) -> str:
    """The steps as a JSON array, to be kept; empty for none."""
    return json.dumps([step.as_dict() for step in steps], ensure_ascii=False) if steps else ""


def kept_steps(text: str) -> tuple[Step, ...]:
    """The steps that steps_json() wrote."""
    entries = json.loads(text) if text else []
    return tuple(
        Step(entry["id"], entry["who"], entry["skill"], entry["arguments"], tuple(entry["after"]))
        for entry in entries
    )


def parse_draft(text: str) -> Draft:
    """Reads the model's whole output. Trusts no type in it. Raises InputError naming what is wrong."""
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the model's answer is not JSON ({str(error)[:80]})", "ask again") from None
    if not isinstance(content, dict) or not isinstance(content.get("reply"), str):
        raise InputError("the model's answer has no reply", "ask again")
    steps = content.get("steps", [])
    if not isinstance(steps, list):
        raise InputError("the model's steps are not a list", "ask again")
    return Draft(content["reply"], tuple(_step(number, entry) for number, entry in enumerate(steps, start=1)))


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _step(number: int, entry: object) -> Step:
    if not isinstance(entry, dict):
        raise InputError(f"step {number} of the model is not an object", "ask again")
    who, skill, after = entry.get("who"), entry.get("do"), entry.get("after", [])
    if not isinstance(who, str) or not isinstance(skill, str):
        raise InputError(f"step {number} of the model names no robot or no skill", "ask again")
    if not isinstance(after, list) or any(type(other) is not int for other in after):
        raise InputError(f"`after` of step {number} is not a list of numbers", "ask again")
    arguments = {key: value for key, value in entry.items() if key not in STEP_KEYS}
    others = tuple(
        other for other in after if other != number
    )  # small models let a lone step wait for itself
    return Step(number, who, skill, arguments, others)

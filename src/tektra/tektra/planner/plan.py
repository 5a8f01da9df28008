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
        """As the model writes it."""
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
        content = {"reply": self.reply, "steps": [step.as_dict() for step in self.steps]}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def steps_json(steps: tuple[Step, ...]) -> str:
    """The steps as a JSON array; empty for none."""
    return json.dumps([step.as_dict() for step in steps], ensure_ascii=False) if steps else ""


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
    id_, who, skill = entry.get("id", number), entry.get("who"), entry.get("skill")
    arguments, after = entry.get("arguments", {}), entry.get("after", [])
    if type(id_) is not int or id_ < 0:
        raise InputError(f"step {number} of the model has the id {id_!r}", "ask again")
    if not isinstance(who, str) or not isinstance(skill, str):
        raise InputError(f"step {number} of the model names no robot or no skill", "ask again")
    if not isinstance(arguments, dict):
        raise InputError(f"the arguments of step {number} are not an object", "ask again")
    if not isinstance(after, list) or any(type(other) is not int for other in after):
        raise InputError(f"`after` of step {number} is not a list of ids", "ask again")
    return Step(id_, who, skill, arguments, tuple(after))

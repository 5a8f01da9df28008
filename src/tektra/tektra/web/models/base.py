# SPDX-License-Identifier: Apache-2.0
"""What all models share: unknown fields are refused, texts and numbers have bounds."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

RoleName = Literal["observer", "guest", "operator", "admin"]
#: A name on the wire: of a robot, a voice, a model, a gesture.
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/+-]*$")
]
ROBOT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
#: A robot's name is a part of topic names.
RobotName = Annotated[str, StringConstraints(pattern=f"^{ROBOT_NAME.pattern}$")]
#: What the server gave as an id.
Key = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:-]+$")]
#: An id that a client chooses for one of its own requests, to know the answers by.
Tag = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9._:-]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
#: Base64 of at most 8 MB.
Base64 = Annotated[str, StringConstraints(min_length=1, max_length=11_200_000)]
#: When it was sent, in ms since the epoch by the server's clock (see `welcome`). What comes too late is refused.
SentAt = Annotated[int | None, Field(ge=0, le=2**53)]
#: A JSON value of any shape, such as a skill's arguments.
JsonObject = dict[str, Any]
#: Letters that no text has: ROS ends a text at a NUL, so that what is done would not be what is written down; PostgreSQL
#: keeps none. And halves of letters (surrogates), which are in no encoding.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Only base64 may be longer, which is looked at where it is decoded.
LONGEST_TEXT = 65_536
#: Whole numbers beyond it are no number of JSON's other readers.
LARGEST = 2**63
MAX_REASON = 200


class Model(BaseModel):
    """Something that comes in: unknown fields are refused, nothing is taken for what it is not ("1" for 1), and what has
    any shape (JsonObject) is looked through."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name in self.model_fields_set:
            why = unsound(getattr(self, name))
            if why:
                raise ValueError(f"{name} holds {why}")
        return self


def unsound(value: object) -> str:
    """What is wrong with a value, at any depth; empty: nothing."""
    match value:
        case str():
            return (
                "a control character or half a letter"
                if len(value) <= LONGEST_TEXT and NO_TEXT.search(value)
                else ""
            )
        case float():
            return "" if math.isfinite(value) else "a number that is not finite"
        case int():
            return "" if abs(value) < LARGEST else "a number that is too large"
        case dict():
            return next(filter(None, map(unsound, (*value.keys(), *value.values()))), "")
        case list():
            return next(filter(None, map(unsound, value)), "")
    return ""


def reason_of(said: object) -> str:
    """Why somebody stops, as far as it can be told: whatever is said, it keeps no stop from being one."""
    return NO_TEXT.sub(" ", said)[:MAX_REASON] if isinstance(said, str) else ""


def robot_of(said: object) -> str:
    """Which robot is to stop; all where that is not told clearly."""
    return said if isinstance(said, str) and ROBOT_NAME.fullmatch(said) else ""


Reason = Annotated[str, BeforeValidator(reason_of), StringConstraints(max_length=MAX_REASON)]
StoppedRobot = Annotated[RobotName | Literal[""], BeforeValidator(robot_of)]


class Seen(BaseModel):
    """Something that goes out."""

    model_config = ConfigDict(extra="ignore", ser_json_inf_nan="null", protected_namespaces=())


class Problem(Seen):
    """Why something was refused or failed, for programs (`code`) and people (`message`, `remedy`)."""

    code: str
    message: str
    remedy: str = ""


def as_file(kind: str) -> dict[int | str, dict[str, Any]]:
    """For a route's description: it answers with bytes of that media type."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


class Done(Seen):
    """It was done; `message` says more where there is more to say."""

    message: str = ""

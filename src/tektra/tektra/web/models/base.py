# SPDX-License-Identifier: Apache-2.0
"""What all models share: unknown fields are refused, texts and numbers have bounds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

RoleName = Literal["observer", "guest", "operator", "admin"]
#: A name on the wire: of a robot, a voice, a model, a gesture.
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/+-]*$")
]
#: A robot's name is a part of topic names.
RobotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
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


class Model(BaseModel):
    """Something that comes in: unknown fields are refused, and nothing is taken for what it is not ("1" for 1)."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Seen(BaseModel):
    """Something that goes out."""

    model_config = ConfigDict(extra="ignore", ser_json_inf_nan="null", protected_namespaces=())


class Problem(Seen):
    """Why something was refused or failed, for programs (`code`) and people (`message`, `remedy`)."""

    code: str
    message: str
    remedy: str = ""


class Done(Seen):
    """It was done; `message` says more where there is more to say."""

    message: str = ""

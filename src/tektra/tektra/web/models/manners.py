# SPDX-License-Identifier: Apache-2.0
"""How Tektra speaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tektra.common.manners import STYLE_MAX
from tektra.web.models.base import Model, Seen

#: In a few words, for the model; empty: as its prompt has it.
Style = Annotated[
    str, StringConstraints(max_length=STYLE_MAX, pattern=r"^[^\x00-\x1f\x7f]*$", strip_whitespace=True)
]
#: As requests carry it: an account's, or of a voice that is recognised.
Who = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$", strip_whitespace=True)
]


class MannerAsked(Model):
    """`expressive`: whether emotions and gestures are shown."""

    style: Style = ""
    expressive: bool = True


class MannersAsked(Model):
    """In place of all that there was. A person without a style has everybody's. `revision`: what they were read as; where somebody
    changed them since, nothing is written. Without it they are replaced whatever they are."""

    everybody: MannerAsked = MannerAsked()
    people: Annotated[dict[Who, MannerAsked], Field(max_length=200)] = {}
    revision: Annotated[str, StringConstraints(max_length=16, pattern=r"^[0-9a-f]*$")] | None = None


class MannerShown(Seen):
    """Of everybody, or one person."""

    style: str
    expressive: bool


class MannersShown(Seen):
    """As they are kept. `revision`: another one after each change; empty where nothing is kept."""

    everybody: MannerShown
    people: dict[str, MannerShown]
    revision: str

# SPDX-License-Identifier: Apache-2.0
"""What a look of the avatar is made of: declared here once, for the avatar that wears it and the page that changes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

HAIR_STYLES = ("short", "bob", "cap", "none")
KIND = "look"
Kind = Literal["colour", "choice", "slider", "figure"]


@dataclass(frozen=True)
class LookField:
    """A field of a look: its name, of which kind it is, what it is by default, and what it may be."""

    name: str
    kind: Kind
    default: str | float
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


def _colour(default: str) -> Any:
    return field(default=default, metadata={KIND: {"kind": "colour"}})


def _choice(default: str, choices: Sequence[str]) -> Any:
    return field(default=default, metadata={KIND: {"kind": "choice", "choices": tuple(choices)}})


def _slider() -> Any:
    return field(default=0.0, metadata={KIND: {"kind": "slider", "low": -1.0, "high": 1.0}})


@dataclass(frozen=True)
class LookFields:
    """Colours as sRGB "#rrggbb", the hair style, the body's sliders (-1..1, 0: as the character was made), and the figure: the id of a
    VRM file that somebody brought, which the page shows; empty: Tektra's own. The defaults are those of the character's file.

    The character is a bust: it has no height, and no legs.
    """

    skin: str = _colour("#d9a07e")
    lips: str = _colour("#b5655c")
    eyes: str = _colour("#5f8f86")
    brows: str = _colour("#3b2618")
    hair: str = _colour("#4a2e1c")
    garment: str = _colour("#2b5468")
    trim: str = _colour("#e8a33d")
    cap: str = _colour("#2b5468")
    background: str = _colour("#dfe8ee")
    hair_style: str = _choice("bob", HAIR_STYLES)
    build: float = _slider()
    shoulder_width: float = _slider()
    neck_length: float = _slider()
    head_size: float = _slider()
    figure: str = field(default="", metadata={KIND: {"kind": "figure"}})

    def to_json(self) -> str:
        """The whole look as a JSON object, keys in the order of the fields."""
        return json.dumps(asdict(self))


FIELDS: tuple[LookField, ...] = tuple(
    LookField(name=one.name, default=getattr(LookFields, one.name), **one.metadata[KIND])
    for one in fields(LookFields)
)
SLIDERS: tuple[str, ...] = tuple(one.name for one in FIELDS if one.kind == "slider")

# SPDX-License-Identifier: Apache-2.0
"""The avatar's look: colours by material, a hair style and a body, told and kept as a JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tektra.avatar.errors import BadLookError
from tektra.common.look import FIELDS, SLIDERS, LookField, LookFields
from tektra.common.look import HAIR_STYLES as HAIR_STYLES

MAX_TEXT_LENGTH = 4096
EXAMPLE = 'write for example {"hair": "#803010", "hair_style": "short"}'
_COLOUR, _FIGURE = re.compile(r"#[0-9a-fA-F]{6}"), re.compile(r"([0-9a-f]{32})?")
_ALLOWED: Mapping[str, LookField] = {field.name: field for field in FIELDS}
_SHOWN_WITH: Mapping[str, tuple[str, ...]] = {
    "short": ("hair_short",), "bob": ("hair_bob",), "cap": ("hair_under_cap", "cap"), "none": (),
}  # fmt: skip


@dataclass(frozen=True)
class Look(LookFields):
    """A look as the avatar wears it."""

    def material_colours(self) -> dict[str, tuple[float, float, float]]:
        """Linear RGB by material name of the GLB, for the materials that a look changes."""
        return {
            "skin": linear(self.skin), "lips": linear(self.lips), "iris": linear(self.eyes),
            "brows": linear(self.brows), "hair": linear(self.hair), "garment": linear(self.garment),
            "trim": linear(self.trim), "cap": linear(self.cap),
        }  # fmt: skip

    def shows(self, mesh: str) -> bool:
        """Whether a mesh of the GLB is seen: of the hair meshes only those of the style."""
        if mesh == "cap" or mesh.startswith("hair"):
            return mesh in _SHOWN_WITH[self.hair_style]
        return True

    def physique(self) -> dict[str, float]:
        """The body's sliders by name, without those that change nothing."""
        return {name: value for name in SLIDERS if (value := float(getattr(self, name)))}


def changed(look: Look, text: str) -> Look:
    """`look` with the fields that the JSON object `text` names; an empty text changes nothing.

    Raises BadLookError, naming the field, what was given and what is allowed; then nothing changes at all.
    """
    if not text.strip():
        return look
    if len(text) > MAX_TEXT_LENGTH:
        raise BadLookError(f"a look of {len(text)} characters is too long", f"give at most {MAX_TEXT_LENGTH}")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLookError(f"the look is not JSON ({error})", EXAMPLE) from error
    if not isinstance(given, dict):
        raise BadLookError(f"the look is a JSON {type(given).__name__}, no object", EXAMPLE)
    for name, value in given.items():
        if name not in _ALLOWED:
            raise BadLookError(
                f"there is no {name!r} to change", f"choose among {', '.join(sorted(_ALLOWED))}"
            )
        _require(_ALLOWED[name], value)
    return replace(look, **given)


def _require(field: LookField, value: object) -> None:
    """Raises BadLookError where a field cannot be so."""
    match field.kind:
        case "choice":
            if value not in field.choices:
                raise BadLookError(
                    f"there is no {field.name} {value!r}", f"choose {', '.join(field.choices)}"
                )
        case "slider":
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not field.low <= value <= field.high:  # type: ignore[operator]  # nor NaN
                raise BadLookError(
                    f"{field.name} cannot be {value!r}", f"write a number of {field.low:g} to {field.high:g}"
                )
        case "figure":
            if not isinstance(value, str) or not _FIGURE.fullmatch(value):
                raise BadLookError(
                    f"there is no figure {value!r}", "write the id of one that was brought, or nothing"
                )
        case _:
            if not isinstance(value, str) or not _COLOUR.fullmatch(value):
                raise BadLookError(
                    f"{field.name} {value!r} is no colour", "write it as #rrggbb, like #803010"
                )


def linear(colour: str) -> tuple[float, float, float]:
    """Linear RGB 0..1 of "#rrggbb" (sRGB, IEC 61966-2-1)."""
    red, green, blue = srgb(colour)
    return _decoded(red), _decoded(green), _decoded(blue)


def srgb(colour: str) -> tuple[float, float, float]:
    """sRGB 0..1 of "#rrggbb"."""
    return int(colour[1:3], 16) / 255.0, int(colour[3:5], 16) / 255.0, int(colour[5:7], 16) / 255.0


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

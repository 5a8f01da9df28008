# SPDX-License-Identifier: Apache-2.0
"""The avatar's look: colours by material and a hair style, told and kept as a JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from tektra.avatar.errors import BadLookError

HAIR_STYLES = ("short", "bob", "cap", "none")
MAX_TEXT_LENGTH = 4096
EXAMPLE = 'write for example {"hair": "#803010", "hair_style": "short"}'
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SHOWN_WITH: Mapping[str, tuple[str, ...]] = {
    "short": ("hair_short",), "bob": ("hair_bob",), "cap": ("hair_under_cap", "cap"), "none": (),
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """Colours as sRGB "#rrggbb", and the hair style. The defaults are those of the file."""

    skin: str = "#d9a07e"
    lips: str = "#b5655c"
    eyes: str = "#5f8f86"
    brows: str = "#3b2618"
    hair: str = "#4a2e1c"
    garment: str = "#2b5468"
    trim: str = "#e8a33d"
    cap: str = "#2b5468"
    background: str = "#dfe8ee"
    hair_style: str = "bob"

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

    def to_json(self) -> str:
        """The whole look as a JSON object, keys in the order of the fields."""
        return json.dumps(asdict(self))


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
    allowed = {field.name for field in fields(Look)}
    for name, value in given.items():
        if name not in allowed:
            raise BadLookError(
                f"there is no {name!r} to change", f"choose among {', '.join(sorted(allowed))}"
            )
        if name == "hair_style":
            if value not in HAIR_STYLES:
                raise BadLookError(f"there is no hair_style {value!r}", f"choose {', '.join(HAIR_STYLES)}")
        elif not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise BadLookError(f"{name} {value!r} is no colour", "write it as #rrggbb, like #803010")
    return replace(look, **given)


def linear(colour: str) -> tuple[float, float, float]:
    """Linear RGB 0..1 of "#rrggbb" (sRGB, IEC 61966-2-1)."""
    red, green, blue = srgb(colour)
    return _decoded(red), _decoded(green), _decoded(blue)


def srgb(colour: str) -> tuple[float, float, float]:
    """sRGB 0..1 of "#rrggbb"."""
    return int(colour[1:3], 16) / 255.0, int(colour[3:5], 16) / 255.0, int(colour[5:7], 16) / 255.0


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

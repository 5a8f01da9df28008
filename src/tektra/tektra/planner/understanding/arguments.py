# SPDX-License-Identifier: Apache-2.0
"""What a skill's arguments mean, from its announced schema: its annotations first, then the names that all skills share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tektra.common.errors import ConfigError
from tektra.language.units import Kind, factor
from tektra.planner.understanding.scene import KnownSkill

#: Arguments that mean the same in every skill.
_BY_NAME = {
    "place": "place", "places": "places", "object": "object", "thing": "object", "item": "object", "spot": "spot",
    "robot": "robot", "person": "person", "text": "text", "x": "number", "y": "number",
}  # fmt: skip
#: Endings of names, with the meaning and pint's name of the unit.
_BY_ENDING = (
    ("_mps", "speed", "metre / second"), ("_cm", "length", "centimetre"), ("_mm", "length", "millimetre"), ("_m", "length", "metre"),
    ("_deg", "angle", "degree"), ("_rad", "angle", "radian"), ("_s", "duration", "second"), ("_min", "duration", "minute"),
    ("seconds", "duration", "second"), ("minutes", "duration", "minute"), ("hours", "duration", "hour"),
)  # fmt: skip
KINDS = {"length": Kind.LENGTH, "angle": Kind.ANGLE, "duration": Kind.DURATION, "speed": Kind.SPEED}
_BASE = {"length": "metre", "angle": "degree", "duration": "second", "speed": "metre / second"}
#: Which direction counts positive where an argument may be negative.
_POSITIVE = {"length": "forward", "angle": "left"}


@dataclass(frozen=True)
class Argument:
    """`meaning`: place, places, object, spot, person, robot, length, angle, duration, speed, number, count, text, enum, about.

    `per_base`: the argument's unit in each of the base unit (m, deg, s, m/s). `positive`: the direction of a positive value
    where a negative one is allowed, else empty.
    """

    name: str
    meaning: str
    per_base: float = 1.0
    positive: str = ""
    low: float | None = None
    high: float | None = None


def properties(skill: KnownSkill) -> Mapping[str, Mapping[str, object]]:
    found = skill.schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): schema for name, schema in found.items() if isinstance(schema, Mapping)}


def argument(name: str, skill: KnownSkill | None) -> Argument:
    """An argument of a skill; of a skill that nobody has, by its name alone."""
    schema = properties(skill).get(name, {}) if skill is not None else {}
    meaning, unit = _meaning(name, schema)
    low, high = schema.get("minimum"), schema.get("maximum")
    signed = isinstance(low, (int, float)) and low < 0 and meaning in _POSITIVE
    per_base = 1.0
    if meaning in KINDS and unit:
        try:
            per_base = 1.0 / factor(unit, KINDS[meaning])
        except ConfigError:
            meaning = "number"  # a unit that nobody knows: the value cannot be read
    return Argument(
        name,
        meaning,
        per_base,
        _POSITIVE[meaning] if signed or (skill is None and meaning in _POSITIVE) else "",
        float(low) if isinstance(low, (int, float)) else None,
        float(high) if isinstance(high, (int, float)) else None,
    )


def _meaning(name: str, schema: Mapping[str, object]) -> tuple[str, str]:
    unit = str(schema.get("x-tektra-unit", ""))
    declared = schema.get("x-tektra-meaning")
    if isinstance(declared, str):
        return declared, unit or _BASE.get(declared, "")
    if "enum" in schema:
        return "enum", ""
    if name in _BY_NAME:
        return _BY_NAME[name], ""
    for ending, meaning, own in _BY_ENDING:
        if name.endswith(ending):
            return meaning, unit or own
    return {"number": "number", "integer": "count"}.get(str(schema.get("type")), "text"), ""


def requirements(skill: KnownSkill) -> tuple[tuple[str, ...], ...]:
    """The sets of arguments of which one must be given: `required`, with each branch of `oneOf` or `anyOf`."""
    base = _names(skill.schema.get("required"))
    branches = skill.schema.get("oneOf", skill.schema.get("anyOf"))
    if not isinstance(branches, list):
        return (base,)
    return tuple((*base, *_names(b.get("required"))) for b in branches if isinstance(b, Mapping)) or (base,)


def _names(given: object) -> tuple[str, ...]:
    return tuple(str(name) for name in given) if isinstance(given, list) else ()


def turned(found: object, fixed: object) -> object:
    """A value whose direction is in the verb: "back up one metre"."""
    if fixed == "@back" and isinstance(found, (int, float)):
        return -abs(found)
    return found


def in_own_unit(fixed: float, own: Argument) -> float:
    """An amount in base units, in the unit of the argument."""
    return round(fixed * own.per_base, 6)


def enum(schema: Mapping[str, object]) -> list[object]:
    """The values that a schema allows; empty where it names none."""
    values = schema.get("enum")
    return values if isinstance(values, list) else []

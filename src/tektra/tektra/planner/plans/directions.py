# SPDX-License-Identifier: Apache-2.0
"""Signs follow the person's words: small models know "right" from "left", but not which of them is negative.

A skill's schema declares the meaning of a sign in an argument's description, as "positive: left" or "negative:
backwards". Where the words name exactly one direction of that pair, the sign is set by it. Plain functions on data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tektra.planner.plans.plan import Step
from tektra.planner.understanding.grounding import tokens
from tektra.planner.world.catalogue import Skill

#: Pairs of directions that exclude each other, each with the words for it.
_PAIRS = (
    (frozenset({"left", "leftwards", "counterclockwise"}), frozenset({"right", "rightwards", "clockwise"})),
    (
        frozenset({"forward", "forwards", "ahead", "onwards"}),
        frozenset({"backward", "backwards", "back", "reverse", "rearwards"}),
    ),
    (frozenset({"up", "upwards", "raise", "higher"}), frozenset({"down", "downwards", "lower"})),
)
_DECLARED = re.compile(r"\b(positive|negative): (\w+)")


def with_signs(step: Step, skill: Skill, words: str) -> Step:
    """The step, with the sign of each argument that the words decide."""
    properties = skill.schema.get("properties")
    if not isinstance(properties, Mapping):
        return step
    said = frozenset(tokens(words))
    arguments = dict(step.arguments)
    for name, schema in properties.items():
        value = arguments.get(name)
        sign = _sign(schema, said)
        if sign and isinstance(value, (int, float)) and not isinstance(value, bool):
            arguments[name] = sign * abs(value)
    return replace(step, arguments=arguments)


def _sign(schema: object, said: frozenset[str]) -> int:
    """1 or -1 where the words decide it, else 0."""
    description = schema.get("description") if isinstance(schema, Mapping) else None
    declared = _DECLARED.search(description) if isinstance(description, str) else None
    if declared is None:
        return 0
    for one, other in _PAIRS:
        if declared[2] in one or declared[2] in other:
            named, opposite = (one, other) if declared[2] in one else (other, one)
            along, against = not said.isdisjoint(named), not said.isdisjoint(opposite)
            if along != against:
                return (1 if declared[1] == "positive" else -1) * (1 if along else -1)
    return 0

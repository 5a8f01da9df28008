# SPDX-License-Identifier: Apache-2.0
"""A skill and the JSON schema of its arguments. Immutable."""

import json
from dataclasses import dataclass

Schema = dict[str, object]


@dataclass(frozen=True)
class Skill:
    """One skill. `capability`: what the robot must have for it. `schema`: JSON schema of the arguments, as text.

    The capability `hand` is an arm with a gripper.
    """

    name: str
    sentence: str
    capability: str
    schema: str

    @property
    def arguments_schema(self) -> Schema:
        """A new copy of the schema as Python data."""
        loaded: Schema = json.loads(self.schema)
        return loaded


def number(low: float, high: float, meaning: str) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high, "description": meaning}


def make_skill(
    name: str,
    sentence: str,
    capability: str,
    properties: dict[str, Schema],
    required: tuple[str, ...] = (),
    **more: object,
) -> Skill:
    schema: Schema = {"type": "object", "properties": properties, "required": list(required)}
    return Skill(name, sentence, capability, json.dumps({**schema, "additionalProperties": False, **more}))


def said(**sentences: list[str]) -> Schema:
    """How people ask for it (docs/languages.md)."""
    return {"x-tektra-sentences": sentences}

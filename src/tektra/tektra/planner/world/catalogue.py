# SPDX-License-Identifier: Apache-2.0
"""Who is there and what they can do: the live robots as they announce themselves, and Tektra. Immutable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import jsonschema

from tektra.common.errors import InputError
from tektra.planner.plans.plan import SELF, STEP_KEYS

Schema = Mapping[str, object]
#: A description from the graph is outside data; a longer schema is refused.
MAX_SCHEMA_CHARS = 20_000
MAX_SKILLS = 64


@dataclass(frozen=True)
class Skill:
    """A skill as announced: `schema` is the JSON schema (object) of its arguments."""

    name: str
    sentence: str
    schema: Schema


@dataclass(frozen=True)
class Actor:
    """A robot, or Tektra itself. `instance` differs for each start of its driver."""

    name: str
    kind: str
    instance: str
    skills: tuple[Skill, ...]

    def skill(self, name: str) -> Skill | None:
        return next((skill for skill in self.skills if skill.name == name), None)


@dataclass(frozen=True)
class Catalogue:
    """Everyone who can carry out a step, by name, in the order of names, Tektra last."""

    actors: Mapping[str, Actor] = field(default_factory=dict)

    @property
    def robots(self) -> tuple[str, ...]:
        return tuple(name for name in self.actors if name != SELF)

    def with_actor(self, actor: Actor) -> Catalogue:
        return _ordered({**self.actors, actor.name: actor})

    def without(self, name: str) -> Catalogue:
        return _ordered({known: actor for known, actor in self.actors.items() if known != name})


def _ordered(actors: Mapping[str, Actor]) -> Catalogue:
    return Catalogue(dict(sorted(actors.items(), key=lambda item: (item[0] == SELF, item[0]))))


def read_skill(name: str, sentence: str, schema_text: str) -> Skill:
    """A skill from an announcement. Raises InputError for a schema that cannot be used."""
    try:
        if len(schema_text) > MAX_SCHEMA_CHARS:
            raise ValueError(f"longer than {MAX_SCHEMA_CHARS} characters")
        schema = json.loads(schema_text or "{}")
        if not isinstance(schema, dict) or schema.get("type", "object") != "object":
            raise ValueError("not the schema of an object")
        if taken := [name for name in STEP_KEYS if name in schema.get("properties", {})]:
            raise ValueError(f"an argument may not be called {taken[0]!r}")
        jsonschema.Draft202012Validator.check_schema(schema)
    except (ValueError, RecursionError, jsonschema.SchemaError) as error:
        reason = getattr(error, "message", str(error))
        raise InputError(
            f"the schema of the skill {name!r} is unusable ({reason[:120]})", "correct its driver"
        ) from None
    return Skill(name, sentence, schema)


def _own(name: str, sentence: str, properties: dict[str, Schema]) -> Skill:
    required = list(properties)
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Skill(name, sentence, schema)


#: Faces that Tektra can put on, as /tektra/avatar/express knows them.
EXPRESSIONS = ("neutral", "happy", "sad", "surprised", "thinking", "attentive", "concerned")
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
#: What Tektra itself can do; announced on /tektra/description like a robot's skills.
OWN_SKILLS = (
    _own("say", "Say a sentence aloud.", {"text": _TEXT}),
    _own("look", "Tell what the camera sees now.", {}),
    _own(
        "express",
        "Put on a facial expression.",
        {"expression": {"type": "string", "enum": list(EXPRESSIONS)}},
    ),
    _own("remember", "Keep a fact for later conversations.", {"text": _TEXT}),
    _own("wait", "Wait some seconds.", {"seconds": {"type": "number", "minimum": 0.0, "maximum": 600.0}}),
)


def tektra(instance: str) -> Actor:
    """Tektra as one of those who can carry out a step."""
    return Actor(SELF, "assistant", instance, OWN_SKILLS)

# SPDX-License-Identifier: Apache-2.0
"""The JSON schema that holds the model's output to the skills which the live robots announce.

One shape for answer and plan: `{"reply": ..., "steps": [{"who", "do", arguments, "after"}, ...]}`, the reply first so
that it can be spoken while the steps are still being written. It is as small as it can be: a form for each skill,
shared by all robots that have it. It keeps a model from nonsense; it is no guard. Whatever comes out is checked again (tektra.planner.plans.checks).

Places are free text in it, so that a model can write the unknown one that was said, and the checks refuse it, instead
of being pressed into a known one. Robots are not: a small model that may invent a "who" does so needlessly; robots that
are not here are found in the person's words (tektra.planner.understanding.grounding).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tektra.planner.understanding.grounding import tokens
from tektra.planner.world.catalogue import Catalogue, Schema, Skill

#: What constrained decoders of all back ends understand; the rest of an announced schema is left to the checks.
KEPT = ("type", "enum", "const", "minimum", "maximum", "maxLength", "minItems", "maxItems")
REPLY_MAX_CHARS = 400
TEXT_MAX_CHARS = 200
#: A decoder writes a list out item by item into its grammar.
ITEMS_MAX = 20
#: A number has two decimals at most: a small model that may write more sometimes never ends.
NUMBER_STEP = 0.01


def plan_schema(catalogue: Catalogue, *, max_steps: int, words: str = "") -> dict[str, object]:
    """The schema of one answer to `words`. With nobody to do anything, steps can only be empty.

    An optional argument is offered only where the words mention it by name ("speed"): small models fill in whatever
    they may.
    """
    forms = list(_step_forms(catalogue, frozenset(tokens(words))))
    steps: dict[str, object] = {"type": "array", "maxItems": max_steps if forms else 0}
    if forms:
        steps["items"] = {"anyOf": forms}
    return _object({"reply": {"type": "string", "maxLength": REPLY_MAX_CHARS}, "steps": steps})


def _step_forms(catalogue: Catalogue, mentioned: frozenset[str]) -> Iterable[dict[str, object]]:
    forms: dict[str, tuple[Skill, list[str]]] = {}
    for name, actor in catalogue.actors.items():
        for skill in actor.skills:
            # Robots share a form only where they announced the very same schema.
            forms.setdefault(f"{skill.name} {skill.schema}", (skill, []))[1].append(name)
    for skill, who in forms.values():
        for offered, required in _argument_forms(skill.schema, mentioned):
            yield _step({"type": "string", "enum": who}, skill.name, offered, required)


def _step(who: Schema, skill: str, arguments: Mapping[str, Schema], required: list[str]) -> dict[str, object]:
    """The arguments stand beside `who` and `do`: each brace and each key less is a token less in every plan."""
    number = {"type": "integer", "minimum": 1, "maximum": 20}
    after = {"type": "array", "items": number, "minItems": 1, "maxItems": 4}
    head: dict[str, Schema] = {"who": who, "do": {"type": "string", "const": skill}}
    return _object({**head, **arguments, "after": after}, [*head, *required])


def _argument_forms(schema: Schema, mentioned: frozenset[str]) -> list[tuple[dict[str, Schema], list[str]]]:
    """What may and what must be written: for each alternative of `oneOf`/`anyOf` [{required: [...]}, ...], or once."""
    properties = schema.get("properties")
    known: Mapping[str, object] = properties if isinstance(properties, Mapping) else {}
    always = _names(schema.get("required"))
    forms = []
    for names in [_names(entry.get("required")) for entry in _choices(schema)] or [[]]:
        required = [name for name in known if name in always or name in names]
        alone = {name for entry in _choices(schema) for name in _names(entry.get("required"))}
        asked = [
            name
            for name in known
            if name not in alone and not mentioned.isdisjoint(tokens(name.replace("_", " ")))
        ]
        offered: dict[str, Schema] = {
            name: _kept(known[name]) for name in known if name in {*required, *asked}
        }
        forms.append((offered, required))
    return forms


def _choices(schema: Schema) -> list[Mapping[str, object]]:
    found = schema.get("oneOf") or schema.get("anyOf") or []
    entries = found if isinstance(found, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping) and "required" in entry]


def _names(found: object) -> list[str]:
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _kept(schema: object) -> dict[str, object]:
    if not isinstance(schema, Mapping):
        return {}
    small: dict[str, object] = {key: schema[key] for key in KEPT if key in schema}
    if small.get("type") == "number" and "enum" not in small:
        small["multipleOf"] = NUMBER_STEP
    if small.get("type") == "string" and "enum" not in small and "const" not in small:
        longest = small.get("maxLength")
        small["maxLength"] = min(longest, TEXT_MAX_CHARS) if isinstance(longest, int) else TEXT_MAX_CHARS
    if small.get("type") == "array":
        most = small.get("maxItems")
        small["maxItems"] = min(most, ITEMS_MAX) if isinstance(most, int) else ITEMS_MAX
    if "items" in schema:
        small["items"] = _kept(schema["items"])
    return small


def _object(properties: Mapping[str, object], required: list[str] | None = None) -> dict[str, object]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }

# SPDX-License-Identifier: Apache-2.0
"""Whether a schema that somebody announced may be used at all. Announcements are outside data, hostile until checked.

A schema is given to decoders that make a grammar of it and to a validator; sizes, depth and patterns that would make
either of them work without end are refused here, before anything else looks at them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from re import _constants as sre  # type: ignore[attr-defined]  # what re itself reads patterns with
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import jsonschema

MAX_CHARS = 20_000
MAX_DEPTH = 10
MAX_NODES = 800
MAX_ARGUMENTS = 30
MAX_ENUM = 200
MAX_ITEMS = 100
MAX_TEXT_CHARS = 400
MAX_NUMBER = 1e9
MAX_LENGTH = 10_000
ARGUMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")
_COUNTS = ("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains")
_LENGTHS = ("minLength", "maxLength")
_PATTERN_MAX_CHARS = 100
#: A search through 1000 characters with so many repeats takes some milliseconds at most.
_MAX_REPEATS = 2
_MAX_BRANCHES = 32


def read_schema(text: str) -> dict[str, Any]:
    """The schema of a skill's arguments. Raises ValueError saying what is wrong with it."""
    if len(text) > MAX_CHARS:
        raise ValueError(f"it has {len(text)} characters, and at most {MAX_CHARS} are taken")
    try:
        schema = json.loads(text or "{}")
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        raise ValueError("not the schema of an object")
    _check_size(schema)
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or len(properties) > MAX_ARGUMENTS:
        raise ValueError(f"it has not a list of at most {MAX_ARGUMENTS} arguments")
    for name in properties:
        if not ARGUMENT_NAME.fullmatch(name):
            raise ValueError(f"no argument may be called {name[:60]!r}")
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise ValueError(error.message[:160]) from None
    return schema


def _check_size(schema: Mapping[str, Any]) -> None:
    for nodes, (key, value, depth) in enumerate(_walk(schema, "", 1), start=1):
        if nodes > MAX_NODES:
            raise ValueError(f"it has more than {MAX_NODES} parts")
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
        _check_value(key, value)


def _walk(value: object, key: str, depth: int) -> Iterator[tuple[str, object, int]]:
    """Every value with the key that it stands under, from the outside in; never deeper than one past the limit."""
    yield key, value, depth
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, name, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, "", depth + 1)


def _check_value(key: str, value: object) -> None:
    if len(key) > 60 or key.startswith("$"):
        raise ValueError(f"{key[:60]!r} is not taken in a schema")
    if isinstance(value, str) and len(value) > MAX_TEXT_CHARS:
        raise ValueError(f"a text in it has more than {MAX_TEXT_CHARS} characters")
    if isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) <= MAX_NUMBER):
        raise ValueError(f"a number in it is beyond {MAX_NUMBER:g}")
    if key in _COUNTS and isinstance(value, (int, float)) and value > MAX_ITEMS:
        raise ValueError(f"{key} is {value:g}, and at most {MAX_ITEMS} is taken")
    if key in _LENGTHS and isinstance(value, (int, float)) and value > MAX_LENGTH:
        raise ValueError(f"{key} is {value:g}, and at most {MAX_LENGTH} is taken")
    if key == "enum" and isinstance(value, list) and not 0 < len(value) <= MAX_ENUM:
        raise ValueError(f"an enum has {len(value)} values, and 1 to {MAX_ENUM} are taken")
    if key == "pattern" and isinstance(value, str):
        _check_pattern(value)
    if key == "patternProperties" and isinstance(value, dict):
        for pattern in value:
            _check_pattern(pattern)


def _check_pattern(pattern: str) -> None:
    """Refuses what may search without end: repeats within repeats, more than two, many branches, references."""
    if len(pattern) > _PATTERN_MAX_CHARS:
        raise ValueError(f"a pattern has more than {_PATTERN_MAX_CHARS} characters")
    try:
        repeats, branches = _cost(parser.parse(pattern), inside=False)
    except (re.error, RecursionError, OverflowError):
        raise ValueError(f"the pattern {pattern[:60]!r} is none") from None
    if repeats > _MAX_REPEATS or branches > _MAX_BRANCHES:
        raise ValueError(f"the pattern {pattern[:60]!r} may take too long")


def _cost(pattern: Any, *, inside: bool) -> tuple[int, int]:
    """How many repeats of open length, and how many ways through its alternatives."""
    repeats, branches = 0, 1
    for kind, value in pattern:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = value
            if inside and low != high and high > 1:
                raise ValueError("a pattern repeats what repeats")
            more, ways = _cost(inner, inside=inside or high > 1)
            if ways > 1 and high > 1:
                raise ValueError("a pattern repeats alternatives")
            repeats, branches = repeats + more + (low != high and high > 1), branches * ways
        elif kind is sre.BRANCH:
            ways_of = [_cost(branch, inside=inside) for branch in value[1]]
            repeats += sum(more for more, _ in ways_of)
            branches *= sum(ways for _, ways in ways_of)
        elif kind is sre.SUBPATTERN:
            more, ways = _cost(value[-1], inside=inside)
            repeats, branches = repeats + more, branches * ways
        elif kind in (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.ASSERT, sre.ASSERT_NOT, sre.ATOMIC_GROUP):
            raise ValueError("a pattern looks around or refers to a group")
    return repeats, branches

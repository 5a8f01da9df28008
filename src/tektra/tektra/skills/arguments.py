# SPDX-License-Identifier: Apache-2.0
"""A goal's arguments, as outside data that is checked before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema

from tektra.common.errors import InputError

Arguments = Mapping[str, Any]


def checked(name: str, arguments_json: str, schema: str) -> Arguments:
    """The arguments as data that fits the schema. Raises InputError."""
    try:
        arguments = json.loads(arguments_json or "{}", parse_constant=_no_constant)
        jsonschema.validate(arguments, json.loads(schema))
    except RecursionError as error:
        raise InputError(
            f"the arguments of {name} are nested too deeply", "give a flat JSON object"
        ) from error
    except ValueError as error:
        raise InputError(f"the arguments of {name} are no JSON: {error}", "give a JSON object") from error
    except jsonschema.ValidationError as error:
        where = ".".join(map(str, error.absolute_path)) or "arguments"
        raise InputError(f"{name}: {where}: {error.message[:200]}", f"the schema is {schema}") from error
    return dict(arguments)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number that anything could move by")

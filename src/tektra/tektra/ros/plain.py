# SPDX-License-Identifier: Apache-2.0
"""Messages of any type as mappings of their fields, and back (see tektra.common.graph)."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np

from tektra.ros.cdr import PLACEHOLDER, interface


def to_plain(message: Any) -> dict[str, Any]:
    """A message's fields: uint8[] as bytes, other arrays as lists, messages as mappings."""
    fields = message.get_fields_and_field_types()
    return {name: _out(getattr(message, name)) for name in fields if name != PLACEHOLDER}


def from_plain(cls: Any, fields: Mapping[str, Any]) -> Any:
    """A message of a class; what is left out keeps its default. Raises AttributeError for a field that it has not."""
    message = cls()
    for name, value in fields.items():
        setattr(message, name, _into(getattr(message, name), value, _kind(message, name)))
    return message


def _out(value: Any) -> Any:
    if isinstance(value, array):
        return value.tobytes() if value.typecode == "B" else value.tolist()
    if isinstance(value, np.ndarray):
        return value.tobytes() if value.dtype == np.uint8 else value.tolist()
    if isinstance(value, (list, tuple)):
        return [_out(entry) for entry in value]
    return to_plain(value) if hasattr(value, "get_fields_and_field_types") else value


def _into(now: Any, value: Any, kind: str) -> Any:
    if isinstance(value, Mapping):
        return from_plain(type(now), value)
    if isinstance(now, array):
        made = array(now.typecode)
        # Bytes are taken as they are, which is what uint8[] and little-endian sound of int16[] look like.
        made.frombytes(value) if isinstance(value, (bytes, bytearray)) else made.extend(value)
        return made
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        inner = interface("/msg/".join(kind.removeprefix("sequence<").partition(">")[0].split("/")))
        return [from_plain(inner, entry) for entry in value]
    return value


def _kind(message: Any, name: str) -> str:
    return str(message.get_fields_and_field_types()[name])

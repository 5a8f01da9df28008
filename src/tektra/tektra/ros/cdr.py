# SPDX-License-Identifier: Apache-2.0
"""Types by name, and bytes (CDR) from outside into messages."""

from __future__ import annotations

import importlib
from typing import Any

from rclpy.serialization import deserialize_message

from tektra.common.errors import InputError

#: What ROS puts into a type without fields, as C structures cannot be empty.
PLACEHOLDER = "structure_needs_at_least_one_member"


def interface(type_name: str) -> Any:
    """The class of `package/msg/Name` or `package/srv/Name`. Raises InputError when it is not installed."""
    package, kind, name = (type_name.split("/") + ["", ""])[:3]
    try:
        return getattr(importlib.import_module(f"{package}.{kind}"), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"type {type_name} is not installed here", f"install or source the package {package}"
        ) from error


def read_cdr(cls: Any, data: bytes) -> Any:
    """The message of class `cls` that is in `data`. Raises InputError for bytes that are none.

    A type without fields is made of any bytes: clients disagree on whether its placeholder is sent, and there
    is nothing in it to misread.
    """
    if not set(cls.get_fields_and_field_types()) - {PLACEHOLDER}:
        return cls()
    try:
        return deserialize_message(data, cls)
    except Exception as error:  # RMWError of the C extension; it shares no base with others but Exception
        raise InputError(
            f"{len(data)} bytes are no {cls.__name__} in CDR", "serialise the message as its schema says"
        ) from error

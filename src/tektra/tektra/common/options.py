# SPDX-License-Identifier: Apache-2.0
"""Options declared once: ROS descriptors, validation and docs/parameters.md all come from one dataclass.

A stage's options are a frozen dataclass whose fields are made by :func:`option`::

    @dataclass(frozen=True)
    class SafetyOptions:
        FIXED: ClassVar[str] = "why what is not `live` is set at the start alone"
        rate_hz: float = option(25.0, "How often the heartbeat is published.", unit="Hz", low=10.0, high=200.0)

An option that is `live` may be set while its node runs (tektra.ros.parameters): whoever uses it reads it anew each time. A class may
have `check()`, which raises OptionError where options do not fit each other.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tektra.common.errors import OptionError

T = TypeVar("T")
Value = bool | int | float | str | list[str] | list[float]


@dataclass(frozen=True)
class Option:
    """What is known of one option. `low` and `high` are inclusive; `choices` empty means any value."""

    name: str
    default: Value
    doc: str
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    live: bool = False
    fixed: str = ""  # why it is set at the start alone; empty for what is live


def option(
    default: Value,
    doc: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    live: bool = False,
    fixed: str = "",
) -> Any:
    """A dataclass field with its documentation and bounds. `doc` is one sentence. `live`: it may be set while its node runs;
    `fixed`: why not, where that is another reason than its class's (FIXED)."""
    metadata = {
        "doc": doc, "unit": unit, "low": low, "high": high, "choices": choices, "live": live, "fixed": fixed
    }  # fmt: skip
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def options_of(cls: type[Any]) -> list[Option]:
    """The options that a dataclass declares, in order."""
    found = []
    for field in dataclasses.fields(cls):
        default: Any = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        told = dict(field.metadata)
        told["fixed"] = "" if told["live"] else told["fixed"] or getattr(cls, "FIXED", "")
        found.append(Option(name=field.name, default=default, **told))
    return found


def check(known: Option, value: Any) -> Value:
    """The value, converted to the option's type. Raises OptionError naming key, value and what is allowed."""
    value = _as_type_of(known, value)
    for number in value if isinstance(value, list) else [value]:
        if isinstance(number, float) and not math.isfinite(number):
            raise OptionError(f"{known.name} = {number}", "give a finite number")
    for number in value if isinstance(value, list) else [value]:
        if not isinstance(number, (int, float)) or isinstance(number, bool):
            continue
        if known.low is not None and number < known.low:
            raise OptionError(f"{known.name} = {value}", f"give at least {known.low} {known.unit}".rstrip())
        if known.high is not None and number > known.high:
            raise OptionError(f"{known.name} = {value}", f"give at most {known.high} {known.unit}".rstrip())
    if known.choices and value not in known.choices:
        raise OptionError(f"{known.name} = {value!r}", f"give one of {', '.join(known.choices)}")
    return value


def build(cls: type[T], values: Mapping[str, Any]) -> T:
    """An instance of the dataclass from checked values; unknown keys are refused by name."""
    known = {entry.name: entry for entry in options_of(cls)}
    for key in values:
        if key not in known:
            raise OptionError(f"unknown parameter {key!r}", f"use one of {', '.join(sorted(known))}")
    built = cls(**{key: check(known[key], value) for key, value in values.items()})
    if (together := getattr(built, "check", None)) is not None:
        together()
    return built


def changed(options: T, values: Mapping[str, Any]) -> T:
    """The options with live ones changed. Raises OptionError for what is unknown, fixed, out of bounds, or does not fit the rest."""
    known = {entry.name: entry for entry in options_of(type(options))}
    for key in values:
        if key not in known:
            raise OptionError(f"unknown parameter {key!r}", f"use one of {', '.join(sorted(known))}")
        if not known[key].live:
            raise OptionError(f"{key} is set at the start alone: {known[key].fixed}", "start the node anew")
    now = {name: getattr(options, name) for name in known}
    return build(type(options), {**now, **values})


def _as_type_of(known: Option, value: Any) -> Any:
    expected = type(known.default)
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if expected is list and isinstance(value, (list, tuple)):
        return list(value)
    if type(value) is not expected:
        raise OptionError(f"{known.name} = {value!r}", f"give a value of type {expected.__name__}")
    return value

# SPDX-License-Identifier: Apache-2.0
"""A node's parameters, declared from the dataclass that holds its options."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.node import Node
from rclpy.parameter import Parameter

from tektra.common.errors import OptionError
from tektra.common.options import Option, build, options_of

T = TypeVar("T")
#: Parameters that ROS itself sets.
ROS_OWN = ("use_sim_time", "start_type_description_service")
ROS_OWN_PREFIXES = ("qos_overrides.",)


def declare(node: Node, cls: type[T], *, prefix: str = "", beside: Collection[str] = ()) -> T:
    """Declares every option as a read-only ROS parameter and returns the options with the values given to the
    node.

    `prefix` (it ends with a dot) stands before each name. Parameters that begin with one of `beside` are left
    alone. Raises OptionError, naming key and value, for an unknown parameter or a value that is out of
    bounds.
    """
    options = options_of(cls)
    known = {prefix + entry.name: entry.name for entry in options}
    given: dict[str, Parameter] = dict(node._parameter_overrides)
    for key in given:
        others = key in ROS_OWN or key.startswith((*ROS_OWN_PREFIXES, *beside)) or not key.startswith(prefix)
        if key not in known and not others:
            raise OptionError(f"unknown parameter {key!r}", f"use one of {', '.join(sorted(known))}")
    values = {known[key]: parameter.value for key, parameter in given.items() if key in known}
    built = build(cls, {key: _plain(value) for key, value in values.items()})
    for entry in options:
        value = getattr(built, entry.name)
        node.declare_parameter(prefix + entry.name, value, descriptor(entry), ignore_override=True)
    return built


def descriptor(entry: Option) -> ParameterDescriptor:
    """The ROS descriptor of an option: sentence, unit, bounds."""
    text = f"{entry.doc} [{entry.unit}]" if entry.unit else entry.doc
    made = ParameterDescriptor(description=text, read_only=True)
    if entry.choices:
        made.additional_constraints = "one of " + ", ".join(entry.choices)
    if isinstance(entry.default, float) and entry.low is not None and entry.high is not None:
        made.floating_point_range = [
            FloatingPointRange(from_value=float(entry.low), to_value=float(entry.high))
        ]
    elif type(entry.default) is int and entry.low is not None and entry.high is not None:
        made.integer_range = [IntegerRange(from_value=int(entry.low), to_value=int(entry.high))]
    return made


def _plain(value: Any) -> Any:
    return list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value

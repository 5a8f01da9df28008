# SPDX-License-Identifier: Apache-2.0
"""A node's parameters, declared from the dataclass that holds its options."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from tektra.common.errors import OptionError
from tektra.common.options import Option, build, changed, options_of

T = TypeVar("T")
#: Parameters that ROS itself sets.
ROS_OWN = ("use_sim_time", "start_type_description_service")
ROS_OWN_PREFIXES = ("qos_overrides.",)


def declare(node: Node, cls: type[T], *, prefix: str = "", beside: Collection[str] = ()) -> T:
    """Declares every option as a ROS parameter and returns the options with the values given to the node. Those that are live
    may be set while the node runs, if it has services for that (the body has none): the options that were returned then hold the new
    value. A node that has `options_refused(options)` says there why it cannot go on with these; empty: it can. The others are
    read-only.

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
    if any(entry.live for entry in options):
        keeper = Keeper(node, built, prefix)
        node.add_on_set_parameters_callback(keeper.judge)
        node.add_post_set_parameters_callback(keeper.take)
    return built


class Keeper(Generic[T]):
    """Changes the live options of one dataclass, which is frozen for everybody else. On the node's executor; any thread may read
    the options meanwhile, each of which is replaced at once."""

    def __init__(self, node: Any, options: T, prefix: str = "") -> None:
        self._node, self._options, self._prefix = node, options, prefix
        self._known = {prefix + entry.name: entry for entry in options_of(type(options))}

    def judge(self, parameters: Sequence[Parameter]) -> SetParametersResult:
        """Whether these values may be set, together, and why not. Others' parameters are no matter."""
        values, refused = self._values(parameters), getattr(self._node, "options_refused", lambda _: "")
        try:
            why = refused(changed(self._options, values)) if values else ""
        except OptionError as error:
            why = str(error)
        return SetParametersResult(successful=not why, reason=why)

    def take(self, parameters: Sequence[Parameter]) -> None:
        """They were set."""
        values = self._values(parameters)
        if not values:
            return
        after = changed(self._options, values)
        for name in values:
            object.__setattr__(self._options, name, getattr(after, name))
        self._node.get_logger().info(f"set while it runs: {', '.join(values)}")

    def _values(self, parameters: Sequence[Parameter]) -> dict[str, Any]:
        return {
            self._known[parameter.name].name: _plain(parameter.value)
            for parameter in parameters
            if parameter.name in self._known
        }


def descriptor(entry: Option) -> ParameterDescriptor:
    """The ROS descriptor of an option: sentence, unit, bounds."""
    text = f"{entry.doc} [{entry.unit}]" if entry.unit else entry.doc
    made = ParameterDescriptor(description=text, read_only=not entry.live)
    told = ["one of " + ", ".join(entry.choices)] if entry.choices else []
    told += [f"set at the start alone: {entry.fixed}"] if entry.fixed else []
    made.additional_constraints = "; ".join(told)
    if isinstance(entry.default, float) and entry.low is not None and entry.high is not None:
        made.floating_point_range = [
            FloatingPointRange(from_value=float(entry.low), to_value=float(entry.high))
        ]
    elif type(entry.default) is int and entry.low is not None and entry.high is not None:
        made.integer_range = [IntegerRange(from_value=int(entry.low), to_value=int(entry.high))]
    return made


def _plain(value: Any) -> Any:
    return list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value

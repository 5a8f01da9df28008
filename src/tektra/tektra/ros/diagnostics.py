# SPDX-License-Identifier: Apache-2.0
"""What a node says of itself on /diagnostics, once a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.node import Node

from tektra.common.timings import Timings
from tektra.ros.qos import DIAGNOSTICS

OK, WARN, ERROR, STALE = (
    DiagnosticStatus.OK,
    DiagnosticStatus.WARN,
    DiagnosticStatus.ERROR,
    DiagnosticStatus.STALE,
)
#: Under this key a lifecycle node tells its state, so that nobody needs to ask for it.
LIFECYCLE = "lifecycle"


class Diagnostics:
    """Publishes one DiagnosticStatus a second: level, message, the percentiles of each timed stage, and
    values.

    Add timings and values from any thread; it publishes on the node's executor.
    """

    def __init__(self, node: Node, hardware_id: str = "") -> None:
        self.level: bytes = OK
        self.message = "running"
        self._node = node
        self._hardware_id = hardware_id
        self._stages: dict[str, Timings] = {}
        self._values: dict[str, Callable[[], object]] = {}
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", DIAGNOSTICS)
        # A timer of plain rclpy: it also runs while a lifecycle node is not active.
        self._timer = node.create_timer(1.0, self.publish, callback_group=MutuallyExclusiveCallbackGroup())

    def stage(self, name: str) -> Timings:
        """The timings of a stage, made at first use."""
        return self._stages.setdefault(name, Timings())

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Times a block as one sample of a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.stage(name).add(time.perf_counter() - began)

    def value(self, key: str, read: Callable[[], object]) -> None:
        """Adds a value that is read at each publication."""
        self._values[key] = read

    def values(self, read: Mapping[str, Callable[[], object]]) -> None:
        """Several of them."""
        for key, one in read.items():
            self.value(key, one)

    def set(self, level: bytes, message: str) -> None:
        """The node's state from now on, for people: what is wrong and what to do, or that all is well."""
        self.level, self.message = level, message

    def publish(self) -> None:
        status = DiagnosticStatus(
            level=self.level,
            name=self._node.get_fully_qualified_name(),
            message=self.message,
            hardware_id=self._hardware_id,
        )
        values: dict[str, object] = {key: read() for key, read in list(self._values.items())}
        for name, timings in list(self._stages.items()):
            values[f"{name}.count"] = timings.count
            values |= {f"{name}.{key}_ms": f"{value:.3f}" for key, value in timings.milliseconds().items()}
        status.values = [KeyValue(key=key, value=str(value)) for key, value in values.items()]
        array = DiagnosticArray(status=[status])
        array.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(array)

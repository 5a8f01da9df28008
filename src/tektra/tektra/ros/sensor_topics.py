# SPDX-License-Identifier: Apache-2.0
"""Topics of any type of which only matters that they speak, and when what they say was measured."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from rclpy.node import Node

from tektra.ros.cdr import interface
from tektra.ros.qos import SENSOR

#: Types that begin with one of these begin with a stamp.
STAMPED = ("std_msgs/Header", "builtin_interfaces/Time")
#: Encapsulation of CDR, then seconds and nanoseconds.
STAMP_AT = 4


class SensorTopics:
    """Subscribes without reading more than the stamp. `on_message(name, stamp_s)`: None for a type without a stamp."""

    def __init__(
        self,
        node: Node,
        topics: Mapping[str, tuple[str, str]],
        on_message: Callable[[str, float | None], None],
    ) -> None:
        """`topics`: by name, the topic and its type. Raises InputError for a type that is not installed."""
        self._on_message = on_message
        for name, (topic, type_name) in topics.items():
            cls = interface(type_name)
            first = next(iter(cls.get_fields_and_field_types().values()), "")
            stamped = first in STAMPED
            node.create_subscription(
                cls,
                topic,
                lambda data, name=name, stamped=stamped: self._hear(name, data, stamped),
                SENSOR,
                raw=True,
            )

    def _hear(self, name: str, data: bytes, stamped: bool) -> None:
        self._on_message(name, stamp_of(data) if stamped else None)


def stamp_of(data: bytes) -> float:
    """The stamp with which a message in CDR begins; NaN, which is never fresh, for bytes that hold none."""
    if len(data) < STAMP_AT + 8:
        return float("nan")
    little = data[1] & 1
    seconds, nanoseconds = struct.unpack_from("<iI" if little else ">iI", data, STAMP_AT)
    return float(seconds) + float(nanoseconds) * 1e-9

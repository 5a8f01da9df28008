# SPDX-License-Identifier: Apache-2.0
"""Topics of any type of which only matters that they speak, and when what they say was measured."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rclpy.node import Node

from tektra.ros.cdr import interface
from tektra.ros.living import Speakers
from tektra.ros.qos import SENSOR

#: Types that begin with one of these begin with a stamp.
STAMPED = ("std_msgs/Header", "builtin_interfaces/Time")
#: Encapsulation of CDR, then seconds and nanoseconds.
STAMP_AT = 4


class SensorTopics:
    """Subscribes without reading more than the stamp. `on_message(name, stamp_s, sent)`: None for a type without a stamp, and
    what the middleware tells of the message. A topic on which several speak says nothing, and `fault` tells which: of whom it
    is that one still speaks nobody knows."""

    def __init__(
        self,
        node: Node,
        topics: Mapping[str, tuple[str, str]],
        on_message: Callable[[str, float | None, Mapping[str, Any]], None],
    ) -> None:
        """`topics`: by name, the topic and its type. Raises InputError for a type that is not installed."""
        self._on_message = on_message
        self._speakers = Speakers(node)
        self._faults: dict[str, str] = {}
        for name, (topic, type_name) in topics.items():
            cls = interface(type_name)
            first = next(iter(cls.get_fields_and_field_types().values()), "")
            full = node.resolve_topic_name(topic)
            hear = partial(self._hear, name, full, stamped=first in STAMPED)
            node.create_subscription(cls, topic, hear, SENSOR, raw=True)

    @property
    def fault(self) -> str:
        """On which topics several speak."""
        return "; ".join(self._faults.values())

    def _hear(self, name: str, topic: str, data: bytes, sent: Mapping[str, Any], *, stamped: bool) -> None:
        if (several := self._speakers.count(topic)) > 1:
            self._faults[name] = f"{name}: {several} publish {topic}, and none of them is believed"
            return
        self._faults.pop(name, None)
        self._on_message(name, stamp_of(data) if stamped else None, sent)


def stamp_of(data: bytes) -> float:
    """The stamp with which a message in CDR begins; NaN, which is never fresh, for bytes that hold none."""
    if len(data) < STAMP_AT + 8:
        return float("nan")
    little = data[1] & 1
    seconds, nanoseconds = struct.unpack_from("<iI" if little else ">iI", data, STAMP_AT)
    return float(seconds) + float(nanoseconds) * 1e-9

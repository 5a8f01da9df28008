# SPDX-License-Identifier: Apache-2.0
"""The graph for a program with an event loop: messages by name, as mappings of their fields. tektra.ros.async_graph has
it from ROS, the gateway's tests from a fake.

Messages are mappings as in their .msg files, with uint8[] as bytes, other arrays of numbers as sequences, and times as
seconds and nanoseconds under `sec` and `nanosec`. What is made of them is typed: tektra.web.models.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tektra.common.errors import TektraError

Message = Mapping[str, Any]


class Unavailable(TektraError):
    """Nobody offers what was asked for, or it gave no answer in time."""


@dataclass(frozen=True)
class Feedback:
    """How far a goal is."""

    message: Message


@dataclass(frozen=True)
class Result:
    """A goal's end."""

    message: Message


class Graph(Protocol):
    """All on one event loop, but for what says otherwise."""

    async def call(
        self, service: str, type_name: str, request: Message, *, timeout_s: float = 10.0
    ) -> Message:
        """The answer of a service. Raises Unavailable."""

    def run(self, action: str, type_name: str, goal: Message) -> AsyncGenerator[Feedback | Result]:
        """Feedback and, last, the result of a goal; closing it earlier cancels the goal. Raises Unavailable."""

    def offer(self, topic: str, type_name: str) -> None:
        """Will publish: what is published before both ends have found each other reaches nobody."""

    def publish(self, topic: str, type_name: str, message: Message) -> None:
        """Publishes. Does not block."""

    def watch(self, topic: str, type_name: str, heard: Callable[[str, Message], None]) -> Callable[[], None]:
        """Calls `heard(topic, message)` until the function that it returns is called. `*` in a topic is any one part
        of a name; such topics come and go."""

    def stop(self, who: str, detail: str) -> None:
        """Stops everything, in the name of a person. At once, from any thread."""

    def now_ms(self) -> int:
        """The graph's clock in ms since the epoch."""

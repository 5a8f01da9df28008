# SPDX-License-Identifier: Apache-2.0
"""Replies that wait until this process has found whoever asked.

Discovery has two sides. A client that has found its server sends at once; a server that gets no processor finds the client later,
and Fast DDS then waits 0.1 s for that in the middle of sending the reply, throws it away, and says nothing more than a line in its
log, seen in a start on a crowded machine. Fourteen of twenty calls at once to a process that had just been started got no answer
once; that this was why is likely, and not proved: it could not be brought about again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rclpy._rclpy_pybind11 import InvalidHandle
from rclpy.node import Node

from tektra.ros.heard import Heard
from tektra.ros.living import is_fast_dds, replies_topic

#: Whoever is not found after that long has gone, or will hear nothing anyway.
FOUND_WITHIN_S = 10.0
#: How often the graph is asked, while something waits.
LOOK_AGAIN_S = 0.05
#: So many wait at once; the oldest is given up for one more.
MOST_HELD = 256


@dataclass(frozen=True)
class _Held:
    topic: str
    endpoint: bytes
    act: Callable[[], None]
    until_s: float


class Replies:
    """`when_found` acts at once, or as soon as the one that waits for the reply is found; call `look` again and again. One thread.

    `nodes`: those of the executor, any of which knows the whole graph.
    """

    def __init__(self, nodes: Callable[[], Iterable[Node]]) -> None:
        self._nodes = nodes
        self._found = Heard()
        self._held: list[_Held] = []
        self._looked_s = float("-inf")
        # The endpoint of a request is the one of its reply in this middleware alone.
        self._applies = is_fast_dds()

    def when_found(
        self,
        service: str,
        endpoint: bytes,
        act: Callable[[], None],
        now_s: float,
        within_s: float = FOUND_WITHIN_S,
    ) -> None:
        """`service`: its full name; `endpoint`: as tektra.ros.caller tells it, empty where that is not known. What waits longer
        than `within_s` is given up."""
        topic = replies_topic(service)
        if not endpoint or not self._applies or self._found.has(endpoint) or self._is_there(topic, endpoint):
            act()
            return
        self._held = [*self._held, _Held(topic, endpoint, act, now_s + within_s)][-MOST_HELD:]

    def look(self, now_s: float) -> None:
        """Acts for those that were found meanwhile, in the order in which they asked."""
        if not self._held or now_s - self._looked_s < LOOK_AGAIN_S:
            return
        self._looked_s = now_s
        here = {topic: self._there(topic) for topic in {held.topic for held in self._held}}
        found = [held for held in self._held if held.endpoint in here[held.topic]]
        self._held = [held for held in self._held if held not in found and held.until_s > now_s]
        for held in found:
            self._found.is_first(held.endpoint)
            with suppress(InvalidHandle):  # what was asked is gone meanwhile
                held.act()

    @property
    def waiting(self) -> int:
        return len(self._held)

    def _is_there(self, topic: str, endpoint: bytes) -> bool:
        there = endpoint in self._there(topic)
        if there:
            self._found.is_first(endpoint)
        return there

    def _there(self, topic: str) -> set[bytes]:
        """Who reads the replies, by the graph of this process."""
        node: Any = next(iter(self._nodes()), None)
        if node is None:
            return set()
        readers = node.get_subscriptions_info_by_topic(topic, no_mangle=True)
        return {bytes(reader.endpoint_gid) for reader in readers}

# SPDX-License-Identifier: Apache-2.0
"""Hears whether somebody else on the graph speaks as the safety gate. For the gate itself."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

from rclpy.node import Node

from tektra.ros.large import read_bounded
from tektra.ros.lateness import boot_s
from tektra.ros.living import Speakers
from tektra.ros.publishers import LOOK_S, publishers
from tektra.ros.qos import RELIABLE
from tektra_interfaces.msg import SafetyState

STATE = "/safety/state"
#: Who publishes permits beside us for longer is no gate that is just ending.
LIVES_S = 4.0
#: The instance stands within the first bytes of a state, behind encapsulation and stamp; then comes the number, which is
#: aligned to its size behind the encapsulation.
INSTANCE_WITHIN, HEAD, NUMBER = 64, 4, 8


class RivalGates:
    """`on_state(instance, sequence, who)` for each safety state that is not ours, also where it calls itself so: `next_number`
    tells the number that we have not said yet. `on_permits(who)` twice a second while others publish permits. Both on the
    node's executor."""

    def __init__(
        self,
        node: Node,
        instance: str,
        permit_topics: Callable[[], Iterable[str]],
        *,
        next_number: Callable[[], int],
        on_state: Callable[[str, int, str], None],
        on_permits: Callable[[str], None],
    ) -> None:
        self._node, self._own, self._permit_topics = node, instance.encode(), permit_topics
        self._next_number = next_number
        self._on_state, self._on_permits = on_state, on_permits
        self._since_s: dict[str, float] = {}
        self._speakers = Speakers(node)
        node.create_subscription(SafetyState, STATE, self._heard, RELIABLE, raw=True)
        node.create_timer(LOOK_S, self._look)

    def _heard(self, data: bytes) -> None:
        if (at := data.find(self._own, 0, INSTANCE_WITHIN)) >= 0 and self._is_own(data, at):
            return
        state = read_bounded(SafetyState, data)
        if state is None:
            return  # no gate speaks so, and no driver believes it
        self._on_state(state.instance, state.sequence, self._others(STATE))

    def _is_own(self, data: bytes, at: int) -> bool:
        """Nobody believes a number that we have said already."""
        at += len(self._own) + 1
        at += (HEAD - at) % NUMBER
        if len(data) < at + NUMBER:
            return False
        number: int = struct.unpack_from("<Q" if data[1] & 1 else ">Q", data, at)[0]
        return number < self._next_number()

    def _look(self) -> None:
        now_s = boot_s()
        crowded = [topic for topic in self._permit_topics() if self._speakers.count(topic) > 1]
        self._since_s = {topic: self._since_s.get(topic, now_s) for topic in crowded}
        for topic, since_s in self._since_s.items():
            if now_s - since_s >= LIVES_S:
                self._on_permits(f"{self._others(topic)} publishes {topic}")

    def _others(self, topic: str) -> str:
        """Who else publishes it; "an unknown node" where the graph does not tell."""
        found, own = publishers(self._node, topic), self._node.get_fully_qualified_name()
        if own in found:
            found.remove(own)
        return ", ".join(found) or "an unknown node"

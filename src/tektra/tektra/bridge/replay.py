# SPDX-License-Identifier: Apache-2.0
"""The last messages of latched topics, for clients that come later."""

from __future__ import annotations

from collections import deque

#: A latched topic that several nodes publish (the descriptions of a frame tree, say) needs one message of
#: each.
KEEP = 16


class Replay:
    """Keeps what latched topics said last. Not for several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, deque[bytes]] = {}

    def latch(self, topic: str, publishers: int) -> None:
        """Keeps the last message of this topic from now on: one for each publisher, at most 16."""
        depth = max(1, min(KEEP, publishers))
        kept = self._kept.get(topic)
        if kept is None or kept.maxlen != depth:
            self._kept[topic] = deque(kept or (), maxlen=depth)

    def forget(self, topic: str) -> None:
        """Keeps nothing of this topic."""
        self._kept.pop(topic, None)

    def add(self, topic: str, data: bytes) -> None:
        """Remembers a message, if its topic is latched."""
        kept = self._kept.get(topic)
        if kept is not None:
            kept.append(data)

    def last(self, topic: str) -> tuple[bytes, ...]:
        """What a new client is to be told, oldest first."""
        return tuple(self._kept.get(topic, ()))

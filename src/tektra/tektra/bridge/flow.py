# SPDX-License-Identifier: Apache-2.0
"""Large messages wait while a client is slow, so that small ones never stand behind them.

A client's connection is one queue. A camera puts 28 MB/s into it; once the client reads slower than that,
everything else in the queue is late by as much as the queue is long. So a large message is let in only while
little is under way, and of each topic only the newest waits.
"""

from __future__ import annotations


class Flow:
    """Decides over one message at a time. Not for several threads."""

    def __init__(self, large_bytes: int, backlog_bytes: int) -> None:
        self.dropped = 0
        self._large_bytes = large_bytes
        self._backlog_bytes = backlog_bytes
        self._waiting: dict[str, bytes] = {}

    def is_large(self, data: bytes) -> bool:
        """True when this message may have to wait."""
        return len(data) >= self._large_bytes

    def offer(self, topic: str, data: bytes) -> None:
        """Keeps a large message until it is taken; an older one of its topic is dropped."""
        if self._waiting.pop(topic, None) is not None:
            self.dropped += 1
        self._waiting[topic] = data

    def take(self, under_way_bytes: int) -> tuple[str, bytes] | None:
        """The message that waits longest, if no more than the limit is `under_way_bytes` to any client."""
        if not self._waiting or under_way_bytes >= self._backlog_bytes:
            return None
        topic = next(iter(self._waiting))
        return topic, self._waiting.pop(topic)

    def forget(self, topic: str) -> None:
        """Drops what waits of a topic that nobody watches any more."""
        self._waiting.pop(topic, None)

    @property
    def waiting(self) -> int:
        """How many topics have a message waiting."""
        return len(self._waiting)

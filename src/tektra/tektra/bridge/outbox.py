# SPDX-License-Identifier: Apache-2.0
"""What waits for one client: small messages in order, of each topic's large ones the newest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tektra.bridge.flow import Flow


@dataclass(frozen=True)
class Room:
    """How much may be under way to a client."""

    large_bytes: int
    backlog_bytes: int
    #: Small messages are handed to the connection up to here; then they wait.
    buffer_bytes: int = 1_000_000
    #: And this many of them, or bytes, wait at most: then the oldest are dropped.
    small_count: int = 2048
    small_bytes: int = 4_000_000


class Outbox:
    """Not for several threads. A client that reads slowly delays and loses its own messages alone."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._small: deque[tuple[str, bytes]] = deque()
        self._waiting_bytes = 0
        self._dropped = 0
        self._flow = Flow(room.large_bytes, room.backlog_bytes)

    @property
    def dropped(self) -> int:
        """Messages that never went out."""
        return self._dropped + self._flow.dropped

    @property
    def empty(self) -> bool:
        """True when nothing waits."""
        return not self._small and not self._flow.waiting

    def passes(self, data: bytes, buffered_bytes: int) -> bool:
        """True when a message may go out at once, past this box, with so much in the connection's buffer."""
        return not self._small and buffered_bytes < self._room.buffer_bytes and not self._flow.is_large(data)

    def put(self, topic: str, data: bytes) -> None:
        """Keeps a message until it is taken."""
        if self._flow.is_large(data):
            self._flow.offer(topic, data)
            return
        self._small.append((topic, data))
        self._waiting_bytes += len(data)
        while len(self._small) > self._room.small_count or self._waiting_bytes > self._room.small_bytes:
            self._waiting_bytes -= len(self._small.popleft()[1])
            self._dropped += 1

    def take_small(self, buffered_bytes: int) -> tuple[str, bytes] | None:
        """The next small message, if it may go out."""
        if not self._small or buffered_bytes >= self._room.buffer_bytes:
            return None
        taken = self._small.popleft()
        self._waiting_bytes -= len(taken[1])
        return taken

    def take_large(self, under_way_bytes: int) -> tuple[str, bytes] | None:
        """The large message that waits longest, if it may go out. Small ones go first."""
        return None if self._small else self._flow.take(under_way_bytes)

    def forget(self, topic: str) -> None:
        """Drops the large message of a topic that the client watches no more."""
        self._flow.forget(topic)

    @property
    def large_waiting(self) -> bool:
        """True when a large message waits."""
        return self._flow.waiting > 0

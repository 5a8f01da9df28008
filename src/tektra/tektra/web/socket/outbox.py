# SPDX-License-Identifier: Apache-2.0
"""What waits for one socket: events in order, and of each state the newest."""

from __future__ import annotations

from collections import deque

#: Events that wait at most; a page that reads so slowly is better off connecting anew.
MOST = 1000


class Full(Exception):
    """The other end reads too slowly."""


class Outbox:
    """One thread. Texts are JSON objects without their `seq`, which is given when they are taken."""

    def __init__(self) -> None:
        self._events: deque[str | bytes] = deque()
        self._newest: dict[str, str | bytes] = {}
        self._seq = 0

    def event(self, message: str | bytes) -> None:
        """In order, and whole. Raises Full."""
        if len(self._events) >= MOST:
            raise Full
        self._events.append(message)

    def state(self, key: str, message: str | bytes) -> None:
        """Replaces what waits under the same key."""
        self._newest[key] = message

    def take(self) -> str | bytes | None:
        """The next; safety goes before everything."""
        if "safety" in self._newest:
            return self._numbered(self._newest.pop("safety"))
        if self._events:
            return self._numbered(self._events.popleft())
        if self._newest:
            return self._numbered(self._newest.pop(next(iter(self._newest))))
        return None

    def _numbered(self, message: str | bytes) -> str | bytes:
        if isinstance(message, bytes):
            return message
        self._seq += 1
        return f'{{"seq":{self._seq},{message[1:]}'

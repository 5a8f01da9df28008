# SPDX-License-Identifier: Apache-2.0
"""What waits for one socket: events in order, and of each state the newest; and what was said lately, to be said again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

#: Events that wait at most; a page that reads so slowly is better off connecting anew.
MOST = 1000
#: What was said lately is kept up to so many letters, or until the other end says that it has heard it.
KEPT_LETTERS = 500_000


class Full(Exception):
    """The other end reads too slowly."""


class Outbox:
    """One thread. Texts are JSON objects without their `seq`, which is given when they are taken."""

    def __init__(self) -> None:
        self._events: deque[str | bytes] = deque()
        self._newest: dict[str, str | bytes] = {}
        self._again: deque[tuple[int, str]] = deque()
        self._said: deque[tuple[int, str]] = deque()
        self._letters = 0
        self.seq = 0
        #: Numbered events that nobody else knows yet (kept.py); states are not among them.
        self.news: list[tuple[int, str]] = []

    def event(self, message: str | bytes) -> None:
        """In order, and whole. Raises Full."""
        if len(self._events) >= MOST:
            raise Full
        self._events.append(message)

    def state(self, key: str, message: str | bytes) -> None:
        """Replaces what waits under the same key."""
        self._newest[key] = message

    def take(self) -> str | bytes | None:
        """The next; what is said again first, then safety before everything."""
        if self._again:
            return self._keep(*self._again.popleft())
        if "safety" in self._newest:
            return self._numbered(self._newest.pop("safety"))
        if self._events:
            message = self._events.popleft()
            return self.first(message) if isinstance(message, str) else message
        if self._newest:
            return self._numbered(self._newest.pop(next(iter(self._newest))))
        return None

    def first(self, message: str) -> str:
        """The event that is said before anything waits, with its number."""
        text = self._count(message)
        self.news.append((self.seq, text))
        return text

    def heard(self, seq: int) -> None:
        """The other end has everything up to that number."""
        while self._said and self._said[0][0] <= seq:
            self._letters -= len(self._said.popleft()[1])

    def rewind(self, seq: int) -> bool:
        """Everything behind that number is taken again, with the numbers that it had. False where it is not kept any more."""
        if not 0 <= seq <= self.seq:
            return False
        behind = [*self._again] if self._again else []
        behind = [(number, text) for number, text in [*self._said, *behind] if number > seq]
        if len(behind) != self.seq - seq:
            return False
        self._said.clear()
        self._letters = 0
        self._again = deque(behind)
        return True

    def restore(self, seq: int, events: Iterable[tuple[int, str]]) -> None:
        """It goes on where another one ended, which had said these: they are taken again."""
        self._again = deque(events)
        self.seq = max(seq, self._again[-1][0] if self._again else 0)

    def _numbered(self, message: str | bytes) -> str | bytes:
        return message if isinstance(message, bytes) else self._count(message)

    def _count(self, message: str) -> str:
        self.seq += 1
        return self._keep(self.seq, f'{{"seq":{self.seq},{message[1:]}')

    def _keep(self, seq: int, text: str) -> str:
        self._said.append((seq, text))
        self._letters += len(text)
        while self._letters > KEPT_LETTERS:
            self._letters -= len(self._said.popleft()[1])
        return text

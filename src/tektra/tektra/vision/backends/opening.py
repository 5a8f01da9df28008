# SPDX-License-Identifier: Apache-2.0
"""Opening what lies in a network, which may take for ever, and naming it without what it is opened with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar
from urllib.parse import urlsplit

Opened = TypeVar("Opened")


def name_of(source: str) -> str:
    """An address as diagnostics may show it: scheme, host and port. Cameras take passwords before the host, in the path and in the
    query, and a password may hold any sign. What is no network address stays as it is."""
    scheme, is_address, rest = source.partition("://")
    if not is_address or scheme == "file":
        return source
    # Whoever did not escape an @ or a / of a password is not to see it in a log.
    host = rest.rpartition("@")[2] if "@" in rest else rest
    try:
        parts = urlsplit(f"//{host}")
        port = f":{parts.port}" if parts.port is not None else ""
        return f"{scheme}://{parts.hostname or '?'}{port}"
    except ValueError:
        return f"{scheme}://?"


class Opening(Generic[Opened]):
    """Opens one thing at a time, in a thread of its own, so that whoever waits can give up: looking up a name, or a server that
    answers a byte a second, ends when it likes. What is there too late is discarded: what lay in it is old."""

    def __init__(self, make: Callable[[], Opened], discard: Callable[[Opened], None]) -> None:
        self._make, self._discard = make, discard
        self._changed = threading.Condition()
        self._number = 0
        self._busy = False
        self._made: list[Opened] = []
        self._error: Exception | None = None

    def get(self, limit_s: float) -> Opened:
        """What `make` makes. Raises what it raises, and TimeoutError where it takes longer, `give_up` is called meanwhile, or an
        earlier one did not come to its end by then."""
        with self._changed:
            self._number += 1
            mine = self._number
            if not self._changed.wait_for(lambda: not self._busy or self._number != mine, limit_s):
                raise TimeoutError
            if self._number != mine:
                raise TimeoutError
            self._busy, self._error = True, None
            threading.Thread(target=self._open, args=(mine,), name="opening", daemon=True).start()
            self._changed.wait_for(lambda: not self._busy or self._number != mine, limit_s)
            if self._number != mine or self._busy:
                self._number += 1  # nobody waits for it any more
                raise TimeoutError
            if self._error is not None:
                raise self._error
            return self._made.pop()

    def give_up(self) -> None:
        """Ends a `get` under way, from another thread."""
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def _open(self, mine: int) -> None:
        made: list[Opened] = []
        error: Exception | None = None
        try:
            made.append(self._make())
        except Exception as raised:  # whoever waits has it
            error = raised
        with self._changed:
            self._busy = False
            if self._number == mine:
                self._error, self._made = error, made
                made = []
            self._changed.notify_all()
        for late in made:
            self._discard(late)

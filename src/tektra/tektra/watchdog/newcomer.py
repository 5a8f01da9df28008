# SPDX-License-Identifier: Apache-2.0
"""Who hears those that it knows, and nobody who has just come: a plain class, time is passed in.

After a pause of some seconds a gate answered the watchdog as before, and for 99 s heard no stop of a client that had come since; all its
threads waited for messages, and its ports of shared memory had their files. So it is tried: a participant that has just come asks, under
numbers of its own, and who answers the watchdog alone is deaf to newcomers.
"""

from __future__ import annotations

#: Discovery takes less than two seconds, on a crowded machine five: who has not answered a newcomer so long after the first who did
#: hears no newcomer.
HEARS_S = 8.0
#: An answer to the watchdog itself that is older says nothing of now.
FRESH_S = 4.0


class Newcomer:
    """`answered` takes who answered whom, `deaf` tells who hears the watchdog alone. One thread."""

    def __init__(self) -> None:
        #: By process, when it first and last answered the watchdog itself.
        self._known: dict[int, tuple[float, float]] = {}
        self._heard_it: set[int] = set()
        self._asks = False
        self._since_s: float | None = None  # the first answer to it

    def begins(self) -> None:
        """It asks from now on. Again does nothing."""
        self._asks = True

    def ends(self) -> None:
        """It leaves: an answer that comes now is none to another one."""
        self._asks = False
        self._heard_it.clear()
        self._since_s = None

    def answered(self, pid: int, now_s: float, *, newcomer: bool) -> None:
        """A process of this host answered the watchdog, or the newcomer."""
        if newcomer and self._asks:
            self._heard_it.add(pid)
            self._since_s = now_s if self._since_s is None else self._since_s
        elif not newcomer:
            self._known[pid] = (self._known.get(pid, (now_s, now_s))[0], now_s)

    def gone(self, pid: int) -> None:
        """It has ended."""
        self._known.pop(pid, None)
        self._heard_it.discard(pid)

    def forgive(self, now_s: float, gap_s: float) -> None:
        """The watch did not look for so long, which counts for nobody."""
        if self._since_s is not None:
            self._since_s = min(now_s, self._since_s + gap_s)

    def deaf(self, now_s: float) -> dict[int, float]:
        """By process that was there before the newcomer and answers the watchdog, how long it has not heard the newcomer. None while
        no more processes hear it than do not: then it is rather the newcomer that is not heard."""
        since_s = self._since_s
        if since_s is None or now_s - since_s < HEARS_S:
            return {}
        deaf = {
            pid: now_s - since_s
            for pid, (first_s, last_s) in self._known.items()
            if pid not in self._heard_it and first_s < since_s and now_s - last_s < FRESH_S
        }
        return deaf if len(deaf) < len(self._heard_it) else {}

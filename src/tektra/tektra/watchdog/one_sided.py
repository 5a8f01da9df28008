# SPDX-License-Identifier: Apache-2.0
"""Who of two has not found the other: a plain class, time is passed in.

After a pause that was longer than discovery's lease everybody takes everybody for gone, and finds them again; with many endpoints
some pairs stay one-sided, for ever: one of the two is deaf to the other, and both answer the watchdog. Each process tells whom it has
found. A new participant is found by all, so one of the two is ended, and as few as may be altogether.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Discovery takes less than two seconds where nobody is starved; what is one-sided for so long stays so.
ONE_SIDED_S = 5.0
#: Where no pause explains it: on a crowded machine leases are lost and found again, and a new start costs more than it mends.
UNEXPLAINED_S, AFTER_PAUSE_S = 20.0, 30.0
#: What a process waited for a processor meanwhile does not count, but for no longer than this.
STARVED_MAX_S = 60.0
#: A sign that is older says nothing of now.
FRESH_S = 4.0


@dataclass
class _Told:
    """What a process told last, since when it is known, and how long its threads have waited for a processor."""

    mark: str
    found: frozenset[str]
    at_s: float
    since_s: float
    starting: bool
    waits_s: float = 0.0


@dataclass
class _Pair:
    """`deaf` has not found `mute`, since then; how long each had waited for a processor at that time."""

    since_s: float
    waits_s: tuple[float, float] | None = None


class OneSided:
    """`heard` takes what each process of this host tells, `to_end` names who is to be ended, with those that they miss. One thread."""

    def __init__(self) -> None:
        self._told: dict[int, _Told] = {}
        self._pairs: dict[tuple[int, int], _Pair] = {}
        self._since_s = float("-inf")

    def heard(
        self, pid: int, mark: str, found: frozenset[str], now_s: float, *, starting: bool = False
    ) -> None:
        """A process told which others it has found; `mark`: its own, empty for one that does not tell. While it is `starting` it
        is left to come to its end."""
        before = self._told.get(pid)
        if not mark or (before is not None and before.mark != mark):
            self.gone(pid)
        if not mark:
            return
        known = self._told.get(pid)
        since_s, waits_s = (known.since_s, known.waits_s) if known else (now_s, 0.0)
        self._told[pid] = _Told(mark, found, now_s, since_s, starting, waits_s)
        self._compare(pid, now_s)

    def gone(self, pid: int) -> None:
        """It has ended."""
        self._told.pop(pid, None)
        self._pairs = {pair: since for pair, since in self._pairs.items() if pid not in pair}

    def forgive(self, now_s: float) -> None:
        """Everybody stood still until now."""
        self._since_s = now_s

    def waited(self, pid: int, waits_s: Mapping[int, float]) -> None:
        """How long each thread of a suspect has waited for a processor since it began."""
        if pid in self._told:
            self._told[pid].waits_s = max(waits_s.values(), default=0.0)
        for pair, known in self._pairs.items():
            if pid in pair and known.waits_s is None:
                known.waits_s = self._waits_s(pair)

    @property
    def suspects(self) -> set[int]:
        """Of whom it matters how long they waited for a processor."""
        return {pid for pair in self._pairs for pid in pair}

    def to_end(self, now_s: float) -> dict[int, list[int]]:
        """The fewest processes without whom nobody misses anybody, each with those that it misses or that miss it."""
        left = {pair for pair, known in self._pairs.items() if self._is_due(pair, known, now_s)}
        chosen: dict[int, list[int]] = {}
        while left:
            count: dict[int, int] = {}
            for pair in left:
                for pid in pair:
                    count[pid] = count.get(pid, 0) + 1
            # Of equals the one that came last: the gate and the drivers come first.
            worst = max(count, key=lambda pid: (count[pid], self._told[pid].since_s, pid))
            chosen[worst] = sorted({pid for pair in left if worst in pair for pid in pair} - {worst})
            left = {pair for pair in left if worst not in pair}
        return chosen

    def _compare(self, pid: int, now_s: float) -> None:
        told = self._told[pid]
        for other, known in self._told.items():
            if other == pid:
                continue
            for pair, misses in (
                ((pid, other), known.mark not in told.found),
                ((other, pid), told.mark not in known.found),
            ):
                if not misses:
                    self._pairs.pop(pair, None)
                elif pair not in self._pairs:
                    self._pairs[pair] = _Pair(now_s)

    def _is_due(self, pair: tuple[int, int], known: _Pair, now_s: float) -> bool:
        told = [self._told[pid] for pid in pair]
        if any(now_s - each.at_s > FRESH_S for each in told):
            return False  # silent ones are the witness's own matter
        if any(each.starting for each in told):
            return False
        since_s = max(known.since_s, self._since_s, *(each.since_s for each in told))
        before = known.waits_s or self._waits_s(pair)
        starved_s = max(now - was for now, was in zip(self._waits_s(pair), before, strict=True))
        paused = since_s - self._since_s < AFTER_PAUSE_S
        return now_s - since_s > (ONE_SIDED_S if paused else UNEXPLAINED_S) + min(
            max(0.0, starved_s), STARVED_MAX_S
        )

    def _waits_s(self, pair: tuple[int, int]) -> tuple[float, float]:
        first, second = (self._told[pid].waits_s for pid in pair)
        return first, second

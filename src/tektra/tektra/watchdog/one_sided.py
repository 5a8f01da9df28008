# SPDX-License-Identifier: Apache-2.0
"""Who of two has not found the other: a plain class, time is passed in.

After a pause that was longer than discovery's lease everybody takes everybody for gone, and finds them again; with many endpoints
some pairs stay one-sided, for ever: one of the two is deaf to the other, and both answer the watchdog. Each process tells whom it has
found. A new participant is found by all, so one of the two is ended, and as few as may be altogether.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tektra.common.lateness import LEASE_S

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
    waits_s: Mapping[int, float] = field(default_factory=dict)  # by thread


@dataclass
class _Pair:
    """`deaf` has not found `mute`, since then; by process, how long each of its threads had waited for a processor when first seen."""

    since_s: float
    held_up_s: float  # how long the watch itself had been held up at that time
    waits_s: dict[int, Mapping[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """Why one is to be ended: whom it has not found, who has not found it, for how long, and how long of it one of them was starved
    of a processor, s."""

    misses: tuple[int, ...]
    missed_by: tuple[int, ...]
    for_s: float
    starved_s: float


class OneSided:
    """`heard` takes what each process of this host tells, `to_end` names who is to be ended, with those that they miss. One thread."""

    def __init__(self) -> None:
        self._told: dict[int, _Told] = {}
        self._pairs: dict[tuple[int, int], _Pair] = {}
        self._paused_s, self._held_up_s = float("-inf"), 0.0

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
        since_s, waits_s = (known.since_s, known.waits_s) if known else (now_s, {})
        self._told[pid] = _Told(mark, found, now_s, since_s, starting, waits_s)
        self._compare(pid, now_s)

    def gone(self, pid: int) -> None:
        """It has ended."""
        self._told.pop(pid, None)
        self._pairs = {pair: since for pair, since in self._pairs.items() if pid not in pair}

    def forgive(self, now_s: float, gap_s: float) -> None:
        """Everybody, or the watch alone, stood still until now, for so long."""
        if gap_s > LEASE_S:
            self._paused_s = now_s
        else:
            self._held_up_s += gap_s

    def waited(self, pid: int, waits_s: Mapping[int, float]) -> None:
        """How long each thread of a suspect has waited for a processor since it began."""
        if pid in self._told:
            self._told[pid].waits_s = dict(waits_s)
        for pair, known in self._pairs.items():
            if pid in pair:
                known.waits_s.setdefault(pid, dict(waits_s))

    @property
    def suspects(self) -> set[int]:
        """Of whom it matters how long they waited for a processor."""
        return {pid for pair in self._pairs for pid in pair}

    def to_end(self, now_s: float) -> dict[int, Reason]:
        """The fewest processes without whom nobody misses anybody, each with those that it misses or that miss it."""
        left = {pair: seen for pair in self._pairs if (seen := self._due(pair, now_s)) is not None}
        chosen: dict[int, Reason] = {}
        while left:
            count: dict[int, int] = {}
            for pair in left:
                for pid in pair:
                    count[pid] = count.get(pid, 0) + 1
            # Of equals the one that came last: the gate and the drivers come first.
            worst = max(count, key=lambda pid: (count[pid], self._told[pid].since_s, pid))
            its = {pair: seen for pair, seen in left.items() if worst in pair}
            chosen[worst] = Reason(
                misses=tuple(sorted(other for deaf, other in its if deaf == worst)),
                missed_by=tuple(sorted(other for other, mute in its if mute == worst)),
                for_s=max(for_s for for_s, _ in its.values()),
                starved_s=max(starved_s for _, starved_s in its.values()),
            )
            left = {pair: seen for pair, seen in left.items() if worst not in pair}
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
                    self._pairs[pair] = _Pair(now_s, self._held_up_s)

    def _due(self, pair: tuple[int, int], now_s: float) -> tuple[float, float] | None:
        """For how long one has not found the other, and how long they were starved meanwhile; None while it may still come."""
        known, told = self._pairs[pair], [self._told[pid] for pid in pair]
        if any(now_s - each.at_s > FRESH_S for each in told):
            return None  # silent ones are the witness's own matter
        if any(each.starting for each in told):
            return None
        since_s = max(known.since_s, self._paused_s, *(each.since_s for each in told))
        starved_s = max(
            _longer(known.waits_s.get(pid), each.waits_s) for pid, each in zip(pair, told, strict=True)
        )
        paused = since_s - self._paused_s < AFTER_PAUSE_S
        limit_s = ONE_SIDED_S if paused else UNEXPLAINED_S
        for_s = now_s - since_s - (self._held_up_s - known.held_up_s)
        return (for_s, starved_s) if for_s > limit_s + min(starved_s, STARVED_MAX_S) else None


def _longer(before: Mapping[int, float] | None, now: Mapping[int, float]) -> float:
    """Of the threads of a process, by how much the one that was starved most has waited longer than before: a sum over its life
    would hide that discovery's thread waits behind one that had waited long ago."""
    if before is None:
        return 0.0
    return max((waited_s - before.get(thread, 0.0) for thread, waited_s in now.items()), default=0.0)

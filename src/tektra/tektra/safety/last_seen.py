# SPDX-License-Identifier: Apache-2.0
"""People whom no sensor tells of any more: each stays where they were, and walks on, until that floor is seen again.

Units: m, s, in the frame `map`; times of the monotonic clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely import Point, Polygon

from tektra.safety.separation import Known

#: A view that leaves out less than this of somebody's floor covers it (m2): corners are told as 32-bit numbers.
SLIVER_M2 = 0.01
#: So many are kept apart. Of more, the two that are nearest to each other become one who may be at either place.
MOST = 64


@dataclass(frozen=True)
class Lost:
    """Somebody who was there at `seen_s`, on floor that `source` saw then."""

    person: Known
    seen_s: float
    floor: Polygon
    source: str

    def around(self, now_s: float) -> float:
        """How far from where they were they may be."""
        return self.person.error + self.person.speed * max(now_s - self.seen_s, 0.0)


def as_lost(person: Known, floor: Polygon, seen_s: float, source: str, speed: float) -> Lost:
    """What becomes of one of whom this source tells no more: they walk at `speed`, or faster where they were told to."""
    cause = f"a person whom {source} saw last"
    return Lost(replace(person, speed=max(person.speed, speed), cause=cause), seen_s, floor, source)


class LastSeen:
    """Keeps them. One thread."""

    def __init__(self) -> None:
        self._lost: list[Lost] = []

    def lose(self, people: Iterable[Known], seen: Polygon, seen_s: float, source: str, speed: float) -> None:
        """Nobody tells of these any more; they walk at `speed`, or faster where they were told to."""
        self._lost += [as_lost(person, seen, seen_s, source, speed) for person in people]
        while len(self._lost) > MOST:
            self._merge()

    def recall(self, lost: Iterable[Lost]) -> None:
        """Nobody told of these before this gate began."""
        self._lost += lost
        while len(self._lost) > MOST:
            self._merge()

    def see(self, seen: Polygon, seen_s: float) -> None:
        """A sensor saw this floor: whoever is on it is told of by that sensor."""
        if not seen.is_empty:
            self._lost = [lost for lost in self._lost if not _covers(seen, lost, seen_s)]

    def speak_again(self, source: str) -> None:
        """A sensor that never tells what it sees is back: whom it knows now is whom it knew."""
        self._lost = [lost for lost in self._lost if lost.source != source or not lost.floor.is_empty]

    def forget(self, source: str, asked_s: float = math.inf) -> int:
        """An operator said then that whom this source saw last is not there. How many they were; empty: of all sources. Whoever
        was seen later is not meant."""
        before = len(self._lost)
        self._lost = [lost for lost in self._lost if source not in ("", lost.source) or lost.seen_s > asked_s]
        return before - len(self._lost)

    def __len__(self) -> int:
        return len(self._lost)

    def __iter__(self) -> Iterator[Lost]:
        return iter(self._lost)

    def _merge(self) -> None:
        """The nearest pairs become one each, as many as are too many; nobody is in two of them, so that a crowd that goes out
        of sight at once takes a few rounds."""
        places = np.array([(lost.person.x, lost.person.y) for lost in self._lost])
        first, second = np.triu_indices(len(places), k=1)
        order = np.argsort(np.hypot(*(places[first] - places[second]).T), kind="stable")
        taken: set[int] = set()
        pairs: list[tuple[int, int]] = []
        for one, other in zip(first[order].tolist(), second[order].tolist(), strict=True):
            if len(self._lost) - len(pairs) <= MOST:
                break
            if one not in taken and other not in taken:
                taken |= {one, other}
                pairs.append((one, other))
        merged = [_both(self._lost[one], self._lost[other]) for one, other in pairs]
        self._lost = [lost for at, lost in enumerate(self._lost) if at not in taken] + merged


def _both(one: Lost, other: Lost) -> Lost:
    """One whose circle holds both: still no place is left out."""
    apart = one.person.distance(other.person.x, other.person.y)
    wide = replace(
        one.person,
        error=max(one.person.error, apart + other.person.error),
        speed=max(one.person.speed, other.person.speed),
    )
    floor = one.floor if one.floor is other.floor else one.floor.union(other.floor)
    return replace(one, person=wide, seen_s=min(one.seen_s, other.seen_s), floor=floor)


def _covers(seen: Polygon, lost: Lost, now_s: float) -> bool:
    """All that the lost source saw of where they may be by now is seen again, and where they were at least."""
    here = Point(lost.person.x, lost.person.y)
    if not math.isfinite(lost.person.error):
        return False
    near = here.buffer(lost.around(now_s))
    floor = near.intersection(lost.floor) if lost.floor.distance(here) <= lost.person.error else near
    if lost.floor.is_empty:
        floor = here.buffer(lost.person.error)
    return float(floor.difference(seen).area) <= SLIVER_M2

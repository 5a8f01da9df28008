# SPDX-License-Identifier: Apache-2.0
"""People who never move: a poster or a coat stand is one to a camera. An operator may say so of it, by its name.

It counts as nobody then, for as long as the same sensor tells of it at the same place, in each of its reports, and nobody comes
near. Otherwise it is somebody again, as whoever stands there might be. Units: m, s, in the frame `map`; times of the monotonic clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tektra.common.errors import InputError

#: Who did not leave a circle of this radius for so long does not move.
STILL_M, STILL_S = 0.3, 60.0
#: Of what nobody told for longer nobody knows what it is now.
GAP_S = 1.0
#: Who is nearer, and not as still, may take its place before the next report. A person runs 2.5 m in GAP_S.
NEAR_M = 3.0
#: In a crowd of more nobody is left out.
MOST = 64


class Told(Protocol):
    """Somebody, as a sensor tells."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...


@dataclass
class _Place:
    """Where one sensor has told of somebody since `since_s`. `who`: the operator by whose word it is nobody."""

    name: str
    key: str
    x: float
    y: float
    since_s: float
    last_s: float
    who: str = ""

    def holds(self, x: float, y: float) -> bool:
        return math.hypot(x - self.x, y - self.y) <= STILL_M

    def apart(self, other: _Place) -> float:
        return math.hypot(other.x - self.x, other.y - self.y)

    def told(self, now_s: float) -> str:
        return f"{self.name} at ({self.x:.2f}, {self.y:.2f}), still for {now_s - self.since_s:.0f} s"


class Unmoved:
    """One thread uses it. `key`: one sensor, also among those of the same `source`."""

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._count = 0
        self._news: list[str] = []

    def of(self, key: str, source: str, people: Sequence[Told], seen_s: float) -> set[int]:
        """Takes a report; tells which of its people, by index, are nobody by an operator's word."""
        self._drop_unseen(key, seen_s)
        own, found = [place for place in self._places if place.key == key], {}
        for index, person in enumerate(people):
            place = next((one for one in own if one.holds(person.x, person.y)), None)
            if place is None:
                self._count += 1
                place = _Place(f"{source}#{self._count}", key, person.x, person.y, seen_s, seen_s)
                self._places.append(place)
            else:
                own.remove(place)  # a second person at the same place is another one
                place.last_s = seen_s
            found[index] = place
        self._count_again(seen_s)
        return {index for index, place in found.items() if place.who}

    def silent(self, key: str, why: str) -> None:
        """This sensor tells no more, or of somebody whom it cannot place."""
        self._lose([place for place in self._places if place.key == key], why)

    def dismiss(self, name: str, who: str, now_s: float) -> tuple[str, float, float]:
        """An operator says that it is nobody; tells of which sensor (key), and where. Raises InputError with the names of those that
        stand still."""
        still = [place for place in self._places if self._still(place, now_s)]
        named = next((place for place in still if place.name == name), None)
        if named is None:
            told = "; ".join(place.told(now_s) for place in still) or f"nobody for {STILL_S:.0f} s"
            raise InputError(f"{name[:40]!r} does not stand still", f"name one that does: {told}")
        self._check_alone(named, now_s)
        named.who = who
        return named.key, named.x, named.y

    def words(self, now_s: float) -> list[str]:
        """What counts as nobody, and by whose word."""
        return [f"{place.told(now_s)}, counts as nobody: {place.who}" for place in self._places if place.who]

    def take_news(self) -> list[str]:
        """What counts as somebody again since the last call, and why."""
        news, self._news = self._news, []
        return news

    def _still(self, place: _Place, now_s: float) -> bool:
        return place.last_s - place.since_s >= STILL_S and now_s - place.last_s <= GAP_S

    def _near(self, place: _Place, now_s: float) -> bool:
        """Whether somebody is near who has not stood as still, by any sensor, or whom its own sensor does not tell of now."""

        def stirs(one: _Place) -> bool:
            missed = one.key == place.key and one.last_s < place.last_s
            return missed or (one.last_s - one.since_s < STILL_S and now_s - one.last_s <= GAP_S)

        others = (one for one in self._places if one is not place and one.apart(place) < NEAR_M)
        return any(map(stirs, others))

    def _check_alone(self, place: _Place, now_s: float) -> None:
        if self._near(place, now_s):
            raise InputError(
                f"somebody is within {NEAR_M:g} m of {place.name}", "say it when nobody is near it"
            )

    def _drop_unseen(self, key: str, seen_s: float) -> None:
        """What this sensor has not told of lately, and what any has not for long."""
        gone = [one for one in self._places if seen_s - one.last_s > (GAP_S if one.key == key else STILL_S)]
        self._lose(gone, "it moved, or was not told of")

    def _lose(self, gone: Sequence[_Place], why: str) -> None:
        """These are told of no more. Whoever was near to what counts as nobody may stand in its place now."""
        self._end(gone, why)
        self._places = [one for one in self._places if one not in gone]
        near = [one for one in self._places if any(one.apart(lost) < NEAR_M for lost in gone)]
        self._end(near, "somebody near it was lost from sight")

    def _count_again(self, seen_s: float) -> None:
        if len(self._places) > MOST:
            self._end(self._places, f"more than {MOST} people are told of")
            self._places = self._places[-MOST:]
        self._end(
            (place for place in self._places if place.who and self._near(place, seen_s)), "somebody came near"
        )

    def _end(self, places: Iterable[_Place], why: str) -> None:
        for place in places:
            if place.who:
                self._news.append(f"{place.name} counts as somebody again: {why}")
                place.who, place.since_s = "", place.last_s

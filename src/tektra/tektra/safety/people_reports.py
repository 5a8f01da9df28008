# SPDX-License-Identifier: Apache-2.0
"""What sensors of people tell. Units: m, s, in the frame `map`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from shapely import Polygon

from tektra.common.lateness import LATE_S
from tektra.safety.last_seen import Lost, as_lost
from tektra.safety.limits import BEYOND_ALL
from tektra.safety.people_rules import PeopleRules
from tektra.safety.separation import Known

#: Of more people at once those who stand within CELL_M (m) of each other, or more where they are far apart, count as one.
MOST_TOLD, CELL_M = 100, 0.5
#: A name that is farther from where it was than they can have walked, by more than this (m), is somebody else's.
LEAP_M = 0.5
#: So few are asked one by one. Sums of many may be off by so much (m).
FEW, HAIR_M = 8, 1e-6
#: Nobody comes faster (m/s), on whatever wheels.
FASTEST_PERSON_MPS = 50.0


@dataclass(frozen=True)
class Person:
    """Somebody, as a sensor tells: within `uncertainty` of (x, y). The velocity is None, or not finite, where nobody knows
    it."""

    id: str
    x: float
    y: float
    vx: float | None = None
    vy: float | None = None
    uncertainty: float = 0.0

    def fault(self) -> str:
        """Why nobody can tell where this person is; empty when one can."""
        told = (self.x, self.y, self.uncertainty)
        fine = all(map(math.isfinite, told)) and self.uncertainty >= 0.0
        if not fine:
            return "a position is not finite"
        return "" if max(map(abs, told)) <= BEYOND_ALL else f"a position is more than {BEYOND_ALL:g} m away"


def gathered(people: Sequence[Person]) -> Sequence[Person]:
    """The same where they are few; of a crowd, those who stand near each other as one who may be where any of them is, and as
    fast as the fastest: each of them costs the thread that decides. All must be well placed."""
    if len(people) <= MOST_TOLD:
        return people
    left, low = min(person.x for person in people), min(person.y for person in people)
    wide = max(max(person.x - left, person.y - low) for person in people)
    cell = max(wide / (math.isqrt(MOST_TOLD) - 1), CELL_M)
    groups: dict[tuple[int, int, bool], list[Person]] = {}
    for person in people:
        place = int((person.x - left) / cell), int((person.y - low) / cell)
        groups.setdefault((*place, math.isfinite(_speed(person))), []).append(person)
    return [_crowd("crowd {} {} {}".format(*key), group) for key, group in groups.items()]


def _crowd(name: str, group: Sequence[Person]) -> Person:
    """Of people whose speed is known, or of people whose is not."""
    if len(group) == 1:
        return group[0]
    x, y = (sum(axis) / len(group) for axis in zip(*((one.x, one.y) for one in group), strict=True))
    reach = max(math.hypot(one.x - x, one.y - y) + one.uncertainty for one in group)
    return replace(max(group, key=_speed), id=name, x=x, y=y, uncertainty=reach)


def _speed(person: Person) -> float:
    """Not finite where nobody knows it."""
    return math.inf if person.vx is None or person.vy is None else math.hypot(person.vx, person.vy)


@dataclass(frozen=True)
class Report:
    """What one sensor told last: seen at `seen_s`, heard at `heard_s`."""

    people: tuple[Known, ...]
    ids: tuple[str, ...]
    seen: Polygon
    floor: Polygon  # as `seen`, also where that is not believed any more
    seen_s: float
    heard_s: float
    source: str

    @cached_property
    def _table(self) -> npt.NDArray[np.float64]:
        return np.array([(one.x, one.y, one.speed, one.error) for one in self.people])

    def within(self, x: float, y: float, far: float, in_s: float) -> Iterable[Known]:
        """Those who can be as near as `far` to there within that time, and perhaps more: never fewer."""
        if len(self.people) <= FEW:
            return self.people
        table = self._table
        apart = np.hypot(table[:, 0] - x, table[:, 1] - y) - table[:, 3] - table[:, 2] * in_s
        return [self.people[index] for index in np.flatnonzero(~(apart >= far + HAIR_M))]


def polygon(corners: Sequence[tuple[float, float]]) -> Polygon:
    """An empty one where these corners make none: then nothing was seen."""
    if len(corners) < 3 or not all(abs(value) <= BEYOND_ALL for corner in corners for value in corner):
        return Polygon()
    floor = Polygon(corners)
    return floor if floor.is_valid else Polygon()


def known(rules: PeopleRules, person: Person) -> Known:
    """Who is well placed, as robots keep off them."""
    velocity = math.hypot(person.vx or 0.0, person.vy or 0.0)
    told = person.vx is not None and person.vy is not None and math.isfinite(velocity)
    speed = max(rules.human_speed_min, min(velocity, FASTEST_PERSON_MPS)) if told else rules.human_speed
    return Known(person.x, person.y, speed, max(rules.person_error, person.uncertainty) + rules.robot_error)


def out_of_time(
    rules: PeopleRules,
    source: str,
    seen: Sequence[tuple[float, float]],
    people: Sequence[Person],
    now_s: float,
    age_s: float,
) -> Report | None:
    """What is left of a report whose stamp is stale, or of the future: it saw no floor, but whom it names may be there. How long
    ago that was its clock does not tell, so they may be as near as they walk in LATE_S: what is older is taken up nowhere."""
    walked_s = age_s if 0.0 <= age_s <= LATE_S else LATE_S  # not for NaN
    told = gathered([one for one in people if not one.fault()])
    placed = [known(rules, person) for person in told]
    there = tuple(replace(one, error=one.error + one.speed * walked_s) for one in placed)
    if not there:
        return None
    return Report(there, tuple(one.id for one in told), Polygon(), polygon(seen), now_s, now_s, source)


def missing(before: Report, after: Report, *, nameless: bool = False) -> list[Known]:
    """Whom the next word of a sensor does not tell of: each of those in it is one of before at most, who had that name, and can
    have come there. `nameless`: who has no name is one that had none; else they are never known again."""
    if not before.people or not after.people:
        return list(before.people)
    there, now = (np.array([(one.x, one.y, one.error) for one in told.people]) for told in (before, after))
    walked = np.array([one.speed for one in before.people]) * max(after.seen_s - before.seen_s, 0.0)
    apart = np.hypot(there[:, None, 0] - now[None, :, 0], there[:, None, 1] - now[None, :, 1])
    names, later = (np.array(told.ids, object) for told in (before, after))
    same = names[:, None] == later[None, :]
    if not nameless:
        same &= (names != "")[:, None]
    same &= apart <= (there[:, 2] + walked)[:, None] + now[None, :, 2] + LEAP_M
    found: set[int] = set()
    taken: set[int] = set()
    first, second = np.nonzero(same)
    for pair in np.argsort(apart[first, second], kind="stable").tolist():
        one, other = int(first[pair]), int(second[pair])
        if one not in found and other not in taken:
            found.add(one)
            taken.add(other)
    return [who for index, who in enumerate(before.people) if index not in found]


def as_if_silent(rules: PeopleRules, reports: Iterable[Report]) -> Iterator[Lost]:
    """All whom these name, as they would be lost if nobody told of them any more."""
    for told in reports:
        for one in told.people:
            yield as_lost(one, told.floor, told.seen_s, told.source, rules.human_speed)

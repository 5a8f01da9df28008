# SPDX-License-Identifier: Apache-2.0
"""What vision tells a skill, as far as it may be believed. It decides what is said, and where a robot is asked to drive; never
whether it may. Times in ns of the ROS clock, places in m on the map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol, runtime_checkable

#: A picture that is older when it is told of, or so far from the future, shows nothing of now.
LATE_NS, AHEAD_NS = 5_000_000_000, 100_000_000
#: Of a flood of things, and of names, no more are looked at.
MOST_THINGS, MOST_KINDS, MOST_CHARS = 400, 1000, 60


#: Who was seen longer ago may be elsewhere. Of more sensors and people none is looked at; two that are nearer together than this
#: (m), beyond how wrong both may be, are one.
SEEN_NS, MOST_SENSORS, MOST_PEOPLE, ONE_M = 1_500_000_000, 16, 64, 0.3
#: id, x, y, uncertainty (m)
Person = tuple[str, float, float, float]
#: kind, x, y, uncertainty (m; not finite where nobody knows), ns when it was seen last
Told = tuple[str, float, float, float, int]


@dataclass(frozen=True)
class Spotted:
    """A thing that vision saw, when last, and within which radius it is there. `x`, `y` are not finite where its place is unknown."""

    kind: str
    x: float
    y: float
    uncertainty: float
    seen_ns: int


@dataclass(frozen=True)
class Somebody:
    """A person on the map as one sensor tells (/humans/positions), and within which radius they are; `id` may be empty."""

    id: str
    x: float
    y: float
    uncertainty: float
    seen_ns: int


@dataclass(frozen=True)
class Sight:
    """One moment of it. `look_ns`: when the newest picture of this robot's own camera was taken that shows anything at all; `shown`:
    which kinds it shows; `told`: how many times things were told of; `known`: which kinds vision knows at all, None while
    it has not said."""

    look_ns: int = 0
    shown: frozenset[str] = frozenset()
    things: tuple[Spotted, ...] = ()
    told: int = 0
    known: frozenset[str] | None = None
    people: Mapping[str, tuple[Somebody, ...]] = field(default_factory=dict)  # by sensor


@dataclass
class SightInput:
    """Keeps what was told last. One thread uses it."""

    now: Sight = field(default_factory=Sight)

    def looked(self, stamp_ns: int, frames: int, kinds: Iterable[str], now_ns: int) -> None:
        """A look of the robot's own camera; `frames`: on how many pictures it rests, 0 where they show nothing."""
        fresh = now_ns - LATE_NS <= stamp_ns <= now_ns + AHEAD_NS
        if frames < 1 or not fresh or stamp_ns <= self.now.look_ns:
            return
        shown = frozenset(_short(kinds))
        self.now = replace(self.now, look_ns=stamp_ns, shown=shown)

    def saw(self, things: Iterable[Told], now_ns: int) -> None:
        """Everything that vision remembers; what it claims to have seen in the future is left out."""
        kept = [Spotted(*told) for told in islice(things, MOST_THINGS)]
        kept = [t for t in kept if 0 < t.seen_ns <= now_ns + AHEAD_NS and len(t.kind) <= MOST_CHARS]
        self.now = replace(self.now, things=tuple(kept), told=self.now.told + 1)

    def knows(self, kinds: Iterable[str]) -> None:
        """Which kinds of things vision knows."""
        self.now = replace(self.now, known=frozenset(_short(kinds)))

    def people(self, source: str, stamp_ns: int, people: Iterable[Person], now_ns: int) -> None:
        """All whom one sensor sees; what is late, from the future or not finite is left out."""
        fresh = now_ns - SEEN_NS <= stamp_ns <= now_ns + AHEAD_NS
        if (
            not fresh
            or len(source) > MOST_CHARS
            or (source not in self.now.people and len(self.now.people) >= MOST_SENSORS)
        ):
            return
        told = [Somebody(*one, stamp_ns) for one in islice(people, MOST_PEOPLE)]
        told = [one for one in told if all(map(math.isfinite, (one.x, one.y, one.uncertainty)))]
        self.now = replace(self.now, people={**self.now.people, source: tuple(told)})

    def silent(self) -> None:
        """Nobody listens any more: what was told counts no longer."""
        self.now = Sight()


@runtime_checkable
class Looking(Protocol):
    """A skill that needs to be told what vision sees."""

    sighted: bool


def looks(skill: object) -> bool:
    """Whether vision is listened to for this skill."""
    return isinstance(skill, Looking) and skill.sighted


def newest(sight: Sight, kind: str, *, since_ns: int) -> Spotted | None:
    """The thing of that kind that was seen last, later than that, and whose place is known."""
    found = [t for t in sight.things if t.kind == kind and t.seen_ns > since_ns and _placed(t)]
    return max(found, key=lambda thing: thing.seen_ns, default=None)


def standing(sight: Sight, *, now_ns: int) -> list[Somebody]:
    """Everybody who is seen now, each once: whom several sensors tell of is where the surest says."""
    told = [one for people in sight.people.values() for one in people if now_ns - one.seen_ns <= SEEN_NS]
    found: list[Somebody] = []
    for one in sorted(told, key=lambda one: one.uncertainty):
        apart = (math.hypot(one.x - o.x, one.y - o.y) - one.uncertainty - o.uncertainty for o in found)
        if all(gap > ONE_M for gap in apart):
            found.append(one)
    return found


def _placed(thing: Spotted) -> bool:
    return all(map(math.isfinite, (thing.x, thing.y, thing.uncertainty)))


def _short(kinds: Iterable[str]) -> list[str]:
    return [kind for kind in islice(kinds, MOST_KINDS) if len(kind) <= MOST_CHARS]

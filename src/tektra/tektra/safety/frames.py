# SPDX-License-Identifier: Apache-2.0
"""Where a sensor sits on its robot's base, by what is told of frames (/tf, /tf_static), never without knowing how sure that is.

A frame has one teller: what two living ones say differently, nobody knows. A frame that moves is where it was at the time that is
asked for, between what was told before and after; later than the newest word its age is told with it, and one that moves
noticeably within that age is nowhere. Units: m, rad, s by the clock of the messages.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from tektra.common.rotations import Place, Quaternion, unit

#: How long words of a moving frame are kept (s), and how many.
KEPT_S, KEPT = 2.0, 400
#: No frame is farther from another (m), nor has a chain more edges.
FAR_M, LINKS = 1e6, 32
#: So many frames, and tellers of one, are kept apart.
FRAMES, TELLERS = 4096, 8
#: Places that differ by no more (m, rad) are one.
SAME_M, SAME_RAD = 0.002, 0.002
#: Within the age of its newest word a frame moves by no more than this (m, rad), or nobody knows where it is.
MOVES_M, MOVES_RAD = 0.03, 0.03


@dataclass(frozen=True)
class Edge:
    """A geometry_msgs/TransformStamped."""

    parent: str
    child: str
    stamp_s: float
    place: Place

    def fault(self) -> str:
        """Why it tells no place; empty when it does."""
        if not self.child or self.child == self.parent:
            return "a frame of no name, or in itself"
        if not all(abs(value) <= FAR_M for value in self.place.at) or not math.isfinite(self.stamp_s):
            return f"{self.child[:40]!r} is nowhere, or beyond {FAR_M:g} m"
        return "" if unit(self.place.rotation) else f"{self.child[:40]!r} is turned by no rotation"


@dataclass
class _Told:
    """What one teller says of one frame, the oldest first; of one that does not move, the newest alone."""

    parent: str
    static: bool
    words: deque[tuple[float, Place]] = field(default_factory=deque)

    def take(self, edge: Edge) -> None:
        if edge.parent != self.parent or self.static or (self.words and edge.stamp_s < self.words[-1][0]):
            self.words.clear()  # hung elsewhere, put right, or by a clock that was set back
        self.parent = edge.parent
        self.words.append((edge.stamp_s, edge.place))
        while len(self.words) > KEPT or edge.stamp_s - self.words[0][0] > KEPT_S:
            self.words.popleft()

    def when(self, at_s: float) -> tuple[Place, float]:
        """Where the frame was then, and how old the word of it is. Raises ValueError."""
        newest_s, newest = self.words[-1]
        if self.static:
            return newest, 0.0
        after = next((index for index, (told_s, _) in enumerate(self.words) if told_s >= at_s), None)
        if after == 0 or (after is None and len(self.words) == 1):
            told_s, place = self.words[0]
            return place, abs(at_s - told_s)
        index = len(self.words) - 1 if after is None else after
        (before_s, before), (told_s, place) = self.words[index - 1], self.words[index]
        lasts_s = max(told_s - before_s, 1e-6)
        if after is not None:
            share = (at_s - before_s) / lasts_s
            x, y, z = (a + share * (b - a) for a, b in zip(before.at, place.at, strict=True))
            return Place((x, y, z), _mixed(before.rotation, place.rotation, share)), 0.0
        age_s = at_s - newest_s
        way, turn = (change * age_s / lasts_s for change in place.off(before))
        if way > MOVES_M or turn > MOVES_RAD:
            raise ValueError("moves faster than /tf tells of it")
        return newest, age_s


class Frames:
    """What is told of one robot's frames, or of all robots' on one topic. One thread uses it."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, _Told]] = {}

    def take(self, edges: Iterable[Edge], *, static: bool, teller: str) -> str:
        """Why some of them are not believed; empty when all are."""
        faults = ""
        for one in edges:
            edge = replace(one, parent=one.parent.lstrip("/"), child=one.child.lstrip("/"))
            if fault := edge.fault():
                faults = fault
                continue
            tellers = self._told.get(edge.child)
            if tellers is None:
                if len(self._told) >= FRAMES:
                    faults = f"more than {FRAMES} frames"
                    continue
                tellers = self._told[edge.child] = {}
            key = f"{teller}{'' if static else ' moving'}"
            if key in tellers or len(tellers) < TELLERS:
                tellers.setdefault(key, _Told(edge.parent, static)).take(edge)
        return faults

    def left(self, living: Collection[str]) -> None:
        """These tellers are there. What others told counts where none of these tells of the same frame."""
        for child, tellers in self._told.items():
            there = {key: told for key, told in tellers.items() if key.split(" ")[0] in living}
            if there:
                self._told[child] = there

    def seat(self, frame: str, bases: Collection[str], at_s: float) -> tuple[Place, float] | None:
        """Where this frame was then in one of these, and how old the word of that is; None when nothing leads there. From the base
        up only what does not move is followed. Raises ValueError where it is told, and not known."""
        place, age_s, here = Place(), 0.0, frame.lstrip("/")
        above = {name: found for base in bases for name, found in self._above(base).items()}
        for _ in range(LINKS):
            if here in above:
                return above[here].of(place), age_s
            if here not in self._told:
                return None
            told = self._only(here)
            try:
                link, late_s = told.when(at_s)
            except ValueError as error:
                raise ValueError(f"the frame {here[:40]!r} {error}") from error
            place, age_s, here = link.of(place), max(age_s, late_s), told.parent
        raise ValueError(f"the frame {frame[:40]!r} hangs in itself")

    def _above(self, base: str) -> dict[str, Place]:
        """The base, and the frames in which it does not move: each by where it is in the base."""
        found, here, place = {base: Place()}, base, Place()
        while here in self._told and len(found) < LINKS:
            told = self._only(here)
            if not told.static or told.parent in found:
                break
            place = place.of(told.words[-1][1].inverse())
            here = told.parent
            found[here] = place
        return found

    def _only(self, child: str) -> _Told:
        """What is told of this frame. Raises ValueError where that differs."""
        first, *others = self._told[child].values()
        for other in others:
            same = other.static and first.static and other.parent == first.parent
            way, turn = other.words[-1][1].off(first.words[-1][1]) if same else (math.inf, math.inf)
            if way > SAME_M or turn > SAME_RAD:
                raise ValueError(f"two tell differently where the frame {child[:40]!r} is: end one of them")
        return first


def _mixed(one: Quaternion, other: Quaternion, share: float) -> Quaternion:
    """Between two that are near each other."""
    sign = -1.0 if sum(a * b for a, b in zip(one, other, strict=True)) < 0.0 else 1.0
    x, y, z, w = ((1.0 - share) * a + sign * share * b for a, b in zip(one, other, strict=True))
    length = math.hypot(x, y, z, w)
    return x / length, y / length, z / length, w / length

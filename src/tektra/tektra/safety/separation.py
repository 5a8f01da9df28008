# SPDX-License-Identifier: Apache-2.0
"""How far a way of a base keeps off somebody, and the fastest way that keeps off far enough. The formula is told in
people.py. Units: m, s, in the frame `map`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import shapely
from shapely import Point, Polygon

from tektra.safety.way import Way
from tektra.safety.zones import RETREAT_MPS, Judgement

#: A speed that is safe is sought by halves, so many at most, and then more closely so often.
HALVINGS, CLOSER = 6, 3


@dataclass(frozen=True)
class Known:
    """A person, how fast they may come (m/s), and how far from here they are at least beyond C and Z_r."""

    x: float
    y: float
    speed: float
    error: float
    cause: str = "a person"

    def distance(self, x: float, y: float) -> float:
        return math.hypot(self.x - x, self.y - y)

    def along(self, path: Way) -> list[float]:
        """The least distance on each piece of the way."""
        pieces = zip(path.points, path.points[1:], strict=False)
        return [self._to_piece(a[1], a[2], b[1] - a[1], b[2] - a[2]) - path.bulge for a, b in pieces]

    def _to_piece(self, x: float, y: float, dx: float, dy: float) -> float:
        square = dx * dx + dy * dy
        share = ((self.x - x) * dx + (self.y - y) * dy) / square if square else 0.0
        share = min(max(share, 0.0), 1.0)
        return math.hypot(self.x - x - share * dx, self.y - y - share * dy)


@dataclass(frozen=True)
class Unseen:
    """Floor on which somebody may be."""

    area: Polygon
    speed: float
    error: float
    cause: str

    def distance(self, x: float, y: float) -> float:
        return float(self.area.distance(Point(x, y)))

    def along(self, path: Way) -> list[float]:
        """The least distance on each piece of the way."""
        places = [(x, y) for _, x, y in path.points]
        pieces = shapely.linestrings([[a, b] for a, b in zip(places, places[1:], strict=False)])
        return [float(found) - path.bulge for found in shapely.distance(self.area, pieces)]


class Near(NamedTuple):
    """Somebody to whom a base could come too near: seen how long ago, how far from here, how far to keep off."""

    threat: Known | Unseen
    late_s: float
    here: float
    keep: float


def largest(near: Sequence[Near], drive: Callable[[float], Sequence[Way]]) -> Judgement:
    """The largest share of a speed whose ways, as `drive` tells them, keep off everybody; 0 where the slowest's do not."""
    cause, slowest = _broken(near, drive(1.0)), 0.5**HALVINGS
    if not cause:
        return Judgement()
    if _broken(near, drive(slowest)):
        return Judgement(0.0, cause, passing=True)
    factor = 0.5
    while factor > slowest and _broken(near, drive(factor)):
        factor /= 2.0
    step = factor / 2.0
    for _ in range(CLOSER):
        factor += 0.0 if _broken(near, drive(factor + step)) else step
        step /= 2.0
    return Judgement(factor, cause)


def _broken(near: Sequence[Near], paths: Sequence[Way]) -> str:
    """To whom one of these ways comes too near; empty when to nobody."""
    pairs = ((path, one) for path in paths for one in near)
    return next((one.threat.cause for path, one in pairs if not _keeps_off(one, path)), "")


def _keeps_off(one: Near, path: Way) -> bool:
    threat, late_s, here, keep = one
    gaps = threat.along(path)
    if min(gaps) >= keep + threat.speed * (late_s + path.ends_s):
        return True
    if not _away(gaps, here - path.bulge):
        return False
    needs = [keep + threat.speed * (late_s + end_s) for end_s, _, _ in path.points[1:]]
    return path.speed <= RETREAT_MPS or all(gap >= need for gap, need in zip(gaps, needs, strict=True))


def _away(gaps: Sequence[float], here: float) -> bool:
    """True where each piece of the way is further than the one before, and the last further than here."""
    never_nearer = all(b >= a - 1e-9 for a, b in zip((here, *gaps), gaps, strict=False))
    return never_nearer and gaps[-1] > here

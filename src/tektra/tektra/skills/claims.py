# SPDX-License-Identifier: Apache-2.0
"""Who goes first: each robot claims its whole way before it drives, and gives way to every earlier claim.

A claim is a ticket (when it was made, and by whom) and the way that is left of it. A robot drives only where it keeps
off the ways of all earlier claims, and off every robot that stands. docs/decisions/claims.md shows why nobody waits
for ever: the earliest claim waits for nobody, and each claim becomes the earliest in its time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from tektra.skills.route import Circle
from tektra.skills.seen import Other, Point, Seen, Ticket

#: Kept between the footprints of two robots on their ways, above what the safety gate asks for.
GAP_M = 0.15
#: The ways of earlier claims are kept off by so much more: who brakes late is still out of the way.
EXTRA_M = 0.08
#: A body that is nearer to a way than it should be by less than this is passed all the same.
TOLERANCE_M = 0.08
#: Ways are looked at in points so far apart.
SAMPLE_M = 0.1


@runtime_checkable
class Claiming(Protocol):
    """A skill that drives under a claim: its ticket, and the way left from the robot on; None while it has none."""

    @property
    def claim(self) -> tuple[Ticket, tuple[Point, ...]] | None: ...


def claim_of(skill: object) -> tuple[Ticket, tuple[Point, ...]] | None:
    """What a skill claims now."""
    return skill.claim if isinstance(skill, Claiming) else None


def next_ticket(robot: str, seen: Seen) -> Ticket:
    """A ticket later than all that are known (Lamport 1978): the order does not rest on clocks that agree."""
    known = max((other.ticket[0] for other in seen.others.values() if other.ticket), default=0)
    return max(seen.stamp_ns or round(seen.now_s * 1e9), known + 1), robot


@dataclass(frozen=True)
class Traffic:
    """The other robots as one with this ticket and radius has to take them. No ticket yet: all claims are earlier."""

    radius: float
    ticket: Ticket | None
    others: Mapping[str, Other]

    def keep(self, other: Other) -> float:
        """The distance to keep between the centres."""
        return self.radius + other.radius + GAP_M

    def is_earlier(self, other: Other) -> bool:
        return (
            bool(other.route)
            and other.ticket is not None
            and (self.ticket is None or other.ticket < self.ticket)
        )

    def stand(self, other: Other) -> Point:
        """Where the other counts as standing: an earlier claim at its end, everybody else where it is now."""
        return other.stand if self.is_earlier(other) else (other.x, other.y)

    def obstacles(self) -> list[Circle]:
        """What a new way must go round."""
        return [(*self.stand(other), self.keep(other)) for other in self.others.values()]

    def lanes(self) -> list[tuple[list[Point], float]]:
        """The ways of earlier claims, as points with the distance to keep."""
        return [
            (sampled(other.route, 3 * SAMPLE_M), self.keep(other) + EXTRA_M)
            for other in self.others.values()
            if self.is_earlier(other)
        ]

    def takes(self, x: float, y: float, *, spare: float = 0.0) -> str:
        """Who stands at a point, or nearer than it should by `spare`; empty when nobody."""
        for name, other in self.others.items():
            if math.dist(self.stand(other), (x, y)) < self.keep(other) + spare:
                return name
        return ""

    def stands_on(self, way: Sequence[Point]) -> str:
        """Who stands on a way that begins at the robot; empty when nobody."""
        if not way:
            return ""
        points, reach = np.array(way), SAMPLE_M * len(way)
        for name, other in self.others.items():
            x, y = self.stand(other)
            if math.dist(way[0], (x, y)) > reach + self.keep(other):
                continue
            away = np.hypot(points[:, 0] - x, points[:, 1] - y)
            if float(away.min()) < min(self.keep(other) - TOLERANCE_M, float(away[0]) - 0.01):
                return name
        return ""

    def gives_way(self, ahead: Sequence[Point]) -> tuple[int, str]:
        """How many of the points ahead, from the robot on, may be driven to before an earlier claim has passed, and whose."""
        free, whose = len(ahead), ""
        points, reach = np.array(ahead), SAMPLE_M * len(ahead)
        for name, other in self.others.items():
            if not self.is_earlier(other) or _is_far(
                ahead[0], other.route, reach + self.keep(other) + EXTRA_M
            ):
                continue
            away = _distances(points, other.route)
            # One who is too near already may go where it is no nearer.
            keep = min(self.keep(other) + EXTRA_M, float(away[0]) - 0.01)
            if (close := np.flatnonzero(away < keep)).size and int(close[0]) < free:
                free, whose = int(close[0]), name
        return free, whose


def sampled(way: Sequence[Point], apart: float = SAMPLE_M, most: float = math.inf) -> list[Point]:
    """Points along a way, from its first to its last, or as far as `most`."""
    points = [way[0]] if way else []
    left = most
    for (ax, ay), (bx, by) in zip(way, way[1:], strict=False):
        length = math.hypot(bx - ax, by - ay)
        stretch = min(left, length)
        for step in range(1, math.ceil(stretch / apart - 1e-9) + 1):
            share = min(step * apart, stretch) / length
            points.append((ax + (bx - ax) * share, ay + (by - ay) * share))
        left -= stretch
        if left <= 0.0:
            break
    return points


def _is_far(point: Point, way: Sequence[Point], distance: float) -> bool:
    """True when the box round the way is further from the point than that; most ways are, and this is cheap."""
    x, y = point
    return (
        min(corner[0] for corner in way) - x > distance
        or x - max(corner[0] for corner in way) > distance
        or min(corner[1] for corner in way) - y > distance
        or y - max(corner[1] for corner in way) > distance
    )


def _distances(points: np.ndarray, way: Sequence[Point]) -> np.ndarray:
    """Each point's distance from a way of straight stretches."""
    corners = np.array(way if len(way) > 1 else (way[0], way[0]))
    starts, along = corners[:-1], np.diff(corners, axis=0)
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    off = points[:, None, :] - starts[None, :, :]
    share = np.clip((off * along[None]).sum(axis=2) / length2[None], 0.0, 1.0)
    nearest = np.hypot(*(off - share[:, :, None] * along[None]).transpose(2, 0, 1))
    return np.asarray(nearest.min(axis=1))

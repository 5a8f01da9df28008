# SPDX-License-Identifier: Apache-2.0
"""What a robot knows of the others from what they tell: where each is, how wide, and the way that it claimed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tektra.skills.seen import Other, Point

#: A claim of which nothing was heard for so long is void; the robot is taken to stand where it was.
LEASE_S = 1.5
#: A robot that is silent is still there: for so long its place is kept free.
REMEMBER_S = 600.0
#: Until a robot has told how wide it is; and no robot is wider.
RADIUS_M, RADIUS_MAX_M = 0.3, 5.0
#: What tells of a longer way, or of more corners, is passed over.
MOST_M, MOST_POINTS = 1000.0, 1000


@dataclass(frozen=True)
class _Told:
    ticket_ns: int
    route: tuple[Point, ...]
    heard_s: float


class Fleet:
    """One thread uses it."""

    def __init__(self, robot: str) -> None:
        self._robot = robot
        self._told: dict[str, _Told] = {}
        self._radii: dict[str, float] = {}

    def described(self, robot: str, radius: float) -> None:
        """A robot announced itself."""
        self._radii[robot] = min(radius, RADIUS_MAX_M) if math.isfinite(radius) and radius > 0.0 else RADIUS_M

    def told(self, robot: str, ticket_ns: int, route: Sequence[Point], now_s: float) -> None:
        """A robot tells where it is (the first point) and how it will drive from there; ticket 0: it stands.

        It may tell anything: what cannot be is passed over.
        """
        fine = 0 < len(route) <= MOST_POINTS and all(
            map(math.isfinite, (at for point in route for at in point))
        )
        if robot != self._robot and fine and sum(map(math.dist, route, route[1:])) <= MOST_M:
            self._told[robot] = _Told(ticket_ns, tuple(route), now_s)

    def others(self, now_s: float) -> dict[str, Other]:
        """The others as they are now, as far as is known."""
        self._told = {name: told for name, told in self._told.items() if now_s - told.heard_s < REMEMBER_S}
        return {name: self._other(name, told, now_s) for name, told in self._told.items()}

    def _other(self, name: str, told: _Told, now_s: float) -> Other:
        x, y = told.route[0]
        radius = self._radii.get(name, RADIUS_M)
        claims = told.ticket_ns and now_s - told.heard_s < LEASE_S
        return Other(x, y, radius, (told.ticket_ns, name), told.route) if claims else Other(x, y, radius)

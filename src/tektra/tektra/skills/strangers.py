# SPDX-License-Identifier: Apache-2.0
"""What a robot's lidar sees that no map shows, so that ways lead round it. Whoever relies on it is the gate, not this.

Units: m, s, rad, in the frame `map`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tektra.common.world import World
from tektra.skills.route import distance_to
from tektra.skills.seen import Other, Point, Seen

#: Nothing further away counts; what is nearer than the second to a wall of the map is that wall.
FAR_M, WALL_M = 2.5, 0.15
#: Another robot is seen about where it says it is.
ROBOT_M = 0.2
#: Returns of one cell are one thing; it counts from the second scan on, and is gone when it was not seen for so long.
CELL_M, SURE, GONE_S = 0.1, 2, 1.5
#: A robot that has nothing to do looks at a scan so often: what it sees is sure, and not yet gone, when it begins.
IDLE_EVERY_S = 0.5
#: In a quick turn, where a ray leads is not known well enough to tell a wall from a stranger.
TURN_MAX_RADPS = 0.4
MOST = 400
Floats = NDArray[np.float64]


class Strangers:
    """Keeps them. One thread."""

    def __init__(self, world: World) -> None:
        self._walls = world.obstacles()
        self._looked_s = -math.inf
        self._cells: dict[tuple[int, int], tuple[Point, float, int]] = {}

    def scanned(
        self,
        angles: Floats,
        ranges: Floats,
        seen: Seen,
        others: Iterable[Other],
        now_s: float,
        *,
        busy: bool = True,
    ) -> None:
        """A scan from the middle of the base, as it is `seen`; values that are no distance are passed over."""
        if not busy and now_s - self._looked_s < IDLE_EVERY_S:
            return
        self._looked_s, pose = now_s, seen.pose
        if pose is None or abs(seen.turn_rate) > TURN_MAX_RADPS:
            return
        with np.errstate(invalid="ignore"):
            near = (ranges > 0.0) & (ranges < FAR_M)
        xs = pose.x + ranges[near] * np.cos(pose.yaw + angles[near])
        ys = pose.y + ranges[near] * np.sin(pose.yaw + angles[near])
        unknown = np.isfinite(xs) & np.isfinite(ys)  # not where a place, or an angle, is no number
        for box in self._walls:
            unknown &= distance_to(box, xs, ys) > WALL_M
        for other in others:
            unknown &= np.hypot(xs - other.x, ys - other.y) > other.radius + ROBOT_M
        found = {
            (math.floor(x / CELL_M), math.floor(y / CELL_M)): (float(x), float(y))
            for x, y in zip(xs[unknown], ys[unknown], strict=True)
        }
        for cell, point in found.items():
            times = self._cells.get(cell, (point, now_s, 0))[2]
            if cell in self._cells or len(self._cells) < MOST:
                self._cells[cell] = point, now_s, times + 1

    def points(self, now_s: float) -> tuple[Point, ...]:
        """Where something is by now."""
        self._cells = {cell: one for cell, one in self._cells.items() if now_s - one[1] < GONE_S}
        return tuple(point for point, _, times in self._cells.values() if times >= SURE)

# SPDX-License-Identifier: Apache-2.0
"""How a robot is, as it told last. Immutable."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tektra.common.world import Place, World

#: News that are older tell nothing of now.
FRESH_S = 5.0
#: A robot that is nearer to a pose of a place is at it.
AT_M = 0.8


@dataclass(frozen=True)
class RobotNow:
    """`battery`: 0..1, NaN when unknown. `x_m`, `y_m`: in the map, where `localized`. `at_s`: when it told."""

    at_s: float
    connected: bool = True
    moving: bool = False
    halted: str = ""
    localized: bool = False
    x_m: float = math.nan
    y_m: float = math.nan
    battery: float = math.nan
    holding: bool = False
    fault: str = ""

    def fresh(self, now_s: float) -> bool:
        return now_s - self.at_s < FRESH_S

    def whereabouts(self, world: World) -> str | tuple[float, float]:
        """The named place that it is at, else x and y in m, to 0.1 m; call it where it is localized."""
        place = self.place(world)
        return place.name if place is not None else (round(self.x_m, 1), round(self.y_m, 1))

    def place(self, world: World) -> Place | None:
        """The named place that it is at; None on the way, or where it is lost."""
        if not self.localized:
            return None
        near = [
            (math.hypot(pose.x_m - self.x_m, pose.y_m - self.y_m), place)
            for place in world.places.values()
            for pose in place.poses
        ]
        distance, nearest = min(near, key=lambda entry: entry[0], default=(math.inf, None))
        return nearest if distance < AT_M else None

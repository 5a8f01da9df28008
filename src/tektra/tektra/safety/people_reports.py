# SPDX-License-Identifier: Apache-2.0
"""What sensors of people tell. Units: m, s, in the frame `map`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely import Polygon

from tektra.safety.limits import BEYOND_ALL
from tektra.safety.separation import Known


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


def polygon(corners: Sequence[tuple[float, float]]) -> Polygon:
    """An empty one where these corners make none: then nothing was seen."""
    if len(corners) < 3 or not all(abs(value) <= BEYOND_ALL for corner in corners for value in corner):
        return Polygon()
    floor = Polygon(corners)
    return floor if floor.is_valid else Polygon()

# SPDX-License-Identifier: Apache-2.0
"""Where somebody pointed last, as long as "there" may mean it."""

from __future__ import annotations

import math

from tektra.planner.understanding.scene import Pointed

#: Who points speaks within this.
FRESH_S = 6.0
#: A standard deviation (m) beyond which it may as well be elsewhere.
VAGUE_M = 1.0


class Pointing:
    """One thread uses it; s of one clock."""

    def __init__(self) -> None:
        self._pointed: Pointed | None = None
        self._at_s = -math.inf

    def saw(self, x: float, y: float, variances: tuple[float, float], at_s: float) -> None:
        """Somebody points at (x, y), m on the map, with these variances (m²) along x and y; what is no number is not seen, nor what comes
        after something newer."""
        if at_s < self._at_s:
            return
        if not all(map(math.isfinite, (x, y, at_s, *variances))) or min(variances) < 0.0:
            return
        vague = math.sqrt(max(variances)) > VAGUE_M
        self._pointed, self._at_s = Pointed(round(x, 2), round(y, 2), vague), at_s

    def now(self, now_s: float) -> Pointed | None:
        """None where nobody pointed lately."""
        return self._pointed if 0.0 <= now_s - self._at_s <= FRESH_S else None

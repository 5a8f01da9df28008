# SPDX-License-Identifier: Apache-2.0
"""How fast people walk, from where they were lately."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import fmean

#: The newest places count, so many s and so many of them at least, spread over half of that time.
WINDOW_S, LEAST = 1.0, 4
#: A velocity that may be wrong by more (m/s, twice its standard error) is none.
ERROR_MPS = 0.4


class Walks:
    """Velocities by least squares over the last second. Not for several threads."""

    def __init__(self) -> None:
        self._places: dict[str, list[tuple[float, float, float]]] = {}

    def update(
        self, now_s: float, places: Mapping[str, tuple[float, float]]
    ) -> dict[str, tuple[float, float]]:
        """Takes where everybody is now; tells the velocities (m/s) of those of whom they are known."""
        kept = {
            name: [place for place in self._places.get(name, []) if 0.0 < now_s - place[0] <= WINDOW_S]
            for name in places
        }
        self._places = {name: [*before, (now_s, *places[name])] for name, before in kept.items()}
        found = {name: _velocity(trail) for name, trail in self._places.items()}
        return {name: velocity for name, velocity in found.items() if velocity is not None}


def _velocity(trail: list[tuple[float, float, float]]) -> tuple[float, float] | None:
    """The slope of a straight line through the places, None where its standard error is too large (Draper and Smith,
    Applied Regression Analysis, 3rd ed., 1.4)."""
    if len(trail) < LEAST or trail[-1][0] - trail[0][0] < WINDOW_S / 2.0:
        return None
    times = [at_s - trail[-1][0] for at_s, _, _ in trail]
    middle = fmean(times)
    spread = sum((t - middle) ** 2 for t in times)
    slopes, squares = [], 0.0
    for values in ([x for _, x, _ in trail], [y for _, _, y in trail]):
        mean = fmean(values)
        slope = sum((t - middle) * (value - mean) for t, value in zip(times, values, strict=True)) / spread
        squares += sum(
            (value - mean - slope * (t - middle)) ** 2 for t, value in zip(times, values, strict=True)
        )
        slopes.append(slope)
    error = 2.0 * math.sqrt(squares / (len(trail) - 2) / spread)
    return (slopes[0], slopes[1]) if error <= ERROR_MPS else None

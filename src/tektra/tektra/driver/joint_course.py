# SPDX-License-Identifier: Apache-2.0
"""From where an arm's joints are to be, to a short trajectory that ends standing whatever comes after it. Plain numbers.

A trajectory that is sent away is carried out to its end though nobody says more: so each ends with the brake, and is no
longer than a permit and that brake. All in rad, rad/s, rad/s^2, s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

#: No two points are closer in time, and no trajectory is shorter.
SHORTEST_S = 0.02
#: Nearer than this a joint is where it is to be.
THERE_RAD = 1e-6


class Waypoint(NamedTuple):
    """Where all joints are, and how fast, so long after the beginning."""

    at_s: float
    positions: tuple[float, ...]
    velocities: tuple[float, ...]


def course(
    here: Sequence[float],
    rates: Sequence[float],
    targets: Sequence[float | None],
    speeds: Sequence[float],
    decelerations: Sequence[float],
    lasts_s: float,
) -> list[Waypoint]:
    """Towards the targets for `lasts_s`, no joint faster than its speed nor past its target, and then the brake.

    All that have a way to go have it done by the same share, so that they arrive together. None: that joint stays.
    """
    lasts_s = max(lasts_s, SHORTEST_S)
    gaps = [0.0 if target is None else target - now for target, now in zip(targets, here, strict=True)]
    # What it has towards its target counts, but no more than it may have: of what is measured too fast, the next trajectory
    # must not be faster still. What it has away from it, the beginning of the trajectory brakes.
    had = [
        min(max(math.copysign(1.0, gap) * rate, 0.0), speed)
        for gap, rate, speed in zip(gaps, rates, speeds, strict=True)
    ]
    most = [
        min(speed, _stops_within(abs(gap) - was * lasts_s / 2.0, brake, lasts_s))
        for gap, was, speed, brake in zip(gaps, had, speeds, decelerations, strict=True)
    ]
    share = min(
        (pace / abs(gap) for pace, gap in zip(most, gaps, strict=True) if pace and abs(gap) > THERE_RAD),
        default=0.0,
    )
    paces = [min(abs(gap) * share, pace) for gap, pace in zip(gaps, most, strict=True)]
    ways = [
        min((min(was, pace) + pace) * lasts_s / 2.0, abs(gap))
        for was, pace, gap in zip(had, paces, gaps, strict=True)
    ]
    driven = _point(lasts_s, here, gaps, ways, paces)
    if not any(paces):
        return [driven]
    brakes_s = _brakes_s(paces, decelerations)
    ends = [
        min(way + pace * brakes_s / 2.0, abs(gap)) for way, pace, gap in zip(ways, paces, gaps, strict=True)
    ]
    return [driven, _point(lasts_s + brakes_s, here, gaps, ends, [0.0] * len(gaps))]


def brake(here: Sequence[float], rates: Sequence[float], decelerations: Sequence[float]) -> list[Waypoint]:
    """To a stand, all joints at the same time, the one that needs longest with its deceleration."""
    brakes_s = _brakes_s([abs(rate) for rate in rates], decelerations)
    ends = [now + rate * brakes_s / 2.0 for now, rate in zip(here, rates, strict=True)]
    return [Waypoint(brakes_s, tuple(ends), (0.0,) * len(ends))]


def _stops_within(way: float, deceleration: float, lasts_s: float) -> float:
    """The pace p with p T / 2 + p^2 / 2a = way: reached evenly over T, and braked from."""
    half_s = lasts_s / 2.0
    return deceleration * (math.sqrt(half_s**2 + 2.0 * way / deceleration) - half_s) if way > 0.0 else 0.0


def _brakes_s(paces: Sequence[float], decelerations: Sequence[float]) -> float:
    return max(SHORTEST_S, *(pace / most for pace, most in zip(paces, decelerations, strict=True)))


def _point(
    at_s: float, here: Sequence[float], gaps: Sequence[float], ways: Sequence[float], paces: Sequence[float]
) -> Waypoint:
    signs = [math.copysign(1.0, gap) for gap in gaps]
    return Waypoint(
        at_s,
        tuple(now + sign * way for now, sign, way in zip(here, signs, ways, strict=True)),
        tuple(sign * pace for sign, pace in zip(signs, paces, strict=True)),
    )

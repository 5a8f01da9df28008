# SPDX-License-Identifier: Apache-2.0
"""The way of a base in time, from a permit until it stands. Units: m, s, rad, in the frame `map`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tektra.safety.motion import Twist
from tektra.safety.path import Placed, passing
from tektra.safety.ramp import STANDING_MPS

#: Pieces of a way in the reaction time, and as many while it brakes.
PIECES = 4


@dataclass(frozen=True)
class Way:
    """Points (s, m, m) of the centre, joined by chords from which the arc leaves by `bulge` at most.

    `length` is that of the arc, `speed` the one that was asked for.
    """

    points: tuple[tuple[float, float, float], ...]
    length: float
    bulge: float
    speed: float

    @property
    def ends_s(self) -> float:
        """When it stands."""
        return self.points[-1][0]


def way(
    placed: Placed,
    asked: Twist,
    factor: float,
    *,
    before: float,
    reaction_s: float,
    turn_deceleration: float,
) -> Way:
    """What a base drives that is permitted this share of what it asked: for the reaction time as fast as permitted, as
    now, or as it was permitted `before`, whichever is most, and then braking along the same arc; with what it may have
    gone since it was measured. The deceleration of `placed` is positive."""
    whole = math.hypot(asked.vx, asked.vy)
    drives = whole >= STANDING_MPS
    speed = whole * factor if drives else 0.0
    at_first = max(speed, before, math.hypot(placed.twist.vx, placed.twist.vy)) if drives else 0.0
    braking_s, went = speed / placed.deceleration, at_first * reaction_s + placed.drift
    steps = [(reaction_s * i / PIECES, went * i / PIECES) for i in range(PIECES + 1)]
    for i in range(1, PIECES + 1):
        t = braking_s * i / PIECES
        steps.append((reaction_s + t, went + speed * t - placed.deceleration * t * t / 2.0))
    turning_s = abs(asked.wz) * factor / turn_deceleration
    steps.append((reaction_s + max(braking_s, turning_s), steps[-1][1]))
    heading = placed.yaw + (math.atan2(asked.vy, asked.vx) if drives else 0.0)
    bend = asked.wz / whole if drives else 0.0
    points = [(at_s, *_along(placed.x, placed.y, heading, bend, length)) for at_s, length in steps]
    longest = max(b[1] - a[1] for a, b in zip(steps, steps[1:], strict=False))
    return Way(tuple(points), steps[-1][1], abs(bend) * longest**2 / 8.0, speed)


def carried(
    placed: Placed, asked: Twist, factor: float, *, reaction_s: float, turn_deceleration: float
) -> Iterator[Way]:
    """What it drives while it passes from what it has to this share of what it asked, where that leads elsewhere."""
    share, speed = asked.scaled(factor), max(placed.had, math.hypot(asked.vx, asked.vy) * factor)
    ways = passing(
        placed.later(),
        share,
        reaction_s=reaction_s,
        turn_deceleration=turn_deceleration,
        most=2 * PIECES + 1,
    )
    for one in ways:
        lengths = np.hypot(np.diff(one.x), np.diff(one.y))
        # A chord leaves its curve by an eighth of the second difference.
        bulge = float(np.hypot(np.diff(one.x, 2), np.diff(one.y, 2)).max()) / 8.0
        points = zip(one.length.tolist(), one.x.tolist(), one.y.tolist(), strict=True)
        yield Way(tuple(points), float(lengths.sum()), bulge, speed)


def _along(x: float, y: float, heading: float, bend: float, length: float) -> tuple[float, float]:
    """Where an arc of this curvature (1/m) comes to."""
    half = bend * length / 2.0
    chord = length * (math.sin(half) / half if abs(half) > 1e-9 else 1.0)
    return x + chord * math.cos(heading + half), y + chord * math.sin(heading + half)

# SPDX-License-Identifier: Apache-2.0
"""Which heights a robot takes up, and which a zone has. Units: m, s; heights above where robots take off, as they tell them.

A zone without heights is one at every height. What does not fly takes up all from the ground to its `height_m`, or GROUND_M where nobody tells it; what flies, its own
height and what it may still climb or sink, with HEIGHT_ERROR_M below and above; of what does not tell it, every height.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tektra.common.areas import GROUND_M
from tektra.safety.limits import BEYOND_ALL
from tektra.safety.motion import Kind, Motion

#: How wrong a height may be that a flying robot tells: most take it from the pressure of the air.
HEIGHT_ERROR_M = 0.5
#: A robot that is told to stay under a ceiling, or above a floor, wavers by so much where it stands.
WAVERS_M = 0.25
#: So long after it was told to climb or to sink it may still do so.
STILL_S = 1.0
#: Shorter than this is no time from which a rate could be told; and after a longer one it may have stood in between.
RATE_S = (0.08, 1.0)
#: A height that is so much farther from the one before than its rate, and this more, leads, was begun anew, or was wrong till now.
LEAP_M, LEAP_MPS = 1.0, 5.0
#: No robot climbs or sinks faster (m/s).
FASTEST_MPS = 20.0


@dataclass(frozen=True)
class Tall:
    """One robot's heights. `height` is NaN where it does not tell; `lowest` and `highest`: what it may reach from there."""

    flies: bool = False
    height: float = math.nan
    lowest: float = math.nan
    highest: float = math.nan
    radius: float = 0.0
    bottom: float = -math.inf  # of what does not fly: from where
    top: float = GROUND_M  # and up to where it reaches

    @property
    def low(self) -> float:
        """Nothing of it is lower."""
        if not self.flies:
            return self.bottom
        return min(self.lowest, self.height) - HEIGHT_ERROR_M if math.isfinite(self.height) else -math.inf

    @property
    def high(self) -> float:
        """Nothing of it is higher."""
        if not self.flies:
            return self.top
        known = math.isfinite(self.height)
        return max(self.highest, self.height) + self.radius + HEIGHT_ERROR_M if known else math.inf

    def towards(self, goal: float) -> Tall:
        """The same, all the way to another height."""
        if not math.isfinite(self.height):
            return self
        return Tall(self.flies, self.height, min(self.lowest, goal), max(self.highest, goal), self.radius)

    def lost(self) -> Tall:
        """The same when nobody tells how it moves any more."""
        return Tall(self.flies, radius=self.radius, bottom=self.bottom, top=self.top)

    def meets(self, other: Tall, apart: float = 0.0) -> bool:
        """Whether the two may be at one height, or nearer to it than `apart`."""
        return self.low < other.high + apart and other.low < self.high + apart


@dataclass(frozen=True)
class Layer:
    """The heights that a zone has."""

    floor: float = -math.inf
    ceiling: float = math.inf

    def concerns(self, tall: Tall) -> bool:
        """Whether a robot may be at these heights."""
        return tall.low < self.ceiling and tall.high > self.floor

    def holds(self, tall: Tall) -> bool:
        """Whether a robot that must stay at these heights does; those of what does not fly are not looked at."""
        if not tall.flies or (self.floor == -math.inf and self.ceiling == math.inf):
            return True
        return self.lowest <= tall.lowest and tall.highest <= self.ceiling + WAVERS_M  # not so for NaN

    def holds_now(self, tall: Tall) -> bool:
        """The same by what it tells of now alone."""
        return self.holds(Tall(tall.flies, tall.height, tall.height, tall.height))

    @property
    def lowest(self) -> float:
        """So low a robot may be that must stay at these heights; from the ground on, where the floor is no higher."""
        return -math.inf if self.floor <= 0.0 else self.floor - WAVERS_M

    def has(self, tall: Tall) -> bool:
        """Whether a robot is at these heights now, by what it tells; of what does not tell it, that counts as so."""
        if not tall.flies or not math.isfinite(tall.height):
            return self.concerns(tall)
        return self.floor < tall.height < self.ceiling


class Climbing:
    """How one robot's height changes, by its states and by what it was permitted. One thread."""

    def __init__(self) -> None:
        self._told: tuple[float, float] | None = None  # height, and when
        self._rate = 0.0
        self._goal: tuple[float, float] | None = None  # where it was told to go, and when
        self._newest: tuple[float, float] | None = None
        #: What of its newest height is farther from the one before than it can have climbed or sunk, in words.
        self.leapt = ""

    def permitted(self, motion: Motion, now_s: float) -> None:
        """It was told to do that: to go to a height, or to land."""
        if motion.kind in (Kind.TAKE_OFF, Kind.LAND):
            self._goal = (motion.altitude if motion.kind == Kind.TAKE_OFF else 0.0, now_s)

    def _leap(self, height: float, now_s: float) -> str:
        before, self._newest = self._newest, (height, now_s)
        if before is None or not (math.isfinite(height) and math.isfinite(before[0])):
            return ""
        leap = abs(height - before[0]) - (abs(self._rate) + LEAP_MPS) * max(now_s - before[1], 0.0)
        return f"its height leapt by {leap:.2f} m" if leap > LEAP_M else ""

    def tall(self, height: float, radius: float, deceleration: float, now_s: float) -> Tall:
        """It flies, and tells this height (NaN: none)."""
        self.leapt = self._leap(height, now_s)
        if not math.isfinite(height) or abs(height) > BEYOND_ALL:
            self._told, self._rate = None, 0.0
            return Tall(flies=True, radius=radius)
        if self._told is None or now_s - self._told[1] > RATE_S[1]:
            self._told, self._rate = (height, now_s), 0.0
        elif now_s - self._told[1] >= RATE_S[0]:
            self._rate = (height - self._told[0]) / (now_s - self._told[1])
            self._told = (height, now_s)
        rate = max(-FASTEST_MPS, min(self._rate, FASTEST_MPS))
        goes_on = height + rate * STILL_S + math.copysign(rate**2 / (2.0 * deceleration), rate)
        ends = [height, goes_on]
        if self._goal is not None and now_s - self._goal[1] <= STILL_S:
            ends.append(self._goal[0])
        return Tall(True, height, min(ends), max(ends), radius)

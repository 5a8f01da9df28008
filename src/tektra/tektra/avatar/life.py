# SPDX-License-Identifier: Apache-2.0
"""What a living face does by itself: it blinks, breathes, sways a little, and its eyes wander. Seeded, so tests can
repeat it.
"""

from __future__ import annotations

import math
import random

from tektra.avatar.state import HeadPose

CLOSING_S, CLOSED_S, OPENING_S = 0.07, 0.03, 0.14
BLINK_S = CLOSING_S + CLOSED_S + OPENING_S
# People blink about 17 times a minute when they talk (Bentivoglio et al., 1997).
MEAN_PAUSE_S, SHORTEST_PAUSE_S, DOUBLE_BLINKS = 3.5, 1.0, 0.12


class Blinker:
    """Blinks now and then."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._start_s: float | None = None

    def at(self, now_s: float) -> float:
        """How far the lids are closed, 0..1."""
        if self._start_s is None:
            self._start_s = now_s + self._pause_s()
        since = now_s - self._start_s
        if since > BLINK_S:
            again = self._random.random() < DOUBLE_BLINKS
            self._start_s = now_s + (0.08 if again else self._pause_s())
            return 0.0
        return closure(since)

    def _pause_s(self) -> float:
        return SHORTEST_PAUSE_S + self._random.expovariate(1.0 / (MEAN_PAUSE_S - SHORTEST_PAUSE_S))


def closure(since_s: float) -> float:
    """How far the lids are closed at a time after the beginning of a blink, 0..1."""
    if since_s <= 0.0 or since_s >= BLINK_S:
        return 0.0
    if since_s < CLOSING_S:
        return math.sin(0.5 * math.pi * since_s / CLOSING_S)
    if since_s < CLOSING_S + CLOSED_S:
        return 1.0
    return 0.5 + 0.5 * math.cos(math.pi * (since_s - CLOSING_S - CLOSED_S) / OPENING_S)


class Startle:
    """The jump at a stop: eyes and mouth open and the head goes back, at once, and it all passes (R. Davis, 1984: within a second)."""

    RISE_S, HOLD_S, FALL_S = 0.08, 0.30, 0.7

    def __init__(self) -> None:
        self._calm = False
        self._since_s = -math.inf

    def at(self, now_s: float, *, stopped: bool) -> float:
        """How far it is startled, 0..1. Only a stop startles that ends some calm; what begins stopped does not."""
        if stopped and self._calm:
            self._since_s = now_s
        self._calm = not stopped
        since = now_s - self._since_s
        part = min(since / self.RISE_S, 1.0 - (since - self.RISE_S - self.HOLD_S) / self.FALL_S, 1.0)
        return max(part, 0.0)


class Sway:
    """A small, slow movement of the head: sums of sines whose periods do not meet. A function of time
    alone.
    """

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self._waves = [
            [
                (1.0 / chance.uniform(low, high), chance.uniform(0.0, 2 * math.pi))
                for low, high in ((3, 5), (6, 9), (11, 17))
            ]
            for _ in range(3)
        ]

    def at(self, now_s: float, amount: float = 1.0) -> HeadPose:
        """The pose to add; `amount` 1 is at most 1.7 deg of yaw, 1.1 of pitch and 1 of roll."""
        yaw, pitch, roll = (
            sum(math.sin(2 * math.pi * rate * now_s + phase) for rate, phase in waves) / 3
            for waves in self._waves
        )
        return HeadPose(0.030 * yaw * amount, 0.020 * pitch * amount, 0.018 * roll * amount)


class Breath:
    """Shoulders rise with each breath: quicker in than out, as people breathe at rest. Its pace changes without a jump."""

    #: Of a breath, and of one at rest (s); how long nothing must have happened until it rests, and how slowly the pace changes.
    AWAKE_S, RESTING_S, RESTS_AFTER_S, CHANGES_S = 3.8, 5.6, 20.0, 4.0
    IN_SHARE = 0.4

    def __init__(self) -> None:
        self._phase = 0.0
        self._period_s = self.AWAKE_S
        self._updated_s: float | None = None
        self._awake_s: float | None = None

    def at(self, now_s: float, *, awake: bool) -> float:
        """How full the chest is, 0..1. `awake`: something happens."""
        step_s = 0.0 if self._updated_s is None else min(max(now_s - self._updated_s, 0.0), 1.0)
        self._updated_s = now_s
        if awake or self._awake_s is None:
            self._awake_s = now_s
        rests = now_s - self._awake_s > self.RESTS_AFTER_S
        goal_s = self.RESTING_S if rests else self.AWAKE_S
        self._period_s += (goal_s - self._period_s) * (1.0 - math.exp(-step_s / self.CHANGES_S))
        self._phase = (self._phase + step_s / self._period_s) % 1.0
        if self._phase < self.IN_SHARE:
            return 0.5 - 0.5 * math.cos(math.pi * self._phase / self.IN_SHARE)
        return 0.5 + 0.5 * math.cos(math.pi * (self._phase - self.IN_SHARE) / (1.0 - self.IN_SHARE))


class Wander:
    """Where the eyes look: mostly ahead, with small jumps now and then."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._next_s: float | None = None
        self._yaw_rad = self._pitch_rad = 0.0

    def at(self, now_s: float) -> tuple[float, float]:
        """Yaw and pitch of the gaze, rad, to add to where the avatar looks."""
        if self._next_s is None or now_s >= self._next_s or now_s < self._next_s - 10.0:
            self._next_s = now_s + self._random.uniform(0.7, 2.6)
            away = 0.0 if self._random.random() < 0.55 else 1.0
            self._yaw_rad = away * self._random.gauss(0.0, 0.045)
            self._pitch_rad = away * self._random.gauss(0.0, 0.025)
        return self._yaw_rad, self._pitch_rad

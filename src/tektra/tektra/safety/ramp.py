# SPDX-License-Identifier: Apache-2.0
"""Speeding up within the declared acceleration and jerk. Slowing down is never held back: how is the robot's own affair.

Each goal has its ramp: what it was permitted last, and how fast that was growing. Units: m, s, rad, and their quotients.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tektra.safety.limits import Limits

#: Shorter than this is no time from which a growth could be told.
INSTANT_S = 1e-6
#: A base that is told to drive no faster than this stands, and is told so.
STANDING_MPS = 1e-3
#: A joint is told at least this speed: one of 0 would be no permit at all.
JOINT_SPEED_MIN = 1e-4


@dataclass(frozen=True)
class Twist:
    """Velocity of the base in its own frame: forward, to the left, counter-clockwise."""

    vx: float = 0.0
    vy: float = 0.0
    wz: float = 0.0

    def scaled(self, factor: float) -> Twist:
        return Twist(self.vx * factor, self.vy * factor, self.wz * factor)

    def no_faster(self, speed: float, rate: float) -> Twist:
        """The same within these; itself where it is, and what is not finite stays so."""
        has, twist = math.hypot(self.vx, self.vy), self
        if speed < has < math.inf:
            twist = replace(twist.scaled(speed / has), wz=twist.wz)
        if rate < abs(twist.wz) < math.inf:
            twist = replace(twist, wz=math.copysign(rate, twist.wz))
        return twist

    def settled(self) -> Twist:
        """The same without a way that is too slow to be one: nothing that is judged by its way creeps past."""
        return self if math.hypot(self.vx, self.vy) >= STANDING_MPS else Twist(wz=self.wz)


@dataclass(frozen=True)
class Ramp:
    """What a goal was permitted last: the base's velocity, the growth of each part of it (not negative), and the
    speed of each joint, signed by the way it went. A new goal begins with an empty one: standing."""

    twist: Twist = Twist()
    growth: Twist = Twist()
    joints: Mapping[str, float] = field(default_factory=dict)

    def drive(self, asked: Twist, limits: Limits, period_s: float) -> Twist:
        """As much of the asked velocity as the acceleration and jerk limits leave after `period_s`."""
        gaps = [
            max(0.0, abs(now) - _start(now, then))
            for now, then in ((asked.vx, self.twist.vx), (asked.vy, self.twist.vy))
        ]
        whole = math.hypot(*gaps)
        # Forward and sideways share the linear limits by what each still lacks, so that their sum keeps them, too.
        shares = [gap / whole if whole else 1.0 for gap in gaps]
        rate, jerk = limits.linear_acceleration, limits.linear_jerk
        return Twist(
            _ease(asked.vx, self.twist.vx, self.growth.vx, rate * shares[0], jerk * shares[0], period_s),
            _ease(asked.vy, self.twist.vy, self.growth.vy, rate * shares[1], jerk * shares[1], period_s),
            _ease(
                asked.wz,
                self.twist.wz,
                self.growth.wz,
                limits.angular_acceleration,
                limits.angular_jerk,
                period_s,
            ),
        )

    def driven(self, permitted: Twist, period_s: float) -> Ramp:
        """The ramp after this velocity was permitted."""
        growth = Twist(
            _growth(permitted.vx, self.twist.vx, self.growth.vx, period_s),
            _growth(permitted.vy, self.twist.vy, self.growth.vy, period_s),
            _growth(permitted.wz, self.twist.wz, self.growth.wz, period_s),
        )
        return Ramp(twist=permitted, growth=growth)

    def joint(self, name: str, way: float, most: float, acceleration: float, period_s: float) -> float:
        """The speed (positive) that a joint may have `way` rad before its target; `way` not finite: unknown, so it stood."""
        then = self.joints.get(name, 0.0)
        start = abs(then) if then * way > 0.0 else 0.0
        return min(most, max(JOINT_SPEED_MIN, start + acceleration * period_s))

    def moved(self, names: Sequence[str], ways: Sequence[float], speeds: Sequence[float]) -> Ramp:
        """The ramp after these speeds were permitted; a joint that is not named stands."""
        went = {
            name: math.copysign(speed, way) if math.isfinite(way) else 0.0
            for name, way, speed in zip(names, ways, speeds, strict=True)
        }
        return Ramp(joints=went)


def _start(now: float, then: float) -> float:
    """The speed that is there already; the other way round begins with standing."""
    return abs(then) if now * then > 0.0 else 0.0


def _ease(now: float, then: float, growth: float, rate: float, jerk: float, period_s: float) -> float:
    start = _start(now, then)
    gap = abs(now) - start
    if gap <= 0.0:
        return now
    growth = growth if start else 0.0
    # sqrt(2 j gap): the acceleration from which the asked speed is met with an acceleration of 0.
    rate = min(rate, growth + jerk * period_s, math.sqrt(2.0 * jerk * gap))
    return math.copysign(start + min(gap, rate * period_s), now)


def _growth(now: float, then: float, growth: float, period_s: float) -> float:
    start = _start(now, then)
    if abs(now) <= start:
        return 0.0
    return (abs(now) - start) / period_s if period_s > INSTANT_S else growth if start else 0.0

# SPDX-License-Identifier: Apache-2.0
"""Where a robot may be by now, from where it was measured last: doubt grows with time, and never vanishes by itself.

Units: m, s, rad, in the frame `map`; times of the monotonic clock.
"""

from __future__ import annotations

import dataclasses
import math
from collections import deque
from dataclasses import dataclass, field

from tektra.safety.heights import Tall
from tektra.safety.path import Placed
from tektra.safety.ramp import Twist

#: For so long a robot that nobody reaches may drive on as it did: its permit ends, then its own watchdog acts. Some more
#: than MAX_TTL_S of the robots' protocol and a permit's time together.
UNREACHED_S = 1.0
#: What was permitted so long before a measurement may not have reached the wheels by then.
LATENCY_S = 0.3
#: A place, or a heading, that is so much farther from the one before than its speed leads (m, rad) is another's, or was wrong
#: till now.
LEAP_M, LEAP_RAD = 0.5, 0.7


@dataclass
class Whereabouts:
    """The newest place of one robot, and how far it may have gone since. One thread."""

    place: Placed | None = None
    measured_s: float = -math.inf
    strayed: float = 0.0  # m, what it told of its speed since then, added up to `told_s`
    told_s: float = -math.inf  # when it was as its newest word has it
    adrift: bool = False  # it tells how it moves, and not where it is
    lost_s: float = math.inf  # since when nobody tells how it moves; not finite: somebody does
    speed: float = 0.0  # m/s, the most that it then had, or, adrift, by its newest word
    granted: deque[tuple[float, Twist, float]] = field(default_factory=deque)  # when, and how fast
    pace: float = 0.0  # m/s, no less than what it told or was permitted since shortly before it was measured

    def measured(self, place: Placed, at_s: float) -> None:
        """It was there at that time."""
        self.place, self.measured_s, self.strayed, self.lost_s = place, at_s, 0.0, math.inf
        self.told_s, self.adrift = at_s, False
        self.pace = max(math.hypot(place.twist.vx, place.twist.vy), self.fastest(at_s))

    def embody(self, radius: float, deceleration: float, turn_deceleration: float, *, flies: bool) -> None:
        """It declares another body, and has not yet said where that is: the worse of both stands where the last one was."""
        if (place := self.place) is None:
            return
        self.place = dataclasses.replace(
            place,
            radius=max(radius, place.radius),
            deceleration=min(deceleration, place.deceleration),
            turn_deceleration=min(turn_deceleration, place.turn_deceleration),
            tall=place.tall if flies == place.tall.flies else Tall(flies=True, radius=radius),
        )

    def leap(self, place: Placed, now_s: float) -> str:
        """What of this place is farther from the one before than it can have driven or turned, in words; empty: nothing."""
        before, passed_s = self.now(now_s), max(now_s - self.measured_s, 0.0)
        if before is None:
            return ""
        went = math.hypot(place.twist.vx, place.twist.vy) * passed_s
        leap = math.dist((before.x, before.y), (place.x, place.y)) - before.drift - went
        if leap > LEAP_M:
            return f"its place leapt by {leap:.2f} m"
        rate = max(abs(twist.wz) for twist in (before.twist, before.granted, place.twist))
        turned = abs(math.remainder(place.yaw - before.yaw, math.tau)) - rate * passed_s
        return f"its heading leapt by {turned:.2f} rad" if turned > LEAP_RAD else ""

    def permitted(self, twist: Twist, now_s: float) -> None:
        """It was told to drive like this."""
        speed = math.hypot(twist.vx, twist.vy)
        self.granted.append((now_s, twist, speed))
        self.pace = max(self.pace, speed)

    def moved(self, twist: Twist, at_s: float, now_s: float) -> None:
        """It does not know where it is, but moved like this at that time."""
        told = math.hypot(twist.vx, twist.vy)
        # A speed that is no number is none that could be believed: then it may be as fast as it was told to be.
        speed = max(told if math.isfinite(told) else 0.0, self.fastest(now_s))
        if self.unreachable and (there := self.now(now_s)) is not None:
            self.strayed = there.drift  # wherever it went unheard
        elif self.place is not None:
            self.strayed += max(speed, self._told_speed()) * max(at_s - self.told_s, 0.0)
        self.pace = max(self.pace, speed)
        self.lost_s, self.told_s, self.speed, self.adrift = math.inf, at_s, speed, True

    def unreached(self, now_s: float, since_s: float) -> None:
        """Nobody tells how it moves, since that time."""
        if math.isinf(self.lost_s):
            self.speed, self.lost_s = max(self._told_speed(), self.fastest(now_s)), since_s

    def beyond(self, x: float, y: float, far: float, reaction_s: float, now_s: float) -> bool:
        """It cannot come within `far` of there before it stands: told by a few sums, and never wrongly. Of whom nobody
        tells how they move, it says so of none."""
        place, pace = self.place, self.pace
        if place is None or self.adrift or self.lost_s != math.inf:
            return False
        age_s = now_s - self.measured_s
        far += place.radius + pace * (reaction_s + age_s if age_s > 0.0 else reaction_s)
        far += pace * pace / (2.0 * place.deceleration)
        return not (-far <= place.x - x <= far and -far <= place.y - y <= far)

    @property
    def unreachable(self) -> bool:
        """Nobody tells how it moves."""
        return math.isfinite(self.lost_s)

    def lost(self, now_s: float) -> bool:
        """Nobody tells where it is now."""
        return self.unreachable or now_s - self.measured_s > UNREACHED_S

    def fastest(self, now_s: float) -> float:
        """The most that it was permitted since shortly before it was measured."""
        since_s = min(self.measured_s, now_s) - LATENCY_S
        while self.granted and self.granted[0][0] < max(since_s, now_s - UNREACHED_S - LATENCY_S):
            self.granted.popleft()
        return max([speed for _, _, speed in self.granted], default=0.0)

    def now(self, now_s: float) -> Placed | None:
        """Where it is, and how far from there it may be by now. None when it never had a place."""
        place = self.place
        if place is None:
            return None
        pace = max(self._told_speed(), self.fastest(now_s))
        if not self.unreachable and not self.adrift:
            granted = self.granted[-1][1] if self.granted else Twist()
            return place.moved(pace * max(now_s - self.measured_s, 0.0), granted, pace)
        # Where it went, and how high it is, is not known: no direction is better than another.
        if self.unreachable:
            pace = self.speed
            went_s = min(max(now_s - self.lost_s, 0.0), UNREACHED_S) + max(self.lost_s - self.told_s, 0.0)
        else:
            went_s = max(now_s - self.told_s, 0.0)
        drift = self.strayed + pace * went_s + pace**2 / (2.0 * place.deceleration)
        return dataclasses.replace(place, twist=Twist(), drift=drift, tall=place.tall.lost())

    def _told_speed(self) -> float:
        """By its newest word (m/s)."""
        if self.adrift or self.place is None:
            return self.speed
        return math.hypot(self.place.twist.vx, self.place.twist.vy)

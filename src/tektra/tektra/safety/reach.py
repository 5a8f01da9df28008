# SPDX-License-Identifier: Apache-2.0
"""Which robots are near enough to matter: a few sums for each, so that geometry is done for neighbours alone."""

import math
from collections.abc import Mapping

from tektra.safety.known import Known
from tektra.safety.path import Placed
from tektra.safety.ramp import Twist
from tektra.safety.zones import Rules

#: A path is at least a millimetre long, and drawn in straight pieces.
SLACK_M = 0.01
#: A lidar that sees a robot further away need not know that it is one; how far off its place it may be seen.
FELLOWS_M, OFF_M = 3.0, 0.15


def reach_of(one: Placed, asked: Twist, rules: Rules) -> float:
    """How far from its place anything of it comes before it stands, and what is kept from others."""
    fastest = math.hypot(asked.vx, asked.vy, one.had)
    return _way(fastest, one.deceleration, rules) + one.drift + one.radius + rules.separation + SLACK_M


def may_meet(one: Placed, asked: Twist, other: Placed, rules: Rules) -> bool:
    """Whether two robots could come too near before both stand, whatever way they go, at the heights that they may be at. Never false when they could."""
    if not one.tall.meets(other.tall, rules.separation):
        return False
    far = reach_of(one, asked, rules) + _way(other.fastest, other.deceleration, rules)
    far += other.drift + other.radius
    return math.hypot(one.x - other.x, one.y - other.y) <= far


def _way(speed: float, deceleration: float, rules: Rules) -> float:
    return speed * rules.reaction_s + speed**2 / (2.0 * deceleration)


def others_near(
    robot: str, placed: Placed | None, twist: Twist, robots: Mapping[str, Known], rules: Rules, now_s: float
) -> dict[str, Placed]:
    """The robots that may be where this one could come near to before it stands, the lost among them; all of them when it
    does not know its place."""
    late_s = rules.reaction_s
    if placed is None:
        told = {name: other.there(now_s, late_s) for name, other in robots.items() if name != robot}
        return {name: at for name, at in told.items() if at}
    if not rules.separation:
        return {}
    far, stops_s = (
        reach_of(placed, twist, rules),
        math.hypot(twist.vx, twist.vy) / placed.deceleration,
    )
    return {
        name: at
        for name, other in robots.items()
        if name != robot
        and not other.whereabouts.beyond(placed.x, placed.y, far, late_s, now_s)
        and (at := other.there(now_s, late_s + stops_s))
        and may_meet(placed, twist, at, rules)
    }


def fellows_of(
    robot: str, here: Placed | None, robots: Mapping[str, Known], now_s: float
) -> list[tuple[float, float, float]]:
    """Where robots are whose place is known, and not lost, as this one sees them: ahead, left, radius (m)."""
    found: list[tuple[float, float, float]] = []
    if here is None:
        return found
    x, y, cos, sin = here.x, here.y, math.cos(here.yaw), math.sin(here.yaw)
    for name, other in robots.items():
        if (place := other.placed) is None:
            continue
        dx, dy = place.x - x, place.y - y
        if not (-FELLOWS_M < dx < FELLOWS_M and -FELLOWS_M < dy < FELLOWS_M):
            continue
        if math.hypot(dx, dy) < FELLOWS_M and name != robot and not other.whereabouts.lost(now_s):
            radius = place.radius + OFF_M
            found.append((cos * dx + sin * dy, cos * dy - sin * dx, radius))
    return found

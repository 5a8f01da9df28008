# SPDX-License-Identifier: Apache-2.0
"""Which robots are near enough to matter: a few sums for each, so that geometry is done for neighbours alone."""

import math
from collections.abc import Mapping

from tektra.safety.known import Known
from tektra.safety.ramp import Twist
from tektra.safety.zones import Placed, Rules

#: A path is at least a millimetre long, and drawn in straight pieces.
SLACK_M = 0.01
#: A lidar that sees a robot further away need not know that it is one; how far off its place it may be seen.
FELLOWS_M, OFF_M = 3.0, 0.15


def may_meet(one: Placed, asked: Twist, other: Placed, rules: Rules) -> bool:
    """Whether two robots could come too near before both stand, whatever way they go. Never false when they could."""
    far = _way(asked, one.deceleration, rules) + _way(other.twist, other.deceleration, rules)
    far += one.drift + other.drift + one.radius + other.radius + rules.separation + SLACK_M
    return math.hypot(one.x - other.x, one.y - other.y) <= far


def _way(twist: Twist, deceleration: float, rules: Rules) -> float:
    speed = math.hypot(twist.vx, twist.vy)
    return speed * rules.reaction_s + speed**2 / (2.0 * deceleration)


def fellows_of(
    robot: str, here: Placed | None, robots: Mapping[str, Known], now_s: float
) -> list[tuple[float, float, float]]:
    """Where robots are whose place is known, and not lost, as this one sees them: ahead, left, radius (m)."""
    found: list[tuple[float, float, float]] = []
    if here is None:
        return found
    cos, sin = math.cos(here.yaw), math.sin(here.yaw)
    for name, other in robots.items():
        place = other.placed
        if name == robot or place is None or other.whereabouts.lost(now_s):
            continue
        dx, dy = place.x - here.x, place.y - here.y
        if math.hypot(dx, dy) < FELLOWS_M:
            radius = place.radius + OFF_M
            found.append((cos * dx + sin * dy, cos * dy - sin * dx, radius))
    return found

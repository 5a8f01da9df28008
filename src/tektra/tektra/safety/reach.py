# SPDX-License-Identifier: Apache-2.0
"""Which robots are near enough to matter: a few sums for each, so that geometry is done for neighbours alone."""

import math

from tektra.safety.ramp import Twist
from tektra.safety.zones import Placed, Rules

#: A path is at least a millimetre long, and drawn in straight pieces.
SLACK_M = 0.01


def may_meet(one: Placed, asked: Twist, other: Placed, rules: Rules) -> bool:
    """Whether two robots could come too near before both stand, whatever way they go. Never false when they could."""
    far = _way(asked, one.deceleration, rules) + _way(other.twist, other.deceleration, rules)
    far += one.drift + other.drift + one.radius + other.radius + rules.separation + SLACK_M
    return math.hypot(one.x - other.x, one.y - other.y) <= far


def _way(twist: Twist, deceleration: float, rules: Rules) -> float:
    speed = math.hypot(twist.vx, twist.vy)
    return speed * rules.reaction_s + speed**2 / (2.0 * deceleration)

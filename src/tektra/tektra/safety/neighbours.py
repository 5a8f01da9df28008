# SPDX-License-Identifier: Apache-2.0
"""The bodies of other robots: where they are or may be, and the reach of arms, which no footprint tells. Units: m, s, in `map`.

Nobody tells the gate where an arm's parts are: one that is bolted down (`arms` in config/safety.yaml) fills its reach for others,
whether it moves, stands, or is lost; one that drives about fills it while its joints move. No arm moves while another robot is, or
can come, within that reach, and one that drives about moves in that of a bolted one only while that is clear. What two bolted arms are
to each other, and what clear is, is told in arms.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from tektra.safety.arms import STILL_S, Arms
from tektra.safety.heights import Tall
from tektra.safety.known import Known
from tektra.safety.motion import Motion
from tektra.safety.path import Placed
from tektra.safety.people_rules import Arm
from tektra.safety.ramp import Twist
from tektra.safety.reach import may_meet, others_near
from tektra.safety.zones import Judgement, Rules

#: An arm stands where it is bolted: how it would brake is never asked.
BOLTED = 1.0


class Neighbours:
    """Which others a motion could meet. One thread uses it."""

    def __init__(self, robots: Mapping[str, Known], rules: Rules) -> None:
        self._robots, self._rules = robots, rules
        self._arms = rules.people.arms if rules.separation else {}
        self._bolted = {name: _bolted(arm) for name, arm in self._arms.items()}
        self.arms = Arms(robots, self._arms, rules.separation)

    def near(self, robot: str, here: Placed | None, asked: Twist, now_s: float) -> dict[str, Placed]:
        """The others that it could come too near to before both stand; all of them when it does not know its place."""
        own = self._about(here, self._arms[robot]) if here and self._swings(robot, now_s) else here
        found = others_near(robot, own, asked, self._robots, self._rules, now_s)
        found |= self._reaches_near(robot, own, asked, now_s)
        if own is None or here is None or (more := own.radius - here.radius) <= 0.0:
            return found
        # Its own arm swings while it drives: who is judged by its footprint must keep off by so much more.
        return {name: replace(other, radius=other.radius + more) for name, other in found.items()}

    def judge_arm(self, robot: str, here: Placed | None, motion: Motion, now_s: float) -> Judgement:
        """Whether this robot's joints may move so: all or nothing."""
        arm = self._arms.get(robot)
        if arm is None:
            return Judgement()
        fixed = self._fixed(robot)
        body = self._about(here, arm) if here else self._bolted[robot] if fixed else None
        near = others_near(robot, body, Twist(), self._robots, self._rules, now_s)
        for name in near | self._reaches_near(robot, body, Twist(), now_s):
            bolted = name in self._arms and self._fixed(name)
            if not (bolted and (fixed or self.arms.is_away(name, now_s))):
                return Judgement(0.0, name, passing=True)
        if fixed and (other := self.arms.in_the_way(robot, motion, now_s)):
            return Judgement(0.0, other, passing=True)
        return Judgement()

    def _reaches_near(self, robot: str, own: Placed | None, asked: Twist, now_s: float) -> dict[str, Placed]:
        """What other arms fill, where that could be met."""
        bodies = {name: self._reach_of(name, now_s) for name in self._arms if name != robot}
        return {
            name: body
            for name, body in bodies.items()
            if body is not None and (own is None or may_meet(own, asked, body, self._rules))
        }

    def _swings(self, name: str, now_s: float) -> bool:
        """Its arm is on a base that drives, and was permitted to move a moment ago."""
        known = self._robots.get(name)
        return (
            name in self._arms
            and not self._fixed(name)
            and known is not None
            and now_s - known.joints_s <= STILL_S
        )

    def _reach_of(self, name: str, now_s: float) -> Placed | None:
        known = self._robots.get(name)
        if self._fixed(name):
            return None if known is not None and known.forgotten else self._bolted[name]
        if known is None or not self._swings(name, now_s):
            return None
        there = known.there(now_s, self._rules.reaction_s)
        return None if there is None else self._about(there, self._arms[name])

    def _fixed(self, name: str) -> bool:
        """It declares no base that could drive, or nothing yet."""
        known = self._robots.get(name)
        return known is None or known.limits is None or not known.limits.linear_speed

    def _about(self, place: Placed, arm: Arm) -> Placed:
        low, high = min(place.tall.low, arm.low), max(place.tall.high, arm.high)
        return replace(place, radius=max(place.radius, arm.reach), tall=Tall(bottom=low, top=high))


def _bolted(arm: Arm) -> Placed:
    tall = Tall(bottom=arm.low, top=arm.high)
    return Placed(arm.x, arm.y, 0.0, Twist(), arm.reach, BOLTED, tall=tall, turn_deceleration=math.inf)

# SPDX-License-Identifier: Apache-2.0
"""The bodies of other robots: where they are or may be, and the reach of arms, which no footprint tells. Units: m, s, in `map`.

Nobody tells the gate where an arm's parts are: one that is bolted down (`arms` in config/safety.yaml) fills its reach for others,
whether it moves, stands, or is lost; one that drives about fills it while its joints move. No arm moves while another robot is, or
can come, within that reach. What two bolted arms are to each other is told in arms.py.
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
        found = others_near(robot, here, asked, self._robots, self._rules, now_s)
        for name in self._arms:
            body = self._reach_of(name, now_s) if name != robot else None
            if body is not None and (here is None or may_meet(here, asked, body, self._rules)):
                found[name] = body
        return found

    def judge_arm(self, robot: str, here: Placed | None, motion: Motion, now_s: float) -> Judgement:
        """Whether this robot's joints may move so: all or nothing."""
        arm = self._arms.get(robot)
        if arm is None:
            return Judgement()
        body = self._bolted[robot] if here is None else self._about(here, arm)
        for name in others_near(robot, body, Twist(), self._robots, self._rules, now_s):
            if name not in self._arms or not self._fixed(name):
                return Judgement(0.0, name, passing=True)
        if self._fixed(robot) and (other := self.arms.in_the_way(robot, motion, now_s)):
            return Judgement(0.0, other, passing=True)
        return Judgement()

    def _reach_of(self, name: str, now_s: float) -> Placed | None:
        known = self._robots.get(name)
        if self._fixed(name):
            return None if known is not None and known.forgotten else self._bolted[name]
        if known is None or now_s - known.joints_s > STILL_S:
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

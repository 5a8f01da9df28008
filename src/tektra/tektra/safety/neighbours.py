# SPDX-License-Identifier: Apache-2.0
"""The bodies of other robots: where they are or may be, and the reach of arms, which no footprint tells. Units: m, s, in `map`.

Nobody tells the gate where an arm's parts are: one that is bolted down (`arms` in config/safety.yaml) fills its reach for others,
whether it moves, stands, or is lost. One that drives about fills it round its base, and takes it along, but while it says that its
joints are where nothing of it is outside the footprint (`clear`). No arm moves while another robot is, or can come, within that
reach, and one that drives about moves in that of a bolted one only while that is clear. What two bolted arms are to each other, and
what clear is, is told in arms.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from tektra.safety.arms import Arms
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
        self._carried = rules.people.arms
        self.arms = Arms(robots, rules.people.arms, rules.separation)

    def near(self, robot: str, here: Placed | None, asked: Twist, now_s: float) -> dict[str, Placed]:
        """The others that it could come too near to before both stand; all of them when it does not know its place."""
        own = self.body(robot, here, now_s)
        found = others_near(robot, own, asked, self._robots, self._rules, now_s)
        return found | self._reaches_near(robot, own, asked, now_s)

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

    def body(self, robot: str, place: Placed | None, now_s: float) -> Placed | None:
        """What it fills there: its footprint, and the reach of an arm that it carries and does not hold within that."""
        arm = self._carried.get(robot)
        if place is None or arm is None or self._fixed(robot) or self.arms.is_clear(robot, now_s):
            return place
        return self._about(place, arm)

    def _reach_of(self, name: str, now_s: float) -> Placed | None:
        known = self._robots.get(name)
        if known is None or not known.roams:
            return None if known is not None and known.forgotten else self._bolted[name]
        there = known.there(now_s, self._rules.reaction_s)
        body = self.body(name, there, now_s)
        return None if body is there else body

    def _fixed(self, name: str) -> bool:
        """It declares no base that could drive, or nothing yet."""
        known = self._robots.get(name)
        return known is None or not known.roams

    def _about(self, place: Placed, arm: Arm) -> Placed:
        tall, radius = place.tall, max(place.radius, arm.reach)
        if tall.flies:
            low, high = tall.lowest - arm.reach, tall.highest + arm.reach
            return replace(place, radius=radius, tall=Tall(True, tall.height, low, high, tall.radius))
        low, high = min(tall.low, arm.low), max(tall.high, arm.high)
        return replace(place, radius=radius, tall=Tall(bottom=low, top=high))


def _bolted(arm: Arm) -> Placed:
    tall = Tall(bottom=arm.low, top=arm.high)
    return Placed(arm.x, arm.y, 0.0, Twist(), arm.reach, BOLTED, tall=tall, turn_deceleration=math.inf)

# SPDX-License-Identifier: Apache-2.0
"""Bolted arms whose reaches meet: at most one of them is outside the range of joints in which it is out of the others' way.

Nobody tells the gate where an arm's parts are, but its file may name, joint by joint, a range in which all of it stays out of the
shared space (`clear`). Within its own range an arm moves as it likes. Out of it, it moves while every arm that it could meet is
reached, says that it is within its own, and was not permitted to leave that a moment ago. An arm that names none, that nobody reaches
or that never came may be anywhere: the other stays where it is clear. Of an arm on a base that drives it is the range in which nothing
of it is outside the base's footprint. Units: rad, s, m, in `map`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from tektra.safety.heights import Tall
from tektra.safety.known import Known
from tektra.safety.motion import Motion
from tektra.safety.people_rules import Arm

#: So long after its joints were permitted to move they may still do so.
STILL_S = 1.0
#: A joint told to stop at the end of its range swings past it by less.
SWING_RAD = 0.02


class Arms:
    """Which arms could meet, and whether one of them may move. One thread uses it. `separation`: m, 0: nothing is kept apart."""

    def __init__(self, robots: Mapping[str, Known], arms: Mapping[str, Arm], separation: float) -> None:
        self._robots, self._arms = robots, arms
        self._meets = {one: tuple(self._met(one, separation)) for one in arms} if separation else {}

    def in_the_way(self, robot: str, motion: Motion, now_s: float) -> str:
        """The arm that keeps this robot's joints from that motion; empty when none does."""
        if not self._meets.get(robot) or self.stays_clear(robot, motion):
            return ""
        return next((other for other in self._meets[robot] if not self.is_away(other, now_s)), "")

    def stays_clear(self, robot: str, motion: Motion) -> bool:
        """It is within its range, and is told to stay there."""
        arm, known = self._arms.get(robot), self._robots.get(robot)
        if arm is None or known is None:
            return False
        told = dict(zip(motion.joint_names, motion.joint_positions, strict=True))
        goal = {name: told.get(name, here) for name, here in known.joints.items()}
        return _within(arm, known.joints) and _within(arm, goal)

    def _met(self, robot: str, separation: float) -> Iterable[str]:
        one = self._arms[robot]
        for name, other in self._arms.items():
            far = math.hypot(one.x - other.x, one.y - other.y) >= one.reach + other.reach + separation
            tall, others = Tall(bottom=one.low, top=one.high), Tall(bottom=other.low, top=other.high)
            apart = far or not tall.meets(others, separation) or name in one.apart or robot in other.apart
            if name != robot and not apart:
                yield name

    def is_away(self, name: str, now_s: float) -> bool:
        """Nothing of it is where other arms could meet it."""
        known = self._robots.get(name)
        if known is None:
            return False
        # What drives about is a body among others.
        return known.roams or known.forgotten or self.is_clear(name, now_s)

    def is_clear(self, name: str, now_s: float) -> bool:
        """It is reached, says that it is within its range, and was not permitted to leave that a moment ago."""
        known = self._robots.get(name)
        if known is None or not known.connected or known.gone or now_s - known.measured_s > STILL_S:
            return False
        arm = self._arms.get(name)
        return known.measured_s - known.left_clear_s > STILL_S and bool(arm and _within(arm, known.joints))


def _within(arm: Arm, joints: Mapping[str, float]) -> bool:
    """All joints that the range names are told, and in it; never so where it names none."""
    return bool(arm.clear) and all(
        low - SWING_RAD <= joints.get(name, math.nan) <= high + SWING_RAD
        for name, (low, high) in arm.clear.items()
    )

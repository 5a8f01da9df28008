# SPDX-License-Identifier: Apache-2.0
"""Whether a flying robot may go to another height, or to the ground, where it is: by zones, and by which robot, and who,
is below or above."""

from __future__ import annotations

import math
from dataclasses import replace

from tektra.safety.motion import Kind, Motion
from tektra.safety.neighbours import Neighbours
from tektra.safety.path import Placed
from tektra.safety.people import People
from tektra.safety.ramp import Twist
from tektra.safety.zones import Judgement, Rules, Zones

#: As low as this it is down already (m).
DOWN_M = 0.3


class Climb:
    """Judges take-off, another height, and landing. One thread uses it."""

    def __init__(self, zones: Zones, neighbours: Neighbours, people: People, rules: Rules) -> None:
        self._zones, self._neighbours, self._people, self._rules = zones, neighbours, people, rules

    def judge(self, robot: str, here: Placed | None, motion: Motion, now_s: float) -> Judgement:
        """All or nothing. What does not know its place takes off where no zone binds it, and may always land."""
        rises = motion.kind == Kind.TAKE_OFF
        if here is None:
            return self._zones.judge(robot, None, Twist(), {}) if rises else Judgement()
        goal, here = motion.altitude if rises else 0.0, self._neighbours.body(robot, here, now_s) or here
        cause = self._zones.inside(robot, here) if rises and not here.tall.flies else ""
        cause = cause or self._zones.climbs(robot, here, goal) or self._meets(robot, here, goal, now_s)
        cause = cause or ("" if rises else self._people.under(robot, here, now_s))
        if cause or not rises:
            return Judgement(0.0 if cause else 1.0, cause, passing=bool(cause))
        return self._zones.judge(robot, here, Twist(), {})

    def _meets(self, robot: str, here: Placed, goal: float, now_s: float) -> str:
        """Another robot that is, or may be, where this one would come to; empty when nobody is."""
        way = replace(here, tall=here.tall.towards(goal))
        for name, other in self._neighbours.near(robot, way, Twist(), now_s).items():
            apart = math.hypot(here.x - other.x, here.y - other.y) - here.drift - other.drift
            touches = apart < here.radius + other.radius
            down = here.tall.height <= DOWN_M and goal <= 0.0
            met = here.tall.meets(other.tall, self._rules.separation)
            if (
                apart < here.radius + other.radius + self._rules.separation
                and not down
                and (touches or not met)
            ):
                return name
        return ""

# SPDX-License-Identifier: Apache-2.0
"""Bumpers that are sensors of their own: contact stops the robot, and is remembered until they say that it ended."""

from __future__ import annotations

from collections.abc import Mapping

from tektra.safety.jog import Jog
from tektra.safety.known import Known
from tektra.safety.latch import COLLISION
from tektra.safety.obstacles import Obstacles
from tektra.safety.stops import Stops


class Contacts:
    """Takes what bumpers say. One thread uses it."""

    def __init__(self, robots: Mapping[str, Known], obstacles: Obstacles, stops: Stops, jog: Jog) -> None:
        self._robots, self._obstacles, self._stops, self._jog = robots, obstacles, stops, jog

    def felt(self, robot: str, name: str, *, pressed: bool, now_s: float) -> bool:
        """A bumper of this robot spoke. True when that is news: a new contact ends a jog, too."""
        known = self._robots.get(robot)
        touched = {} if known is None else known.touched
        if pressed == (name in touched):
            return False
        if pressed:
            self._jog.let_go(robot)
            self._stops.stop(COLLISION, f"{robot}/{name}", "its bumper is pressed", robot, now_s=now_s)
            touched[name] = self._obstacles.place_of(robot, name)
        else:
            del touched[name]
        return True

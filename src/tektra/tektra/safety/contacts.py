# SPDX-License-Identifier: Apache-2.0
"""Bumpers that are sensors of their own: contact stops the robot, and is remembered until they say that it ended, also while
nobody knows the robot."""

from __future__ import annotations

from collections.abc import Mapping

from tektra.safety.jog import Jog
from tektra.safety.latch import COLLISION
from tektra.safety.obstacles import Obstacles
from tektra.safety.stops import Stops

#: Where a bumper sits in base_link (m); by robot those that are pressed, by name.
Place = tuple[float, float]
Touched = dict[str, dict[str, Place]]


class Contacts:
    """Takes what bumpers say. `touched`: by robot those that are pressed, by name; it alone writes it. One thread uses it."""

    def __init__(self, touched: Touched, obstacles: Obstacles, stops: Stops, jog: Jog) -> None:
        self._touched, self._obstacles, self._stops, self._jog = touched, obstacles, stops, jog

    def of(self, robot: str) -> Mapping[str, Place]:
        """Its bumpers that are pressed, and where they sit."""
        return self._touched.get(robot, {})

    def felt(self, robot: str, name: str, *, pressed: bool, now_s: float) -> bool:
        """A bumper of this robot spoke. True when that is news: a new contact ends a jog, too."""
        touched = self._touched.setdefault(robot, {})
        if pressed == (name in touched):
            return False
        if pressed:
            self._jog.let_go(robot)
            touched[name] = self._obstacles.place_of(robot, name)
            self._stops.stop(COLLISION, f"{robot}/{name}", "its bumper is pressed", robot, now_s=now_s)
        else:
            del touched[name]
        return True

    def described(self, robot: str) -> None:
        """It is known now, perhaps anew: what touches it since before stops it, too."""
        for name in self.of(robot):
            self._stops.stop(COLLISION, f"{robot}/{name}", "its bumper was pressed before it came", robot)

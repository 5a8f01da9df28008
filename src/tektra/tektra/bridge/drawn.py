# SPDX-License-Identifier: Apache-2.0
"""What is drawn into the home besides the home itself, as plain data: robots, ways, things, and a notice. Metres, radians."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.bridge.bodies import PlacedSolid
from tektra.common.world_parts import Color

Point = tuple[float, float, float]


@dataclass(frozen=True)
class RobotShape:
    """What a robot looks like: its solids in its base_link, or, without one, its footprint, counter-clockwise. `lift_m`: how
    high its base stands. `color`: None takes one by its name."""

    robot: str
    footprint_m: tuple[tuple[float, float], ...] = ()
    color: Color | None = None
    solids: tuple[PlacedSolid, ...] = ()
    lift_m: float = 0.0

    @property
    def key(self) -> str:
        """Under which it is drawn anew, and erased."""
        return self.robot


@dataclass(frozen=True)
class Way:
    """The way that a robot claimed, from where it is to its goal, on the map."""

    robot: str
    points_m: tuple[tuple[float, float], ...]
    color: Color | None = None

    @property
    def key(self) -> str:
        """See RobotShape."""
        return f"{self.robot} way"


@dataclass(frozen=True)
class ThingAt:
    """Something small, by its middle in a frame; `robot`: who holds it, empty: nobody, and the frame is the map."""

    name: str
    at_m: Point
    size_m: Point
    color: Color
    robot: str = ""

    @property
    def key(self) -> str:
        """See RobotShape."""
        return f"thing {self.name}"


@dataclass(frozen=True)
class Notice:
    """Words over the home that nobody can miss."""

    words: str
    at_m: Point
    key: str = "notice"


Drawing = RobotShape | Way | ThingAt | Notice

# SPDX-License-Identifier: Apache-2.0
"""Whether the keep-in zones of a file leave a robot any floor: it must stay within each that binds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import shapely
from shapely import Polygon

#: Less is no floor to stand on (m2).
FLOOR_M2 = 1e-6


class Room(Protocol):
    """A keep-in zone. `robots` empty: it binds all of them."""

    @property
    def name(self) -> str: ...
    @property
    def robots(self) -> tuple[str, ...]: ...
    @property
    def polygon(self) -> Polygon: ...


def no_floor(rooms: Sequence[Room]) -> str:
    """Which of them share no floor, in words; empty when each robot has some."""
    named = sorted({robot for room in rooms for robot in room.robots})
    for robot in ("", *named):
        bound = [room for room in rooms if not room.robots or robot in room.robots]
        if bound and shapely.intersection_all([room.polygon for room in bound]).area < FLOOR_M2:
            names = " and ".join(room.name for room in bound)
            return f"{robot or 'a robot'} must stay in {names} at once, which share no floor: draw one zone round both"
    return ""

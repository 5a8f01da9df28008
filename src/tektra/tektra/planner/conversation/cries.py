# SPDX-License-Identifier: Apache-2.0
"""Cries that no rule knows for a stop, while something moves. A plain function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tektra.language.stop import alarmed
from tektra.planner.conversation.request import Request
from tektra.planner.world.robot_state import RobotNow


class KnowsRobots(Protocol):
    """As mind.Mind."""

    @property
    def robots(self) -> Mapping[str, RobotNow]: ...


def cries(request: Request, mind: KnowsRobots, *, on: bool, busy: bool) -> bool:
    """Whether somebody cries while something moves, and it is no order that was read whole. `on`: as an option says; `busy`: a
    plan runs."""
    moves = busy or any(robot.moving and robot.connected for robot in mind.robots.values())
    ordered = request.reading is not None and request.reading.carried_out
    return on and moves and not ordered and alarmed(request.words)

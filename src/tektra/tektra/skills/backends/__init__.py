# SPDX-License-Identifier: Apache-2.0
"""Navigation stacks of another make, which drive a robot by velocities that go through our gate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Stage(Enum):
    """How far a goal has come."""

    ASKED = "asked"
    DRIVING = "driving"
    REACHED = "reached"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Told:
    """What a navigator tells of its goal, and the velocity that it wants now (ahead and left, m/s, and rad/s), `velocity_s` when heard."""

    stage: Stage
    message: str = ""
    left_m: float = -1.0
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0)
    velocity_s: float = float("-inf")


class Navigator(Protocol):
    """One goal at a time. Nothing here waits; all is called on the node's executor."""

    name: str

    def attach(self, node: object) -> None:
        """Opens its topics on the skills node. Raises BackendError naming what is missing, OptionError."""

    def go(self, x: float, y: float, yaw: float) -> None:
        """Begins a goal in the frame map, in place of the one before; a yaw that is not finite: as it comes."""

    def cancel(self) -> None:
        """Ends the goal; nothing more is heard of it. May be called again."""

    def tell(self) -> Told:
        """How the goal stands."""

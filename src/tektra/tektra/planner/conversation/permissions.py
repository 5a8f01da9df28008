# SPDX-License-Identifier: Apache-2.0
"""Who may have robots moved. Whoever it is may talk, ask, and stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from tektra.planner.conversation.request import Request, Role
from tektra.planner.world.holds import RobotHolds


@dataclass(frozen=True)
class Permissions:
    """`unknown_may_move`: those whom nobody knows; `guests_may_move`: guests, and those who are known and have no role. `holds`:
    robots that move for one person alone, whatever others may."""

    unknown_may_move: bool = True
    guests_may_move: bool = False
    holds: RobotHolds = field(default_factory=RobotHolds)

    def may_move(self, request: Request) -> bool:
        if request.role is Role.OPERATOR:
            return True
        if request.role is Role.OBSERVER:
            return False
        nobody = request.role is Role.UNKNOWN and not request.person
        return self.unknown_may_move if nobody else self.guests_may_move

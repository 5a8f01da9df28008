# SPDX-License-Identifier: Apache-2.0
"""Who may have robots moved. Whoever it is may talk, ask, and stop."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.planner.conversation.request import Request, Role


@dataclass(frozen=True)
class Permissions:
    """`unknown_may_move`: those whom nobody knows; `guests_may_move`: guests, and those who are known and have no role."""

    unknown_may_move: bool = True
    guests_may_move: bool = False

    def may_move(self, request: Request) -> bool:
        if request.role is Role.OPERATOR:
            return True
        if request.role is Role.OBSERVER:
            return False
        nobody = request.role is Role.UNKNOWN and not request.person
        return self.unknown_may_move if nobody else self.guests_may_move

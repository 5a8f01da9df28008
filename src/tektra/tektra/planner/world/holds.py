# SPDX-License-Identifier: Apache-2.0
"""Who holds which robot by a lease, as the gateways tell it. Plain class; time is passed in."""

from __future__ import annotations

from collections.abc import Mapping

from tektra.planner.world.catalogue import one_line

#: Gateways tell once a second; what is older holds nothing, since nobody is there who could let go.
OLD_S = 3.0


class RobotHolds:
    """The newest word of the gateways. One thread uses it."""

    def __init__(self) -> None:
        self._holders: Mapping[str, str] = {}
        self._told_s = 0.0

    def heard(self, holders: Mapping[str, str], told_s: float) -> None:
        """`holders`: names of persons by robot; `told_s`: when it was said. An older word than the last is no news."""
        if told_s >= self._told_s:
            self._holders, self._told_s = dict(holders), told_s

    def against(self, person: str, now_s: float) -> dict[str, str]:
        """Robots that somebody else than `person` ("": whom nobody knows) holds, and why they do not move for that person."""
        if not -OLD_S < now_s - self._told_s < OLD_S:
            return {}
        return {
            robot: f"{_short(holder)} holds it; ask {_short(holder)} to let it go, or take it over on the page"
            for robot, holder in self._holders.items()
            if holder != person
        }


def _short(name: str) -> str:
    return one_line(name)[:40]

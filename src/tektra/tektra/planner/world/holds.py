# SPDX-License-Identifier: Apache-2.0
"""Who holds which robot: persons by a lease, as the gateways tell it, and nodes by their velocities, as robots tell it. Plain class;
time is passed in."""

from __future__ import annotations

from collections.abc import Mapping

from tektra.planner.world.catalogue import one_line

#: Gateways tell once a second; what is older holds nothing, since nobody is there who could let go.
OLD_S = 3.0


class RobotHolds:
    """The newest word of the gateways, and of each robot. One thread uses it."""

    def __init__(self) -> None:
        self._holders: Mapping[str, str] = {}
        self._told_s = 0.0
        self._driven: dict[str, tuple[str, float]] = {}

    def heard(self, holders: Mapping[str, str], told_s: float) -> None:
        """`holders`: names of persons by robot; `told_s`: when it was said. An older word than the last is no news, unless it is so much
        older that the clock was set back."""
        if told_s >= self._told_s or told_s < self._told_s - OLD_S:
            self._holders, self._told_s = dict(holders), told_s

    def driven(self, robot: str, nodes: str, told_s: float) -> None:
        """The nodes that hold a robot by their velocities; empty: none does any more."""
        if nodes:
            self._driven[robot] = nodes, told_s
        else:
            self._driven.pop(robot, None)

    def against(self, person: str, now_s: float) -> dict[str, str]:
        """Robots that somebody else than `person` ("": whom nobody knows) holds, and why they do not move for that person."""
        by_nodes = {
            robot: f"{_short(nodes)} holds it by its velocities, until they cease; take it over on the page"
            for robot, (nodes, told_s) in self._driven.items()
            if -OLD_S < now_s - told_s < OLD_S
        }
        if not -OLD_S < now_s - self._told_s < OLD_S:
            return by_nodes
        return by_nodes | {
            robot: f"{_short(holder)} holds it; ask {_short(holder)} to let it go, or take it over on the page"
            for robot, holder in self._holders.items()
            if holder != person
        }


def _short(name: str) -> str:
    return one_line(name)[:40]

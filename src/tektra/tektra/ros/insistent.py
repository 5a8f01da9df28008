# SPDX-License-Identifier: Apache-2.0
"""A driver says a stop again that the gate does not own to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tektra.ros.lateness import boot_s
from tektra.ros.stops import StopReasons

#: How often it looks whether the gate has.
LOOK_S = 0.25


class Insistent:
    """Says a stop again that a driver heard and the gate does not own to. `due(now_s)` tells when, `alone()` for whom."""

    def __init__(
        self, node: Any, robot: str, due: Callable[[float], bool], alone: Callable[[], bool]
    ) -> None:
        self._reasons = StopReasons(node, "driver", f"/{robot}/driver")
        self._robot, self._due, self._alone = robot, due, alone
        node.create_timer(LOOK_S, self._look)

    def _look(self) -> None:
        if self._due(boot_s()):
            self._reasons.tell("the gate did not confirm it", self._robot if self._alone() else "")

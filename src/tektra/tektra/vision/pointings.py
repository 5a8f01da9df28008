# SPDX-License-Identifier: Apache-2.0
"""Where is meant when several people point, before one camera or several: nowhere, until one of them has let it be for some seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tektra.vision.eye import Eye
from tektra.vision.gestures import Act
from tektra.vision.hands import Target
from tektra.vision.looker import Look

#: The planner takes "there" for where somebody pointed within this.
MEANT_S = 6.0
#: Places that are no further apart than so many times what they may be wrong by are one place, seen twice; at least so far (m).
SAME, LEAST_M = 2.0, 0.3
#: What is told of a place that is in dispute: a standard deviation (m) of which the planner asks.
NOWHERE_M = 10.0


class Pointings:
    """All cameras'. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], tuple[float, Target]] = {}

    def told(self, eye: Eye, look: Look, acts: Sequence[Act]) -> Target | None:
        """Where this look's hand points, if one does; as unsure as can be where somebody else pointed elsewhere lately."""
        target = eye.pointed(look, acts)
        return target and self.among_others(look.frame.stamp_s, (eye.name, eye.pointer(look, acts)), target)

    def among_others(self, now_s: float, who: tuple[str, str], target: Target) -> Target:
        """`who`: the camera, and the face or hand before it."""
        self._told = {key: told for key, told in self._told.items() if 0.0 <= now_s - told[0] <= MEANT_S}
        others = [other for key, (_, other) in self._told.items() if key != who]
        self._told[who] = (now_s, target)
        if all(_same(target, other) for other in others):
            return target
        return replace(target, covariance=(NOWHERE_M**2, 0.0, NOWHERE_M**2), uncertainty=NOWHERE_M)


def _same(one: Target, other: Target) -> bool:
    apart = math.hypot(one.x - other.x, one.y - other.y)
    return apart <= max(LEAST_M, SAME * math.hypot(one.uncertainty, other.uncertainty))

# SPDX-License-Identifier: Apache-2.0
"""Postures of a robot on legs: it stands up, lies down, or lets its joints only damp, so that it sinks."""

from __future__ import annotations

import math

from tektra.skills.flight import Climb
from tektra.skills.seen import Command, End, Outcome, Seen, Use

#: As near as this to its height a posture is taken (m); and what comes no nearer for so long does not take it (s).
REACHED_M, STUCK_S = 0.02, 4.0
TOLD = {"stand_up": "stands", "lie_down": "lies", "damp": "has sunk, its joints only damp"}


class Posture:
    """Asks for a posture until the body is as high as it is in that one (m)."""

    def __init__(self, name: str, height: float) -> None:
        self._name, self._height, self._climb = name, height, Climb(nearer_m=REACHED_M / 2.0, stuck_s=STUCK_S)
        self._asked = False

    @property
    def progress(self) -> float:
        return self._climb.progress

    def step(self, seen: Seen) -> Command | End:
        if not math.isfinite(seen.altitude):
            return End(Outcome.FAILED, "the robot does not tell how high its body is")
        if seen.barred:
            return End(Outcome.FAILED, f"{seen.barred} is in the way")
        left = self._climb.left(seen.altitude, self._height, seen.now_s)
        # Joints that are to damp must be told so, though the body lies already.
        if left <= REACHED_M and (self._asked or self._name != "damp"):
            return End(Outcome.SUCCEEDED, f"it {TOLD[self._name]}", {"height_m": round(seen.altitude, 2)})
        if self._climb.stuck(seen.now_s):
            return End(Outcome.FAILED, f"its body stays at {seen.altitude:.2f} m")
        self._asked = True
        return Use(self._name, 1.0)

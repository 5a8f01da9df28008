# SPDX-License-Identifier: Apache-2.0
"""When something was measured, by a robot's own clock, told in ours. Units: s. No clock is read here."""

import math

#: Two clocks part by no more than this (100 ppm), so that one quick message does not count for ever.
DRIFT = 1e-4
#: A robot's clock that seems to go by more than this from one message to the next was started anew.
STEP_S = 1.0


class RobotClock:
    """Takes the quickest message of late for one that took no time. One thread."""

    def __init__(self) -> None:
        self._offset_s, self._heard_s = math.inf, -math.inf

    def heard(self, robot_s: float, now_s: float) -> None:
        """A message said that it was `robot_s` there, and came now."""
        offset_s, passed_s = now_s - robot_s, max(now_s - self._heard_s, 0.0)
        known = math.isfinite(self._offset_s)
        if known and offset_s < self._offset_s + STEP_S and self._offset_s - offset_s < STEP_S:
            self._offset_s = min(offset_s, self._offset_s + DRIFT * passed_s)
        else:
            self._offset_s = offset_s
        self._heard_s = now_s

    def age_s(self, robot_s: float, now_s: float) -> float:
        """How long ago it was `robot_s` there; never negative, and 0 before anything was heard."""
        return max(now_s - robot_s - self._offset_s, 0.0) if math.isfinite(self._offset_s) else 0.0

# SPDX-License-Identifier: Apache-2.0
"""The gate's own heartbeat, judged by itself: a gate that hung knows so when it wakes up."""

from __future__ import annotations

#: Ticks in time that make a healthy gate.
HEALTHY_TICKS = 3
#: A tick that came later than so many periods is not in time.
LATE_PERIODS = 3.0
#: The ROS clock may part from the monotonic one by so much between two ticks; more is a step.
STEP_S = 0.1


class Pulse:
    """Ticks come with the monotonic clock and the ROS clock. One thread uses it."""

    def __init__(self, period_s: float, lost_s: float) -> None:
        self._period_s, self._lost_s = period_s, lost_s
        self._ticked: tuple[float, float] | None = None
        self._in_time = 0

    @property
    def healthy(self) -> bool:
        """The newest ticks came in time."""
        return self._in_time >= HEALTHY_TICKS

    def tick(self, now_s: float, stamp_s: float) -> tuple[bool, float]:
        """Whether the heartbeat was lost since the tick before, and by how much the ROS clock was stepped (0: not)."""
        before, self._ticked = self._ticked, (now_s, stamp_s)
        if before is None:
            self._in_time = 1
            return False, 0.0
        pause_s = now_s - before[0]
        in_time = 0.0 <= pause_s <= LATE_PERIODS * self._period_s
        self._in_time = self._in_time + 1 if in_time else 0
        stepped_s = stamp_s - before[1] - pause_s
        return not 0.0 <= pause_s <= self._lost_s, stepped_s if abs(stepped_s) > STEP_S else 0.0

    def lost(self, now_s: float) -> bool:
        """No tick for so long that drivers stand by themselves, and what waits here is old."""
        return self._ticked is None or not 0.0 <= now_s - self._ticked[0] <= self._lost_s

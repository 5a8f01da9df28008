# SPDX-License-Identifier: Apache-2.0
"""When something was measured, by a robot's own clock, told in ours. Units: s. No clock is read here."""

from collections import deque

#: The quickest message of so long is taken for one that took no time. A clock may go wrong by much in longer: that of a
#: simulator on a busy machine stands still now and then.
WINDOW_S = 0.5


class RobotClock:
    """Compares the robot's clock with ours by each message. What all messages of late were late by, it cannot know.

    One thread.
    """

    def __init__(self) -> None:
        self._offsets: deque[tuple[float, float]] = (
            deque()
        )  # when a message came, and by how much our clock was ahead

    def heard(self, robot_s: float, now_s: float) -> None:
        """A message said that it was `robot_s` there, and came now."""
        self._offsets.append((now_s, now_s - robot_s))
        while now_s - self._offsets[0][0] > WINDOW_S:
            self._offsets.popleft()

    def age_s(self, robot_s: float, now_s: float) -> float:
        """How long ago it was `robot_s` there; never negative, and 0 before anything was heard."""
        if not self._offsets:
            return 0.0
        return max(now_s - robot_s - min(offset for _, offset in self._offsets), 0.0)

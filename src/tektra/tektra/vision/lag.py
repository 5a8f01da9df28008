# SPDX-License-Identifier: Apache-2.0
"""How far a stream is behind, by its own times: what waited in a network or for a slow decoder is old when it comes."""

from __future__ import annotations

#: By how much the least delay may grow, s a second: clocks of cheap cameras are wrong by as much.
DRIFT = 0.001
#: A stream that catches up by more than this within `SETTLED_S` still gives what lay in store.
CATCHES_UP_S, SETTLED_S = 0.02, 0.5


class Lag:
    """One connection. Its pictures come some delay after their own times, which count from anywhere; the least delay is taken for
    none, so what comes is at least as old as this says. Times are s, `came_s` monotonic. Not for several threads."""

    def __init__(self) -> None:
        self._least_s: float | None = None
        self._mark_s = self._marked_s = self._fell_s = self._came_s = self._at_s = 0.0

    def behind_s(self, came_s: float, at_s: float) -> float | None:
        """How much longer this picture took than the quickest. None while pictures come faster than they were taken: until then
        nobody can tell how long they lay somewhere."""
        delay_s = came_s - at_s
        if (
            self._least_s is None or at_s < self._at_s
        ):  # the first one, or the camera counts from its start again
            self._least_s = self._mark_s = delay_s
            self._marked_s = self._fell_s = self._came_s = came_s
        self._least_s = min(delay_s, self._least_s + DRIFT * (came_s - self._came_s))
        self._came_s, self._at_s = came_s, at_s
        if self._least_s < self._mark_s - CATCHES_UP_S:
            self._mark_s, self._marked_s, self._fell_s = self._least_s, came_s, came_s
        elif came_s - self._marked_s > SETTLED_S:
            self._mark_s, self._marked_s = self._least_s, came_s
        return None if came_s - self._fell_s < SETTLED_S else delay_s - self._least_s

# SPDX-License-Identifier: Apache-2.0
"""After a stop, once the robot stands, its power goes off where the driver has that (what IEC 60204-1 calls category 1)."""

STANDS_S = 0.3  # so long without motion is standing
GIVEN_UP_S = 3.0  # a robot that is still not standing then loses its power all the same


class PowerOff:
    """Decides when. A stop is what latches: a permit that ran out keeps the power on. One thread."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._since_s: float | None = None
        self._moved_s = 0.0
        self._done = False

    def due(self, *, stopped: bool, moving: bool, now_s: float) -> bool:
        """True once for each stop, when the power is to go off. `moving`: also when it is not known."""
        if not stopped or not self._wanted:
            self._since_s, self._done = None, False
            return False
        if self._since_s is None:
            self._since_s = self._moved_s = now_s
        if moving:
            self._moved_s = now_s
        stands = now_s - self._moved_s >= STANDS_S or now_s - self._since_s >= GIVEN_UP_S
        due, self._done = stands and not self._done, self._done or stands
        return due

# SPDX-License-Identifier: Apache-2.0
"""A stop that a driver heard and that the gate does not own to is said again, to all, until it does."""

from __future__ import annotations

#: The gate owns to a stop within milliseconds; after so long it is perhaps deaf.
CONFIRMED_S = 0.5
#: How often the stop is said again.
AGAIN_S = 1.0
#: What the driver then says of itself, and `tektra status` of the gate.
UNCONFIRMED = "stop heard, which the gate does not confirm"


class Insistence:
    """Of one driver. Time in s on a steady clock."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._said_s = float("-inf")

    def insists(self, now_s: float) -> bool:
        """The gate has had its time."""
        return self._since_s is not None and now_s - self._since_s > CONFIRMED_S

    def due(self, now_s: float, *, unconfirmed: bool) -> bool:
        """Whether the stop is to be said again now. Call it several times a second."""
        if not unconfirmed:
            self._since_s = None
            return False
        self._since_s = now_s if self._since_s is None else self._since_s
        if not self.insists(now_s) or now_s - self._said_s < AGAIN_S:
            return False
        self._said_s = now_s
        return True

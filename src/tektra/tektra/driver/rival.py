# SPDX-License-Identifier: Apache-2.0
"""A gate that speaks in time, yet is not the one that was believed, or contradicts it: by an older epoch, or a lower number.

Most likely it is old news. But if what was believed came from an impostor, or from a gate that lost its memory, then
refusing the contradiction for ever would leave the robot standing for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

#: So long one that contradicts must have spoken alone. Longer than any message counts as fresh, so that nothing from before counts again.
ALONE_S = 5.0
#: It speaks every 40 ms; after a pause longer than this it begins anew.
PAUSE_S = 0.5


@dataclass
class Rival:
    """One such gate, from its first fresh message on. Whoever is believed meanwhile ends it."""

    instance: str
    sequence: int
    since_s: float
    heard_s: float

    def goes_on(self, instance: str, sequence: int, now_s: float) -> bool:
        """Takes its next message; false when that is another's, a copy, or comes after a pause."""
        steady = instance == self.instance and sequence > self.sequence
        steady = steady and 0.0 <= now_s - self.heard_s <= PAUSE_S
        self.sequence, self.heard_s = sequence, now_s
        return steady

    @property
    def spoke_for_s(self) -> float:
        """So long nobody else was believed."""
        return self.heard_s - self.since_s

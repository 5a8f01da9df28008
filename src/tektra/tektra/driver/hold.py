# SPDX-License-Identifier: Apache-2.0
"""A stop that the driver itself heard. It holds until the gate has owned to it and then released it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Hold:
    """One stop, of all or of this robot alone. `at`: the epoch when it was heard; None until one is known.

    A larger epoch is not enough: a gate that was not there when the stop was said also comes with a larger epoch. So
    the gate must first show the stop as latched, and one that started anew must show it again.
    """

    at: int | None
    owned_by: str = ""  # which gate

    def again(self, epoch: int | None) -> None:
        """It was said once more."""
        if self.at is not None and epoch is not None:
            self.at = max(self.at, epoch)

    def over(self, *, gate: str, epoch: int, latched: bool) -> bool:
        """What the gate says now; true when it has released what it had latched."""
        if self.at is None:
            self.at = epoch
        if latched and epoch >= self.at:
            self.owned_by = gate
        return self.owned_by == gate and epoch > self.at and not latched

# SPDX-License-Identifier: Apache-2.0
"""The stop that latches (after ISO 13850: a stop overrides everything, and its reset starts no motion)."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.common.errors import InputError

#: The gate has not yet found itself healthy. Clears by itself, unlike every other cause.
START_UP = "start_up"
#: Causes that an operator's reset clears: each was an event, not a condition that may still hold.
OPERATOR, TOPIC, DRIVER = "operator", "topic", "driver"


@dataclass(frozen=True)
class LatchState:
    """What survives a restart of the gate. `causes` empty means released."""

    epoch: int
    causes: frozenset[str]


class Latch:
    """Causes of a stop, and the epoch that makes everything asked for before a stop or reset void.

    The epoch grows at every stop and at every reset. It begins above the one that was kept, so that it
    grows over restarts too. One thread uses it.
    """

    def __init__(self, kept: LatchState | None = None) -> None:
        before = kept or LatchState(epoch=0, causes=frozenset())
        self.epoch = before.epoch + 1
        self.causes: set[str] = {START_UP} | set(before.causes)

    @property
    def stopped(self) -> bool:
        return bool(self.causes)

    def stop(self, cause: str) -> bool:
        """Latches a cause. True when it stopped what was released, or is a cause that did not hold yet."""
        new = cause not in self.causes
        if not self.stopped:
            self.epoch += 1
        self.causes.add(cause)
        return new

    def outgrow(self, epoch: int) -> None:
        """Takes an epoch that somebody else has seen, and goes beyond it: a driver never meets an old epoch again."""
        if epoch > self.epoch:
            self.epoch = epoch + 1

    def started(self) -> bool:
        """The first healthy check: clears the start-up cause alone. True when that released the latch."""
        if START_UP not in self.causes:
            return False
        self.causes.discard(START_UP)
        self.epoch += 1
        return not self.stopped

    def reset(self) -> None:
        """Clears every cause but start-up. Raises InputError when nothing is stopped."""
        if not self.stopped:
            raise InputError("nothing is stopped", "a reset is needed only after a stop")
        if START_UP in self.causes:
            raise InputError(
                "the safety gate has not finished its first check", "wait a moment, then reset again"
            )
        self.causes.clear()
        self.epoch += 1

    def kept(self) -> LatchState:
        """What to keep for the next start."""
        return LatchState(epoch=self.epoch, causes=frozenset(self.causes - {START_UP}))

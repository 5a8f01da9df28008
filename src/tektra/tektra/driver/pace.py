# SPDX-License-Identifier: Apache-2.0
"""When a decision is worth a message to the robot."""

from tektra.driver.commands import Command, StandStill
from tektra.driver.guard import Verdict

HALT_EVERY_S = 0.2  # a halt is repeated: a datagram may be lost


class Pace:
    """Passes on every motion and every new halt; repeats a halt five times a second. One thread."""

    def __init__(self) -> None:
        self._halted_s: float | None = None

    def next(self, verdict: Verdict, now_s: float, *, urgent: bool = False) -> Command | None:
        """The command to write now, or None. `urgent` writes a halt whatever was written before."""
        if not isinstance(verdict.command, StandStill):
            self._halted_s = None
            return verdict.command
        if urgent or self._halted_s is None or now_s - self._halted_s >= HALT_EVERY_S:
            self._halted_s = now_s
            return verdict.command
        return None

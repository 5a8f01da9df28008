# SPDX-License-Identifier: Apache-2.0
"""What the planner knows of the safety gate, and whether anything may move. Plain class; time is passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: A gate that was silent for longer is not there. It says something 25 times a second, but the planner runs behind everything else,
#: and on two busy cores hears nobody for half a second and more; bodies stand sooner, by clocks of their own.
SILENT_S = 1.5
NO_EPOCH = -1


class SafetyState:
    """The newest state of the gate. One thread uses it. It guards politeness only: the gate itself guards motion."""

    def __init__(self) -> None:
        self.epoch = NO_EPOCH
        self.stopped = True
        self.causes: tuple[str, ...] = ()
        self.robots: Mapping[str, str] = {}  # robots that the gate holds though not all is stopped, and why
        self._heard_s: float | None = None

    def heard(
        self, *, epoch: int, stopped: bool, causes: Sequence[str], robots: Mapping[str, str], now_s: float
    ) -> bool:
        """News from the gate; True when something other than its age changed."""
        changed = (epoch, stopped, tuple(causes)) != (
            self.epoch,
            self.stopped,
            self.causes,
        ) or self._heard_s is None
        self.epoch, self.stopped, self.causes = epoch, stopped, tuple(causes)
        self._heard_s, self.robots = now_s, robots
        return changed

    def halted(self, now_s: float, epoch: int) -> str:
        """Why a request that came in `epoch` may move nothing now, in words; empty when it may."""
        if self._heard_s is None or now_s - self._heard_s > SILENT_S:
            return "I cannot move anything: the safety gate is silent."
        if self.stopped:
            why = f" ({', '.join(self.causes)})" if self.causes else ""
            return f"I cannot move anything: everything is stopped{why}. Reset it first, then ask me again."
        if epoch != self.epoch:
            return "There was a stop after you asked, so I leave it; please ask me again."
        return ""

# SPDX-License-Identifier: Apache-2.0
"""What the planner knows of the safety gate, and whether anything may move. Plain class; time is passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tektra.common.lateness import HELD_UP_S

#: A gate that was silent for longer is not there. It says something 25 times a second, but the planner runs behind everything else,
#: and on two busy cores hears nobody for half a second and more; bodies stand sooner, by clocks of their own.
SILENT_S = 1.5
#: Time in which the planner itself did not look is no silence of the gate's: what the gate said meanwhile waits to be taken up. So much
#: of it at most, since the gate was heard.
FORGIVEN_MAX_S = 10.0
NO_EPOCH = -1


class SafetyState:
    """The newest state of the gate. One thread uses it. It guards politeness only: the gate itself guards motion."""

    def __init__(self) -> None:
        self.epoch = NO_EPOCH
        self.stopped = True
        self.causes: tuple[str, ...] = ()
        self.robots: Mapping[str, str] = {}  # robots that the gate holds though not all is stopped, and why
        self._heard_s: float | None = None
        self._looked_s: float | None = None
        self._forgiven_s = 0.0

    def looked(self, now_s: float) -> None:
        """Call many times a second: how long the planner was held up is known by it."""
        self._forgiven_s += self._held_up(now_s)
        self._looked_s = now_s

    def _held_up(self, now_s: float) -> float:
        gap_s = 0.0 if self._looked_s is None else now_s - self._looked_s
        return gap_s if gap_s > HELD_UP_S else 0.0

    def _silent_s(self, now_s: float) -> float:
        if self._heard_s is None:
            return float("inf")
        return now_s - self._heard_s - min(self._forgiven_s + self._held_up(now_s), FORGIVEN_MAX_S)

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
        self._heard_s, self._forgiven_s, self.robots = now_s, 0.0, robots
        return changed

    def halted(self, now_s: float, epoch: int) -> str:
        """Why a request that came in `epoch` may move nothing now, in words; empty when it may."""
        if self._silent_s(now_s) > SILENT_S:
            return "I cannot move anything: the safety gate is silent."
        if self.stopped:
            why = f" ({', '.join(self.causes)})" if self.causes else ""
            return f"I cannot move anything: everything is stopped{why}. Reset it first, then ask me again."
        if epoch != self.epoch:
            return "There was a stop after you asked, so I leave it; please ask me again."
        return ""

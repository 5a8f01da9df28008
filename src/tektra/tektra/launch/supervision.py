# SPDX-License-Identifier: Apache-2.0
"""Decides when processes are started, started again and told to end. No clock, no signal, no process: time is passed in."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import Enum

#: A pause before a respawn is at most this long, unless the launch file asks for a longer first one.
PAUSE_MAX_S = 30.0
#: A process that lived this long is healthy: its next respawn has the first pause again.
HEALTHY_S = 20.0
#: A process that ended so often for the same reason, and never lived for HEALTHY_S in between, is left down.
SAME_ENDS = 3
#: The least first pause, so that a program that cannot start takes no whole core.
PAUSE_MIN_S = 0.2


@dataclass(frozen=True)
class Patience:
    """How long a process may take to end after SIGINT, and then after SIGTERM, before SIGKILL."""

    interrupt_s: float = 8.0
    terminate_s: float = 4.0


class Phase(Enum):
    WAITING = "waiting"  # for its (next) start
    RUNNING = "running"
    ENDED = "ended"  # for good


@dataclass(frozen=True)
class Start:
    """Start process `index`."""

    index: int


@dataclass(frozen=True)
class Signal:
    """Send a signal to the process group of process `index`."""

    index: int
    number: signal.Signals


class Supervised:
    """One process: its phase, and when something is due. One that does not count keeps nothing running, and may fail."""

    def __init__(self, *, respawn: bool, first_pause_s: float, counts: bool = True) -> None:
        self.phase = Phase.WAITING
        self.due_s = 0.0
        self.starts = 0
        self.exit_code: int | None = None
        self.why_down = ""
        self._reason, self._same = "", 0
        self.counts = counts
        self._respawn = respawn
        self._first_pause_s = max(PAUSE_MIN_S, first_pause_s)
        self._pause_s = self._first_pause_s
        self._started_s = 0.0

    def started(self, now_s: float) -> None:
        self.phase, self._started_s = Phase.RUNNING, now_s
        self.starts += 1

    def exited(self, code: int, now_s: float, *, ending: bool, reason: str = "") -> float | None:
        """Notes that the process ended; returns the pause until it is started again, or None when it is not. `reason`: its
        own, in words; empty where somebody else ended it."""
        self.exit_code = code
        healthy = now_s - self._started_s >= HEALTHY_S
        self._same = self._same + 1 if reason and reason == self._reason and not healthy else 1
        self._reason = reason
        if ending or not self._respawn:
            self.phase = Phase.ENDED
            return None
        if reason and self._same >= SAME_ENDS:
            self.phase, self.why_down = (
                Phase.ENDED,
                f"it ended {self._same} times for the same reason: {reason}",
            )
            return None
        if healthy:
            self._pause_s = self._first_pause_s
        pause_s = self._pause_s
        self._pause_s = min(2.0 * pause_s, max(PAUSE_MAX_S, self._first_pause_s))
        self.phase, self.due_s = Phase.WAITING, now_s + pause_s
        return pause_s


class Supervision:
    """All processes. Call `due` whenever its `next_due_s` has come or something was noted, and do what it returns."""

    def __init__(self, processes: list[Supervised], patience: Patience) -> None:
        self.processes = processes
        self.ending = False
        self.killed: set[int] = set()
        self._failed: set[int] = set()
        self._patience = patience
        self._next_signal_s = 0.0
        self._signals: list[signal.Signals] = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]

    @property
    def done(self) -> bool:
        """Nothing runs, and nothing will."""
        return all(process.phase is Phase.ENDED for process in self.processes)

    @property
    def idle(self) -> bool:
        """Every process that counts has ended by itself."""
        return all(process.phase is Phase.ENDED for process in self.processes if process.counts)

    @property
    def failed(self) -> list[int]:
        """Processes that failed before the end was asked for, or had to be killed then."""
        return sorted(self.killed | self._failed)

    def exited(self, index: int, code: int, now_s: float, reason: str = "") -> float | None:
        """Notes that a process ended; returns the pause until it is started again, or None when it is not."""
        process = self.processes[index]
        pause_s = process.exited(code, now_s, ending=self.ending, reason=reason)
        if pause_s is None and code and process.counts and not self.ending:
            self._failed.add(index)
        return pause_s

    def end(self, now_s: float) -> None:
        """Ends everything; called again, it loses patience and takes the next stronger signal at once."""
        self._next_signal_s = now_s
        if not self.ending:
            self.ending = True
            for process in self.processes:
                if process.phase is Phase.WAITING:
                    process.phase = Phase.ENDED

    def next_due_s(self) -> float | None:
        """When `due` has something to do next, if nothing else happens; None: never."""
        if self.ending:
            return self._next_signal_s if not self.done and self._signals else None
        waiting = [process.due_s for process in self.processes if process.phase is Phase.WAITING]
        return min(waiting) if waiting else None

    def due(self, now_s: float) -> list[Start | Signal]:
        """What is to be done now."""
        if not self.ending:
            ready = enumerate(self.processes)
            return [
                Start(index)
                for index, process in ready
                if process.phase is Phase.WAITING and process.due_s <= now_s
            ]
        if self.done or not self._signals or now_s < self._next_signal_s:
            return []
        number = self._signals.pop(0)
        patience_s = {signal.SIGINT: self._patience.interrupt_s, signal.SIGTERM: self._patience.terminate_s}
        self._next_signal_s = now_s + patience_s.get(number, 0.0)
        running = [index for index, process in enumerate(self.processes) if process.phase is Phase.RUNNING]
        if number is signal.SIGKILL:
            self.killed.update(running)
        return [Signal(index, number) for index in running]

# SPDX-License-Identifier: Apache-2.0
"""What the system tells of a process: whether it lives, and where each of its threads waits. Linux."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from tektra.common.interrupts import STACKS

PROC = Path("/proc")
#: A process that is frozen, or gets no processor, has no last words.
STACKS_S, STACKS_STEP_S = 0.2, 0.02


def state_of(pid: int, proc: Path = PROC) -> str:
    """The kernel's letter: R runs, S waits, T and t stand still, Z and X have ended; X also where nothing runs under that number."""
    with suppress(OSError, IndexError):
        return (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    return "X"


def is_alive(pid: int) -> bool:
    """It has not ended; a zombie has."""
    return state_of(pid) not in "ZX"


class CpuWaits:
    """How long each thread of a process has waited for a processor. One thread.

    The kernel counts a wait only when it is over (run time, wait and number of slices in /proc/<pid>/task/<tid>/schedstat, in ns:
    the kernel's Documentation/scheduler/sched-stats.rst), so what a thread still waits is told by looking again: it could run, or
    waits for the disk, and has not run.
    """

    def __init__(self) -> None:
        self._ready: dict[int, tuple[tuple[str, str], float]] = {}

    def look(self, pid: int, now_s: float) -> dict[int, float]:
        """By thread, s since it began; empty where the kernel does not tell, or nothing runs under that number."""
        found: dict[int, float] = {}
        with suppress(OSError):
            for task in (PROC / str(pid) / "task").iterdir():
                with suppress(OSError, IndexError, ValueError):
                    ran, waited_ns, slices = (task / "schedstat").read_text().split()
                    ready = (task / "stat").read_text().rpartition(")")[2].split()[0] in "RD"
                    thread = int(task.name)
                    found[thread] = int(waited_ns) * 1e-9 + self._still(thread, ready, (ran, slices), now_s)
        return found

    def keep(self, threads: set[int]) -> None:
        """Forgets all others."""
        self._ready = {thread: seen for thread, seen in self._ready.items() if thread in threads}

    def _still(self, thread: int, ready: bool, ran: tuple[str, str], now_s: float) -> float:
        before = self._ready.pop(thread, None)
        if not ready:
            return 0.0
        since_s = before[1] if before and before[0] == ran else now_s
        self._ready[thread] = (ran, since_s)
        return now_s - since_s


def threads_of(pid: int) -> str:
    """Each thread's name, state and the kernel's function in which it waits: the evidence of a lock-up."""
    told = []
    with suppress(OSError):
        for task in sorted((PROC / str(pid) / "task").iterdir()):
            with suppress(OSError, IndexError):
                name = (task / "comm").read_text().strip()
                state = (task / "stat").read_text().rpartition(")")[2].split()[0]
                told.append(f"{name} {state} {(task / 'wchan').read_text().strip() or '-'}")
    return "; ".join(told)[:2000]


def ask_for_stacks(pid: int) -> None:
    """For one of ours that is ended next: where each of its threads stands in Python goes to its stderr. Waits until it has been
    taken up, STACKS_S at most; one that is stopped takes up nothing. Raises ProcessLookupError and PermissionError."""
    if state_of(pid) == "T":
        return
    os.kill(pid, STACKS)
    for _ in range(round(STACKS_S / STACKS_STEP_S)):
        time.sleep(STACKS_STEP_S)
        if not _is_pending(pid):
            return


def _is_pending(pid: int) -> bool:
    with suppress(OSError, ValueError):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("ShdPnd:"):
                return bool(int(line.split()[1], 16) >> (STACKS - 1) & 1)
    return False

# SPDX-License-Identifier: Apache-2.0
"""What the system tells of a process: whether it lives, and where each of its threads waits. Linux."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """It has not ended; a zombie has."""
    with suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def cpu_wait_s(pid: int) -> float:
    """How long it has waited for a processor since it began, in s: of its threads the one that waited longest.

    The second number of /proc/<pid>/task/<tid>/schedstat, in ns (the kernel's Documentation/scheduler/sched-stats.rst);
    0 where the kernel does not tell.
    """
    waited_ns = [0]
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            with suppress(OSError, IndexError, ValueError):
                waited_ns.append(int((task / "schedstat").read_text().split()[1]))
    return max(waited_ns) * 1e-9


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

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

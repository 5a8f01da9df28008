# SPDX-License-Identifier: Apache-2.0
"""Watches that a library's leaks do not grow into the machine's."""

from __future__ import annotations

from pathlib import Path

#: How long after a reload the next may follow.
PAUSE_S = 300.0


class MemoryWatch:
    """Says when the detectors are to be loaded afresh. Not for several threads."""

    def __init__(self, limit_mb: float) -> None:
        self.reloads = 0
        self._limit_mb = limit_mb
        self._last_s: float | None = None

    def exceeded(self, now_s: float, resident_mb: float) -> bool:
        """True when memory is above the limit, at most every 5 minutes: a limit that is simply too low must
        not keep the detectors loading."""
        if resident_mb <= self._limit_mb or (self._last_s is not None and now_s - self._last_s < PAUSE_S):
            return False
        self._last_s = now_s
        self.reloads += 1
        return True


def resident_mb(status: str) -> float:
    """Resident memory in MB from the text of /proc/self/status; 0 where it is not told."""
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) * 1024 / 1e6
    return 0.0


def own_resident_mb() -> float:
    """Resident memory of this process in MB; 0 where the kernel does not tell."""
    try:
        return resident_mb(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return 0.0

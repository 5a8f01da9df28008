# SPDX-License-Identifier: Apache-2.0
"""Why a process ended, by its exit code and the last that it wrote."""

from __future__ import annotations

import re
import signal

#: Signals by which somebody else ends a process; every other is its own doing.
BY_OTHERS = frozenset((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
#: How Tektra's own programs, and Python, tell of what ended them.
FAULT = re.compile(r"^(error: .+|[A-Za-z_][\w.]*(Error|Exception|Fault): .+)")
MOST_CHARS = 300


class LastWords:
    """Of one process; `started` forgets those of the run before."""

    def __init__(self) -> None:
        self._fault = ""

    def started(self) -> None:
        self._fault = ""

    def heard(self, lines: list[str]) -> None:
        """What it wrote."""
        for line in lines:
            if found := FAULT.match(line):
                self._fault = found.group(1)[:MOST_CHARS]

    def reason(self, code: int) -> str:
        """In words; empty for one that ended as asked, or that somebody else ended."""
        if code == 0 or -code in BY_OTHERS:
            return ""
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"{how}: {self._fault}" if self._fault else how

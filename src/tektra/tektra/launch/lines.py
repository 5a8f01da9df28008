# SPDX-License-Identifier: Apache-2.0
"""Output of many processes as whole lines, each with the name of the one that wrote it."""

from __future__ import annotations

#: ANSI colours that read well on dark and on light ground.
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
MAX_LINE_BYTES = 8192


class Lines:
    """Cuts the bytes of one stream into lines. A line without end is given out when it is too long, or at `rest`."""

    def __init__(self) -> None:
        self._kept = b""

    def add(self, data: bytes) -> list[str]:
        """The lines that are whole now."""
        *whole, self._kept = (self._kept + data).split(b"\n")
        while len(self._kept) > MAX_LINE_BYTES:
            whole.append(self._kept[:MAX_LINE_BYTES])
            self._kept = self._kept[MAX_LINE_BYTES:]
        return [self._text(line) for line in whole]

    def rest(self) -> list[str]:
        """What is left at the end of the stream."""
        kept, self._kept = self._kept, b""
        return [self._text(kept)] if kept else []

    @staticmethod
    def _text(line: bytes) -> str:
        return line.rstrip(b"\r").decode(errors="replace")


def prefixed(name: str, number: int, line: str, *, colour: bool) -> str:
    """`[planner-3] line`, its prefix in the process's colour."""
    prefix = f"[{name}-{number}]"
    if colour:
        prefix = f"\033[{COLOURS[(number - 1) % len(COLOURS)]}m{prefix}\033[0m"
    return f"{prefix} {line}"

# SPDX-License-Identifier: Apache-2.0
"""Standard output as all processes share it. When its reader has left, it says so once and stays silent."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO

from tektra.launch.lines import prefixed


class Console:
    """Writes lines, with a prefix for each process (`names`, counted from 1) but those in `bare`. Blocking."""

    def __init__(
        self, out: TextIO, names: list[str], bare: tuple[str, ...], *, on_left: Callable[[], None]
    ) -> None:
        self._out: TextIO | None = out
        self._names = names
        self._bare = bare
        self._on_left = on_left
        self._colour = out.isatty() and "NO_COLOR" not in os.environ

    def write(self, index: int, lines: list[str]) -> None:
        """What a process wrote."""
        for line in lines:
            self._print(line if self._names[index] in self._bare else self._prefixed(index, line))

    def tell(self, text: str, index: int | None = None) -> None:
        """What the supervisor has to say, of a process or of all."""
        self._print(text if index is None else self._prefixed(index, text))

    def flush(self) -> None:
        self._guarded(lambda out: out.flush())

    def _prefixed(self, index: int, line: str) -> str:
        return prefixed(self._names[index], index + 1, line, colour=self._colour)

    def _print(self, line: str) -> None:
        self._guarded(lambda out: out.write(line + "\n"))

    def _guarded(self, act: Callable[[TextIO], object]) -> None:
        if self._out is None:
            return
        try:
            act(self._out)
        except (BrokenPipeError, ValueError):  # as after `tektra up | head`
            self._out = None
            self._on_left()

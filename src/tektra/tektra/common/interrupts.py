# SPDX-License-Identifier: Apache-2.0
"""Signals of our processes: Ctrl-C that waits while something must be done whole, and one that asks where its threads stand."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: A process that gets it writes where each of its threads stands to stderr, also where one of them holds the interpreter.
STACKS = signal.SIGUSR1


class Interrupts:
    """A handler of SIGINT: raises KeyboardInterrupt in the main thread, at once, or at the end of `held`."""

    def __init__(self) -> None:
        self.came = False
        self._holding = False

    def __call__(self, *_: object) -> None:
        """As signal.signal wants it."""
        self.came = True
        if not self._holding:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """In the main thread what comes meanwhile is raised at the end; other threads are interrupted by nothing anyway."""
        if self._holding or threading.current_thread() is not threading.main_thread():
            yield
            return
        came_before, self._holding = self.came, True
        try:
            yield
        finally:
            self._holding = False
        if self.came and not came_before:
            raise KeyboardInterrupt


#: The process has one.
INTERRUPTS = Interrupts()

# SPDX-License-Identifier: Apache-2.0
"""What a picture takes of processors and clock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Stopwatch:
    """Measures on the thread that draws, and tells on any: `taken()` are the pictures since it was asked last, in s of all
    processors together and on the clock. The processors' time is the whole process's: software draws on threads of its own."""

    def __init__(self, timed: Callable[[str], AbstractContextManager[None]]) -> None:
        self._timed = timed
        self._took: deque[tuple[float, float]] = deque(maxlen=100)

    @contextmanager
    def measured(self, stage: str) -> Iterator[None]:
        """Around a picture that succeeds; `timed(stage)` is around it, too."""
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        with self._timed(stage):
            yield
        self._took.append((time.process_time() - cpu_s, time.perf_counter() - wall_s))

    def taken(self) -> Iterator[tuple[float, float]]:
        """See above."""
        while self._took:
            yield self._took.popleft()

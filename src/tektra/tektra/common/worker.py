# SPDX-License-Identifier: Apache-2.0
"""A thread of its own for work that would make others wait."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Worker(Generic[T]):
    """Calls `work(item)` in one thread, in the order of `give`. The queue is bounded; what does not fit is counted.

    `on_error` is called in that thread for an exception of `work`, which then goes on with the next item.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[T], None],
        *,
        depth: int,
        on_error: Callable[[Exception], None],
    ) -> None:
        self.dropped = 0
        self._name = name
        self._work = work
        self._on_error = on_error
        self._queue: queue.Queue[T | None] = queue.Queue(maxsize=depth)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to work; again does nothing."""
        if self._thread is None:
            self._ending.clear()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def give(self, item: T) -> bool:
        """Queues an item; from any thread, never waits. False, and one more `dropped`, when the queue is full."""
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self.dropped += 1
            return False
        return True

    @property
    def waiting(self) -> int:
        """How many items wait (about)."""
        return self._queue.qsize()

    def close(self) -> None:
        """Forgets what waits, lets the item in work end, and ends the thread. Again does nothing."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._ending.set()
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        self._queue.put(None)
        if thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            item = self._queue.get()
            if item is None:
                return
            try:
                self._work(item)
            except Exception as error:  # a thread must not die of one bad item; the owner hears of it
                self._on_error(error)

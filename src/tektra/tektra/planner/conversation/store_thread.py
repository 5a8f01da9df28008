# SPDX-License-Identifier: Apache-2.0
"""The thread in which the store works, so that a disk that is full, locked or slow never holds up the planner.

What is to be written waits in order, and no longer than a bounded queue; an error is told and leaves everything else going.
A store that could not be opened is tried again with the next work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.planner.backends import Store

T = TypeVar("T")
#: Work that may wait. A store that is that far behind is as good as gone.
MOST_WAITING = 1000
#: How long the end of the process waits for what is not written yet.
CLOSE_S = 6.0


class StoreThread:
    """`do`, `ask` and `submit` from any thread, without waiting.

    `make`: gives the store, not open. `log`: is told when trouble begins. Both are called in the store's thread.
    """

    def __init__(self, make: Callable[[], Store], log: Callable[[str], None]) -> None:
        self._make = make
        self._store: Store | None = None
        self.trouble = ""  # what is wrong with the store; empty when it is well
        self._log = log
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._lock = threading.Lock()
        self._waiting = 0

    def do(self, work: Callable[[Store], object], then: Callable[[], None] = lambda: None) -> None:
        """Queues work whose failure is only told of; `then` is called in the store's thread, also after a failure."""

        def quietly() -> None:
            try:
                self._run(work)
            except TektraError:
                pass  # told already
            finally:
                then()

        if self._enter():
            self._pool.submit(self._leaving, quietly)
        else:
            then()

    def ask(self, work: Callable[[Store], T]) -> Future[T]:
        """Queues work whose result, or TektraError, somebody awaits."""
        if self._enter():
            return self._pool.submit(self._leaving, lambda: self._run(work))
        refused: Future[T] = Future()
        refused.set_exception(
            BackendError("the store is far behind", "see that its disk is not full or locked")
        )
        return refused

    def read(self, work: Callable[[Store], T], otherwise: T, *, timeout_s: float) -> T:
        """The result of work, or `otherwise` where it fails or takes longer. Blocks that long at most."""
        try:
            return self.ask(work).result(timeout=timeout_s)
        except (TektraError, TimeoutError):
            return otherwise

    def close(self) -> None:
        """Waits for what is queued to be written, some seconds at most."""
        closing = self._pool.submit(self._shut)
        try:
            closing.result(timeout=CLOSE_S)
        except Exception:  # the disk's trouble was told; nothing may keep the process from ending
            pass
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _enter(self) -> bool:
        with self._lock:
            if self._waiting >= MOST_WAITING:
                return False
            self._waiting += 1
            return True

    def _leaving(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            with self._lock:
                self._waiting -= 1

    def _run(self, work: Callable[[Store], T]) -> T:
        try:
            result = work(self._opened())
        except TektraError as error:
            if not isinstance(error, InputError):
                self._tell(str(error))
            raise
        except Exception as error:  # a database's own failure is trouble like any other
            self._tell(f"the store failed ({type(error).__name__})")
            raise BackendError(f"the store failed ({type(error).__name__})", "see the log") from error
        self._tell("")
        return result

    def _opened(self) -> Store:
        if self._store is None:
            store = self._make()
            store.open()
            self._store = store
        return self._store

    def _shut(self) -> None:
        if self._store is not None:
            self._store.close()

    def _tell(self, trouble: str) -> None:
        if trouble and not self.trouble:
            self._log(f"conversations are not kept: {trouble}")
        self.trouble = trouble

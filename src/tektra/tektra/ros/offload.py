# SPDX-License-Identifier: Apache-2.0
"""Waits within an `async def` callback for work in another thread, so that the executor goes on meanwhile."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.task import Future

T = TypeVar("T")


def resolve(executor: Executor | None, future: Future[T], value: T) -> None:
    """Sets a future's result from any thread, and wakes the executor whose callback awaits it."""
    if not future.done():
        future.set_result(value)
    if executor is not None:
        executor.wake()


def in_thread(node: Node, pool: ThreadPoolExecutor, work: Callable[[], T]) -> Awaitable[T]:
    """`await in_thread(self, pool, work)` in a callback: the result of work() in the pool, or what it
    raised."""
    return _InThread(node.executor, pool.submit(work))


def awaited(node: Node, work: concurrent.futures.Future[T]) -> Awaitable[T]:
    """`await awaited(self, work)` in a callback: the result of work that is under way in another thread."""
    return _InThread(node.executor, work)


class _InThread(Awaitable[T]):
    def __init__(self, executor: Executor | None, work: concurrent.futures.Future[T]) -> None:
        self._future: Future[None] = Future()
        # rclpy polls an awaited future each time its executor wakes; nothing else wakes it from a foreign
        # thread.
        self._work = work
        self._work.add_done_callback(lambda done: resolve(executor, self._future, None))

    def __await__(self):  # type: ignore[no-untyped-def]
        yield from self._future.__await__()
        return self._work.result()

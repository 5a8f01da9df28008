# SPDX-License-Identifier: Apache-2.0
"""Brings things from other threads onto a node's executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from rclpy._rclpy_pybind11 import InvalidHandle
from rclpy.node import Node

T = TypeVar("T")


class Mailbox(Generic[T]):
    """`post` from any thread, without waiting; `deliver` is called on the executor, in the order of
    posting. What is posted once it is closed is nobody's."""

    def __init__(self, node: Node, deliver: Callable[[T], None]) -> None:
        self._items: deque[T] = deque()
        self._deliver = deliver
        self._node = node
        self._guard = node.create_guard_condition(self._drain)

    def post(self, item: T) -> None:
        self._items.append(item)
        with suppress(InvalidHandle):
            self._guard.trigger()

    def close(self) -> None:
        """Forgets what was not delivered."""
        self._items.clear()
        self._node.destroy_guard_condition(self._guard)

    def _drain(self) -> None:
        while self._items:
            self._deliver(self._items.popleft())

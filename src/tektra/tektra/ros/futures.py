# SPDX-License-Identifier: Apache-2.0
"""Futures of an event loop that end as those of rclpy do."""

from __future__ import annotations

import asyncio
from typing import Any


def settle(future: asyncio.Future[Any], done: Any) -> None:
    """As a future of rclpy ended."""
    if done.exception() is not None:
        fail(future, done.exception())
    else:
        settle_with(future, done.result())


def settle_with(future: asyncio.Future[Any], value: Any) -> None:
    """With a value, unless it is given up."""
    if not future.done():
        future.set_result(value)


def fail(future: asyncio.Future[Any], error: BaseException) -> None:
    """With an error, unless it is given up."""
    if not future.done():
        future.set_exception(error)


def cancel_all(sent: list[Any]) -> None:
    """Cancels goals that were sent, also those whose acceptance is still on its way. On the executor."""
    for goal in sent:
        goal.add_done_callback(_cancel)


def _cancel(done: Any) -> None:
    handle = done.result()
    if handle is not None and handle.accepted:
        handle.cancel_goal_async()

# SPDX-License-Identifier: Apache-2.0
"""A short-lived ROS node for one command. Every wait has an end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from tektra.cli.errors import NoAnswer
from tektra.common.exit_within import exit_within
from tektra.common.snapshot import COMMAND_PREFIX
from tektra.ros.calls import is_there, service_client

#: Finding peers takes a fraction of a second; a busy machine several.
FIND_S = 8.0
SPIN_S = 0.05
#: To leave the graph takes as long at most: the middleware may hang in it (docs/decisions/when-the-middleware-hangs.md).
LEAVE_MAX_S = 5.0


class Sessions:
    """Those that are done with and have not left the graph yet. The process of a command leaves it last, when all is told and its
    exit status known: one that hangs in that ends with it all the same."""

    def __init__(self) -> None:
        self.wait = False
        self._done: list[Session] = []

    def done(self, session: Session) -> None:
        self._done.append(session)
        if not self.wait:
            self.leave()

    def leave(self, status: int = 1) -> None:
        """All leave; what hangs in it ends the process with that status."""
        if not self._done:
            return
        sys.stdout.flush()
        with exit_within(LEAVE_MAX_S, status):
            while self._done:
                self._done.pop().leave()


SESSIONS = Sessions()


class Session:
    """`with Session() as session:` a node that is spun only while something is awaited, in the caller's thread.

    Ctrl-C raises KeyboardInterrupt within SPIN_S, and never while a message is being taken: that would be lost, and
    with it the handle of a goal that is to be cancelled.
    """

    def __enter__(self) -> Session:
        SESSIONS.leave()
        self.began_s = time.monotonic()
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node(
            f"{COMMAND_PREFIX}{os.getpid()}", enable_rosout=False, start_parameter_services=False
        )
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self._spinning = self._interrupted = False
        self._before = None
        if threading.current_thread() is threading.main_thread():  # no other may say what a signal does
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        SESSIONS.done(self)

    def leave(self) -> None:
        """Leaves the graph."""
        self._executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()
        rclpy.try_shutdown()

    def spin_until(self, holds: Callable[[], bool], timeout_s: float) -> bool:
        """Serves callbacks until `holds()`, or for `timeout_s`. Returns whether it holds."""
        until_s = time.monotonic() + timeout_s
        while not holds():
            left_s = until_s - time.monotonic()
            if left_s <= 0.0:
                return False
            self._spin_once(min(SPIN_S, left_s))
        return True

    def _spin_once(self, timeout_s: float) -> None:
        self._spinning = True
        try:
            self._executor.spin_once(timeout_sec=timeout_s)
        finally:
            self._spinning = False
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def _interrupt(self, *_: object) -> None:
        if not self._spinning:
            raise KeyboardInterrupt
        self._interrupted = True

    def call(self, kind: Any, name: str, request: Any, *, timeout_s: float = 5.0) -> Any:
        """The response of a service. Raises NoAnswer when there is none in time."""
        client = service_client(self.node, kind, name)
        if not self.spin_until(lambda: is_there(self.node, client), FIND_S):
            raise NoAnswer(f"nobody offers the service {name}")
        future = client.call_async(request)
        gone = False

        def over() -> bool:
            nonlocal gone
            gone = not is_there(self.node, client)
            return bool(future.done()) or gone

        if not self.spin_until(over, timeout_s) or not future.done():
            if gone:
                raise NoAnswer(f"{name} went away before it answered", "see what is wrong: tektra status")
            raise NoAnswer(
                f"{name} gave no answer within {timeout_s:g} s", "see what is wrong: tektra status"
            )
        return future.result()

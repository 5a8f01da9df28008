# SPDX-License-Identifier: Apache-2.0
"""A short-lived ROS node for one command. Every wait has an end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from tektra.cli.errors import NoAnswer

PREFIX = "tektra_cli_"
#: Finding peers takes a fraction of a second; a busy machine several.
FIND_S = 8.0
SPIN_S = 0.05


class Session:
    """`with Session() as session:` a node that is spun only while something is awaited, in the caller's thread.

    Ctrl-C raises KeyboardInterrupt within SPIN_S.
    """

    def __enter__(self) -> Session:
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node(
            f"{PREFIX}{os.getpid()}", enable_rosout=False, start_parameter_services=False
        )
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
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
            self._executor.spin_once(timeout_sec=min(SPIN_S, left_s))
        return True

    def call(self, kind: Any, name: str, request: Any, *, timeout_s: float = 5.0) -> Any:
        """The response of a service. Raises NoAnswer when there is none in time."""
        client = self.node.create_client(kind, name)
        if not self.spin_until(client.service_is_ready, FIND_S):
            raise NoAnswer(f"nobody offers the service {name}")
        future = client.call_async(request)
        if not self.spin_until(future.done, timeout_s):
            raise NoAnswer(
                f"{name} gave no answer within {timeout_s:g} s", "see what is wrong: tektra status"
            )
        return future.result()

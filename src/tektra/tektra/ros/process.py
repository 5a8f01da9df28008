# SPDX-License-Identifier: Apache-2.0
"""How a node's process starts and ends."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node

from tektra.common.errors import TektraError
from tektra.common.scheduling import BODY_PRIORITY, before_everyone, behind_the_body
from tektra.ros.executor import SteadyExecutor


def run_body(make: Callable[[], Node], *, priority: int = BODY_PRIORITY) -> None:
    """Runs a node of the body until SIGINT or SIGTERM: one thread, ahead of the mind, garbage kept off its path.
    `priority`: real-time, taken where the system gives it."""
    standing = before_everyone(priority)  # before rclpy makes threads, which inherit it

    def make_and_tell() -> Node:
        node = make()
        node.get_logger().info(f"runs with {standing}")
        return node

    _run(make_and_tell, before_spin=_calm_the_collector)


def run_mind(make: Callable[[], Node]) -> None:
    """Runs a node of the mind until SIGINT or SIGTERM, behind the body. What takes long waits in threads of its own."""
    behind_the_body()
    _run(make)


def _calm_the_collector() -> None:
    """Start-up objects are never garbage; and a full collection shall not fall between a stop and its
    halt."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def _run(make: Callable[[], Node], before_spin: Callable[[], None] = lambda: None) -> None:
    interrupted: list[int] = []

    def interrupt(number: int, _: object) -> None:
        interrupted.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    rclpy.init()
    node = None
    code = 0
    executor = SteadyExecutor()
    try:
        node = make()
        executor.add_node(node)
        before_spin()
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except RuntimeError:
        # A signal between two steps of the executor: it meets a closed context, or a conversion that was broken off.
        if rclpy.ok() and not interrupted:
            raise
    except TektraError as error:
        print(f"error: {error.what}\nremedy: {error.remedy}", file=sys.stderr)
        code = 2
    finally:
        with suppress(KeyboardInterrupt):
            if node is not None:
                close = getattr(node, "close", None)
                if close is not None:
                    close()
                executor.shutdown(0.0)
                node.destroy_node()
            rclpy.try_shutdown()
    sys.exit(code)

# SPDX-License-Identifier: Apache-2.0
"""How a node's process starts and ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node

from tektra.common.errors import TektraError
from tektra.ros.executor import SteadyExecutor

#: Niceness of the mind, so that on a busy machine the body goes first.
MIND_NICENESS = 10
#: Niceness that the body asks for; only a privileged process gets it.
BODY_NICENESS = -10


def run_body(make: Callable[[], Node]) -> None:
    """Runs a node of the body until SIGINT or SIGTERM: one thread, ahead of the mind, garbage kept off its
    path."""
    _be_nice(BODY_NICENESS)
    _run(make, before_spin=_calm_the_collector)


def run_mind(make: Callable[[], Node]) -> None:
    """Runs a node of the mind until SIGINT or SIGTERM, behind the body. What takes long waits in threads of its own."""
    _be_nice(MIND_NICENESS)
    _run(make)


def _be_nice(niceness: int) -> None:
    """Takes a niceness, as far as the system lets it.

    Linux groups processes by session (sched_autogroup_enabled): between processes with a session each, as
    `tektra up` gives them, only the niceness of the group counts. A group shared with others is left alone.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    if os.getsid(0) != os.getpid():
        return
    with suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
        group.write(str(niceness))


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

# SPDX-License-Identifier: Apache-2.0
"""How a node's process starts and ends."""

from __future__ import annotations

import faulthandler
import gc
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node

from tektra.common.errors import TektraError
from tektra.common.interrupts import INTERRUPTS, STACKS
from tektra.common.scheduling import BODY_PRIORITY, MIND_NICENESS, before_everyone, behind_the_body
from tektra.ros.executor import SteadyExecutor
from tektra.ros.pulse import Pulse, PulseThread

#: How often the body looks for garbage that counting references does not find.
COLLECT_EVERY_S = 1.0
#: Who has not ended so long after it was asked to says where each of its threads stands, and is ended. `tektra up` kills after 12 s.
END_MAX_S = 10.0


def run_body(make: Callable[[], Node], *, priority: int = BODY_PRIORITY) -> None:
    """Runs a node of the body until SIGINT or SIGTERM: one thread, ahead of the mind, garbage kept off its path.
    `priority`: real-time, taken where the system gives it."""
    run_bodies([make], priority=priority)


def run_bodies(makes: Iterable[Callable[[], Node]], *, priority: int) -> None:
    """Runs several nodes of the body in one process, on one thread. See run_body."""
    standing = before_everyone(priority)  # before rclpy makes threads, which inherit it

    def tell_and_calm(nodes: list[Node]) -> None:
        nodes[0].get_logger().info(f"runs with {standing}")
        _calm_the_collector(nodes[0])

    _run(makes, before_spin=tell_and_calm, thread_for_pulse=False)


def run_mind(make: Callable[[], Node], *, niceness: int = MIND_NICENESS) -> None:
    """Runs a node of the mind until SIGINT or SIGTERM, behind the body. What takes long waits in threads of its own."""
    behind_the_body(niceness)
    _run([make])


def run_front(make: Callable[[], Node]) -> None:
    """Runs a node through which people stop and command, until SIGINT or SIGTERM: before the mind's models, behind the body."""
    _run([make])


def _calm_the_collector(node: Node) -> None:
    """No collection falls between a stop and its halt, but one a second, between two callbacks. What was made until now is
    left out, so that it has only few objects to look at."""
    gc.collect()
    gc.freeze()
    gc.disable()
    node.create_timer(COLLECT_EVERY_S, gc.collect)


def _run(
    makes: Iterable[Callable[[], Node]],
    before_spin: Callable[[list[Node]], None] = lambda nodes: None,
    *,
    thread_for_pulse: bool = True,
) -> None:
    signal.signal(signal.SIGINT, INTERRUPTS)
    faulthandler.register(STACKS)
    rclpy.init()
    nodes: list[Node] = []
    code = 0
    executor = SteadyExecutor()
    pulse: PulseThread | None = None
    try:
        for make in makes:
            nodes.append(make())
            executor.add_node(nodes[-1])
        if thread_for_pulse:
            pulse = PulseThread(nodes, executor)
        else:
            Pulse(nodes[0], [node.get_fully_qualified_name() for node in nodes])
        before_spin(nodes)
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except RuntimeError:
        # A signal between two steps of the executor: it meets a closed context, or a conversion that was broken off.
        if rclpy.ok() and not INTERRUPTS.came:
            raise
    except TektraError as error:
        print(f"error: {error.what}\nremedy: {error.remedy}", file=sys.stderr)
        code = 2
    finally:
        faulthandler.dump_traceback_later(END_MAX_S, exit=True)
        with suppress(KeyboardInterrupt):
            for node in nodes:
                getattr(node, "close", lambda: None)()
            if pulse is not None:
                pulse.close()
            executor.shutdown(0.0)
            for node in nodes:
                node.destroy_node()
            rclpy.try_shutdown()
    sys.exit(code)

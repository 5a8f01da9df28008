# SPDX-License-Identifier: Apache-2.0
"""Signs of life: whoever is asked on /tektra/pulse/ask answers on /tektra/pulse/answer, and so proves that it hears and sends.

With its sign a process tells which others it has found, both what they write and what they read: after a pause that was longer
than the lease of discovery one of two may know the other and not be known by it.

A process of the body answers from its one thread. One of the mind, whose thread may load a model for a minute, answers from a
thread of its own, by the same participant, and tells how long its own thread has not looked.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import rclpy
from diagnostic_msgs.msg import KeyValue
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node

from tektra.common.lateness import Idleness
from tektra.ros.known_again import KnownAgain
from tektra.ros.lateness import boot_s
from tektra.ros.qos import RELIABLE

#: How often it is looked whether the node's own thread does anything.
LOOK_S = 0.5
ASK, ANSWER = "/tektra/pulse/ask", "/tektra/pulse/answer"

RCLError = rclpy_implementation.RCLError

#: Of an endpoint's identity in the graph, the part that is its process's; so much of its digest is told.
_PROCESS_BYTES, _MARK_CHARS = 12, 8


def found(node: Any) -> tuple[str, frozenset[str]]:
    """The mark of the node's own process, and those of all whose questions and answers it can hear and be heard with. Any thread."""
    writers = node.get_publishers_info_by_topic(ANSWER)
    readers = {_mark(info) for info in node.get_subscriptions_info_by_topic(ASK)}
    name = (node.get_name(), node.get_namespace())
    own = next((_mark(info) for info in writers if (info.node_name, info.node_namespace) == name), "")
    return own, frozenset(_mark(info) for info in writers) & readers


def _mark(info: Any) -> str:
    process = bytes(info.endpoint_gid)[:_PROCESS_BYTES]
    return hashlib.blake2b(process, digest_size=_MARK_CHARS // 2).hexdigest()


class Pulse:
    """Answers in the name of a process's nodes. `idle_s`: how long they have done nothing; `starting`: they still load."""

    def __init__(
        self,
        node: Node,
        names: Sequence[str],
        idle_s: Callable[[], float] = lambda: 0.0,
        starting: Callable[[], bool] = lambda: False,
    ) -> None:
        self._sign = {"nodes": list(names), "host": socket.gethostname(), "pid": os.getpid()}
        self._node, self._idle_s, self._starting = node, idle_s, starting
        self._asked: KeyValue | None = None
        self._known_again = KnownAgain(node)
        self._answers = node.create_publisher(KeyValue, ANSWER, RELIABLE)
        node.create_subscription(KeyValue, ASK, self._on_ask, RELIABLE)

    def tell(self) -> None:
        """Answers the last question once more: the state has changed, and there may be no answer to the next. Any thread."""
        if self._asked is not None:
            self._on_ask(self._asked)

    def _on_ask(self, asked: KeyValue) -> None:
        self._asked = asked
        told = {**self._sign, "number": asked.value, "idle_s": round(self._idle_s(), 1)}
        told["starting"] = self._starting()
        try:
            told["mark"], others = found(self._node)
            told["found"] = sorted(others)
            self._answers.publish(KeyValue(key=asked.key, value=json.dumps(told)))
        except RCLError:
            if self._node.context.ok():
                raise  # only who is just being ended has nothing to say


class PulseThread:
    """A Pulse beside an executor that may be busy for long. `close` before the context is shut down."""

    def __init__(self, nodes: Sequence[Node], executor: Any) -> None:
        context = nodes[0].context
        self._node = rclpy.create_node(
            f"_pulse_{os.getpid()}", context=context, enable_rosout=False, start_parameter_services=False
        )
        names = [node.get_fully_qualified_name() for node in nodes]
        starting = lambda: any(getattr(node, "busy", False) for node in nodes)  # noqa: E731
        idleness = Idleness()
        idle_s = lambda: idleness.look(boot_s(), executor.attention.alive_s)  # noqa: E731
        pulse = Pulse(self._node, names, idle_s, starting)
        self._node.create_timer(LOOK_S, idle_s)
        for node in nodes:
            if hasattr(node, "tell_alive"):
                node.tell_alive = pulse.tell
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self._node)
        self._thread = threading.Thread(target=self._spin, name="pulse", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._executor.shutdown(1.0)
        self._thread.join(1.0)
        self._node.destroy_node()

    def _spin(self) -> None:
        try:
            self._executor.spin()
        except ExternalShutdownException:
            pass
        except RuntimeError:  # between two steps of the executor it met a context that a signal had closed
            if self._node.context.ok():
                raise

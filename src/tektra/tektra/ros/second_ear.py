# SPDX-License-Identifier: Apache-2.0
"""A participant of its own in the watchdog's process, which asks and hears as the watchdog does.

Of two processes that lost each other in a pause one may stay deaf to the other for ever, and the watchdog is one of the two as
often as anybody else: the gate, which heard every stop, was ended after a pause because it and the watchdog had not found each
other. A new participant is found by all. It is made when it is needed, and asks those alone whom the first does not hear.
"""

from __future__ import annotations

import os
import threading
from collections import deque

import rclpy
from diagnostic_msgs.msg import KeyValue
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from tektra.ros.pulse import ANSWER, ASK
from tektra.ros.qos import RELIABLE, SIGNS

#: More than a whole fleet answers between two looks.
_MOST_HEARD = 4000


class SecondEar:
    """`ask` and `take` belong to one thread, `close` too; what comes is heard in a thread of its own. Nothing blocks but to
    make it: beside a process that is stopped that took 2.7 s, also in a thread of its own."""

    def __init__(self) -> None:
        context = self._context = Context()
        rclpy.init(context=context)
        self._node = rclpy.create_node(
            f"_second_ear_{os.getpid()}",
            context=context,
            enable_rosout=False,
            start_parameter_services=False,
        )
        self._heard: deque[str] = deque(maxlen=_MOST_HEARD)
        self._asks = self._node.create_publisher(KeyValue, ASK, RELIABLE)
        self._node.create_subscription(KeyValue, ANSWER, lambda m: self._heard.append(m.value), SIGNS)
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self._node)
        threading.Thread(target=self._spin, name="second_ear", daemon=True).start()

    def ask(self, number: int) -> None:
        """Who hears it answers with this number."""
        self._asks.publish(KeyValue(key="watchdog", value=str(number)))

    def take(self) -> list[str]:
        """The answers since the last time."""
        heard: list[str] = []
        while self._heard:
            heard.append(self._heard.popleft())
        return heard

    def close(self) -> None:
        """Ends it, in a thread of its own: to take a participant down may hang in the middleware."""
        threading.Thread(target=self._end, name="second_ear_end", daemon=True).start()

    def _end(self) -> None:
        self._executor.shutdown(1.0)
        self._node.destroy_node()
        rclpy.try_shutdown(context=self._context)

    def _spin(self) -> None:
        try:
            self._executor.spin()
        except ExternalShutdownException:
            pass

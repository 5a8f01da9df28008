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
from contextlib import suppress

import rclpy
from diagnostic_msgs.msg import KeyValue
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.publisher import Publisher

from tektra.ros.pulse import ANSWER, ASK
from tektra.ros.qos import RELIABLE, SIGNS

#: More than a whole fleet answers between two looks.
_MOST_HEARD = 4000


class SecondEar:
    """`ask`, `take` and `close` belong to one thread. It is made, hears and ends in threads of its own: to make a participant took 2.8 s
    on a crowded machine, and to take one down may hang in the middleware. Nothing blocks."""

    def __init__(self) -> None:
        self._heard: deque[str] = deque(maxlen=_MOST_HEARD)
        self._lock = threading.Lock()
        self._asks: Publisher[KeyValue] | None = None  # once it is made
        self._number = 0  # asked last
        self._context = Context()
        self._made = threading.Event()
        threading.Thread(target=self._live, name="second_ear", daemon=True).start()

    def ask(self, number: int) -> None:
        """Who hears it answers with this number. Asked as soon as it is made."""
        with self._lock:
            self._number = number
            self._publish()

    def take(self) -> list[str]:
        """The answers since the last time."""
        heard: list[str] = []
        while self._heard:
            heard.append(self._heard.popleft())
        return heard

    def close(self) -> None:
        """Ends it."""
        threading.Thread(target=self._end, name="second_ear_end", daemon=True).start()

    def _publish(self) -> None:
        if self._asks is not None:
            self._asks.publish(KeyValue(key="watchdog", value=str(self._number)))

    def _live(self) -> None:
        try:
            rclpy.init(context=self._context)
            self._node = rclpy.create_node(
                f"_second_ear_{os.getpid()}",
                context=self._context,
                enable_rosout=False,
                start_parameter_services=False,
            )
            self._node.create_subscription(KeyValue, ANSWER, lambda m: self._heard.append(m.value), SIGNS)
            self._executor = SingleThreadedExecutor(context=self._context)
            self._executor.add_node(self._node)
            with self._lock:
                self._asks = self._node.create_publisher(KeyValue, ASK, RELIABLE)
                self._publish()
        finally:
            self._made.set()
        with suppress(ExternalShutdownException):
            self._executor.spin()

    def _end(self) -> None:
        self._made.wait()
        with self._lock:
            was_made, self._asks = self._asks is not None, None
        if was_made:
            self._executor.shutdown(1.0)
            self._node.destroy_node()
        rclpy.try_shutdown(context=self._context)

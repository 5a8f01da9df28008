# SPDX-License-Identifier: Apache-2.0
"""Services of any type, called with CDR from threads outside ROS."""

from __future__ import annotations

import time
from threading import Event, Lock
from typing import Any

from rclpy.client import Client
from rclpy.node import Node
from rclpy.serialization import serialize_message

from tektra.common.errors import BackendError
from tektra.ros.calls import is_there, service_client
from tektra.ros.cdr import interface, read_cdr

#: How often it is looked whether who is called is still there.
LOOK_S = 0.1


class RawServices:
    """Clients of one node. `add` and `remove` belong to the executor's thread, `call` to any other."""

    def __init__(self, node: Node, timeout_s: float) -> None:
        self._node = node
        self._timeout_s = timeout_s
        self._clients: dict[str, Client[Any, Any]] = {}
        self._waiting: set[Event] = set()
        self._lock = Lock()

    def add(self, service: str, type_name: str) -> None:
        """Prepares calls of a service. Raises InputError for an unknown type."""
        cls = interface(type_name)
        with self._lock:
            if service not in self._clients:
                self._clients[service] = service_client(self._node, cls, service)

    def remove(self, service: str) -> None:
        """Ends it."""
        with self._lock:
            client = self._clients.pop(service, None)
        if client is not None:
            self._node.destroy_client(client)

    def clear(self) -> None:
        """Ends all; calls under way fail at once."""
        with self._lock:
            waiting = list(self._waiting)
        for event in waiting:
            event.set()
        for service in list(self._clients):
            self.remove(service)

    def call(self, service: str, request: bytes) -> bytes:
        """Calls, and blocks until the answer. Raises InputError for bad bytes, BackendError without an
        answer."""
        with self._lock:
            client = self._clients.get(service)
        if client is None or not is_there(self._node, client):
            raise BackendError(f"{service} is not there", "check that its node runs")
        message = read_cdr(client.srv_type.Request, request)
        answered = Event()
        with self._lock:
            self._waiting.add(answered)
        try:
            future = client.call_async(message)
            future.add_done_callback(lambda _: answered.set())
            until_s = time.monotonic() + self._timeout_s
            while not answered.wait(LOOK_S) and time.monotonic() < until_s:
                if not is_there(self._node, client):
                    break
            if not future.done():
                client.remove_pending_request(future)
                if not is_there(self._node, client):
                    raise BackendError(f"{service} went away before it answered", "check that its node runs")
                raise BackendError(
                    f"{service} did not answer in {self._timeout_s:g} s", "check its node, and try again"
                )
            return bytes(serialize_message(future.result()))
        finally:
            with self._lock:
                self._waiting.discard(answered)

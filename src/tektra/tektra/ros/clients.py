# SPDX-License-Identifier: Apache-2.0
"""Clients of services, kept for the next call. On the executor's thread."""

from __future__ import annotations

from typing import Any

from rclpy.node import Node

from tektra.ros.calls import service_client


class Clients:
    """One for all short calls of a service; a long call has one of its own, so that the server sees by its going that nobody waits any
    more (tektra.ros.places)."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._shared: dict[str, Any] = {}
        self._idle: dict[str, list[Any]] = {}

    def take(self, service: str, cls: Any, *, own: bool) -> Any:
        """A client for one call; `own`: for no other meanwhile."""
        if own:
            idle = self._idle.get(service)
            return idle.pop() if idle else service_client(self._node, cls, service)
        if service not in self._shared:
            self._shared[service] = service_client(self._node, cls, service)
        return self._shared[service]

    def give_back(self, service: str, client: Any, sent: object, *, answered: bool) -> None:
        """After a call. `sent`: its future, None when nothing was sent."""
        if client in self._shared.values():
            if sent is not None and not answered:
                client.remove_pending_request(sent)
        elif answered or sent is None:
            self._idle.setdefault(service, []).append(client)
        else:
            self._node.destroy_client(client)

    def close(self) -> None:
        """Frees those that are in no call."""
        for client in (*self._shared.values(), *(one for idle in self._idle.values() for one in idle)):
            self._node.destroy_client(client)
        self._shared, self._idle = {}, {}

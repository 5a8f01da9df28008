# SPDX-License-Identifier: Apache-2.0
"""Topics of people who come and go: /humans/<kind>/<id>/<what> (REP-155)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile

from tektra.ros.qos import RELIABLE


class Humans:
    """Publishers of one kind (`faces`, `bodies`), made at the first message and ended when the id is gone.

    For the node's executor thread. At most `most` ids at once: a detector that sees ghosts must not fill the
    graph.
    """

    def __init__(self, node: Node, kind: str, most: int = 8, *, qos: QoSProfile = RELIABLE) -> None:
        self._qos = qos
        self._node = node
        self._kind = kind
        self._most = most
        self._publishers: dict[tuple[str, str], Publisher[Any]] = {}

    def publish(self, human_id: str, what: str, message: Any) -> None:
        """Publishes on /humans/<kind>/<id>/<what>."""
        publisher = self._publishers.get((human_id, what))
        if publisher is None:
            if len({known for known, _ in self._publishers} | {human_id}) > self._most:
                return
            topic = f"/humans/{self._kind}/{human_id}/{what}"
            publisher = self._node.create_publisher(type(message), topic, self._qos)
            self._publishers[human_id, what] = publisher
        publisher.publish(message)

    def keep(self, ids: Collection[str]) -> None:
        """Ends the topics of everyone else."""
        for key in [key for key in self._publishers if key[0] not in ids]:
            self._node.destroy_publisher(self._publishers.pop(key))

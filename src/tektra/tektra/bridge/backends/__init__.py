# SPDX-License-Identifier: Apache-2.0
"""What the bridge and its viewers' server agree on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tektra.bridge.frames import RobotShape, Transform
from tektra.bridge.inbound import ClientChannel
from tektra.common.world import World


class Listener(Protocol):
    """What a server tells. All are called on threads of the server, several at a time; none may block for
    long, except `called`. A TektraError that one raises goes to the client as text."""

    def subscribed(self, topic: str) -> None:
        """One more client watches a topic."""

    def unsubscribed(self, topic: str) -> None:
        """One client less watches a topic."""

    def advertised(self, client_id: int, channel: ClientChannel) -> None:
        """A client wants to publish."""

    def unadvertised(self, client_id: int, channel_id: int) -> None:
        """A client will publish no more on a channel."""

    def published(self, client_id: int, channel_id: int, data: bytes) -> None:
        """A client published a message (CDR)."""

    def called(self, service: str, request: bytes) -> bytes:
        """A client calls a service (CDR in, CDR out). Blocks until it is answered."""

    def asset(self, address: str) -> bytes:
        """A client asks for a file."""


class Server(Protocol):
    """A server that viewers connect to. One thread calls it."""

    def open(self) -> int:
        """Listens; returns the port. Raises BackendError when the port is taken."""

    def close(self) -> None:
        """Disconnects everyone. May be called twice."""

    def add_topic(self, topic: str, type_name: str, schema: str) -> None:
        """Offers a topic."""

    def remove_topic(self, topic: str) -> None:
        """Offers a topic no more."""

    def add_service(self, service: str, type_name: str, request: str, response: str) -> None:
        """Offers a service."""

    def remove_service(self, service: str) -> None:
        """Offers a service no more."""

    def send(self, topic: str, data: bytes) -> None:
        """A message (CDR) to all who watch the topic. Does not block."""

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        """Where frames are."""

    def send_map(self, world: World, stamp_ns: int) -> None:
        """The home that the robots live in, as a drawing."""

    def send_robot(self, shape: RobotShape, stamp_ns: int) -> None:
        """A robot as a drawing in its own frame."""

    def remove_robot(self, robot: str, stamp_ns: int) -> None:
        """A robot is gone."""

    def warn(self, key: str, message: str) -> None:
        """Shows a problem to all clients; the same key replaces what it said before."""

    def under_way_bytes(self) -> int:
        """Bytes sent to the client that lags most and not yet read by it."""

# SPDX-License-Identifier: Apache-2.0
"""What the bridge and its viewers' server agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tektra.bridge.drawn import Drawing
from tektra.bridge.frames import Transform
from tektra.common.world import World


class Listener(Protocol):
    """What a server tells, on threads of its own; only `called` and `asset` may take long. A TektraError that one
    raises goes to the client as text. `client` is a number that no other client ever has."""

    def subscribed(self, client: int, topic: str) -> None:
        """A client watches a topic."""

    def unsubscribed(self, client: int, topic: str) -> None:
        """A client watches a topic no more."""

    def published(self, who: str, topic: str, type_name: str, data: bytes) -> None:
        """A client, `who` in words, published a message (CDR) that its role allows."""

    def called(self, service: str, request: bytes) -> bytes:
        """A client calls a service (CDR in, CDR out) that its role allows. Blocks until it is answered."""

    def asset(self, address: str) -> bytes:
        """A client asks for a file. Reads the disk."""

    def refused(self, peer: str, why: str) -> None:
        """Somebody at this address was not let in."""


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

    def send_to(self, client: int, topic: str, data: bytes) -> None:
        """The same to one client, if it watches the topic."""

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        """Where frames are."""

    def send_map(self, world: World, stamp_ns: int) -> None:
        """The home that the robots live in, as a drawing."""

    def draw(self, drawing: Drawing, stamp_ns: int) -> None:
        """A robot, a way, a thing or a notice; it takes the place of the one with its key."""

    def erase(self, key: str, stamp_ns: int) -> None:
        """A drawing is no more."""

    def tell(self, channel: str, words: Mapping[str, Any]) -> None:
        """Plan or safety, in words."""

    def show(self, jpeg: bytes, stamp_ns: int) -> None:
        """A picture of the home."""

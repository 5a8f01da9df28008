# SPDX-License-Identifier: Apache-2.0
"""What goes between the graph and the viewers: topics while somebody watches them, latched ones always."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tektra.bridge.backends import Server
from tektra.bridge.catalogue import Catalogue, Offer, allows, is_hidden
from tektra.bridge.replay import Replay
from tektra.bridge.schemas import Schemas


class Graph(Protocol):
    """What the hub needs of ROS."""

    def watch(self, topic: str, type_name: str) -> None:
        """Subscribes a topic."""

    def unwatch(self, topic: str) -> None:
        """Ends a subscription, if there is one."""

    def latched_publishers(self, topic: str) -> int:
        """How many publishers a latched topic has; 0 for a topic that is not latched."""

    def serve(self, service: str, type_name: str) -> None:
        """Prepares calls of a service."""

    def unserve(self, service: str) -> None:
        """Ends that."""


@dataclass(frozen=True)
class Look:
    """The graph at one moment: names with their types, and how many publish each topic."""

    topics: Mapping[str, Sequence[str]]
    services: Mapping[str, Sequence[str]]
    publishers: Mapping[str, int]


class Hub:
    """For one thread. `own` are the server's own channels: what to do when the number of their watchers
    changes."""

    def __init__(
        self,
        server: Server,
        graph: Graph,
        schemas: Schemas,
        callable_services: Sequence[str],
        own: Mapping[str, Callable[[int], None]],
    ) -> None:
        self.topics = Catalogue(lambda name: not is_hidden(name) and name not in own, schemas.message)
        self.services = Catalogue(lambda name: allows(callable_services, name), schemas.service)
        self._server = server
        self._graph = graph
        self._schemas = schemas
        self._own = own
        self._replay = Replay()
        self._watchers: Counter[str] = Counter()
        self._publishers: dict[str, int] = {}
        self._latched: set[str] = set()

    @property
    def watched(self) -> int:
        """How many topics somebody watches."""
        return sum(count > 0 for count in self._watchers.values())

    def look(self, look: Look) -> None:
        """Takes the graph as it is now."""
        changes = self.topics.update(look.topics)
        for offer in changes.removed:
            self._remove(offer.name)
        for offer in changes.added:
            self._server.add_topic(offer.name, offer.type_name, self._schemas.message(offer.type_name))
        for name, offer in self.topics.offered.items():
            count = look.publishers.get(name, 0)
            if self._publishers.get(name) != count:
                self._publishers[name] = count
                self._relatch(offer)
        services = self.services.update(look.services)
        for offer in services.removed:
            self._server.remove_service(offer.name)
            self._graph.unserve(offer.name)
        for offer in services.added:
            self._graph.serve(offer.name, offer.type_name)
            self._server.add_service(offer.name, offer.type_name, *self._schemas.service(offer.type_name))

    def subscribed(self, client: int, topic: str) -> None:
        """A client watches a topic."""
        self._watchers[topic] += 1
        if topic in self._own:
            self._own[topic](self._watchers[topic])
            return
        offer = self.topics.offered.get(topic)
        if offer is None:
            return
        for data in self._replay.last(topic):
            self._server.send_to(client, topic, data)
        if topic not in self._latched and self._watchers[topic] == 1:
            self._graph.watch(topic, offer.type_name)

    def unsubscribed(self, topic: str) -> None:
        """One client less watches."""
        self._watchers[topic] = max(0, self._watchers[topic] - 1)
        if topic in self._own:
            self._own[topic](self._watchers[topic])
        elif not self._watchers[topic] and topic not in self._latched:
            self._graph.unwatch(topic)

    def message(self, topic: str, data: bytes) -> None:
        """The graph said something."""
        if topic in self._latched:
            self._replay.add(topic, data)
        if self._watchers[topic]:
            self._server.send(topic, data)

    def _relatch(self, offer: Offer) -> None:
        """A topic's publishers came or went: is it latched now?"""
        latched = self._graph.latched_publishers(offer.name)
        if latched:
            self._replay.latch(offer.name, latched)
            self._latched.add(offer.name)
            self._graph.watch(offer.name, offer.type_name)
        elif self._publishers[offer.name] and offer.name in self._latched:
            self._latched.discard(offer.name)
            self._replay.forget(offer.name)
            if not self._watchers[offer.name]:
                self._graph.unwatch(offer.name)

    def _remove(self, topic: str) -> None:
        self._server.remove_topic(topic)
        self._graph.unwatch(topic)
        self._replay.forget(topic)
        self._latched.discard(topic)
        self._publishers.pop(topic, None)

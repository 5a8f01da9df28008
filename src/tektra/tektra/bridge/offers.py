# SPDX-License-Identifier: Apache-2.0
"""What the server offers at the moment: channels and services by number."""

from __future__ import annotations

from tektra.bridge.wire import Channel, Schema, Service


class Offers:
    """For one thread. A number is never given twice, so that a late message means what it meant."""

    def __init__(self) -> None:
        self.channels: dict[int, Channel] = {}
        self.services: dict[int, Service] = {}
        self._topics: dict[str, Channel] = {}
        self._names: dict[str, Service] = {}
        self._last = 0

    def add_channel(self, topic: str, encoding: str, schema: Schema) -> Channel:
        """Offers a topic that is not offered yet."""
        channel = Channel(self._next(), topic, encoding, schema)
        self.channels[channel.number] = self._topics[topic] = channel
        return channel

    def remove_channel(self, topic: str) -> Channel | None:
        """Offers it no more; None when it was not offered."""
        channel = self._topics.pop(topic, None)
        return None if channel is None else self.channels.pop(channel.number)

    def channel_of(self, topic: str) -> Channel | None:
        """The channel of a topic, if it is offered."""
        return self._topics.get(topic)

    def add_service(self, name: str, type_name: str, request: str, response: str) -> Service:
        """Offers a service that is not offered yet."""
        service = Service(self._next(), name, type_name, request, response)
        self.services[service.number] = self._names[name] = service
        return service

    def remove_service(self, name: str) -> Service | None:
        """Offers it no more; None when it was not offered."""
        service = self._names.pop(name, None)
        return None if service is None else self.services.pop(service.number)

    def _next(self) -> int:
        self._last += 1
        return self._last

# SPDX-License-Identifier: Apache-2.0
"""One client of the bridge: what it may do, what it watches and publishes, and how much of it is too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tektra.bridge import wire
from tektra.bridge.offers import Offers
from tektra.bridge.rights import STOP_TOPICS, Rights, is_stop
from tektra.bridge.wire import Level
from tektra.bridge.wire_reading import read
from tektra.common.access import Role
from tektra.common.errors import InputError


@dataclass(frozen=True)
class Limits:
    """What one client may use. A stop is never counted."""

    #: Channels on which it may publish; as many more are remembered with the reason why it may not.
    channels: int = 128
    #: Calls and files that it waits for at a time.
    pending: int = 16
    #: Messages a second, and how many at once after a pause. A long one counts as several: reading JSON takes as long as
    #: it is, and everybody's stop waits meanwhile.
    rate_hz: float = 200.0
    burst: int = 400
    text_bytes: int = 1024
    binary_bytes: int = 65_536
    #: A client that is so many messages over its rate is sent away.
    refused: int = 2000


@dataclass(frozen=True)
class Say:
    """To be said to this client."""

    message: str | bytes


@dataclass(frozen=True)
class Watched:
    """The client began or ended to watch a topic."""

    topic: str
    begun: bool


@dataclass(frozen=True)
class Published:
    """A message for ROS."""

    topic: str
    type_name: str
    data: bytes


@dataclass(frozen=True)
class Called:
    """A service is to be called."""

    name: str
    service: int
    number: int
    data: bytes


@dataclass(frozen=True)
class Fetched:
    """A file is to be read."""

    number: int
    address: str


@dataclass(frozen=True)
class Leave:
    """The client is to be sent away."""

    why: str


#: A stop does not wait for other calls; one that is under way so often already is not sent once more.
STOPS = 4
Act = Say | Watched | Published | Called | Fetched | Leave


class Client:
    """Decides over one client's messages. For one thread; `now_s` is any clock that only goes forward."""

    def __init__(self, role: Role, rights: Rights, offers: Offers, limits: Limits = Limits()) -> None:
        #: Subscription by channel.
        self.watching: dict[int, int] = {}
        self.pending = 0
        self.role = role
        self._rights = rights
        self._offers = offers
        self._limits = limits
        self._channels: dict[int, str] = {}
        self._closed: dict[int, InputError] = {}
        self._left = float(limits.burst)
        self._counted_s: float | None = None
        self._refused = 0.0
        self._told_s: float | None = None

    def greet(self) -> Iterator[Say]:
        """All that is offered to this client."""
        channels = [channel for channel in self._offers.channels.values() if self.sees(channel.topic)]
        if channels:
            yield Say(wire.advertise(channels))
        services = [service for service in self._offers.services.values() if self.calls(service.name)]
        if services:
            yield Say(wire.advertise_services(services))

    def sees(self, topic: str) -> bool:
        """May it watch the topic?"""
        return self._rights.sees(self.role, topic)

    def calls(self, service: str) -> bool:
        """May it call the service?"""
        return self._rights.calls(self.role, service)

    def read(self, message: str | bytes, now_s: float) -> Iterator[Act]:
        """What follows from a message of the client. Raises InputError for one that is refused."""
        each = self._limits.text_bytes if isinstance(message, str) else self._limits.binary_bytes
        cost = max(1.0, len(message) / each)
        said = read(message) if self._within_rate(message, cost, now_s) else None
        match said:
            case None:
                yield from self._too_fast(cost, now_s)
            case wire.Publish(number, data):
                yield self._publish(number, data)
            case wire.Call():
                yield self._call(said)
            case wire.Subscribe(pairs):
                yield from self._subscribe_all(pairs)
            case wire.Unsubscribe(numbers):
                ended = set(numbers)
                for known in [known for known, number in self.watching.items() if number in ended]:
                    yield from self.forget(known)
            case wire.Advertise(channels):
                for announced in channels:
                    yield from self._advertise(announced)
            case wire.Unadvertise(numbers):
                for number in numbers:
                    self._channels.pop(number, None)
                    self._closed.pop(number, None)
            case wire.Fetch(number, address):
                yield self._fetch(number, address)
            case wire.Unserved(what):
                raise InputError(f"Server does not support {what} capability", "use topics and services")

    def forget(self, channel: int) -> Iterator[Watched]:
        """A channel that it watches, if it does, is watched no more."""
        if self.watching.pop(channel, None) is not None and channel in self._offers.channels:
            yield Watched(self._offers.channels[channel].topic, begun=False)

    def leave(self) -> Iterator[Watched]:
        """The client is gone."""
        for channel in list(self.watching):
            yield from self.forget(channel)

    def _within_rate(self, message: str | bytes, cost: float, now_s: float) -> bool:
        """Takes a message's cost from the budget, unless it is a stop."""
        passed_s = 0.0 if self._counted_s is None else max(0.0, now_s - self._counted_s)
        self._counted_s = now_s
        self._left = min(float(self._limits.burst), self._left + passed_s * self._limits.rate_hz)
        self._refused = max(0.0, self._refused - passed_s * self._limits.rate_hz)
        if self._left >= cost:
            self._left -= cost
            return True
        return self._stops(message)

    def _stops(self, message: str | bytes) -> bool:
        if not isinstance(message, bytes):
            return False
        try:
            said = read(message)
        except InputError:
            return False
        if isinstance(said, wire.Publish):
            return self._channels.get(said.channel) in STOP_TOPICS
        service = self._offers.services.get(said.service) if isinstance(said, wire.Call) else None
        return service is not None and is_stop(service.name)

    def _too_fast(self, cost: float, now_s: float) -> Iterator[Act]:
        self._refused += cost
        if self._refused > self._limits.refused:
            yield Leave("too many messages")
        elif self._told_s is None or now_s - self._told_s >= 1.0:
            self._told_s = now_s
            rate = f"at most {self._limits.rate_hz:g} messages a second"
            yield Say(wire.status(Level.WARNING, f"too many messages: {rate}; the rest is dropped", "rate"))

    def _publish(self, number: int, data: bytes) -> Published:
        topic = self._channels.get(number)
        if topic is None:
            raise self._closed.get(number) or InputError(
                f"client channel {number} is not open", "advertise its topic first"
            )
        return Published(topic, self._rights.publishable[topic], data)

    def _call(self, call: wire.Call) -> Act:
        service = self._offers.services.get(call.service)
        if service is None or not self.calls(service.name):
            return Say(wire.call_failure(call.service, call.number, "Unknown service"))
        if call.encoding != "cdr":
            why = f"encoding {call.encoding!r}: call it in cdr"
            return Say(wire.call_failure(call.service, call.number, why))
        if self.pending >= self._limits.pending * (STOPS if is_stop(service.name) else 1):
            why = f"{self.pending} calls are under way: wait for their answers"
            return Say(wire.call_failure(call.service, call.number, why))
        return Called(service.name, call.service, call.number, call.data)

    def _fetch(self, number: int, address: str) -> Act:
        if self.pending >= self._limits.pending:
            return Say(wire.asset_failure(number, f"{self.pending} answers are under way: wait for them"))
        return Fetched(number, address)

    def _subscribe_all(self, pairs: tuple[tuple[int, int], ...]) -> Iterator[Act]:
        """Those that it may. However many it may not, they are told of in one answer."""
        unknown = []
        for subscription, number in pairs:
            channel = self._offers.channels.get(number)
            if channel is None or not self.sees(channel.topic):
                unknown.append(number)
            else:
                yield from self._subscribe(subscription, number, channel)
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            yield Say(wire.status(Level.ERROR, f"Unknown channel ID: {unknown[0]}{more}"))

    def _subscribe(self, subscription: int, number: int, channel: wire.Channel) -> Iterator[Act]:
        if number in self.watching or subscription in self.watching.values():
            yield Say(wire.status(Level.WARNING, f"Client is already subscribed to channel: {number}"))
        else:
            self.watching[number] = subscription
            yield Watched(channel.topic, begun=True)

    def _advertise(self, channel: wire.ClientChannel) -> Iterator[Act]:
        """A channel that is not on the list is no error yet: dashboards announce all that their panels could ever
        publish. Its messages are refused, each with the reason."""
        if channel.number in self._channels or channel.number in self._closed:
            yield Say(wire.status(Level.WARNING, f"Client is already advertising channel: {channel.number}"))
            return
        why = self._why_not(channel)
        if why is None and len(self._channels) < self._limits.channels:
            self._channels[channel.number] = channel.topic
        elif why is not None and len(self._closed) < self._limits.channels:
            self._closed[channel.number] = why
        else:
            text = f"channel {channel.number}: at most {self._limits.channels} are open at a time"
            yield Say(wire.status(Level.ERROR, text, "channels"))

    def _why_not(self, channel: wire.ClientChannel) -> InputError | None:
        topic = channel.topic
        type_name = self._rights.publishable.get(topic)
        if type_name is None or not self._rights.publishes(self.role, topic):
            allowed = [
                known for known in self._rights.publishable if self._rights.publishes(self.role, known)
            ]
            return InputError(
                f"clients may not publish {topic[:200]!r}", f"allowed are {', '.join(allowed) or 'none'}"
            )
        if channel.type_name not in (type_name, type_name.replace("/msg/", "/")):
            return InputError(f"{topic} is no {channel.type_name[:200]!r}", f"publish it as {type_name}")
        if channel.encoding != "cdr":
            return InputError(f"{topic}: encoding {channel.encoding!r}", "publish it as cdr")
        return None

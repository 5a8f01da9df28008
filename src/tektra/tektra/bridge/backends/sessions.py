# SPDX-License-Identifier: Apache-2.0
"""The clients that are in: what each says is done, and what the graph says goes to those who watch it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tektra.bridge import wire
from tektra.bridge.backends import Listener
from tektra.bridge.backends.connection import Link, knock_of
from tektra.bridge.backends.tcp_tables import read_tables, under_way
from tektra.bridge.client import Act, Called, Client, Fetched, Leave, Published, Say, Watched
from tektra.bridge.door import Door
from tektra.bridge.offers import Offers
from tektra.bridge.outbox import Outbox, Room
from tektra.bridge.rights import Rights, is_stop
from tektra.common.access import Role
from tektra.common.errors import InputError, TektraError
from tektra.common.web_door import Refused

#: What waits longer than a moment is tried again so often.
PUMP_S = 0.01
#: Answers and offers that a client leaves unread, before it is sent away.
UNREAD_BYTES = 16_000_000
#: Of the places those whom guests and observers leave to operators, however many of them come.
KEPT_SHARE = 0.25


class Sessions:
    """For the event loop's thread, but for `count` and `dropped`."""

    def __init__(self, door: Door, rights: Rights, room: Room, listener: Listener, max_clients: int) -> None:
        self.port = 0
        self._door = door
        self._rights = rights
        self._room = room
        self._to = listener
        self._max_clients = max_clients
        self._offers = Offers()
        self._links: dict[int, Link] = {}
        self._watchers: dict[int, set[int]] = {}
        self._last_client = 0
        self._pumping: asyncio.Handle | None = None
        # Two pools, so that no number of slow calls delays a stop.
        self._pools = {False: ThreadPoolExecutor(16, "call"), True: ThreadPoolExecutor(4, "stop")}

    @property
    def count(self) -> int:
        """How many clients are in."""
        return len(self._links)

    @property
    def dropped(self) -> int:
        """Messages that clients did not get since they read slowly."""
        return sum(link.outbox.dropped for link in list(self._links.values()))

    def close(self) -> None:
        """Nobody is served any more."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def judge(self, connection: ServerConnection, request: Request) -> Response | None:
        """Lets a client in, or answers with HTTP why not."""
        peer = str(connection.remote_address[0])
        try:
            role = self._door.judge(knock_of(connection, request))
            connection.role = role  # type: ignore[attr-defined]
            self._require_place(role)
        except Refused as refused:
            self._to.refused(peer, str(refused))
            return connection.respond(refused.status, refused.why + "\n")
        return None

    def _require_place(self, role: Role) -> None:
        if len(self._links) >= self._max_clients:
            raise Refused(503, f"{self._max_clients} clients are in already")
        lesser = sum(link.client.role < Role.OPERATOR for link in self._links.values())
        if role < Role.OPERATOR and lesser >= max(1, int(self._max_clients * (1.0 - KEPT_SHARE))):
            raise Refused(503, f"{lesser} guests and observers are in already; the rest is for operators")

    async def meet(self, connection: ServerConnection) -> None:
        """Serves a client until it is gone."""
        role: Role = connection.role  # type: ignore[attr-defined]
        self._last_client += 1
        number = self._last_client
        link = Link(connection, Client(role, self._rights, self._offers), Outbox(self._room))
        self._links[number] = link
        link.say(wire.server_info("Tektra", f"{id(self):x}"))
        for act in link.client.greet():
            link.say(act.message)
        try:
            async for message in connection:
                self._read(number, link, message)
                await asyncio.sleep(
                    0
                )  # what has come already is given without one: a stop of somebody else would wait
        except ConnectionClosed:
            pass
        finally:
            del self._links[number]
            for watched in link.client.leave():
                self._watched(number, link, watched)

    def _read(self, number: int, link: Link, message: str | bytes) -> None:
        if link.leaving:
            return
        try:
            for act in link.client.read(message, time.monotonic()):
                self._do(number, link, act)
        except InputError as error:
            link.say(wire.status(wire.Level.ERROR, str(error), f"message {number}"))
        if link.buffered > UNREAD_BYTES:
            link.abort()

    def _do(self, number: int, link: Link, act: Act) -> None:
        match act:
            case Say(message):
                link.say(message)
            case Watched():
                self._watched(number, link, act)
            case Published(topic, type_name, data):
                self._to.published(f"client {number} ({link.client.role})", topic, type_name, data)
            case Called():
                self._answer(link, self._called(act), stop=is_stop(act.name))
            case Fetched():
                self._answer(link, partial(self._fetched, act), stop=False)
            case Leave(why):
                link.leave(why)

    def _watched(self, number: int, link: Link, act: Watched) -> None:
        channel = self._offers.channel_of(act.topic)
        if channel is None:
            return
        watchers = self._watchers.setdefault(channel.number, set())
        if act.begun:
            watchers.add(number)
            self._to.subscribed(number, act.topic)
        elif number in watchers:
            watchers.discard(number)
            link.outbox.forget(act.topic)
            self._to.unsubscribed(number, act.topic)

    def _answer(self, link: Link, make: Callable[[], str | bytes], *, stop: bool) -> None:
        """Says what `make` returns, which may take its time on a thread of its own."""
        link.client.pending += 1

        async def wait() -> None:
            try:
                link.say(await asyncio.get_running_loop().run_in_executor(self._pools[stop], make))
            finally:
                link.client.pending -= 1

        link.keep(asyncio.get_running_loop().create_task(wait()))

    def _called(self, act: Called) -> Callable[[], str | bytes]:
        def call() -> str | bytes:
            try:
                return wire.call_answer(act.service, act.number, "cdr", self._to.called(act.name, act.data))
            except Exception as error:  # whatever it is: the caller waits for an answer
                return wire.call_failure(act.service, act.number, str(error))

        return call

    def _fetched(self, act: Fetched) -> bytes:
        try:
            return wire.asset(act.number, self._to.asset(act.address))
        except (TektraError, OSError) as error:
            return wire.asset_failure(act.number, str(error))

    def send(self, topic: str, data: bytes) -> None:
        """A message to all who watch the topic."""
        channel = self._offers.channel_of(topic)
        for number in self._watchers.get(channel.number, ()) if channel is not None else ():
            if channel is not None:
                self._deliver(self._links[number], channel, data)

    def send_to(self, client: int, topic: str, data: bytes) -> None:
        """A message to one client, if it watches the topic."""
        link, channel = self._links.get(client), self._offers.channel_of(topic)
        if link is not None and channel is not None and channel.number in link.client.watching:
            self._deliver(link, channel, data)

    def _deliver(self, link: Link, channel: wire.Channel, data: bytes) -> None:
        if link.outbox.passes(data, link.buffered):
            link.say(wire.message_data(link.client.watching[channel.number], time.time_ns(), data))
            return
        link.outbox.put(channel.topic, data)
        if self._pumping is None:
            self._pumping = asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        """Sends what waits as far as its clients keep up."""
        self._pumping = None
        waiting = [link for link in self._links.values() if not link.outbox.empty]
        lags = under_way(read_tables(), self.port) if any(x.outbox.large_waiting for x in waiting) else {}
        for link in waiting:
            while (taken := link.outbox.take_small(link.buffered)) is not None:
                self._say_taken(link, taken)
            lag = max(lags.get(link.peer, 0), link.buffered)
            while (taken := link.outbox.take_large(lag)) is not None:
                self._say_taken(link, taken)
                lag += len(taken[1])
        if any(not link.outbox.empty for link in waiting):
            self._pumping = asyncio.get_running_loop().call_later(PUMP_S, self._pump)

    def _say_taken(self, link: Link, taken: tuple[str, bytes]) -> None:
        channel = self._offers.channel_of(taken[0])
        subscription = link.client.watching.get(channel.number) if channel is not None else None
        if subscription is not None:
            link.say(wire.message_data(subscription, time.time_ns(), taken[1]))

    def add_channel(self, topic: str, encoding: str, schema: wire.Schema) -> None:
        """Offers a topic."""
        self.remove_channel(topic)
        channel = self._offers.add_channel(topic, encoding, schema)
        self._tell(wire.advertise([channel]), lambda client: client.sees(topic))

    def remove_channel(self, topic: str) -> None:
        """Offers a topic no more."""
        channel = self._offers.channel_of(topic)
        if channel is None:
            return
        for number in list(self._watchers.pop(channel.number, ())):
            link = self._links[number]
            link.outbox.forget(topic)
            link.client.watching.pop(channel.number, None)
            self._to.unsubscribed(number, topic)
        self._offers.remove_channel(topic)
        self._tell(wire.unadvertise([channel.number]), lambda client: client.sees(topic))

    def add_service(self, name: str, type_name: str, request: str, response: str) -> None:
        """Offers a service."""
        self.remove_service(name)
        service = self._offers.add_service(name, type_name, request, response)
        self._tell(wire.advertise_services([service]), lambda client: client.calls(name))

    def remove_service(self, name: str) -> None:
        """Offers a service no more."""
        service = self._offers.remove_service(name)
        if service is not None:
            self._tell(wire.unadvertise_services([service.number]), lambda client: client.calls(name))

    def _tell(self, message: str, whom: Callable[[Client], bool]) -> None:
        for link in self._links.values():
            if whom(link.client):
                link.say(message)
                if link.buffered > UNREAD_BYTES:
                    link.abort()

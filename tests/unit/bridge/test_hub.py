# SPDX-License-Identifier: Apache-2.0
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tektra.bridge.drawn import Drawing
from tektra.bridge.frames import Transform
from tektra.bridge.hub import Hub, Look
from tektra.bridge.schemas import Schemas
from tektra.common.world import World

TEXT, TRIGGER = "p/msg/Text", "p/srv/Trigger"


class Viewers:
    """A server that remembers what it was told."""

    def __init__(self) -> None:
        self.topics: dict[str, str] = {}
        self.services: set[str] = set()
        self.sent: list[tuple[str, bytes]] = []
        self.sent_to: list[tuple[int, str, bytes]] = []

    def open(self) -> int:
        return 1

    def close(self) -> None: ...

    def add_topic(self, topic: str, type_name: str, schema: str) -> None:
        self.topics[topic] = schema

    def remove_topic(self, topic: str) -> None:
        del self.topics[topic]

    def add_service(self, service: str, type_name: str, request: str, response: str) -> None:
        self.services.add(service)

    def remove_service(self, service: str) -> None:
        self.services.remove(service)

    def send(self, topic: str, data: bytes) -> None:
        self.sent.append((topic, data))

    def send_to(self, client: int, topic: str, data: bytes) -> None:
        self.sent_to.append((client, topic, data))

    def send_transforms(self, transforms: Sequence[Transform]) -> None: ...

    def send_map(self, world: World, stamp_ns: int) -> None: ...

    def draw(self, drawing: Drawing, stamp_ns: int) -> None: ...

    def erase(self, key: str, stamp_ns: int) -> None: ...

    def tell(self, channel: str, words: Mapping[str, Any]) -> None: ...

    def show(self, jpeg: bytes, stamp_ns: int) -> None: ...


class Ros:
    """A graph that remembers what is subscribed, and whose topics are latched where the test says so."""

    def __init__(self) -> None:
        self.watched: set[str] = set()
        self.served: set[str] = set()
        self.latched: dict[str, int] = {}

    def watch(self, topic: str, type_name: str) -> None:
        self.watched.add(topic)

    def unwatch(self, topic: str) -> None:
        self.watched.discard(topic)

    def latched_publishers(self, topic: str) -> int:
        return self.latched.get(topic, 0)

    def serve(self, service: str, type_name: str) -> None:
        self.served.add(service)

    def unserve(self, service: str) -> None:
        self.served.remove(service)


class Bench:
    """A hub between the two."""

    def __init__(self, prefix: Path) -> None:
        for name in ("msg/Text.msg", "srv/Trigger.srv"):
            file = prefix / "share" / "p" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("string data\n" if name.endswith("msg") else "---\nbool success\n")
        self.viewers, self.ros = Viewers(), Ros()
        self.own: list[int] = []
        self.hub = Hub(self.viewers, self.ros, Schemas([prefix]), ["/call"], {"/own": self.own.append})

    def look(self, *topics: str, services: Sequence[str] = ()) -> None:
        found = {topic: [TEXT] for topic in topics}
        self.hub.look(Look(found, {name: [TRIGGER] for name in services}, dict.fromkeys(topics, 1)))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_topic_is_subscribed_only_while_somebody_watches_it(bench: Bench) -> None:
    bench.look("/chat")
    assert bench.ros.watched == set()
    bench.hub.subscribed(1, "/chat")
    bench.hub.subscribed(1, "/chat")
    bench.hub.message("/chat", b"hello")
    assert bench.viewers.sent == [("/chat", b"hello")]
    bench.hub.unsubscribed("/chat")
    assert bench.ros.watched == {"/chat"}
    bench.hub.unsubscribed("/chat")
    assert bench.ros.watched == set()


def test_a_latched_topic_is_always_subscribed_and_said_again_to_who_comes_later(bench: Bench) -> None:
    bench.ros.latched["/plan"] = 1
    bench.look("/plan")
    assert bench.ros.watched == {"/plan"}
    bench.hub.message("/plan", b"old")
    bench.hub.message("/plan", b"new")
    assert bench.viewers.sent == []
    bench.hub.subscribed(7, "/plan")
    assert bench.viewers.sent_to == [(7, "/plan", b"new")]
    bench.hub.unsubscribed("/plan")
    assert bench.ros.watched == {"/plan"}


def test_a_topic_whose_first_publisher_comes_later_can_still_turn_out_latched(bench: Bench) -> None:
    found = {"/plan": [TEXT]}
    bench.hub.look(Look(found, {}, {"/plan": 0}))
    assert bench.ros.watched == set()
    bench.ros.latched["/plan"] = 1
    bench.hub.look(Look(found, {}, {"/plan": 1}))
    assert bench.ros.watched == {"/plan"}


def test_what_a_latched_topic_said_outlives_its_publisher(bench: Bench) -> None:
    bench.ros.latched["/plan"] = 1
    bench.look("/plan")
    bench.hub.message("/plan", b"last words")
    bench.ros.latched.clear()
    bench.hub.look(Look({"/plan": [TEXT]}, {}, {"/plan": 0}))
    bench.hub.subscribed(1, "/plan")
    assert bench.viewers.sent_to == [(1, "/plan", b"last words")]


def test_a_topic_that_leaves_takes_everything_with_it(bench: Bench) -> None:
    bench.ros.latched["/plan"] = 1
    bench.look("/plan")
    bench.hub.subscribed(1, "/plan")
    bench.look()
    assert (bench.viewers.topics, bench.ros.watched) == ({}, set())
    bench.hub.unsubscribed("/plan")
    bench.hub.message("/plan", b"late")
    assert bench.viewers.sent == []


def test_services_of_the_list_come_and_go(bench: Bench) -> None:
    bench.look(services=["/call", "/other"])
    assert bench.viewers.services == bench.ros.served == {"/call"}
    bench.look()
    assert bench.viewers.services == bench.ros.served == set()


def test_own_channels_count_their_watchers(bench: Bench) -> None:
    bench.hub.subscribed(1, "/own")
    bench.hub.subscribed(1, "/own")
    bench.hub.unsubscribed("/own")
    assert bench.own == [1, 2, 1]


def test_one_that_watches_a_topic_already_gone_changes_nothing(bench: Bench) -> None:
    bench.hub.subscribed(1, "/gone")
    assert bench.ros.watched == set()

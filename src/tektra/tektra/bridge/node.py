# SPDX-License-Identifier: Apache-2.0
"""The bridge's node: the graph on one side, Foxglove on the other."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import Any

from rclpy.publisher import Publisher
from std_msgs.msg import String

from tektra.bridge.assets import read_asset
from tektra.bridge.backends.websocket_server import server_of
from tektra.bridge.catalogue import publishable
from tektra.bridge.held_up import refuse_held_up
from tektra.bridge.hub import Hub, Look
from tektra.bridge.options import BridgeOptions
from tektra.bridge.own_channels import OwnChannels
from tektra.bridge.schemas import Schemas
from tektra.bridge.typed import COMMAND, Typed
from tektra.common import paths
from tektra.common.access import load_tokens
from tektra.common.world import World, load_world
from tektra.ros.cdr import interface, read_cdr
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.lateness import Attentive
from tektra.ros.mind import MindNode
from tektra.ros.parameters import declare
from tektra.ros.process import run_front
from tektra.ros.qos import RELIABLE
from tektra.ros.raw_services import RawServices
from tektra.ros.raw_topics import RawTopics, match
from tektra.ros.said_again import SaidAgain
from tektra.ros.stops import STOP, StopReasons

#: A person at the door who is not let in is told of in the log so often at most.
REFUSED_EVERY_S = 10.0
#: Without a client every so many looks at the graph are enough: one that comes has all within a look.
IDLE_LOOKS = 5


class BridgeNode(MindNode):
    """The methods under "on the server's threads" are called there; everything else happens on the
    executor."""

    def __init__(self) -> None:
        super().__init__("bridge")
        self._options = declare(self, BridgeOptions)
        self._prefixes = [
            Path(part) for part in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if part
        ]
        self._shares = {name: share for name in self._options.asset_packages for share in _share(name)}
        self._allowed = publishable(self._options.publishable)
        self._news: deque[tuple[bool, int, str]] = deque()
        self._incompatible: dict[str, str] = {}
        self._out: dict[str, Publisher[Any] | SaidAgain] = {}
        self._typed: Typed | None = None
        self._hub: Hub | None = None
        self._looks = 0
        self._reasons = StopReasons(self, "bridge", "bridge")

    def configure(self) -> None:
        self._world = self._load_world()
        self._raw = RawTopics(self, self._heard, self._incompatible.__setitem__)
        self._calls = RawServices(self, self._options.service_timeout_s)
        self._wake = self.create_guard_condition(self._read_news)
        for topic, type_name in self._allowed.items():
            self._out[topic] = self.create_publisher(interface(type_name), topic, RELIABLE)
        if (stops := self._out.get(STOP)) is not None:
            self._out[STOP] = SaidAgain(self, stops)
        if COMMAND in self._out:
            self._typed = Typed(self, self._out[COMMAND])

    def activate(self) -> None:
        options = self._options
        self._attentive = Attentive()
        self._server = server_of(options, load_tokens(paths.data_dir()), self._allowed, self)
        port = self._server.open()
        self._own = OwnChannels(self, self._server, self._world, options)
        schemas = Schemas(self._prefixes)
        self._hub = Hub(self._server, self, schemas, options.callable, self._own.watchers)
        self._work = self.create_timer(options.look_period_s, self._look)
        for key, read in {
            "address": lambda: f"ws://{options.host}:{port}",
            "topics": lambda: len(self._hub.topics.offered) if self._hub else 0,
            "watched": lambda: self._hub.watched if self._hub else 0,
            "services": lambda: len(self._hub.services.offered) if self._hub else 0,
            "clients": lambda: self._server.clients,
            "messages_dropped": lambda: self._server.dropped,
            "skipped": lambda: (
                "; ".join(f"{n}: {why}" for n, why in self._hub.topics.skipped.items()) if self._hub else ""
            ),
        }.items():
            self.diagnostics.value(key, read)
        self._look()
        self.get_logger().info(f"listening on ws://{options.host}:{port}")

    def deactivate(self) -> None:
        self.destroy_timer(self._work)
        self._calls.clear()
        self._server.close()
        self._attentive.close()
        self._own.close()
        self._raw.clear()
        self._news.clear()
        self._hub = None

    def cleanup(self) -> None:
        if self._typed is not None:
            self._typed.close()
            self._typed = None
        for publisher in self._out.values():
            publisher.close() if isinstance(publisher, SaidAgain) else self.destroy_publisher(publisher)
        self._out.clear()

    # The graph, as the hub needs it.

    def watch(self, topic: str, type_name: str) -> None:
        self._raw.add(topic, type_name)

    def unwatch(self, topic: str) -> None:
        self._raw.remove(topic)
        self._incompatible.pop(topic, None)

    def latched_publishers(self, topic: str) -> int:
        matched = match(self, topic)
        return matched.publishers if matched.latched else 0

    def serve(self, service: str, type_name: str) -> None:
        self._calls.add(service, type_name)

    def unserve(self, service: str) -> None:
        self._calls.remove(service)

    # What the executor does.

    def _look(self) -> None:
        self._looks += 1
        if self._work.timer_period_ns != (period_ns := round(1e9 * self._options.look_period_s)):
            self._work.timer_period_ns = period_ns
        if not self._server.clients and self._looks % IDLE_LOOKS != 1:
            return
        with self.diagnostics.timed("look"):
            counts = {topic: self.count_publishers(topic) for topic, _ in self.get_topic_names_and_types()}
            topics = {
                t: types for t, types in self.get_topic_names_and_types() if counts.get(t) or self._others(t)
            }
            assert self._hub is not None
            # A client alone, such as this bridge's own, also puts a service's name into the graph.
            services = {s: types for s, types in self.get_service_names_and_types() if self.count_services(s)}
            self._hub.look(Look(topics, services, counts))
            self._raw.refresh()
        wrong = [
            f"{topic}: several nodes publish it with different {why}"
            for topic, why in self._incompatible.items()
        ]
        wrong += [
            f"{topic} {why}"
            for topic, why in self._hub.topics.skipped.items()
            if why.startswith("has several")
        ]
        self.diagnostics.set(WARN if wrong else OK, "; ".join(wrong) or "running")

    def _others(self, topic: str) -> bool:
        """True when someone else than this bridge subscribes; its own subscription keeps a topic in the
        graph."""
        return self.count_subscribers(topic) > (topic in self._raw)

    def _heard(self, topic: str, data: bytes) -> None:
        if self._hub is not None:
            with self.diagnostics.timed("forward"):
                self._hub.message(topic, data)

    def _read_news(self) -> None:
        while self._news and self._hub is not None:
            more, client, topic = self._news.popleft()
            if more:
                self._hub.subscribed(client, topic)
            else:
                self._hub.unsubscribed(topic)

    def _load_world(self) -> World | None:
        if self._options.world_file:
            return load_world(self._options.world_file)
        file = paths.share_dir() / "config" / "world.yaml"
        return load_world(file) if file.is_file() else None

    # On the server's threads.

    def subscribed(self, client: int, topic: str) -> None:
        self._news.append((True, client, topic))
        self._wake.trigger()

    def unsubscribed(self, client: int, topic: str) -> None:
        self._news.append((False, client, topic))
        self._wake.trigger()

    def published(self, who: str, topic: str, type_name: str, data: bytes) -> None:
        refuse_held_up(topic, self._attentive.waited_s())
        message = read_cdr(interface(type_name), data)
        if topic == COMMAND and self._typed is not None and isinstance(message, String):
            self._typed.heard(who, message)
            return
        # Here and now, not by way of the executor: it may be a stop.
        self._out[topic].publish(message)
        if topic == STOP:
            self._reasons.tell(who)

    def refused(self, peer: str, why: str) -> None:
        self.get_logger().warning(f"refused a client at {peer}: {why}", throttle_duration_sec=REFUSED_EVERY_S)

    def called(self, service: str, request: bytes) -> bytes:
        refuse_held_up(service, self._attentive.waited_s())
        with self.diagnostics.timed("service"):
            return self._calls.call(service, request)

    def asset(self, address: str) -> bytes:
        return read_asset(address, self._shares)


def _share(package: str) -> list[Path]:
    """The share folder of a package, if it is installed; for Tektra's own files also the checkout."""
    return [paths.share_dir()] if package == paths.BRINGUP else list(paths.installed_shares(package))[:1]


def main() -> None:
    """Runs the bridge."""
    run_front(BridgeNode)

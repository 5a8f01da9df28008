# SPDX-License-Identifier: Apache-2.0
"""What vision tells of one robot's camera and of things, for who looks for something."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar

from rclpy.node import Node
from rclpy.subscription import Subscription

from tektra.ros.clock import nanoseconds
from tektra.ros.qos import LATCHED, PEOPLE, RELIABLE
from tektra_interfaces.msg import Detection2DArray, IdsList, PeoplePositions, Scene

#: kind, x m, y m, radius m, ns when it was seen last; not finite where nobody knows.
Told = tuple[str, float, float, float, int]
#: id, x m, y m, radius m
Person = tuple[str, float, float, float]


class Hears(Protocol):
    """Who takes it."""

    def looked(self, stamp_ns: int, frames: int, kinds: list[str], now_ns: int) -> None: ...
    def saw(self, things: Iterator[Told], now_ns: int) -> None: ...
    def knows(self, kinds: list[str]) -> None: ...
    def people(self, source: str, stamp_ns: int, people: Iterator[Person], now_ns: int) -> None: ...
    def silent(self) -> None: ...


H = TypeVar("H", bound=Hears)


class SightTopics(Generic[H]):
    """/camera/<robot>/scene, /tektra/vision/{objects,kinds} and /humans/positions, while they are listened to. On the executor."""

    def __init__(self, node: Node, robot: str, hears: H) -> None:
        self.hears = hears
        self._node, self._robot = node, robot
        self._subscriptions: list[Subscription[Any]] = []

    def listen(self, wanted: bool) -> None:
        """Begins or ends it; called again it changes nothing."""
        if wanted == bool(self._subscriptions):
            return
        while self._subscriptions:
            self._node.destroy_subscription(self._subscriptions.pop())
        self.hears.silent()
        if wanted:
            create = self._node.create_subscription
            self._subscriptions = [
                create(Scene, f"/camera/{self._robot}/scene", self._on_scene, LATCHED),
                create(Detection2DArray, "/tektra/vision/objects", self._on_objects, RELIABLE),
                create(IdsList, "/tektra/vision/kinds", self._on_kinds, LATCHED),
                create(PeoplePositions, "/humans/positions", self._on_people, PEOPLE),
            ]

    def _now_ns(self) -> int:
        return int(self._node.get_clock().now().nanoseconds)

    def _on_scene(self, message: Scene) -> None:
        kinds = [thing.class_id for thing in message.objects]
        self.hears.looked(nanoseconds(message.header.stamp), message.frames, kinds, self._now_ns())

    def _on_objects(self, message: Detection2DArray) -> None:
        self.hears.saw(_told(message), self._now_ns())

    def _on_people(self, message: PeoplePositions) -> None:
        if message.header.frame_id == "map":
            people = ((p.id, p.position.x, p.position.y, p.uncertainty) for p in message.people)
            self.hears.people(message.source, nanoseconds(message.header.stamp), people, self._now_ns())

    def _on_kinds(self, message: IdsList) -> None:
        self.hears.knows(list(message.ids))


def _told(message: Detection2DArray) -> Iterator[Told]:
    for thing in message.detections:
        if len(thing.results) != 1:
            continue
        best, known = thing.results[0], thing.header.frame_id == "map"
        at, flat = best.pose.pose.position, best.pose.covariance[0]
        x, y = (at.x, at.y) if known else (math.nan, math.nan)
        radius = 2.0 * math.sqrt(flat) if math.isfinite(flat) and flat >= 0.0 else math.nan
        yield best.hypothesis.class_id, x, y, radius, nanoseconds(thing.header.stamp)

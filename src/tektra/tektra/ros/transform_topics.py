# SPDX-License-Identifier: Apache-2.0
"""/tf_static and /tf, of all robots and of one in its namespace: bytes in, plain values out, and only once somebody needs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

from tektra.ros.lateness import boot_s
from tektra.ros.living import living
from tektra.ros.publishers import publisher_of
from tektra.ros.qos import SENSOR
from tektra.ros.sensor_cdr import Transform, read_transforms
from tektra.ros.transforms import TFMessage

#: Each static transform once, for who comes later too; and those that move, as they come.
STATIC = QoSProfile(
    depth=100, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
MOVING = QoSProfile(depth=50, reliability=SENSOR.reliability)
#: Where what does not move leads nowhere for so long, what moves is heard, too: that is many messages a second.
STATIC_ALONE_S = 1.0
#: How often it is looked at who tells transforms.
LOOK_S = 1.0
MISSING = "install tf2_msgs (ros-$ROS_DISTRO-tf2-msgs), without which no transform is heard"


class TransformTopics:
    """On the node's executor. `take(robot, transforms, static=, teller=)` tells why some are not believed; `robot` empty: the topics of all.
    `left(robot, tellers)` once a second: who tells there."""

    def __init__(
        self,
        node: Node,
        take: Callable[..., str],
        left: Callable[[str, Collection[str]], None],
    ) -> None:
        self._faults: dict[str, str] = {}  # by teller
        self._node, self._take_them, self._left = node, take, left
        self._since_s: dict[str, float] = {}
        self._topics: dict[str, str] = {}  # by name, whose

    @property
    def fault(self) -> str:
        """Why the newest word of some who are there is not believed."""
        return "; ".join(dict.fromkeys(why for why in self._faults.values() if why))

    def listen(self, robot: str) -> str:
        """Hears transforms of this robot, from the first time on that it is called; what keeps it from that, as a remedy."""
        if TFMessage is None:
            return MISSING
        now_s = boot_s()
        if not self._since_s:
            self._node.create_timer(LOOK_S, self._look)
        for whose in ("", robot):
            since_s = self._since_s.setdefault(whose, now_s)
            self._hear(whose, "tf_static", STATIC)
            if now_s - since_s > STATIC_ALONE_S:
                self._hear(whose, "tf", MOVING)
        return ""

    def _hear(self, whose: str, name: str, qos: QoSProfile) -> None:
        topic = f"/{whose}/{name}" if whose else f"/{name}"
        if topic not in self._topics:
            self._topics[topic] = whose
            take = partial(self._take, whose, static=qos is STATIC)
            self._node.create_subscription(TFMessage, topic, take, qos, raw=True)

    def _take(self, whose: str, data: bytes, sent: Mapping[str, Any], *, static: bool) -> None:
        teller = publisher_of(sent)
        try:
            told: list[Transform] = read_transforms(data)
        except ValueError as error:
            self._faults[teller] = f"a transform that is none: {error}"
            return
        self._faults[teller] = self._take_them(whose, told, static=static, teller=teller)

    def _look(self) -> None:
        tellers: dict[str, set[str]] = {whose: set() for whose in self._topics.values()}
        for topic, whose in self._topics.items():
            tellers[whose] |= {bytes(info.endpoint_gid).hex() for info in living(self._node, topic)}
        for whose, there in tellers.items():
            self._left(whose, there)
        living_ones = set().union(*tellers.values())
        self._faults = {teller: why for teller, why in self._faults.items() if teller in living_ones}

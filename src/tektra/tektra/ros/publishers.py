# SPDX-License-Identifier: Apache-2.0
"""Who publishes on a topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.utilities import get_rmw_implementation_identifier

from tektra.ros.living import full_name, living

LOOK_S = 0.5
RCLError = rclpy_implementation.RCLError
#: Middlewares whose name of a publisher begins with that of its participant (DDSI-RTPS 2.5, 9.3.1), in hexadecimal digits.
PARTICIPANTS, PARTICIPANT_DIGITS = ("rmw_fastrtps_cpp", "rmw_fastrtps_dynamic_cpp", "rmw_cyclonedds_cpp"), 24


def publisher_of(info: Mapping[str, Any]) -> str:
    """Who published a message, as the middleware tells apart; empty where it does not. `info`: a callback's second argument."""
    gid = info.get("publisher_gid")
    return bytes(gid["data"]).hex() if gid else ""


def process_of(info: Mapping[str, Any]) -> str:
    """Which participant published a message, and so which process; empty where the middleware does not tell."""
    return participant_of(publisher_of(info))


def participant_of(publisher: str) -> str:
    """The same, of a publisher as publisher_of() names it."""
    told = get_rmw_implementation_identifier() in PARTICIPANTS
    return publisher[:PARTICIPANT_DIGITS] if told else ""


def publishers(node: Node, topic: str) -> list[str]:
    """The full names of the nodes, sorted; one that has two publishers is named twice."""
    return sorted(map(full_name, living(node, topic)))


def tell(node: Node, publisher: Publisher[Any], message: Any) -> None:
    """As publisher.publish, from a thread beside the executor: while its process just ends, nobody hears it any more."""
    try:
        publisher.publish(message)
    except RCLError:
        if node.context.ok():
            raise


def heard(publisher: Publisher[Any]) -> bool:
    """Whether anybody subscribes, here or elsewhere: a message for nobody is not worth making many times a second."""
    return publisher.get_subscription_count() > 0


class PublisherWatch:
    """Tells, twice a second, who publishes on a topic: names while they are several, otherwise nobody. On the executor."""

    def __init__(self, node: Node, topic: str, on_several: Callable[[list[str]], None]) -> None:
        self._node, self._topic, self._on_several = node, topic, on_several
        node.create_timer(LOOK_S, self._look)

    def _look(self) -> None:
        found = publishers(self._node, self._topic)
        self._on_several(found if len(found) > 1 else [])

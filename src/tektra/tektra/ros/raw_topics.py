# SPDX-License-Identifier: Apache-2.0
"""Topics of any type as raw CDR, with a QoS that every present publisher fulfils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rclpy.event_handler import QoSRequestedIncompatibleQoSInfo, SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.subscription import Subscription

from tektra.ros.cdr import interface

#: The depth of a publisher's queue is not told over DDS; this holds half a second of a 20 Hz topic.
DEPTH = 10


@dataclass(frozen=True)
class Matched:
    """A QoS that all present publishers of a topic fulfil."""

    reliable: bool
    latched: bool
    publishers: int

    def profile(self) -> QoSProfile:
        """The subscription's profile. No deadline or liveliness is asked for: those are for who depends on
        the topic."""
        return QoSProfile(
            depth=max(DEPTH, self.publishers),
            reliability=ReliabilityPolicy.RELIABLE if self.reliable else ReliabilityPolicy.BEST_EFFORT,
            durability=DurabilityPolicy.TRANSIENT_LOCAL if self.latched else DurabilityPolicy.VOLATILE,
        )


def match(node: Node, topic: str) -> Matched:
    """What the present publishers of a topic offer in common; reliable and volatile while there is none."""
    offered = [info.qos_profile for info in node.get_publishers_info_by_topic(topic)]
    return Matched(
        reliable=all(qos.reliability == ReliabilityPolicy.RELIABLE for qos in offered),
        latched=bool(offered) and all(qos.durability == DurabilityPolicy.TRANSIENT_LOCAL for qos in offered),
        publishers=len(offered),
    )


class RawTopics:
    """Raw subscriptions of one node. For the node's executor thread.

    `on_message(topic, cdr)` comes for each message; `on_incompatible(topic, policy)` when a publisher appears
    whose QoS does not fit: the next refresh() then subscribes anew, with what all of them offer.
    """

    def __init__(
        self,
        node: Node,
        on_message: Callable[[str, bytes], None],
        on_incompatible: Callable[[str, str], None] = lambda topic, policy: None,
    ) -> None:
        self._node = node
        self._on_message = on_message
        self._on_incompatible = on_incompatible
        self._types: dict[str, str] = {}
        self._subscriptions: dict[str, tuple[Matched, Subscription[Any]]] = {}

    def __contains__(self, topic: str) -> bool:
        return topic in self._types

    def add(self, topic: str, type_name: str) -> Matched:
        """Subscribes; does nothing when it is subscribed already. Raises InputError for an unknown type."""
        if topic not in self._types:
            interface(type_name)
            self._types[topic] = type_name
        return self._subscribe(topic)

    def remove(self, topic: str) -> None:
        """Ends a subscription, if there is one."""
        self._types.pop(topic, None)
        entry = self._subscriptions.pop(topic, None)
        if entry is not None:
            self._node.destroy_subscription(entry[1])

    def refresh(self) -> None:
        """Looks at the publishers again, and subscribes anew where they offer something else than before."""
        for topic in list(self._types):
            self._subscribe(topic)

    def clear(self) -> None:
        """Ends all subscriptions."""
        for topic in list(self._types):
            self.remove(topic)

    def _subscribe(self, topic: str) -> Matched:
        wanted = match(self._node, topic)
        present = self._subscriptions.get(topic)
        if present is not None:
            same = (present[0].reliable, present[0].latched) == (wanted.reliable, wanted.latched)
            if same or not wanted.publishers:  # nobody publishes for now: the old terms are as good as any
                return present[0]
            self._node.destroy_subscription(present[1])

        def incompatible(event: QoSRequestedIncompatibleQoSInfo) -> None:
            self._on_incompatible(topic, getattr(event.last_policy_kind, "name", str(event.last_policy_kind)))

        subscription = self._node.create_subscription(
            interface(self._types[topic]),
            topic,
            lambda data: self._on_message(topic, data),
            wanted.profile(),
            raw=True,
            event_callbacks=SubscriptionEventCallbacks(
                incompatible_qos=incompatible, use_default_callbacks=False
            ),
        )
        self._subscriptions[topic] = (wanted, subscription)
        return wanted

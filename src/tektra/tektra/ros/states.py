# SPDX-License-Identifier: Apache-2.0
"""The topics that tell a state, in one place. Each is latched, is subscribed as such, and has an end: an old one is no news.

tests/rules/test_states.py holds publishers and subscribers to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rclpy.node import Node
from rclpy.subscription import Subscription

from tektra.ros.qos import LATCHED, RELIABLE


@dataclass(frozen=True)
class StateTopic:
    """`topic`: * stands for one part of the name. `end`: how one that is not told any more ends."""

    topic: str
    end: str


STATES = (
    StateTopic(
        "/safety/state",
        "after 0.1 s without a heartbeat; skills, planner and drivers each by their own clock",
    ),
    StateTopic("/*/description", "when its publisher leaves the graph (RobotWatcher)"),
    StateTopic("/tektra/description", "when its publisher leaves the graph (RobotWatcher)"),
    StateTopic("/*/claim", "1.5 s after it was told (skills/fleet.py)"),
    StateTopic(
        "/humans/voices/*/is_speaking",
        "2 s after it was told by one of ours, which says it every 0.5 s; when its publisher leaves (ros/speaking.py)",
    ),
    StateTopic("/tektra/speech_in/state", "when its publisher leaves the graph (avatar/voices.py)"),
    StateTopic("/humans/faces/tracked", "an empty list when vision ends; when its publisher leaves"),
    StateTopic("/humans/persons/tracked", "an empty list when vision ends; when its publisher leaves"),
    StateTopic("/tektra/vision/scene", "by its stamp (planner/world/watch.py)"),
    StateTopic("/camera/*/scene", "by its stamp (planner/world/watch.py)"),
    StateTopic("/tektra/vision/kinds", "never: it does not change while its publisher runs"),
    StateTopic("/tektra/plan", "by its status: one that runs is told anew at each change"),
    StateTopic("/tektra/places", "never: places do not move"),
    StateTopic("/map", "never: it does not change while its publisher runs"),
    StateTopic("/*/avatar/robot_description", "never: it does not change while its publisher runs"),
    StateTopic("/*/robot_description", "never: it does not change while its publisher runs"),
    StateTopic("/diagnostics", "5 s after it was told, by its stamp: told every second (common/snapshot.py)"),
)


def hear_state(node: Node, kind: Any, topic: str, callback: Callable[..., None]) -> list[Subscription]:
    """Subscribes a state that also others may tell, who perhaps do not latch it. The callback may come twice for one message."""
    return [node.create_subscription(kind, topic, callback, profile) for profile in (LATCHED, RELIABLE)]

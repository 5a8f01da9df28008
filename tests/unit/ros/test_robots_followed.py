# SPDX-License-Identifier: Apache-2.0
"""Robots are followed while somebody watches them: each time, for a bridge that runs for weeks."""

from collections import Counter
from typing import Any

from tektra.ros.robot_looks import RobotLooks
from tektra.ros.robot_poses import RobotPoses
from tektra_interfaces.msg import RobotDescription


class Graph:
    """A node in whose graph there is a robot; counts what is made, and what is destroyed."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.heard: dict[str, Any] = {}

    def create_timer(self, _period_s: float, _act: Any) -> str:
        self.open["timers"] += 1
        return "timer"

    def destroy_timer(self, _timer: str) -> None:
        self.open["timers"] -= 1

    def create_subscription(self, _kind: Any, topic: str, heard: Any, _qos: Any) -> str:
        self.open["subscriptions"] += 1
        self.heard[topic] = heard
        return topic

    def destroy_subscription(self, _topic: str) -> None:
        self.open["subscriptions"] -= 1

    def get_topic_names_and_types(self) -> list[tuple[str, list[str]]]:
        return [("/rover1/description", ["tektra_interfaces/msg/RobotDescription"])]


def test_whoever_was_followed_leaves_nothing_behind(monkeypatch: Any) -> None:
    """Each visit of a viewer left a timer, which the executor looked at for ever."""
    monkeypatch.setattr("tektra.ros.robots.count_living", lambda *_: 1)
    graph: Any = Graph()
    for _ in range(3):
        _followed(graph)
        assert not +graph.open


def _followed(graph: Any) -> None:
    looks = RobotLooks(graph, lambda *_: None, lambda *_: None)
    poses = RobotPoses(
        graph, lambda *_: None, lambda *_: None, lambda told: looks.listen_to(told.robot), looks.forget
    )
    poses._robots.look()
    graph.heard["/rover1/description"](RobotDescription(robot="rover1"))
    assert graph.open == {"timers": 1, "subscriptions": 5}
    poses.close()
    looks.close()

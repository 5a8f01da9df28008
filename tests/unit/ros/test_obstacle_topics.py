# SPDX-License-Identifier: Apache-2.0
"""Two that speak on one sensor's topic are none, but a contact is one."""

import time
from types import SimpleNamespace

import pytest
from rclpy.serialization import serialize_message
from std_msgs.msg import Bool

from tektra.ros.obstacle_topics import ObstacleTopics
from tektra.ros.sensor_topics import SensorTopics


class Graph:
    """A node of which each topic has so many publishers."""

    def __init__(self, publishers: int = 2) -> None:
        self._publishers = publishers

    def resolve_topic_name(self, topic: str) -> str:
        return topic

    def create_subscription(self, _cls, _topic, take, _qos, *, raw: bool) -> None:
        self.take = take

    def count_publishers(self, _topic: str) -> int:
        return self._publishers

    def get_publishers_info_by_topic(self, _topic: str, *, no_mangle: bool = False) -> list[SimpleNamespace]:
        return [SimpleNamespace(endpoint_gid=[number] * 16) for number in range(self._publishers)]


def sent(age_s: float = 0.0) -> dict[str, int]:
    """What the middleware tells of a message."""
    return {"source_timestamp": time.time_ns() - round(age_s * 1e9)}


@pytest.mark.parametrize(("pressed", "heard"), [(True, 1), (False, 0)])
def test_a_pressed_bumper_is_heard_beside_a_second_one_and_a_free_one_is_not(pressed: bool, heard: int):
    graph, told = Graph(), []
    topics = ObstacleTopics(graph, lambda *what: told.append(what))
    topics.add("rover1", "bumper", "bumper", "/rover1/bumper")
    graph.take(serialize_message(Bool(data=pressed)), sent())
    graph.take(b"\0", sent())
    assert len(told) == heard
    assert "2 publish /rover1/bumper" in topics.fault


def test_how_long_it_was_on_its_way_is_told_with_what_it_says():
    graph, told = Graph(1), []
    ObstacleTopics(graph, lambda *what: told.append(what)).add("rover1", "bumper", "bumper", "/bumper")
    graph.take(serialize_message(Bool(data=False)), sent(3.0))
    assert told[0][:3] == ("rover1", "bumper", "bumper") and 3.0 <= told[0][4] < 3.5


@pytest.mark.parametrize(("publishers", "heard"), [(1, 1), (2, 0)])
def test_a_required_sensor_is_kept_alive_by_nobody_beside_it(publishers: int, heard: int):
    """A stranger on its topic hid that the sensor itself was dead."""
    graph, told = Graph(publishers), []
    topics = SensorTopics(graph, {"lidar": ("/alive", "std_msgs/msg/Bool")}, lambda *what: told.append(what))
    graph.take(serialize_message(Bool()), sent())
    assert [what[:2] for what in told] == [("lidar", None)] * heard
    assert bool(topics.fault) is not bool(heard)

# SPDX-License-Identifier: Apache-2.0
"""Two that speak on one sensor's topic are none, but a contact is one."""

from types import SimpleNamespace

import pytest
from rclpy.serialization import serialize_message
from std_msgs.msg import Bool

from tektra.ros.obstacle_topics import ObstacleTopics


class Graph:
    """A node of which each topic has two publishers."""

    def resolve_topic_name(self, topic: str) -> str:
        return topic

    def create_subscription(self, _cls, _topic, take, _qos, *, raw: bool) -> None:
        self.take = take

    def count_publishers(self, _topic: str) -> int:
        return 2

    def get_publishers_info_by_topic(self, _topic: str, *, no_mangle: bool = False) -> list[SimpleNamespace]:
        return [SimpleNamespace(endpoint_gid=[0] * 16), SimpleNamespace(endpoint_gid=[1] * 16)]


@pytest.mark.parametrize(("pressed", "heard"), [(True, 1), (False, 0)])
def test_a_pressed_bumper_is_heard_beside_a_second_one_and_a_free_one_is_not(pressed: bool, heard: int):
    graph, told = Graph(), []
    topics = ObstacleTopics(graph, lambda *what: told.append(what))
    topics.add("rover1", "bumper", "bumper", "/rover1/bumper")
    graph.take(serialize_message(Bool(data=pressed)))
    graph.take(b"\0")
    assert len(told) == heard
    assert "2 publish /rover1/bumper" in topics.fault

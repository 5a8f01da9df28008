# SPDX-License-Identifier: Apache-2.0
"""Two that speak on one sensor's topic are none, but a contact is one."""

import time
from types import SimpleNamespace

import pytest
from rclpy.serialization import serialize_message
from std_msgs.msg import Bool

from tektra.ros import transform_topics
from tektra.ros.living import Speakers
from tektra.ros.obstacle_topics import ObstacleTopics
from tektra.ros.sensor_topics import SensorTopics
from tektra.ros.transform_topics import TransformTopics


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


def test_a_fault_is_told_until_the_sensor_is_believed_again():
    """One bad message stood in the diagnostics for ever."""
    graph, bad = Graph(1), ["no number"]

    def hear(*_: object) -> None:
        if bad:
            raise ValueError(bad[0])

    topics = ObstacleTopics(graph, hear)
    topics.add("rover1", "bumper", "bumper", "/bumper")
    graph.take(serialize_message(Bool()), sent())
    assert topics.fault == "rover1/bumper: no number"
    bad.clear()
    graph.take(serialize_message(Bool()), sent())
    assert topics.fault == ""


@pytest.mark.parametrize("kind", ["required", "obstacles"])
def test_of_two_that_speak_is_told_until_one_is_left(kind: str, monkeypatch: pytest.MonkeyPatch):
    graph, speakers = Graph(), [2]
    monkeypatch.setattr(Speakers, "count", lambda *_: speakers[0])
    if kind == "required":
        topics = SensorTopics(graph, {"lidar": ("/alive", "std_msgs/msg/Bool")}, lambda *_: None)
    else:
        topics = ObstacleTopics(graph, lambda *_: None)
        topics.add("rover1", "bumper", "bumper", "/alive")
    for pressed in (False, True):
        graph.take(serialize_message(Bool(data=pressed)), sent())
        assert "2 publish /alive" in topics.fault
    speakers[0] = 1
    graph.take(serialize_message(Bool()), sent())
    assert topics.fault == ""


def test_a_transform_is_told_to_be_bad_until_its_teller_tells_a_good_one_or_is_gone(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(transform_topics, "TFMessage", object())  # it may not be installed
    graph, faults = Graph(1), ["nowhere"]
    graph.create_timer = lambda _period_s, look: setattr(graph, "look", look)
    monkeypatch.setattr(transform_topics, "living", lambda *_: [SimpleNamespace(endpoint_gid=b"\1" * 16)])
    monkeypatch.setattr(transform_topics, "publisher_of", lambda told: told["gid"])
    topics = TransformTopics(graph, lambda *_, **__: faults[-1], lambda *_: None)
    topics.listen("rover1")
    good, here, gone = b"\0\1\0\0" + bytes(4), {"gid": "01" * 16}, {"gid": "02" * 16}
    for teller in (here, gone):
        graph.take(good, teller)
    faults.append("")
    graph.take(good, here)
    assert topics.fault == "nowhere", "of the one that is gone"
    graph.look()
    assert topics.fault == ""
    graph.take(b"\0", here)
    assert "a transform that is none" in topics.fault

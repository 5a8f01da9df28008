# SPDX-License-Identifier: Apache-2.0
"""Which claims of others are heard at all."""

from types import SimpleNamespace

import pytest
from geometry_msgs.msg import PoseStamped
from nav_msgs.msg import Path

from tektra.ros.claims import ClaimTopics


class Node:
    """As much of a node as claims need, at 100 s."""

    def __init__(self):
        self.heard = {}

    def create_publisher(self, *_):
        return SimpleNamespace(publish=lambda _: None)

    def create_subscription(self, _, topic, callback, __):
        self.heard[topic] = callback

    def get_clock(self):
        return SimpleNamespace(now=lambda: SimpleNamespace(nanoseconds=100_000_000_000))


@pytest.fixture
def topics():
    told, node = [], Node()
    made = ClaimTopics(node, "rover1", lambda *claim: told.append(claim))
    made.listen_to("rover2")
    return node.heard["/rover2/claim"], told


def path(frame="map", stamp_s=50):
    message = Path(poses=[PoseStamped()])
    message.header.frame_id, message.header.stamp.sec = frame, stamp_s
    message.poses[0].pose.position.x = 1.5
    return message


@pytest.mark.parametrize("frame", ["map", ""])
def test_a_claim_on_the_map_is_told(topics, frame) -> None:
    hear, told = topics
    hear(path(frame))
    assert told == [("rover2", 50_000_000_000, [(1.5, 0.0)])]


@pytest.mark.parametrize("frame", ["rover2/odom", "base_link", "/map2"])
def test_a_claim_in_another_frame_is_none(topics, frame) -> None:
    hear, told = topics
    hear(path(frame))
    assert told == []


@pytest.mark.parametrize("stamp_s", [-5, 400])
def test_a_ticket_that_cannot_be_leaves_only_where_the_robot_is(topics, stamp_s) -> None:
    hear, told = topics
    hear(path(stamp_s=stamp_s))
    assert told == [("rover2", 0, [(1.5, 0.0)])]

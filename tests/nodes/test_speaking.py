# SPDX-License-Identifier: Apache-2.0
"""Whether a voice speaks is a state with an end: whoever comes later knows it, and one who was killed speaks no more."""

import pytest
from rclpy.node import Node
from std_msgs.msg import Bool

from tektra.ros.qos import LATCHED, RELIABLE
from tektra.ros.speaking import END_S, SpeakingPublisher, SpeakingWatch, topic_of


@pytest.fixture
def nodes(spinner) -> tuple[Node, Node]:
    made = Node("mouth"), Node("ear")
    spinner.add(*made)
    return made


def test_an_ear_that_starts_while_tektra_speaks_knows_it(spinner, nodes) -> None:
    mouth, ear = nodes
    speaking = SpeakingPublisher(mouth, "tektra")
    speaking.tell(True)
    spinner.during(0.3)
    heard: list[bool] = []
    SpeakingWatch(ear, "tektra", heard.append)
    spinner.until(lambda: heard == [True])
    spinner.during(END_S + 1.0)
    assert heard == [True], "it still speaks"
    speaking.tell(False)
    spinner.until(lambda: heard == [True, False])


@pytest.mark.parametrize("profile", [LATCHED, RELIABLE], ids=["latched", "volatile"])
def test_a_stranger_that_tells_it_once_and_is_killed_speaks_no_more(spinner, nodes, profile) -> None:
    mouth, ear = nodes
    heard: list[bool] = []
    SpeakingWatch(ear, "tektra", heard.append)
    once = mouth.create_publisher(Bool, topic_of("tektra"), profile)
    spinner.until(lambda: once.get_subscription_count() == (2 if profile is LATCHED else 1))
    once.publish(Bool(data=True))
    spinner.until(lambda: heard == [True])
    spinner.during(END_S + 0.5)
    assert heard == [True], "it is still there"
    mouth.destroy_publisher(once)
    spinner.until(lambda: heard == [True, False])


def test_one_of_ours_that_hangs_while_it_speaks_speaks_no_more(spinner, nodes) -> None:
    mouth, ear = nodes
    heard: list[bool] = []
    SpeakingWatch(ear, "tektra", heard.append)
    speaking = SpeakingPublisher(mouth, "tektra")
    speaking.tell(True)
    spinner.during(1.5)
    assert heard == [True]
    speaking._speaks = False  # it tells nothing more, as one whose thread hangs
    spinner.until(lambda: heard == [True, False])

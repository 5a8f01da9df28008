# SPDX-License-Identifier: Apache-2.0
"""A robot's sensors show when they first speak, and cost nothing while nobody hears them."""

from rclpy.node import Node
from std_msgs.msg import String

from tektra.ros.late_publisher import LatePublisher
from tektra.ros.qos import RELIABLE


def test_a_message_is_made_only_where_somebody_hears_it(spinner) -> None:
    robot, stranger = Node("robot"), Node("stranger")
    spinner.add(robot, stranger)
    made: list[str] = []

    def make() -> String:
        made.append("one")
        return String(data="measured")

    late = LatePublisher(robot, String, "/scan", RELIABLE)
    assert not robot.count_publishers("/scan")
    late.publish(make)
    assert robot.count_publishers("/scan") == 1, "whoever looks for it finds it"
    assert made == []
    heard: list[str] = []
    stranger.create_subscription(String, "/scan", lambda message: heard.append(message.data), RELIABLE)

    def once_more() -> bool:
        late.publish(make)
        return bool(heard)

    spinner.until(once_more)
    assert heard[0] == "measured"

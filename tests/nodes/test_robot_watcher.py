# SPDX-License-Identifier: Apache-2.0
"""Whoever looks for robots survives each of them: what one of them makes go wrong is said, and concerns nobody else."""

from rclpy.node import Node

from tektra.ros.qos import LATCHED
from tektra.ros.robots import RobotWatcher
from tektra_interfaces.msg import RobotDescription


def announce(node: Node, robot: str, *, named: str = "") -> object:
    publisher = node.create_publisher(RobotDescription, f"/{robot}/description", LATCHED)
    publisher.publish(RobotDescription(robot=named or robot))
    return publisher


def test_a_robot_that_cannot_be_taken_up_or_let_go_of_keeps_no_other_one_from_it(spinner) -> None:
    heard, gone = [], []

    def take(into: list[str], robot: str) -> None:
        into.append(robot)
        if robot == "bad":
            raise ValueError("what nobody thought of")

    watcher, others = Node("watcher"), Node("others")
    RobotWatcher(watcher, lambda robot, _: take(heard, robot), lambda robot: take(gone, robot))
    spinner.add(watcher, others)
    bad = announce(others, "bad")
    spinner.until(lambda: "bad" in heard)
    good = announce(others, "good")
    spinner.until(lambda: "good" in heard)
    for publisher in (bad, good):
        others.destroy_publisher(publisher)
    spinner.until(lambda: {"bad", "good"} <= set(gone))
    assert set(heard) == {"bad", "good"}


def test_a_description_in_another_s_name_is_nobody_s(spinner) -> None:
    heard: list[tuple[str, str]] = []
    watcher, others = Node("watcher"), Node("others")
    RobotWatcher(watcher, lambda robot, message: heard.append((robot, message.robot)))
    spinner.add(watcher, others)
    kept = [announce(others, "namesake", named="another")]
    spinner.until(lambda: watcher.count_subscribers("/namesake/description"))
    kept.append(announce(others, "good"))
    spinner.until(lambda: ("good", "good") in heard)
    spinner.during(0.3)
    assert all(robot == named for robot, named in heard)

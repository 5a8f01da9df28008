# SPDX-License-Identifier: Apache-2.0
"""The launch file under ROS 2's own `launch`, where that is installed: the body comes up, and ends when asked.

Elsewhere these tests are skipped by name; the same file is tried by `tektra up` in tests/system. Run them with
`pytest tests/launch` in a sourced workspace, or `launch_test tests/launch/test_launch_file.py`.
"""

import os
import random
import unittest
from pathlib import Path

import pytest

# `launch` alone may be this checkout's folder, or another package of that name on PyPI: it is launch_testing that counts.
launch_testing = pytest.importorskip("launch_testing", reason="ROS 2's launch_testing is not installed here")
launch_testing_actions = pytest.importorskip(
    "launch_testing.actions", reason="launch_testing is not whole here"
)
pytest.importorskip("launch_ros", reason="ROS 2's launch_ros is not installed here")
pytest.importorskip("launch_xml", reason="ROS 2's launch_xml is not installed here")

import rclpy
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import AnyLaunchDescriptionSource

from launch import LaunchDescription
from tektra_interfaces.msg import SafetyState

ROOT = Path(__file__).resolve().parents[2]
ROBOTS = ("rover1", "rover2", "arm1")
EXPECTED = {"/safety", *(f"/{robot}/{node}" for robot in ROBOTS for node in ("driver", "skills"))}
FIRST_PORT = random.randint(20000, 29990)


@pytest.mark.launch_test
def generate_test_description() -> LaunchDescription:
    """The body with its simulated robots, on a domain and ports of its own."""
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(20, 220))
    names = ("truth_port", "rover1_port", "rover2_port", "arm1_port")
    arguments = {name: str(FIRST_PORT + number) for number, name in enumerate(names)}
    arguments |= dict.fromkeys(("mind", "avatar", "bridge", "web"), "false")
    source = AnyLaunchDescriptionSource(str(ROOT / "launch" / "tektra.launch.xml"))
    return LaunchDescription(
        [
            IncludeLaunchDescription(source, launch_arguments=list(arguments.items())),
            launch_testing_actions.ReadyToTest(),
        ]
    )


class TestBody(unittest.TestCase):
    """While it runs."""

    def setUp(self) -> None:
        rclpy.init()
        self.node = rclpy.create_node("launch_test_peer")

    def tearDown(self) -> None:
        self.node.destroy_node()
        rclpy.shutdown()

    def until(self, holds, timeout_s: float = 60.0) -> bool:
        end = self.node.get_clock().now().nanoseconds + int(timeout_s * 1e9)
        while not holds() and self.node.get_clock().now().nanoseconds < end:
            rclpy.spin_once(self.node, timeout_sec=0.1)
        return holds()

    def names(self) -> set[str]:
        return {f"{space.rstrip('/')}/{name}" for name, space in self.node.get_node_names_and_namespaces()}

    def test_every_node_of_the_body_is_there_under_its_name(self) -> None:
        assert self.until(lambda: self.names() >= EXPECTED), f"missing: {EXPECTED - self.names()}"

    def test_the_safety_gate_tells_its_state(self) -> None:
        heard: list[SafetyState] = []
        self.node.create_subscription(SafetyState, "/safety/state", heard.append, 10)
        assert self.until(lambda: bool(heard)), "no /safety/state"


@launch_testing.post_shutdown_test()
class TestEnd(unittest.TestCase):
    """After it was told to end."""

    def test_no_process_had_to_be_killed(self, proc_info) -> None:
        launch_testing.asserts.assertExitCodes(proc_info, allowable_exit_codes=[0, -2, 130])

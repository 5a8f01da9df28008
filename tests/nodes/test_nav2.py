# SPDX-License-Identifier: Apache-2.0
"""navigate_to through NavigateToPose and cmd_vel, against a stand-in for Nav2 in a process of its own.

Where nav2_msgs is not installed its action is built first, from the definition below: that of Kilted.
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from types import ModuleType

import pytest
from nav_msgs.msg import Odometry
from rclpy.node import Node

from tektra.common.errors import BackendError
from tektra.skills.backends.nav2 import Nav2, Nav2Options
from tektra_interfaces.action import RunSkill

HERE = Path(__file__).parent
ACTION = """geometry_msgs/PoseStamped pose
string behavior_tree
---
uint16 NONE=0
uint16 error_code
string error_msg
---
geometry_msgs/PoseStamped current_pose
builtin_interfaces/Duration navigation_time
builtin_interfaces/Duration estimated_time_remaining
int16 number_of_recoveries
float32 distance_remaining
"""
PACKAGE = """<package format="3"><name>nav2_msgs</name><version>0.0.0</version><description>One action.</description>
<maintainer email="tektra@users.noreply.github.com">Tektra</maintainer><license>Apache-2.0</license>
<buildtool_depend>ament_cmake</buildtool_depend><build_depend>rosidl_default_generators</build_depend>
<depend>geometry_msgs</depend><depend>builtin_interfaces</depend><exec_depend>rosidl_default_runtime</exec_depend>
<member_of_group>rosidl_interface_packages</member_of_group><export><build_type>ament_cmake</build_type></export></package>
"""
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(nav2_msgs)
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
find_package(geometry_msgs REQUIRED)
find_package(builtin_interfaces REQUIRED)
rosidl_generate_interfaces(${PROJECT_NAME} "action/NavigateToPose.action" DEPENDENCIES geometry_msgs builtin_interfaces)
ament_package()
"""
INSTALLED = importlib.util.find_spec("nav2_msgs") is not None
Environment = dict[str, str]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """In which nav2_msgs can be imported."""
    if INSTALLED:
        return dict(os.environ)
    root = tmp_path_factory.mktemp("nav2")
    (root / "src" / "action").mkdir(parents=True)
    (root / "src" / "action" / "NavigateToPose.action").write_text(ACTION)
    (root / "src" / "package.xml").write_text(PACKAGE)
    (root / "src" / "CMakeLists.txt").write_text(CMAKE)
    prefix = os.environ["AMENT_PREFIX_PATH"]
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "LD_LIBRARY_PATH")}
    command = ["colcon", "--log-base", str(root / "log"), "build", "--base-paths", str(root / "src")]
    command += [
        "--build-base",
        str(root / "build"),
        "--install-base",
        str(root / "install"),
        "--merge-install",
    ]
    command += ["--cmake-args", f"-DPython3_EXECUTABLE={sys.executable}", "-DBUILD_TESTING=OFF"]
    built = subprocess.run(
        command,
        env=clean | {"CMAKE_PREFIX_PATH": prefix},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-3000:]
    install = root / "install"
    packages = install / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    front = {"AMENT_PREFIX_PATH": install, "PYTHONPATH": packages, "LD_LIBRARY_PATH": install / "lib"}
    return dict(os.environ) | {key: f"{path}:{os.environ.get(key, '')}" for key, path in front.items()}


@pytest.fixture(scope="module")
def shared() -> ModuleType:
    """The rover and the goals of test_skills_node.py."""
    spec = importlib.util.spec_from_file_location("skills_node_tests", HERE / "test_skills_node.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Process:
    """A child whose lines are read as they come."""

    def __init__(self, words: list[str], environment: Environment) -> None:
        here = environment | {
            "ROS_DOMAIN_ID": os.environ["ROS_DOMAIN_ID"]
        }  # each test has a domain of its own
        self._process = subprocess.Popen(words, env=here, stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()
        self.told: list[dict] = []

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def heard(self, what: str) -> dict | None:
        try:
            while True:
                self.told.append(json.loads(self._lines.get_nowait()))
        except Empty:
            return next((told for told in reversed(self.told) if told["what"] == what), None)

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10.0)


class Odometer(Node):
    """What a base tells Nav2."""

    def __init__(self, rover) -> None:
        super().__init__("odometer")
        self._rover = rover
        self._odometry = self.create_publisher(Odometry, "/rover1/odom", 10)
        self.create_timer(0.05, self._tell)

    def _tell(self) -> None:
        message = Odometry()
        message.pose.pose.position.x, message.pose.pose.position.y = self._rover.x, self._rover.y
        half = self._rover.yaw / 2
        message.pose.pose.orientation.z, message.pose.pose.orientation.w = math.sin(half), math.cos(half)
        self._odometry.publish(message)


@pytest.fixture
def nav2(ros: None, environment: Environment) -> Iterator[Process]:
    peer = Process(
        [sys.executable, str(HERE.parent / "peers" / "nav2.py"), "--ros-args", "-r", "__ns:=/rover1"],
        environment,
    )
    yield peer
    peer.close()


@pytest.fixture
def rover(spinner, shared: ModuleType, environment: Environment):
    words = [
        sys.executable,
        "-m",
        "tektra.skills.node",
        "--ros-args",
        "-r",
        "__ns:=/rover1",
        "-p",
        "navigator:=nav2",
    ]
    node = Process(words, environment)
    made = shared.Rover()
    spinner.add(made, Odometer(made))
    spinner.until(made.skill.server_is_ready, timeout_s=20.0)
    yield made
    node.close()


@pytest.fixture
def goals(spinner, shared: ModuleType, rover):
    made = shared.Goals(spinner, rover.skill)
    spinner.until(lambda: made.run("wait", seconds=0.0).outcome == "succeeded", what="a robot that is known")
    return made


def test_nav2_drives_to_a_place_and_its_velocities_are_held_to_the_robots_limits(
    nav2: Process, goals, rover
) -> None:
    result = goals.run("navigate_to", place="dock2")
    assert result.outcome == RunSkill.Result.OUTCOME_SUCCEEDED, result.message
    assert math.dist((rover.x, rover.y), (1.2, 5.6)) < 0.1
    assert nav2.heard("goal") == {"what": "goal", "x": 1.2, "y": 5.6, "frame": "map"}
    assert max(request.twist.linear.x for request in rover.requests) == pytest.approx(0.6)
    assert goals.progress[-1] > 0.5


def test_a_cancel_ends_the_goal_in_nav2_too_and_the_requests(nav2: Process, goals, rover, spinner) -> None:
    handle, result = goals.send("navigate_to", x=9.0, y=4.4)
    spinner.until(lambda: rover.x > 1.5)
    handle.cancel_goal_async()
    assert goals.end(result).outcome == RunSkill.Result.OUTCOME_CANCELED
    spinner.until(lambda: nav2.heard("canceled"))
    count = len(rover.requests)
    spinner.during(0.3)
    assert len(rover.requests) == count


def test_a_stop_ends_the_goal_in_nav2_too(nav2: Process, goals, rover, spinner) -> None:
    _, result = goals.send("navigate_to", x=9.0, y=4.4)
    spinner.until(lambda: rover.x > 1.5)
    rover.stopped, rover.epoch = True, 6
    assert goals.end(result).outcome == RunSkill.Result.OUTCOME_FAILED
    spinner.until(lambda: nav2.heard("canceled"))


def test_a_goal_whose_nav2_is_killed_fails_and_says_so(nav2: Process, goals, rover, spinner) -> None:
    _, result = goals.send("navigate_to", x=9.0, y=4.4)
    spinner.until(lambda: rover.x > 1.5)
    nav2.kill()
    ended = goals.end(result)
    assert ended.outcome == RunSkill.Result.OUTCOME_FAILED
    assert ended.message.endswith("Nav2 is gone; start it again, and ask anew")


def test_without_nav2_a_goal_fails_and_says_what_to_do(goals) -> None:
    result = goals.run("navigate_to", place="dock2")
    assert result.outcome == RunSkill.Result.OUTCOME_FAILED
    assert result.message == "Nav2 does not answer; start it, or set navigator to own"


@pytest.mark.skipif(INSTALLED, reason="nav2_msgs is installed here")
def test_without_nav2_msgs_the_error_names_the_package_and_the_apt_line() -> None:
    with pytest.raises(BackendError, match=r"'nav2_msgs.*apt-get install ros-\$ROS_DISTRO-navigation2"):
        Nav2(Nav2Options()).attach(object())

# SPDX-License-Identifier: Apache-2.0
"""A sensor whose place no file tells is placed by /tf_static and /tf, on real topics.

Where tf2_msgs is not installed its message is built first, and these tests run in a process of their own that has it.
"""

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from geometry_msgs.msg import TransformStamped
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import LaserScan

from tektra.ros.qos import SENSOR
from tektra.ros.transforms import TFMessage

HERE = Path(__file__).parent
PACKAGE = """<package format="3"><name>tf2_msgs</name><version>0.0.0</version><description>One message.</description>
<maintainer email="tektra@users.noreply.github.com">Tektra</maintainer><license>Apache-2.0</license>
<buildtool_depend>ament_cmake</buildtool_depend><build_depend>rosidl_default_generators</build_depend>
<depend>geometry_msgs</depend><exec_depend>rosidl_default_runtime</exec_depend>
<member_of_group>rosidl_interface_packages</member_of_group><export><build_type>ament_cmake</build_type></export></package>
"""
CMAKE = """cmake_minimum_required(VERSION 3.20)
project(tf2_msgs)
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
find_package(geometry_msgs REQUIRED)
rosidl_generate_interfaces(${PROJECT_NAME} "msg/TFMessage.msg" DEPENDENCIES geometry_msgs)
ament_package()
"""
RULES = (
    "obstacles: {robots: {rover1: {sensors: {lidar: {kind: scan, topic: /rover1/scan, timeout_s: 0.4}}}}}\n"
)
STATIC = QoSProfile(
    depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
#: Turned half round, about z.
BACK = (0.0, 0.0, 1.0, 0.0)
here = pytest.mark.skipif(TFMessage is None, reason="it runs where tf2_msgs is built")


@pytest.mark.skipif(TFMessage is not None, reason="tf2_msgs is installed here")
def test_these_hold_where_tf2_msgs_is_installed(tmp_path: Path) -> None:
    source, install = tmp_path / "src", tmp_path / "install"
    (source / "msg").mkdir(parents=True)
    (source / "msg" / "TFMessage.msg").write_text("geometry_msgs/TransformStamped[] transforms\n")
    (source / "package.xml").write_text(PACKAGE)
    (source / "CMakeLists.txt").write_text(CMAKE)
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "LD_LIBRARY_PATH")}
    command = ["colcon", "--log-base", str(tmp_path / "log"), "build", "--base-paths", str(source)]
    command += ["--build-base", str(tmp_path / "build"), "--install-base", str(install), "--merge-install"]
    command += ["--cmake-args", f"-DPython3_EXECUTABLE={sys.executable}", "-DBUILD_TESTING=OFF"]
    clean["CMAKE_PREFIX_PATH"] = os.environ["AMENT_PREFIX_PATH"]
    built = subprocess.run(command, env=clean, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    packages = install / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    front = {"AMENT_PREFIX_PATH": install, "PYTHONPATH": packages, "LD_LIBRARY_PATH": install / "lib"}
    environment = dict(os.environ) | {key: f"{path}:{os.environ.get(key, '')}" for key, path in front.items()}
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    done = subprocess.run(
        run, env=environment, cwd=HERE.parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout[-3000:]


@pytest.fixture(scope="module")
def shared() -> ModuleType:
    """The gate and the player of test_safety_node.py."""
    spec = importlib.util.spec_from_file_location("safety_node_tests", HERE / "test_safety_node.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def room(shared, spinner, tmp_path):
    """A gate, a rover, and its lidar, which sees a wall 0.24 m before itself, in the frame `laser`."""
    rules = tmp_path / "obstacles.yaml"
    rules.write_text(RULES)
    player, node = shared.Player(), shared.gate(tmp_path, obstacles_file=str(rules))
    spinner.add(node, player)
    wall = player.create_publisher(LaserScan, "/rover1/scan", SENSOR)
    angles = -3.0 + 0.1 * np.arange(61)

    def scan() -> None:
        message = LaserScan(angle_min=-3.0, angle_max=3.0, angle_increment=0.1, range_min=0.05, range_max=8.0)
        message.header.stamp, message.header.frame_id = player.get_clock().now().to_msg(), "laser"
        near = np.full(61, 7.0)
        near[np.abs(angles) < 0.8] = 0.24 / np.cos(angles[np.abs(angles) < 0.8])
        message.ranges = near.tolist()
        wall.publish(message)

    def permitted(vx: float, seconds: float = 0.5) -> int:
        player.permits.clear()
        player.goal = f"{vx} {player.sequence}"
        for _ in range(round(seconds / 0.05)):
            player.ask(vx)
            spinner.during(0.05)
        return len(player.permits)

    player.create_timer(0.05, scan)
    spinner.until(player.ready)
    player.permitted = permitted
    return player


def told(node, parent: str, rotation=(0.0, 0.0, 0.0, 1.0)) -> TransformStamped:
    message = TransformStamped(child_frame_id="laser")
    message.header.frame_id, message.header.stamp = parent, node.get_clock().now().to_msg()
    turn = message.transform.rotation
    turn.x, turn.y, turn.z, turn.w = rotation
    return message


@here
def test_a_lidar_is_placed_by_what_stands_still_and_by_nobody_who_contradicts(
    room, spinner, stranger
) -> None:
    assert room.permitted(0.05, 1.0) == room.permitted(-0.05, 1.0) == 0
    words = " ".join(room.robot.causes)
    assert (
        "nothing tells where its frame 'laser' sits" in words and "/tf_static below rover1/base_link" in words
    )
    static = stranger.create_publisher(TFMessage, "/tf_static", STATIC)
    static.publish(TFMessage(transforms=[told(stranger, "rover1/base_link", BACK)]))
    spinner.until(lambda: room.permitted(0.05), what="permits ahead, as the wall is behind")
    spinner.during(1.2)
    assert room.permitted(-0.05) == 0
    other = room.create_publisher(TFMessage, "/tf_static", STATIC)
    other.publish(TFMessage(transforms=[told(room, "rover1/base_link")]))
    spinner.during(1.0)
    assert room.permitted(0.05) == room.permitted(-0.05) == 0
    stranger.destroy_publisher(static)
    spinner.until(
        lambda: room.permitted(-0.05), what="permits back, as the other is alone and has the wall ahead"
    )


@here
def test_a_lidar_on_something_that_moves_is_placed_while_that_is_told(room, spinner, stranger) -> None:
    moving = stranger.create_publisher(TFMessage, "/rover1/tf", QoSProfile(depth=10))
    timer = room.create_timer(
        0.05, lambda: moving.publish(TFMessage(transforms=[told(stranger, "base_link", BACK)]))
    )
    spinner.until(lambda: room.permitted(0.05), what="permits ahead")
    timer.cancel()
    spinner.during(1.0)
    assert room.permitted(0.05, 1.0) == 0

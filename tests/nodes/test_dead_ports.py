# SPDX-License-Identifier: Apache-2.0
"""Ports in shared memory of a process that was killed go while the others run, and whoever comes on the same port is heard."""

import os
import signal
import subprocess
import sys
import time

import pytest
from rclpy.node import Node
from std_msgs.msg import String

from tektra.launch.shared_memory import FOLDER, mapped_by, remove_dead_ports
from tektra.ros.qos import RELIABLE

HEARS = """
import rclpy
from rclpy.node import Node
from std_msgs.msg import String
from tektra.ros.qos import RELIABLE
rclpy.init()
node = Node("hears")
node.create_subscription(String, "/told", lambda m: print(m.data, flush=True), RELIABLE)
print("here", flush=True)
rclpy.spin(node)
"""


@pytest.fixture
def hearer(ros):
    """Starts a process that prints what it hears."""
    made: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        made.append(
            subprocess.Popen([sys.executable, "-c", HEARS], stdout=subprocess.PIPE, env=dict(os.environ))
        )
        assert made[-1].stdout.readline().strip() == b"here"
        os.set_blocking(made[-1].stdout.fileno(), False)
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.communicate()


def ports_of(pid: int) -> set[str]:
    return {name for name in mapped_by(pid) if "port" in name}


def test_they_go_and_the_next_one_is_heard(spinner, hearer) -> None:
    node = Node("tells")
    spinner.add(node)
    told = node.create_publisher(String, "/told", RELIABLE)

    def hears(process: subprocess.Popen) -> bool:
        told.publish(String(data="word"))
        spinner.during(0.05)
        return b"word" in (process.stdout.read() or b"")

    first = hearer()
    spinner.until(lambda: hears(first), 30.0)
    assert remove_dead_ports(ports_of(first.pid)) == set(), "each has somebody who listens on it"
    own = ports_of(first.pid)
    assert own
    first.send_signal(signal.SIGKILL)
    first.wait()
    left, until_s = own, time.monotonic() + 60.0
    while left and time.monotonic() < until_s:
        told.publish(String(data="nobody"))
        spinner.during(0.2)
        left = remove_dead_ports(left)
    alive = set().union(*(mapped_by(entry) for entry in os.listdir("/proc") if entry.isdigit()))
    assert {name for name in own if (FOLDER / name).exists()} <= alive, "what is used stays, and nothing else"
    second = hearer()
    spinner.until(lambda: hears(second), 30.0)

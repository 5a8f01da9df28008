# SPDX-License-Identifier: Apache-2.0
"""A killed process is known to be gone before its lease ends, and one that stood still for a moment is lost to nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import Trigger

from tektra.ros.calls import is_there, service_client
from tektra.ros.living import Speakers, count_living, ended_nodes
from tektra.ros.publishers import publishers
from tektra.ros.qos import RELIABLE

SPEAKS = """
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import Trigger
from tektra.ros import process
from tektra.ros.qos import RELIABLE

class Speaks(Node):
    def __init__(self):
        super().__init__("speaks")
        told = self.create_publisher(String, "/told", RELIABLE)
        self.create_subscription(String, "/asked", told.publish, RELIABLE)
        self.create_service(Trigger, "/serves", lambda _request, response: response)

process.run_body(Speaks, priority=0)
"""


@pytest.fixture
def speaks(ros: None) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen([sys.executable, "-c", SPEAKS], env=dict(os.environ))
    yield process
    process.kill()
    process.wait()


def test_a_killed_speaker_is_gone_within_two_seconds_and_its_successor_is_alone(spinner, speaks) -> None:
    node = Node("looks")
    spinner.add(node)
    speakers, client = Speakers(node), service_client(node, Trigger, "/serves")
    spinner.until(lambda: count_living(node, "/told") == 1 and is_there(node, client), 30, "it speaks")
    spinner.until(lambda: publishers(node, "/told") == ["/speaks"], 10, "its name is known")
    assert speakers.count("/told") == 1
    speaks.kill()
    speaks.wait()
    killed_s = time.monotonic()
    spinner.until(lambda: count_living(node, "/told") == 0, 2, "it is gone")
    assert publishers(node, "/told") == []
    assert not is_there(node, client)
    assert "/speaks" in ended_nodes(node)
    after = subprocess.Popen([sys.executable, "-c", SPEAKS], env=dict(os.environ))
    try:
        spinner.until(lambda: count_living(node, "/told") == 1, 15, "its successor speaks")
        if node.count_publishers("/told") > 1:  # the lease of the first has not ended
            assert time.monotonic() - killed_s < 25
            assert speakers.count("/told") == 1
        spinner.until(lambda: publishers(node, "/told") == ["/speaks"], 10, "its name is known")
        spinner.until(lambda: "/speaks" not in ended_nodes(node), 10, "it is there again")
    finally:
        after.kill()
        after.wait()


def test_one_that_stood_still_for_four_seconds_is_lost_to_nobody_and_hears_at_once(spinner, speaks) -> None:
    node, heard = Node("looks"), []
    spinner.add(node)
    asks = node.create_publisher(String, "/asked", RELIABLE)
    node.create_subscription(String, "/told", lambda told: heard.append(told.data), RELIABLE)
    spinner.until(lambda: asks.get_subscription_count() and count_living(node, "/told"), 30, "it speaks")
    asks.publish(String(data="before"))
    spinner.until(lambda: heard == ["before"], 10, "it answers")
    os.kill(speaks.pid, signal.SIGSTOP)
    end_s = time.monotonic() + 4.0
    while time.monotonic() < end_s:
        spinner.during(0.1)
        assert (node.count_publishers("/told"), asks.get_subscription_count()) == (1, 1)
    os.kill(speaks.pid, signal.SIGCONT)
    asks.publish(String(data="after"))
    spinner.until(lambda: heard == ["before", "after"], 2, "it answers again")

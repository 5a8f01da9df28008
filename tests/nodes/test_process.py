# SPDX-License-Identifier: Apache-2.0
"""How a node's process ends."""

import signal
import subprocess
import sys

import pytest

from tektra.watchdog.threads import ask_for_stacks


def running(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


HANGS = """
import threading
from rclpy.node import Node
from tektra.ros import process

class Hangs(Node):
    def __init__(self):
        super().__init__("hangs")
        self.create_timer(0.01, lambda: print("spins", flush=True))

    def close(self):
        threading.Event().wait()

process.END_MAX_S = 2.0
process.run_mind(Hangs)
"""


def test_a_node_that_hangs_at_its_end_says_where_and_is_ended() -> None:
    with running(HANGS) as node:
        try:
            assert node.stdout.readline() == "spins\n"
            node.send_signal(signal.SIGINT)
            _, told = node.communicate(timeout=30.0)
        finally:
            node.kill()
    assert node.returncode == 1
    assert "in close" in told


STANDS = """
import threading
from rclpy.node import Node
from tektra.ros import process

class Stands(Node):
    def __init__(self):
        super().__init__("stands")
        self.create_timer(0.01, self.stand)

    def stand(self):
        print("stands", flush=True)
        threading.Event().wait()

process.run_mind(Stands)
"""


def test_a_node_that_hangs_tells_whoever_ends_it_where_it_stands() -> None:
    with running(STANDS) as node:
        try:
            assert node.stdout.readline() == "stands\n"
            ask_for_stacks(node.pid)
        finally:
            node.kill()
        _, told = node.communicate(timeout=30.0)
    assert node.returncode == -signal.SIGKILL
    assert "in stand\n" in told


HEARS = """
from pathlib import Path
from tektra.common.kept_flag import KeptFlag
from tektra.ros import process
from tektra.ros.listening import Listening
from tektra.ros.mind import MindNode

class Hears(MindNode):
    def __init__(self):
        super().__init__("hears")
        self.listening = Listening(self, self, KeptFlag(Path("never_written")), lambda: "" if self.active else "off")

    def open_ears(self):
        return ""

    def close_ears(self): ...

    def activate(self):
        self.listening.begin()

    def activated(self):
        self.listening.tell()
        print("hears", flush=True)

    def deactivate(self):
        self.listening.tell()

    def cleanup(self):
        print("cleaned up", flush=True)

process.run_mind(Hears)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_node_that_hears_ends_in_order_though_ros_has_ended_before_it(sent: signal.Signals) -> None:
    with running(HEARS) as node:
        try:
            assert node.stdout.readline() == "hears\n"
            node.send_signal(sent)
            out, told = node.communicate(timeout=60.0)
        finally:
            node.kill()
    assert (node.returncode, out) == (0, "cleaned up\n"), told

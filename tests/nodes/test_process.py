# SPDX-License-Identifier: Apache-2.0
"""How a node's process ends."""

import signal
import subprocess
import sys

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

process.END_MAX_S = 0.5
process.run_mind(Hangs)
"""


def test_a_node_that_hangs_at_its_end_says_where_and_is_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as node:
        try:
            assert node.stdout.readline() == "spins\n"
            node.send_signal(signal.SIGINT)
            _, told = node.communicate(timeout=30.0)
        finally:
            node.kill()
    assert node.returncode == 1
    assert "in close" in told

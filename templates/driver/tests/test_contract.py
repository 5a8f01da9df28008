# SPDX-License-Identifier: Apache-2.0
"""The driver contract of Tektra, run on this package's back end."""

import json
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tektra_mybot.link import MybotLink

from tektra.driver.commands import Drive
from tektra.driver.contract import DriverContract, Look


class Mybot:
    """See tektra.driver.contract.Peer."""

    motion = Drive(0.4, 0.0, 0.0, 0.15)
    halt_s, orphan_s = 0.25, 0.35  # how soon your robot really stands
    capabilities = ("base",)

    def __init__(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.restart()

    def make(self) -> MybotLink:
        return MybotLink("mybot1", "127.0.0.1", self.port)

    def now_s(self) -> float:
        return time.monotonic()

    def look(self) -> Look:
        line = self.process.stdout.readline()
        while select.select([self.process.stdout], [], [], 0.0)[0]:
            line = self.process.stdout.readline()
        truth = json.loads(line)
        return Look(truth["t"], abs(truth["vx"]) > 0.01)

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("mybot.py")), str(self.port)]
        # Unbuffered, so that select() sees every line that was not read.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self):
        mybot = Mybot()
        yield mybot
        mybot.resume()
        mybot.kill()

# SPDX-License-Identifier: Apache-2.0
"""What was sent before a TCP link was given up does not arrive when the network comes back."""

import socket
import time

import pytest

from tektra.common.robot_wire import JointReadings, RobotHello, State, encode
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.commands import Drive, StandStill

PATIENCE_S, COMMANDS = 10.0, 70
STATE = State(
    *(1, 0.0, None, (0.0, 0.0, 0.0), (0.0, 0.0), JointReadings()),
    *(None, 0.5, True, "start", 0, 0, ""),
)


class SlowRobot:
    """Says hello and one state, and reads only when it is told to: as a robot behind a network that has stalled."""

    def __init__(self) -> None:
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.server.bind(("127.0.0.1", 0))
        self.server.listen()
        self.link = JsonTcpLink("rover1", *self.server.getsockname())
        self.link.connect()
        self.link.poll(0.0)
        self.client, _ = self.server.accept()
        self.client.settimeout(PATIENCE_S)
        self.client.sendall(encode(RobotHello("rover1", "rover", ("base",))) + b"\n" + encode(STATE) + b"\n")
        end_s = time.monotonic() + PATIENCE_S
        while not self.link.up:
            assert time.monotonic() < end_s, self.link.fault
            self.link.poll(0.0)

    def reads(self) -> tuple[list[bytes], bool]:
        """All lines that still come, and whether the connection was broken off."""
        data, broken = b"", False
        try:
            while got := self.client.recv(4096):
                data += got
        except ConnectionResetError:
            broken = True
        return [line for line in data.split(b"\n") if line], broken

    def close(self) -> None:
        self.link.close()
        self.client.close()
        self.server.close()


@pytest.fixture
def robot():
    made = SlowRobot()
    yield made
    made.close()


def test_commands_that_a_stalled_network_holds_die_with_the_link(robot) -> None:
    speeds = [0.1 + 0.001 * n for n in range(COMMANDS)]
    sent = [speed for speed in speeds if robot.link.send(Drive(speed, 0.0, 0.0, 0.11), 0.01)]
    robot.link.poll(2.0)
    assert len(sent) > 5 and not robot.link.up
    lines, broken = robot.reads()
    assert broken
    assert not any(f'"vx":{sent[-1]}'.encode() in line for line in lines)


def test_the_last_halt_of_a_link_that_is_closed_in_order_arrives(robot) -> None:
    robot.link.send(Drive(0.4, 0.0, 0.0, 0.11), 0.01)
    robot.link.send(StandStill(0), 0.01)
    robot.link.close()
    lines, broken = robot.reads()
    assert not broken and b'"halt"' in lines[-1]

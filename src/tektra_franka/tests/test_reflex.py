# SPDX-License-Identifier: Apache-2.0
"""After a reflex the arm is made ready again when an operator says so, and never by itself. Without franky: its words alone."""

import contextlib
import time
from types import SimpleNamespace

import pytest
from tektra_franka.arm import Arm
from tektra_franka.link import FrankaLink
from tektra_franka.options import FrankaOptions

PATIENCE_S = 10.0


class Robot:
    """An arm that met something."""

    def __init__(self, *_, **__):
        self.robot_mode, self.recovered, self.looks = "RobotMode.Reflex", 0, 0
        self.is_in_control = False

    @property
    def state(self):
        self.looks += 1
        clock = SimpleNamespace(to_msec=lambda: 1000.0 * time.monotonic())
        return SimpleNamespace(
            time=clock, q=(0.0,) * 7, dq=(0.0,) * 7, robot_mode=self.robot_mode, current_errors="joint_reflex"
        )

    def recover_from_errors(self):
        self.recovered += 1
        self.robot_mode = "RobotMode.Idle"

    def join_motion(self, timeout):
        return True


@pytest.fixture
def robot():
    return Robot()


@pytest.fixture
def arm(robot, monkeypatch):
    class Wrong(Exception):
        """What franky raises."""

    franky = SimpleNamespace(
        Exception=Wrong,
        ControlException=Wrong,
        CommandException=Wrong,
        RealtimeConfig=SimpleNamespace(Enforce=1, Ignore=0),
        Robot=lambda *_, **__: robot,
    )
    monkeypatch.setattr(
        "tektra_franka.arm.socket.create_connection", lambda *_: contextlib.nullcontext(), raising=True
    )
    made = Arm(franky, "127.0.0.1", FrankaOptions(hand=False))
    yield made
    made.close()


def until(condition):
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, "never came true"
        time.sleep(0.005)


def test_only_an_operator_ends_a_reflex(arm, robot):
    link = FrankaLink("franka1", "127.0.0.1", 1337, FrankaOptions(hand=False))
    link._arm = arm
    until(lambda: arm.reading is not None)
    link.poll(time.monotonic())
    assert link.collision
    assert "/<robot>/recover" in link.fault
    looks = robot.looks
    until(lambda: robot.looks > looks + 50)
    assert robot.recovered == 0
    done, words = link.recover()
    assert done
    assert "/safety/reset" in words
    until(lambda: robot.recovered == 1 and not arm.reading.trouble)
    assert link.recover() == (False, "franka1 is in no reflex")
    looks = robot.looks
    until(lambda: robot.looks > looks + 20)
    assert robot.recovered == 1

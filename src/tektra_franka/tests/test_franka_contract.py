# SPDX-License-Identifier: Apache-2.0
"""The franka back end against franky-sim: Franka's own network protocol, over physics, made by others.

Whether it moves is asked of the physics, and times are counted on its clock.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("franky", reason="pip install -r requirements/franka.in")
pytest.importorskip("franky_sim", reason="pip install -r requirements/franka.in")

from tektra_franka.link import FrankaLink
from tektra_franka.options import JOINTS, FrankaOptions

from tektra.driver.commands import Drive, MoveGripper, MoveJoints, StandStill
from tektra.driver.contract import Bench, DriverContract, Look

ARM = Path(__file__).with_name("franka_arm.py")
PATIENCE_S = 40.0
STILL_RADPS, STILL_M = 0.01, 0.0002


class FrankaArm:
    """See tektra.driver.contract.Peer."""

    halt_s, orphan_s, capabilities = 0.35, 0.6, ("arm", "gripper")

    def __init__(self):
        chance = random.randrange(1, 250)
        self.host = f"127.{chance}.{os.getpid() % 250 + 1}.{random.randrange(2, 250)}"  # its ports are fixed
        self.links = []
        self.restart()

    @property
    def motion(self):
        """The first joint back and forth, half a radian a second."""
        away = 1.2 if self.truth()["q"][0] < 0.3 else -1.2
        return MoveJoints((JOINTS[0],), (away,), (0.5,), 0.15)

    def make(self):
        link = FrankaLink("franka1", self.host, 1337, FrankaOptions())
        self.links.append(link)
        return link

    def now_s(self):
        return time.monotonic()

    def truth(self):
        while True:
            ready = select.select([self.process.stdout], [], [], PATIENCE_S)[0]
            assert ready, "the arm's physics tell nothing"
            *lines, self.rest = (self.rest + os.read(self.process.stdout.fileno(), 65_536)).split(b"\n")
            if lines:
                return json.loads(lines[-1])

    def look(self):
        truth = self.truth()
        before, self.width_m = self.width_m, truth["width"]
        fingers = abs(truth["width"] - before) > STILL_M
        return Look(truth["t"], fingers or max(map(abs, truth["dq"])) > STILL_RADPS)

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.process = subprocess.Popen(
            [sys.executable, str(ARM), self.host], stdout=subprocess.PIPE, bufsize=0
        )
        self.rest = b""
        self.width_m = self.truth()["width"]

    def let_go(self):
        for link in self.links:
            link.close()
        self.links.clear()
        end_s = time.monotonic() + PATIENCE_S
        while self.look().moving:
            assert time.monotonic() < end_s


@pytest.fixture(scope="module")
def process():
    made = FrankaArm()
    yield made
    made.resume()
    made.kill()


@pytest.fixture
def arm(process):
    yield process
    process.resume()
    process.let_go()


@pytest.fixture
def bench(arm):
    made = Bench(arm)
    made.connect()
    return made


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, arm):
        return arm


def test_states_come_at_fifty_hertz_with_seven_joints(bench, arm):
    began = arm.now_s()
    bench.events.clear()
    polls = 0
    while len(bench.events) < 50:
        bench.poll()
        polls += 1
        time.sleep(0.02)  # a driver's loop
        assert arm.now_s() - began < PATIENCE_S
    assert len(bench.events) >= 0.8 * polls  # nearly each look of a loop at 50 Hz brings a new one
    state = bench.newest()
    assert state.joints.names == tuple(JOINTS)
    assert state.joints.positions == pytest.approx(arm.truth()["q"], abs=0.02)
    assert state.gripper.opening == pytest.approx(arm.truth()["width"], abs=0.002)


def test_it_follows_targets_that_run_ahead_as_a_skill_gives_them_and_arrives(bench, arm):
    goal = (0.3, -0.4, 0.2, -1.9, 0.1, 1.8, 0.5)

    def step():
        here = bench.newest().joints.positions
        ahead = [now + max(-0.15, min(0.15, there - now)) for now, there in zip(here, goal, strict=True)]
        bench.send(MoveJoints(tuple(JOINTS), tuple(ahead), (0.6,) * 7, 0.12))
        return max(abs(now - there) for now, there in zip(here, goal, strict=True)) < 0.02

    bench.told()
    fastest = 0.0

    def arrived(_):
        nonlocal fastest
        fastest = max(fastest, *map(abs, arm.truth()["dq"]))
        return step()

    bench.until(arrived)
    assert 0.2 < fastest < 0.6 * 1.15
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    assert arm.truth()["q"] == pytest.approx(goal, abs=0.03)


def test_joints_that_are_not_named_stay(bench, arm):
    before = arm.truth()["q"]
    bench.moves()
    after = arm.truth()["q"]
    assert abs(after[0] - before[0]) > 0.02
    assert after[1:] == pytest.approx(before[1:], abs=0.01)


def test_the_hand_opens_closes_and_stops_on_its_way(bench, arm):
    wide, shut = MoveGripper(0.08, 0.15), MoveGripper(0.0, 0.15)
    bench.told(lambda state: state.gripper.opening > 0.078, sending=wide)
    bench.until(lambda _: arm.truth()["width"] < 0.06, sending=shut)
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    assert 0.01 < arm.truth()["width"] < 0.06
    assert not bench.told(lambda state: state.gripper.opening < 0.002, sending=shut).gripper.holding
    assert bench.link.up


def test_fingers_stand_when_nobody_renews_their_ttl(bench, arm):
    wide, shut = MoveGripper(0.08, 0.15), MoveGripper(0.0, 0.15)
    bench.told(lambda state: state.gripper.opening > 0.078, sending=wide)
    bench.until(lambda _: arm.truth()["width"] < 0.07, sending=shut)
    bench.until(lambda look: not look.moving)
    assert arm.truth()["width"] > 0.01


def test_it_refuses_what_an_arm_cannot_do(bench):
    assert not bench.send(Drive(0.1, 0.0, 0.0, 0.1))
    assert not bench.send(MoveJoints(("knee",), (0.0,), (), 0.1))


def test_an_address_where_nobody_is_brings_no_link_up_and_blocks_nothing(arm):
    link = FrankaLink("franka1", "127.251.1.1", 1337)
    link.connect()
    end_s = time.monotonic() + PATIENCE_S
    while "no arm at 127.251.1.1" not in link.fault:
        assert link.poll(time.monotonic()) == []
        assert time.monotonic() < end_s
    assert not link.up
    link.close()


def test_a_host_that_does_not_exist_is_told_and_looked_up_again():
    link = FrankaLink("franka1", "no-such-host.invalid", 1337)
    link.connect()
    end_s = time.monotonic() + PATIENCE_S
    while "no arm at no-such-host.invalid" not in link.fault:
        assert link.poll(time.monotonic()) == []
        assert time.monotonic() < end_s
    link.close()

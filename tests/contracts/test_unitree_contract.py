# SPDX-License-Identifier: Apache-2.0
"""The unitree back end against a Go2's sport service in a process of its own."""

import json
import math
import random
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("cyclonedds", reason="pip install -r requirements/unitree.in")

from tektra.driver.backends.unitree import UnitreeLink, UnitreeOptions
from tektra.driver.commands import Drive, MoveGripper, StandStill, Tool
from tektra.driver.contract import Bench, DriverContract, Look
from tests.peers.peer_process import PeerProcess

GO2 = Path(__file__).parents[1] / "peers" / "unitree_go2.py"
PATIENCE_S = 30.0
AHEAD = Drive(0.4, 0.0, 0.0, 0.15)
MOVE, STOP_MOVE, STAND_UP, STAND_DOWN = "1008", "1003", "1004", "1005"


class Go2(PeerProcess):
    """A Peer of the driver contract, on its feet."""

    # 0.5 s for which a velocity holds, and what it takes to brake
    motion, halt_s, orphan_s, capabilities = AHEAD, 0.25, 0.5 + 0.25, ("base", "posture")

    def __init__(self, domain, *, stands=True):
        self.domain, self.stands, self.links, self.options = domain, stands, [], {}
        self.start()

    def start(self):
        command = [sys.executable, str(GO2), "--domain", str(self.domain)]
        command += ["--stands"] if self.stands else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        port = json.loads(self.process.stdout.readline())["truth"]
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setblocking(False)
        self.rest = b""

    restart = start

    def make(self):
        link = UnitreeLink("dog1", "", 0, UnitreeOptions(domain_id=self.domain, **self.options))
        self.links.append(link)
        return link

    def truth(self):
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            if select.select([self.socket], [], [], 0.1)[0]:
                self.rest += self.socket.recv(65_536)
            *lines, self.rest = self.rest.split(b"\n")
            if lines:
                return json.loads(lines[-1])
        raise AssertionError("the robot tells nothing")

    def look(self):
        truth = self.truth()
        return Look(truth["t"], any(abs(one) > 0.02 for one in truth["speed"]))

    def close(self):
        self.resume()
        for link in self.links:
            link.close()
        self.kill()


@pytest.fixture
def domain():
    return random.randint(20, 200)


@pytest.fixture
def dog(domain):
    made = Go2(domain)
    yield made
    made.close()


@pytest.fixture
def lying(domain):
    made = Go2(domain, stands=False)
    yield made
    made.close()


def up(dog, **options):
    dog.options = options
    bench = Bench(dog)
    bench.connect()
    return bench


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, dog):
        return dog


def test_it_stands_up_once_walks_then_and_lies_down(lying):
    bench = up(lying)
    assert bench.told().height == pytest.approx(0.08, abs=0.01)
    assert not bench.send(AHEAD)
    bench.until(lambda _: "stand up first" in bench.link.fault)
    rise = Tool("stand_up", 1.0, 0.15)
    bench.until(lambda _: bench.link.fault == "")
    bench.until(lambda _: lying.truth()["mode"] == 1, sending=rise)
    assert bench.link.altitude_m == pytest.approx(0.32, abs=0.01)
    assert lying.truth()["heard"][STAND_UP] == 1, "once, however often it is permitted"
    bench.moves()
    assert not bench.send(Tool("lie_down", 1.0, 0.15)), "not while it walks"
    bench.send(StandStill())
    bench.until(lambda look: not look.moving and bench.link.fault == "")
    bench.until(lambda _: lying.truth()["mode"] == 5, sending=Tool("lie_down", 1.0, 0.15))
    assert lying.truth()["heard"][STAND_DOWN] == 1


def test_its_joints_damp_only_where_that_is_asked_for(dog):
    bench = up(dog)
    bench.moves()
    bench.send(StandStill(0))
    bench.until(lambda look: not look.moving)
    assert "1001" not in dog.truth()["heard"], "legs that go limp at a stop drop what they carry"
    bench.until(lambda _: dog.truth()["mode"] == 7, sending=Tool("damp", 1.0, 0.15))


def test_a_halt_of_what_stands_says_nothing_and_one_of_what_walks_is_on_the_wire_at_once(dog):
    bench = up(dog)
    bench.until(lambda _: bench.link.up)
    before = dog.truth()["heard"].get(STOP_MOVE, 0)
    for _ in range(10):
        assert bench.send(StandStill())
        bench.poll()
    bench.moves()
    assert bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    assert dog.truth()["heard"][STOP_MOVE] > before


def test_sideways_and_turning_and_where_it_is(dog):
    bench = up(dog, map_x_m=2.0, map_y_m=1.0, map_yaw_rad=math.pi / 2)
    bench.told(lambda state: state.odom[1] > 0.2 and state.vy > 0.1, sending=Drive(0.0, 0.3, 0.2, 0.15))
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    bench.events.clear()
    state, truth = bench.told(), dog.truth()
    assert state.odom[:2] == pytest.approx((truth["x"], truth["y"]), abs=0.02)
    assert state.pose[:2] == pytest.approx((2.0 - truth["y"], 1.0 + truth["x"]), abs=0.02)


def test_two_robots_in_one_domain_are_none(dog):
    bench = up(dog)
    bench.moves()
    other = Go2(dog.domain)
    try:
        bench.until(lambda _: "two robots" in bench.link.fault, sending=AHEAD)
        assert not bench.send(AHEAD)
    finally:
        other.close()


def test_what_it_refuses_is_told_and_what_it_has_no_words_for_is_refused(lying):
    bench = up(lying)
    assert not bench.send(MoveGripper(0.0, 0.1)) and not bench.send(Tool("dance", 1.0, 0.1))
    bench.link._sport.ask(1002)  # to balance while it lies
    bench.until(lambda _: "refuses request 1002" in bench.link.fault)

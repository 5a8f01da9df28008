# SPDX-License-Identifier: Apache-2.0
"""A robot on one host, gate and operator on another, found in each of three ways; and the cable between them is pulled.

Standing is judged by the simulator's own pose and clock.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tektra.cli.demo.truth import stopping_time_s
from tektra.common import paths
from tektra.sim.client import Truth, parse_truth

pytest.importorskip("rclpy")
sys.path.append(str(Path(__file__).parent))

import hosts

pytestmark = pytest.mark.skipif(bool(hosts.why_not()), reason=hosts.why_not())

ROBOT = "rover1"
#: A goal of which nothing is heard for so long is asked for again.
ANSWER_S = 5.0
OPERATOR = Path(__file__).parents[1] / "peers/far_operator.py"
SERVER_PORT = 11811
#: The rover stands within this after the cable was pulled: 100 ms without a heartbeat, or 120 of a permit, and its brakes.
STANDING_S = 0.35
COPY = "import socket, sys\nfor line in socket.create_connection(('127.0.0.1', int(sys.argv[1]))).makefile(): print(line, end='', flush=True)"
WAYS = {
    "multicast": {"ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"},
    "static_peers": {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST", "ROS_STATIC_PEERS": "10.78.5.1;10.78.5.2"},
    # Robots are found by looking at the graph, which only a super client of the server sees whole.
    "discovery_server": {
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET",
        "ROS_DISCOVERY_SERVER": f"10.78.5.1:{SERVER_PORT}",
        "ROS_SUPER_CLIENT": "TRUE",
    },
}


@dataclass
class Apart:
    """Both hosts with what runs on them."""

    cable: hosts.Cable
    operator: hosts.Ear
    truth: hosts.Ear
    gate_is_far: bool

    def begin(self) -> None:
        """Until the operator sees the robot free and can reach everything."""
        self.operator.until(self.ready, "an operator who sees robot and gate")

    def ready(self, since_s: float = 0.0) -> bool:
        """The operator came to have robot and gate within reach."""
        return any(seen["ready"] for seen in self.told("safety", since_s))

    def told(self, key: str, since_s: float = 0.0) -> list:
        return [said[key] for came_s, said in self.operator.heard if key in said and came_s >= since_s]

    def truths(self, since_s: float) -> list[Truth]:
        return [truth for came_s, truth in list(self.truth.heard) if came_s >= since_s]

    def drives(self) -> bool:
        return bool(self.truth.heard) and self.truth.heard[-1][1].robots[ROBOT].vx_mps > 0.4

    def go(self) -> None:
        """Asks for a long way until the rover is at speed: a goal may come too early, or be lost before all have met."""
        asked_s = -math.inf

        def drives() -> bool:
            nonlocal asked_s
            if self.told("goal", asked_s) or time.monotonic() - asked_s > ANSWER_S:
                asked_s = time.monotonic()
                self.operator.say("go 9")
            return self.drives()

        self.truth.until(drives, "the rover at speed")

    def stays_standing(self, seconds: float) -> bool:
        since_s = time.monotonic()
        self.truth.until(lambda: time.monotonic() - since_s > seconds, "time")
        return all(truth.robots[ROBOT].standing for truth in self.truths(since_s))


@pytest.fixture(params=WAYS)
def way(request) -> str:
    return request.param


@pytest.fixture
def apart(tmp_path, way, request):
    gate_is_far = getattr(request, "param", True)
    with hosts.two_hosts(tmp_path, {"ROS_DOMAIN_ID": "7", **WAYS[way]}) as (robots, operators, cable):
        if way == "discovery_server":
            robots.start("fastdds", "discovery", "-l", robots.address, "-p", str(SERVER_PORT))
        sim = hosts.Ear(
            robots.start(sys.executable, "-m", "tektra.sim", "--ports", "truth=0,rover1=0,rover2=0,arm1=0")
        )
        sim.until(lambda: sim.heard, "the simulator")
        ports = sim.heard[0][1]["ports"]
        truth = hosts.Ear(robots.start(sys.executable, "-c", COPY, str(ports["truth"])), parse_truth)
        config = paths.share_dir() / "config"
        files = ("--params-file", str(config / "robots" / f"{ROBOT}.yaml"))
        robots.node("driver", *files, "-p", f"port:={ports[ROBOT]}", namespace=ROBOT)
        robots.node("skills", *files, namespace=ROBOT)
        (operators if gate_is_far else robots).node("safety")
        operator = hosts.Ear(operators.start(sys.executable, str(OPERATOR), ROBOT))
        found = Apart(cable, operator, truth, gate_is_far)
        try:
            found.begin()
        except AssertionError as failure:
            logs = "\n".join(host.log.read_text(errors="replace")[-3000:] for host in (robots, operators))
            raise AssertionError(f"{failure}\n{logs}") from None
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [4.0, 30.0])
def test_a_cut_leaves_the_robot_standing_until_it_is_asked_anew(apart, seconds) -> None:
    apart.go()
    cut_s = time.monotonic()
    apart.cable.pull()
    apart.truth.until(lambda: time.monotonic() - cut_s > seconds, "the length of the cut")
    came = apart.truths(cut_s)
    assert stopping_time_s(came, ROBOT) <= STANDING_S
    assert not apart.told("safety", cut_s)[-1]["free"], "the gate tells that the robot is out of reach"
    mended_s = time.monotonic()
    apart.cable.plug_in()
    apart.operator.until(lambda: apart.ready(mended_s), "robot and gate found each other again")
    assert apart.stays_standing(2.0), "nothing moves by itself after the cut"
    apart.go()


@pytest.mark.slow
@pytest.mark.parametrize("apart", [False], indirect=True, ids=["gate beside the robot"])
def test_a_stop_reaches_the_robot_over_the_cable_also_after_a_cut(apart) -> None:
    apart.go()
    began_s = time.monotonic()
    apart.operator.say("stop")
    apart.truth.until(lambda: apart.truth.heard[-1][1].robots[ROBOT].standing, "a standing rover", 1.0)
    apart.operator.say("reset")
    apart.operator.until(lambda: apart.told("reset", began_s), "a reset")
    apart.operator.until(lambda: apart.ready(began_s), "a robot that is free")
    apart.operator.say("stop")
    apart.operator.until(lambda: apart.told("safety")[-1]["stopped"], "a stop")
    apart.cable.pull()
    time.sleep(4.0)  # the length of the cut
    mended_s = time.monotonic()
    apart.cable.plug_in()
    apart.operator.until(
        lambda: apart.told("safety", mended_s)[-1:] and apart.told("safety")[-1]["heard"],
        "the gate heard again",
    )
    assert apart.stays_standing(1.0), "a goal from before the cut does not count again"
    assert apart.told("safety")[-1]["stopped"], "nor does a reset"
    apart.operator.say("reset")
    apart.operator.until(lambda: apart.told("reset", mended_s), "a reset")
    apart.operator.until(lambda: apart.ready(mended_s), "everything within reach")
    assert apart.stays_standing(1.0), "a reset starts nothing"
    apart.go()
    apart.operator.say("stop")
    apart.truth.until(lambda: apart.truth.heard[-1][1].robots[ROBOT].standing, "a standing rover", 1.0)

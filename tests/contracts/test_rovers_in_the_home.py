# SPDX-License-Identifier: Apache-2.0
"""Two rovers in MuJoCo under the gate, with their claims and their lidars: judged by where they really are.

Each request must be permitted: on the ways of the demo, what the lidars see never stops a rover.
"""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tektra.common.areas import load_areas
from tektra.common.robot_wire import Hello, Scan, State, Velocity, encode
from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion
from tektra.safety.obstacle_rules import load_obstacle_rules
from tektra.safety.options import SafetyOptions
from tektra.safety.people_reports import Person
from tektra.safety.ramp import Twist
from tektra.safety.sight import Scan as Rays
from tektra.safety.zones import load_rules
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S
from tektra.skills.base import BaseLimits
from tektra.skills.claims import claim_of
from tektra.skills.fleet import Fleet
from tektra.skills.library import Body, Library
from tektra.skills.run import IN_THE_WAY
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen, Skill
from tektra.skills.sight import SightInput

CONFIG = Path(__file__).parents[2] / "config"
WORLD, ZONES = load_world(CONFIG / "world.yaml"), CONFIG / "safety.yaml"
RADIUS = math.hypot(0.22, 0.20)
CORNERS = [(0.22, 0.20), (-0.22, 0.20), (-0.22, -0.20), (0.22, -0.20)]
BODY = Body(
    {skill.name: skill.schema for skill in skills_of(["base", "sight"])},
    BaseLimits(0.6, 1.5, 6.0, 3.0),
    {},
    RADIUS,
)
PERIOD_S = 0.05
NAMES = ("rover1", "rover2")


class Bench:
    """The home with both rovers; time passes by `run` alone."""

    def __init__(self) -> None:
        rover, arm = RoverLimits(), ArmLimits()
        self.home = Home(WORLD, MujocoHome(WORLD, rover, arm), rover, arm, seed=1, keys={})
        obstacles = load_obstacle_rules(CONFIG / "obstacles.yaml")
        self.gate = Gate(SafetyOptions(), rules=load_rules(ZONES), obstacles=obstacles)
        self.libraries = {name: Library(name, BODY, WORLD, areas=load_areas(ZONES)) for name in NAMES}
        self.fleets = {name: Fleet(name) for name in NAMES}
        self.nearest_m = math.inf
        self._numbers, self._goals = itertools.count(1), itertools.count(1)
        for name in NAMES:
            self.home.firmware[name].link_up(0.0)
            self.home.firmware[name].receive(encode(Hello("test")), 0.0)
            self.gate.described(
                name,
                "1",
                Limits(0.6, 1.5, 1.0, 6.0, 3.0, linear_jerk=5.0, angular_jerk=20.0),
                RADIUS,
                CORNERS,
            )
        self._pass({})
        for _ in range(10):
            self._pass({})
        assert not self.gate.latch.stopped

    def where(self, robot: str) -> tuple[float, float, float]:
        body = json.loads(self.home.truth())["robots"][robot]
        return body["x"], body["y"], body["yaw"]

    def run(self, most_s: float = 90.0, **asked: tuple[str, dict]) -> dict[str, End]:
        """Each named robot carries out its skill, all at once; their ends."""
        runs = {
            robot: self.libraries[robot].make(skill, json.dumps(more))
            for robot, (skill, more) in asked.items()
        }
        goal, ends = str(next(self._goals)), {}
        for _ in range(8):
            self._pass({})  # the gate gives a robot to the next goal when the one before was silent
        for _ in range(round(most_s / PERIOD_S)):
            for robot, run in runs.items():
                step = Drive() if robot in ends else run.step(self._seen(robot))
                if isinstance(step, End):
                    ends[robot] = step
                elif robot not in ends and isinstance(step, Drive):
                    self._ask(robot, goal, step)
            if len(ends) == len(runs):
                return ends
            self._pass({robot: run for robot, run in runs.items() if robot not in ends})
        raise AssertionError(f"not ended: {set(runs) - set(ends)}")

    def _seen(self, robot: str) -> Seen:
        state = self.home.firmware[robot].state(self.home.now_s)
        pose = Pose(*state.pose) if state.pose else None
        others = self.fleets[robot].others(self.home.now_s)
        return Seen(self.home.now_s, pose, *state.twist, others=others)

    def _ask(self, robot: str, goal: str, step: Drive) -> None:
        number, now_s = next(self._numbers), self.home.now_s
        motion = Motion(Kind.VELOCITY, Twist(step.vx, 0.0, step.wz))
        request = Request(robot, goal, "test", number, self.gate.latch.epoch, now_s, motion)
        decided = self.gate.decide(request, now_s=now_s, stamp_s=now_s)
        assert decided is not None, self.gate.take_records()
        twist = decided[1].motion.twist
        assert (
            self.home.firmware[robot].receive(encode(Velocity(number, twist.vx, twist.wz, 0.12)), now_s) == []
        )

    def _pass(self, runs: dict[str, Skill]) -> None:
        for _ in range(round(PERIOD_S / TICK_S)):
            self.home.tick()
        now_s = self.home.now_s
        for robot in NAMES:
            state, *measured = self.home.firmware[robot].news(now_s)
            assert isinstance(state, State)
            for scan in measured:
                if not isinstance(scan, Scan):
                    continue
                self.gate.obstacles.scanned(robot, "scan", plain(scan), now_s, now_s - scan.t)
            twist = Twist(state.twist[0], 0.0, state.twist[1])
            report = Report(True, True, False, self.gate.latch.epoch, now_s, pose=state.pose, twist=twist)
            self.gate.heard(robot, report, now_s=now_s, stamp_s=now_s)
            claim = claim_of(runs[robot]) if robot in runs else None
            for fleet in self.fleets.values():
                if claim:
                    fleet.told(robot, claim[0][0], claim[1], now_s)
                elif state.pose:
                    fleet.told(robot, 0, [state.pose[:2]], now_s)
        self.gate.tick(now_s, now_s)
        one, two = (self.where(robot) for robot in NAMES)
        self.nearest_m = min(self.nearest_m, math.dist(one[:2], two[:2]))


def plain(scan: Scan) -> Rays:
    """As the driver and the gate's node pass it on."""
    told = [math.inf if one is None else math.nan if one < 0.0 else one for one in scan.ranges]
    return Rays(scan.angle_min, scan.angle_step, scan.range_min, scan.range_max, np.array(told))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_a_rover_docks_exactly_by_where_it_really_is(bench: Bench) -> None:
    assert bench.run(rover1=("navigate_to", {"place": "hall"}))["rover1"].outcome is Outcome.SUCCEEDED
    end = bench.run(rover1=("dock", {}))["rover1"]
    assert end.outcome is Outcome.SUCCEEDED, end.message
    x, y, yaw = bench.where("rover1")
    dock = WORLD.places["dock1"].pose
    assert math.dist((x, y), (dock.x_m, dock.y_m)) < 0.035
    assert abs(yaw - dock.yaw_rad) < 0.07


def test_two_rovers_change_docks_and_come_back_without_coming_near(bench: Bench) -> None:
    """Each wants the place where the other stands."""
    ends = bench.run(
        rover1=("navigate_to", {"place": "dock2"}), rover2=("navigate_to", {"place": "dock1"}), most_s=180.0
    )
    assert {end.outcome for end in ends.values()} == {Outcome.SUCCEEDED}, ends
    for robot, place in (("rover1", "dock2"), ("rover2", "dock1")):
        pose = WORLD.places[place].pose
        assert math.dist(bench.where(robot)[:2], (pose.x_m, pose.y_m)) < 0.1
    assert bench.nearest_m > 2 * RADIUS


def test_two_rovers_pass_one_door_against_each_other(bench: Bench) -> None:
    bench.run(rover1=("navigate_to", {"place": "kitchen"}))
    ends = bench.run(rover1=("navigate_to", {"place": "hall"}), rover2=("navigate_to", {"place": "kitchen"}))
    assert {end.outcome for end in ends.values()} == {Outcome.SUCCEEDED}, ends
    assert bench.nearest_m > 2 * RADIUS


def test_a_path_is_driven_through_its_points(bench: Bench) -> None:
    points = [[9.7, 5.0], [9.7, 7.2], [8.4, 5.6]]
    end = bench.run(rover1=("follow_path", {"points": points}))["rover1"]
    assert end.outcome is Outcome.SUCCEEDED
    assert math.dist(bench.where("rover1")[:2], points[-1]) < 0.08
    end = bench.run(rover1=("look_at", {"place": "kitchen"}))["rover1"]
    x, y, yaw = bench.where("rover1")
    kitchen = WORLD.places["kitchen"].pose
    assert abs(math.remainder(math.atan2(kitchen.y_m - y, kitchen.x_m - x) - yaw, math.tau)) < 0.06


class Visited(Bench):
    """Somebody walks through the home, and a sensor tells gate and skills where they are, wrong by 0.1 m at most."""

    def __init__(self, x: float, y: float, *, to_x: float, speed: float) -> None:
        self.person, self.to_x, self.speed = (x, y), to_x, speed
        self.seen, self.refused, self.apart_m = SightInput(), "", math.inf
        super().__init__()

    def _seen(self, robot: str) -> Seen:
        stamp_ns = round(self.home.now_s * 1e9)
        told = replace(super()._seen(robot), stamp_ns=stamp_ns, sight=self.seen.now)
        return replace(told, barred=self.refused.removesuffix(IN_THE_WAY))

    def _ask(self, robot: str, goal: str, step: Drive) -> None:
        try:
            super()._ask(robot, goal, step)
            self.refused = ""
        except AssertionError as error:
            if IN_THE_WAY not in str(error):
                raise
            self.refused = "a person" + IN_THE_WAY

    def _pass(self, runs: dict[str, Skill]) -> None:
        x, y = self.person
        self.person = (min(x + self.speed * PERIOD_S, self.to_x), y)
        now_s, seen = self.home.now_s, [(0.2, 0.2), (15.8, 0.2), (15.8, 9.8), (0.2, 9.8)]
        velocity = self.speed if x < self.to_x else 0.0
        self.gate.people.heard("camera", seen, [Person("o1", *self.person, velocity, 0.0, 0.1)], now_s, 0.0)
        stamp_ns = round(now_s * 1e9)
        self.seen.people("camera", stamp_ns, [("o1", *self.person, 0.1)], stamp_ns)
        super()._pass(runs)
        self.apart_m = min(self.apart_m, math.dist(self.where("rover1")[:2], self.person))


def test_it_comes_to_somebody_no_nearer_than_the_gate_allows() -> None:
    visited = Visited(8.5, 5.0, to_x=8.5, speed=0.0)
    end = visited.run(rover1=("come_to", {"person": "me"}))["rover1"]
    assert end.outcome is Outcome.SUCCEEDED, end.message
    assert 0.9 < math.dist(visited.where("rover1")[:2], visited.person) < 2.5
    assert visited.apart_m > 0.9


def test_it_follows_somebody_through_the_hall_and_keeps_away() -> None:
    visited = Visited(4.5, 5.0, to_x=11.0, speed=0.35)
    end = visited.run(rover1=("follow", {"seconds": 45.0}))["rover1"]
    assert (end.outcome, end.message) == (Outcome.SUCCEEDED, "followed for 45 s")
    assert math.dist(visited.where("rover1")[:2], visited.person) < 3.0
    assert visited.apart_m > 0.9

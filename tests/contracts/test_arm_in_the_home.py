# SPDX-License-Identifier: Apache-2.0
"""Grasp and place with arm1 in MuJoCo, judged by where the cubes really are: skill, gate, firmware, physics."""

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from tektra.common.arm_geometry import ARM_JOINTS
from tektra.common.errors import InputError
from tektra.common.robot_wire import Gripper, Hello, Joints, encode
from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.safety.gate import Gate, Request
from tektra.safety.known import OWNER_TIMEOUT_S, Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion
from tektra.safety.options import SafetyOptions
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.seen import Command, End, Grip, Outcome, Seen
from tektra.skills.seen import Joints as JointGoal

WORLD = load_world(Path(__file__).parents[2] / "config" / "world.yaml")
ARM = ArmLimits()
RANGES = dict(zip(ARM.names, zip(ARM.lower_rad, ARM.upper_rad, strict=True), strict=True))
SPEEDS = dict(zip(ARM.names, ARM.speed_radps, strict=True))
BODY = Body(
    {skill.name: skill.schema for skill in skills_of(["arm", "gripper"])},
    BaseLimits(0.0, 0.0, 0.0, 0.0),
    SPEEDS,
    0.14,
    RANGES,
)
PERIOD_S = 0.05
TABLE_M = WORLD.furniture["arm_table"].box.height_m


class Bench:
    """arm1 in the simulated home under a gate; time passes by `run` alone."""

    def __init__(self) -> None:
        self.home = Home(WORLD, MujocoHome(WORLD, RoverLimits(), ARM), RoverLimits(), ARM, seed=1, keys={})
        self.library = Library("arm1", BODY, WORLD)
        self._arm = self.home.firmware["arm1"]
        self._arm.link_up(0.0)
        self._arm.receive(encode(Hello("test")), 0.0)
        self._gate = Gate(SafetyOptions())
        ranges = (ARM.names, ARM.lower_rad, ARM.upper_rad, ARM.speed_radps)
        limits = Limits(0.0, 0.0, 0.0, 0.0, 0.0, *ranges, 0.0, 0.08, (4.0, 4.0, 4.0, 8.0, 8.0, 8.0))
        self._gate.described("arm1", "1", limits, 0.14)
        self._numbers = itertools.count(1)
        self._goal = 0
        self._pass(1.0)
        assert not self._gate.latch.stopped

    @property
    def truth(self) -> dict:
        return json.loads(self.home.truth())

    def cube(self, name: str) -> tuple[float, float, float]:
        return tuple(self.truth["objects"][name])

    def run(self, skill: str, most_s: float = 60.0, **arguments: object) -> End:
        run = self.library.make(skill, json.dumps(arguments))
        self._begin_goal()
        for _ in range(round(most_s / PERIOD_S)):
            step = run.step(self._seen())
            if isinstance(step, End):
                return step
            self._obey(step)
            self._pass(PERIOD_S)
        raise AssertionError(f"{skill} does not end: {run.progress}")

    def steps(self, skill: str, **arguments: object) -> Iterator[Command | End]:
        """The same, step by step, for a test that breaks off."""
        run = self.library.make(skill, json.dumps(arguments))
        self._begin_goal()
        while True:
            step = run.step(self._seen())
            yield step
            self._obey(step)
            self._pass(PERIOD_S)

    def _begin_goal(self) -> None:
        """The gate gives a robot to the next goal when the one before has been silent for a moment."""
        self._goal += 1
        self._pass(OWNER_TIMEOUT_S + PERIOD_S)

    def _seen(self) -> Seen:
        state = self._arm.state(self.home.now_s)
        joints = dict(zip(state.joints.names, state.joints.positions, strict=True))
        assert state.gripper is not None
        opening, holding = state.gripper.opening, state.gripper.holding
        return Seen(self.home.now_s, None, joints=joints, gripper_opening=opening, gripper_holding=holding)

    def _obey(self, step: object) -> None:
        if isinstance(step, JointGoal):
            names, positions = tuple(step.positions), tuple(step.positions.values())
            motion = Motion(Kind.JOINTS, joint_names=names, joint_positions=positions)
        elif isinstance(step, Grip):
            motion = Motion(Kind.GRIPPER, gripper_opening=step.opening)
        else:
            return
        number, now_s, epoch = next(self._numbers), self.home.now_s, self._gate.latch.epoch
        request = Request("arm1", str(self._goal), "test", number, epoch, now_s, motion)
        decided = self._gate.decide(request, now_s=now_s, stamp_s=now_s)
        assert decided is not None, self._gate.take_records()
        permitted = decided[1].motion
        if permitted.kind == Kind.JOINTS:
            line = Joints(
                number, permitted.joint_names, permitted.joint_positions, 0.12, decided[1].joint_speeds
            )
        else:
            line = Gripper(number, permitted.gripper_opening, 0.12)
        assert self._arm.receive(encode(line), now_s) == []

    def _pass(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.home.tick()
            if round(self.home.now_s / TICK_S) % 8 == 0:
                now_s, state = self.home.now_s, self._arm.state(self.home.now_s)
                joints = dict(zip(state.joints.names, state.joints.positions, strict=True))
                epoch = self._gate.latch.epoch
                report = Report(True, False, False, epoch, now_s, pose=state.pose, joints=joints)
                self._gate.heard("arm1", report, now_s=now_s, stamp_s=now_s)
                self._gate.tick(now_s, now_s)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("cube", ["red_cube", "green_cube", "blue_cube"])
def test_a_cube_is_really_lifted_and_put_down_at_the_tray(bench: Bench, cube: str) -> None:
    end = bench.run("grasp", object=cube.replace("_", " "))
    assert end.outcome is Outcome.SUCCEEDED, end.message
    assert end.message == f"holds the {cube}"
    assert bench.cube(cube)[2] > TABLE_M + 0.1, "it hangs in the air"
    assert bench.truth["robots"]["arm1"]["holding"]
    end = bench.run("place", spot="tray")
    assert end.outcome is Outcome.SUCCEEDED, end.message
    tray = WORLD.table_spots["tray"]
    assert math.dist(bench.cube(cube)[:2], (tray.x_m, tray.y_m)) < 0.02
    assert bench.cube(cube)[2] == pytest.approx(TABLE_M + 0.025, abs=0.005), "it stands on the table"
    assert not bench.truth["robots"]["arm1"]["holding"]


def test_what_was_put_down_is_found_again_and_others_are_left_alone(bench: Bench) -> None:
    before = bench.cube("green_cube"), bench.cube("blue_cube")
    for place in ({"spot": "corner"}, {"x": 14.45, "y": 8.6}, {"spot": "tray"}):
        assert bench.run("grasp", object="red_cube").outcome is Outcome.SUCCEEDED
        assert bench.run("place", **place).outcome is Outcome.SUCCEEDED
    tray = WORLD.table_spots["tray"]
    assert math.dist(bench.cube("red_cube")[:2], (tray.x_m, tray.y_m)) < 0.02
    for then, now in zip(before, (bench.cube("green_cube"), bench.cube("blue_cube")), strict=True):
        assert math.dist(then, now) < 0.002


def test_a_cube_that_is_not_where_it_should_be_is_a_failure_in_words(bench: Bench) -> None:
    other = Library("arm1", BODY, WORLD)  # somebody else, of whom the first knows nothing
    mine, bench.library = bench.library, other
    assert bench.run("grasp", object="red_cube").outcome is Outcome.SUCCEEDED
    assert bench.run("place", spot="tray").outcome is Outcome.SUCCEEDED
    bench.library = mine
    end = bench.run("grasp", object="red_cube")
    assert (
        end.outcome is Outcome.FAILED
        and "closed on nothing: the red_cube is not at (14.35, 8.60)" in end.message
    )
    assert bench.run("grasp", object="green_cube").outcome is Outcome.SUCCEEDED, "the arm is ready for more"


def test_full_and_empty_hands_are_refused_in_words(bench: Bench) -> None:
    end = bench.run("place", spot="tray")
    assert end.outcome is Outcome.REFUSED and "holds nothing" in end.message
    bench.run("grasp", object="red_cube")
    for cube in ("green_cube", "red_cube"):
        end = bench.run("grasp", object=cube)
        assert end.outcome is Outcome.REFUSED and "holds the red_cube already" in end.message
    with pytest.raises(InputError, match="green_cube lies at"):
        bench.run("place", x=14.40, y=8.82)


def test_a_grasp_broken_off_low_over_the_table_leaves_the_arm_able_to_go_on(bench: Bench) -> None:
    """The next way begins straight up, and sweeps no cube off the table."""
    for step in bench.steps("grasp", object="blue_cube"):
        if isinstance(step, Grip) and step.opening == 0.0:
            break
    before = bench.cube("red_cube")
    assert bench.run("grasp", object="green_cube").outcome is Outcome.SUCCEEDED
    assert math.dist(before, bench.cube("red_cube")) < 0.002
    assert bench.cube("green_cube")[2] > TABLE_M + 0.1


@pytest.mark.parametrize(
    "skill, arguments, words",
    [
        ("grasp", {"object": "teapot"}, "no object is called 'teapot': choose one of red_cube"),
        ("place", {"spot": "moon"}, "no spot is called 'moon': choose one of tray"),
        ("place", {"x": 2.0, "y": 5.0}, "no table at"),
        ("place", {"x": 14.05, "y": 8.0}, "out of its reach"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_moves(bench: Bench, skill, arguments, words) -> None:
    with pytest.raises(InputError, match=words):
        bench.run(skill, **arguments)


def test_the_arm_of_the_home_is_the_one_that_the_skills_reckon_with() -> None:
    assert ARM.names == ARM_JOINTS

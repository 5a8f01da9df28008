# SPDX-License-Identifier: Apache-2.0
"""What a robot announces is its own: its limits, poses and tools, and nothing of the simulated arm's."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml

from tektra.common.errors import InputError, OptionError
from tektra.common.skills import HEIGHT, POSES, POSTURES
from tektra.common.world import load_world
from tektra.driver import convert
from tektra.driver.commands import Tool
from tektra.driver.describe import describe
from tektra.driver.motion_fault import motion_fault
from tektra.driver.options import DriverOptions
from tektra.skills.base import BaseLimits
from tektra.skills.flight import GROUND_M, STUCK_S
from tektra.skills.library import Body, Library
from tektra.skills.seen import Descend, Drive, End, Grip, Joints, Outcome, Pose, Rise, Seen, Use

CONFIG = Path("config/robots")
SIX = ["a", "b", "c", "d", "e", "f"]
ARM = DriverOptions(
    kind="arm",
    joint_names=SIX,
    joint_lower=[-2.0] * 6,
    joint_upper=[2.0] * 6,
    joint_speed=[1.0] * 6,
    joint_acceleration=[2.0] * 6,
    gripper_min=0.01,
    gripper_max=0.14,
    pose_names=["tucked", "over the bin"],
    pose_positions=[0.1] * 6 + [0.5, -0.5, 1.0, 0.0, 0.0, 0.0],
)
COPTER = DriverOptions(
    kind="copter",
    linear_speed=2.0,
    angular_speed=1.0,
    linear_acceleration=1.0,
    linear_deceleration=2.0,
    angular_acceleration=2.0,
    linear_jerk=5.0,
    angular_jerk=10.0,
    footprint=[0.3, 0.3, -0.3, 0.3, -0.3, -0.3],
    altitude=6.0,
    tool_names=["spray", "lamp"],
)


def announced(options: DriverOptions) -> dict[str, dict]:
    return {skill.name: json.loads(skill.schema) for skill in describe("robot1", options).skills}


def library(options: DriverOptions) -> Library:
    schemas = {skill.name: skill.schema for skill in describe("robot1", options).skills}
    base = BaseLimits(
        options.linear_speed,
        options.angular_speed,
        options.linear_deceleration,
        options.angular_acceleration,
    )
    body = Body(
        schemas,
        base,
        dict(zip(options.joint_names, options.joint_speed, strict=False)),
        0.3,
        gripper=(options.gripper_min, options.gripper_max),
    )
    return Library("robot1", body, load_world(Path("config/world.yaml")))


def test_an_arm_of_somebody_elses_takes_its_own_poses_and_offers_nothing_of_ours() -> None:
    skills = announced(ARM)
    assert set(skills) == {"arm_pose", "open_gripper", "close_gripper"}
    assert skills["arm_pose"]["properties"]["pose"]["enum"] == ["tucked", "over the bin"]
    run = library(ARM).make("arm_pose", '{"pose": "over the bin"}')
    asked = run.step(Seen(1.0, None, joints=dict.fromkeys(SIX, 0.0)))
    assert isinstance(asked, Joints) and asked.positions["c"] > 0.0 > asked.positions["b"]
    with pytest.raises(InputError, match="ready"):
        library(ARM).make("arm_pose", '{"pose": "ready"}')


def test_a_gripper_opens_and_closes_as_far_as_its_own_limits() -> None:
    still = Seen(1.0, None, gripper_opening=0.07)
    assert library(ARM).make("open_gripper", "{}").step(still) == Grip(0.14)
    assert library(ARM).make("close_gripper", "{}").step(still) == Grip(0.01)


@pytest.mark.parametrize(
    ("names", "positions", "told"),
    [
        (["tucked"], [0.1] * 5, "5 values"),
        (["tucked", "tucked"], [0.1] * 12, "12 values"),
        (["far"], [0.1, 0.1, 9.0, 0.1, 0.1, 0.1], "c = 9"),
        (["nowhere"], [float("nan")] * 6, "nan"),
    ],
)
def test_poses_that_do_not_fit_are_refused_by_name(names, positions, told) -> None:
    with pytest.raises(OptionError, match=told):
        describe("robot1", replace(ARM, pose_names=names, pose_positions=positions))


@pytest.mark.parametrize("name", ["arm1", "franka1"])
def test_the_poses_that_come_with_tektra_are_within_their_arms_limits(name: str) -> None:
    values = yaml.safe_load((CONFIG / f"{name}.yaml").read_text())["/**/driver"]["ros__parameters"]
    known = {key: value for key, value in values.items() if key in DriverOptions.__dataclass_fields__}
    skills = announced(DriverOptions(**known))
    assert skills["arm_pose"][POSES].keys() == set(values["pose_names"])
    assert ("wave" in skills) == (name == "arm1")


@pytest.mark.parametrize(("speed", "fine"), [(0.3, True), (2.0, True), (2.1, False)])
def test_move_takes_the_robots_own_speed_into_its_schema(speed: float, fine: bool) -> None:
    schema = announced(COPTER)["move"]
    valid = jsonschema.Draft202012Validator(schema).is_valid({"distance_m": 1.0, "speed_mps": speed})
    assert valid == fine


def test_what_does_not_turn_offers_no_turn() -> None:
    assert "turn" in announced(COPTER) and "turn" not in announced(replace(COPTER, angular_speed=0.0))


def test_it_takes_off_goes_to_a_height_and_lands() -> None:
    made = library(COPTER)
    up = made.make("take_off", '{"altitude_m": 3.0}')
    assert up.step(Seen(1.0, None, altitude=0.0)) == Rise(3.0)
    end = up.step(Seen(5.0, None, altitude=2.9))
    assert isinstance(end, End) and end.outcome is Outcome.SUCCEEDED
    lower = made.make("go_to_height", '{"altitude_m": 1.0}')
    assert lower.step(Seen(6.0, None, altitude=2.9)) == Rise(1.0)
    assert lower.step(Seen(8.0, None, altitude=1.1)).outcome is Outcome.SUCCEEDED
    down = made.make("land", "{}")
    assert down.step(Seen(9.0, None, altitude=1.1)) == Descend()
    assert down.step(Seen(12.0, None, altitude=GROUND_M / 2)).outcome is Outcome.SUCCEEDED


def test_a_landing_that_the_gate_refuses_is_told_and_not_waited_for() -> None:
    down = library(COPTER).make("land", "{}")
    assert down.step(Seen(1.0, None, altitude=3.0)) == Descend()
    end = down.step(Seen(2.0, None, altitude=3.0, barred="pond"))
    assert isinstance(end, End) and end.outcome is Outcome.FAILED and "pond is in the way" in end.message


@pytest.mark.parametrize("altitude", ["6.1", "0.2", "-1"])
def test_no_height_beyond_its_own_is_taken(altitude: str) -> None:
    with pytest.raises(InputError, match="altitude_m"):
        library(COPTER).make("take_off", f'{{"altitude_m": {altitude}}}')


def test_a_height_that_nobody_tells_or_that_never_comes_ends_the_flight() -> None:
    made = library(COPTER)
    assert made.make("take_off", "{}").step(Seen(1.0, None)).outcome is Outcome.FAILED
    on_ground = made.make("go_to_height", '{"altitude_m": 2.0}').step(Seen(1.0, None, altitude=0.0))
    assert "take off" in on_ground.message
    stuck = made.make("take_off", "{}")
    assert stuck.step(Seen(1.0, None, altitude=0.0)) == Rise(1.5)
    assert "stays" in stuck.step(Seen(1.1 + STUCK_S, None, altitude=0.01)).message


def test_a_tool_of_its_own_runs_for_a_while_and_then_goes_off() -> None:
    made = library(COPTER)
    run = made.make("use_tool", '{"tool": "spray", "value": 0.5, "seconds": 2}')
    assert run.step(Seen(1.0, None)) == Use("spray", 0.5)
    assert run.step(Seen(2.9, None)) == Use("spray", 0.5)
    assert run.step(Seen(3.0, None)).outcome is Outcome.SUCCEEDED
    with pytest.raises(InputError, match="saw"):
        made.make("use_tool", '{"tool": "saw", "seconds": 2}')


def test_a_turn_is_no_faster_than_the_robot_turns_and_as_slow_as_is_asked() -> None:
    rate = announced(COPTER)["turn"]["properties"]["rate_dps"]
    assert rate["maximum"] == pytest.approx(math.degrees(COPTER.angular_speed))
    turn = library(COPTER).make("turn", '{"angle_deg": 90, "rate_dps": 10}')
    asked = turn.step(Seen(1.0, Pose(0.0, 0.0, 0.0)))
    assert isinstance(asked, Drive) and asked.wz <= math.radians(10.0) + 1e-9
    with pytest.raises(InputError, match="rate_dps"):
        library(COPTER).make("turn", '{"angle_deg": 90, "rate_dps": 900}')


LEGGED = {"kind": "legged", "posture_names": ["stand_up", "lie_down"], "posture_heights": [0.3, 0.1]}


def test_a_robot_on_legs_offers_the_postures_that_it_was_given_and_no_other() -> None:
    options = DriverOptions(**LEGGED)
    described = describe("dog1", options)
    offered = {skill.name: skill.arguments_schema for skill in described.skills}
    assert {"stand_up", "lie_down"} == offered.keys() & set(POSTURES)
    assert offered["stand_up"][HEIGHT] == 0.3 and "posture" in described.capabilities
    assert list(convert.description(described, options).limits.tool_names) == ["stand_up", "lie_down"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "rover"}, "given to a rover"),
        ({"posture_heights": [0.3]}, "1 values for 2"),
        ({"posture_names": ["stand_up", "beg"]}, "'beg'"),
        ({"posture_names": ["stand_up", "stand_up"]}, "each posture once"),
    ],
)
def test_postures_that_do_not_fit_are_refused_by_name(changes: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError) as refusal:
        describe("dog1", DriverOptions(**{**LEGGED, **changes}))
    assert words in f"{refusal.value.what}; {refusal.value.remedy}"


def test_a_posture_that_was_not_given_is_no_permit() -> None:
    options = DriverOptions(**LEGGED)
    assert motion_fault(Tool("lie_down", 1.0, 0.1), options) == ""
    assert "unknown tool 'damp'" in motion_fault(Tool("damp", 1.0, 0.1), options)

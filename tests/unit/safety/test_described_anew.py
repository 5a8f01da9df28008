# SPDX-License-Identifier: Apache-2.0
"""A driver that was started anew declares less than the one before it: what the robot was is not undone by that."""

import dataclasses
import math

import pytest

from tektra.safety.convert import limits as limits_of
from tektra.safety.kept_doubts import KeptDoubts, Times
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.people import Person
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.zones import Rules
from tektra_interfaces.msg import RobotLimits

from .conftest import ROVER, TICK_S

APART = Rules(0.2, 0.05)
COPTER = dataclasses.replace(ROVER, altitude=20.0, sideways=True)
CARRIER = dataclasses.replace(
    ROVER,
    joint_names=("lift",),
    joint_lower=(-2.0,),
    joint_upper=(2.0,),
    joint_speed=(1.0,),
    joint_acceleration=(4.0,),
)
LIFT = Motion(Kind.JOINTS, joint_names=("lift",), joint_positions=(0.5,))
#: A parameter file that lacks something: the driver declares no base then.
NO_BASE = {"linear_speed": 0.0, "angular_speed": 0.0, "altitude": 0.0}
#: Its file names a place for its arm, too, as every entry does; it is not there.
CARRIES = dataclasses.replace(APART, people=PeopleRules(arms={"rover2": Arm(50.0, 50.0, 0.85)}))
FLOOR = [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]


def gets(world, other, seconds: float = 6.0, **state) -> float:
    """How far rover1 comes that drives at rover2."""
    x, v = 0.0, 0.0
    for step in range(round(seconds / TICK_S)):
        world.tick()
        world.hear("rover1", pose=(x, 0.0, 0.0), twist=Twist(v), moving=v > 0, **state)
        world.hear("rover2", **other)
        ahead = Motion(Kind.VELOCITY, twist=Twist(0.5))
        asked = world.ask(goal=f"g{step // 30}", motion=ahead)
        decided = world.gate.decide(asked, now_s=world.now_s, stamp_s=world.clock_s)
        v = decided[1].motion.twist.vx if decided else 0.0
        x += v * TICK_S
    return x


@pytest.mark.parametrize("told", [8.0, math.nan])
def test_a_copter_in_the_air_is_none_on_the_ground_for_what_its_new_driver_declares(
    ready_with, told: float
) -> None:
    world = ready_with(rules=APART)
    for robot in ("rover1", "rover2"):
        world.gate.described(robot, "driver-1", COPTER, 0.3)
    world.run(0.4, "rover1", pose=(0.0, 0.0, 0.0), altitude=8.0)
    world.run(0.4, "rover2", pose=(1.5, 0.0, 0.0), altitude=8.0)
    world.gate.described("rover2", "driver-2", dataclasses.replace(COPTER, **NO_BASE), 0.3)
    assert gets(world, {"pose": (1.5, 0.0, 0.0), "altitude": told}, altitude=8.0) < 0.86


def test_one_that_never_flew_is_as_high_as_it_was_whatever_height_its_body_tells(ready_with) -> None:
    world = ready_with(rules=dataclasses.replace(APART, heights={"rover2": 0.6}))
    for told in (0.3, math.nan):
        world.run(0.4, "rover2", pose=(1.5, 0.0, 0.0), altitude=told)
        assert world.gate.known()["rover2"].there(world.now_s).tall.high == 0.6


@pytest.mark.parametrize("lacks", ["linear_deceleration", "linear_jerk"])
@pytest.mark.parametrize(
    "mobile", [False, True], ids=["it drove before", "it never drove, by its kind it could"]
)
def test_an_arm_on_a_base_that_must_not_drive_is_not_bolted_elsewhere(ready_with, mobile, lacks) -> None:
    world = ready_with(rules=CARRIES)
    if mobile:
        world.gate.gone("rover2")
    else:
        world.gate.described("rover2", "driver-1", CARRIER, 0.3)
    limits = dataclasses.replace(CARRIER, mobile=mobile, **{**NO_BASE, lacks: 0.0})
    world.gate.described("rover2", "driver-2", limits, 0.3)
    stands = {"pose": (2.0, 0.0, 0.0), "joints": {"lift": 0.4}}
    assert gets(world, stands) < 0.81
    for _ in range(60):
        world.tick()
        world.hear("rover1", pose=(0.9, 0.0, 0.0))
        world.hear("rover2", **stands)
    assert not world.permitted(world.ask("rover2", goal="up", motion=LIFT))


def test_such_an_arm_does_not_move_beside_somebody(ready_with) -> None:
    world = ready_with(rules=CARRIES)
    world.gate.described("rover2", "driver-1", CARRIER, 0.3)
    limits = dataclasses.replace(CARRIER, **NO_BASE, linear_deceleration=0.0)
    world.gate.described("rover2", "driver-2", limits, 0.3)
    for _ in range(60):
        world.tick()
        world.hear("rover1", pose=(30.0, 0.0, 0.0))
        world.hear("rover2", pose=(1.35, 0.0, 0.0), joints={"lift": 0.4})
        world.gate.people.heard("camera", FLOOR, [Person("p", 1.9, 0.0)], world.now_s, 0.0)
    assert not world.permitted(world.ask("rover2", goal="up", motion=LIFT))


@pytest.mark.parametrize(
    ("kind", "roams"), [("arm", False), ("", False), ("rover", True), ("legged", True), ("copter", True)]
)
def test_by_its_kind_alone_it_drives_about_or_may_be_bolted(kind: str, roams: bool) -> None:
    assert limits_of(RobotLimits(), kind).roams is roams
    assert limits_of(RobotLimits(linear_speed=0.5), kind).roams


def test_an_operator_who_forgets_it_makes_room_for_a_bolted_one_of_its_name(ready_with) -> None:
    world = ready_with(rules=CARRIES)
    world.gate.described("rover2", "driver-1", CARRIER, 0.3)
    world.run(0.4, "rover2", pose=(2.0, 0.0, 0.0))
    world.gate.gone("rover2")
    world.gate.doubts.forget_robot("operator", "rover2", world.now_s)
    world.gate.described("rover2", "driver-2", dataclasses.replace(CARRIER, **NO_BASE), 0.3)
    world.run(0.4, "rover2", joints={"lift": 0.4})
    assert not world.gate.known()["rover2"].roams


# -- heights of the file ------------------------------------------------------------------------------------------


def test_a_height_that_was_put_right_holds_for_a_robot_that_was_kept_over_the_restart(
    ready_with, new_world, tmp_path
) -> None:
    def high(world) -> float:
        return world.gate.known()["rover2"].there(world.now_s).tall.high

    file = tmp_path / "lost.json"
    world = ready_with(rules=dataclasses.replace(APART, heights={"rover2": 0.4}))
    kept = KeptDoubts(file, world.gate, Times(world.now_s, 5000.0))
    world.run(1.0, "rover2", pose=(3.0, 0.0, 0.0))
    kept.keep(Times(world.now_s, 5001.0))
    again = new_world(rules=dataclasses.replace(APART, heights={"rover2": 1.8}))
    KeptDoubts(file, again.gate, Times(again.now_s, 5001.0))
    assert high(again) == 1.8
    again.gate.described("rover2", "driver-1", ROVER, 0.3)
    again.run(0.4, "rover2", pose=(3.0, 0.0, 0.0))
    assert high(again) == 1.8


def test_an_arm_that_was_forgotten_and_comes_back_is_as_high_as_the_file_says(ready_with) -> None:
    rules = dataclasses.replace(
        APART, people=PeopleRules(arms={"arm": Arm(3.0, 0.0, 0.85)}), heights={"arm": 4.0}
    )
    world = ready_with(rules=rules)
    world.gate.doubts.forget_robot("operator", "arm", world.now_s)
    world.gate.described("arm", "driver-1", dataclasses.replace(CARRIER, **NO_BASE), 0.3)
    world.run(0.4, "arm", pose=(3.0, 0.0, 0.0))
    assert world.gate.known()["arm"].there(world.now_s).tall.high == 4.0

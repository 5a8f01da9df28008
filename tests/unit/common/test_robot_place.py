# SPDX-License-Identifier: Apache-2.0
"""What a robot's state must be so that anybody believes its place."""

import math

import pytest

from tektra.common.robot_place import place_on_map
from tektra.planner.interface.messages import robot_now
from tektra.safety.convert import report
from tektra.skills.base import BaseLimits, Move, Turn
from tektra.skills.messages import seen_of
from tektra.skills.seen import End, Outcome
from tektra_interfaces.msg import RobotState

NORTH = (0.0, 0.0, math.sqrt(0.5), math.sqrt(0.5))


def state(x=1.0, y=2.0, rotation=NORTH, frame="map", *, localized=True):
    message = RobotState(robot="rover1", connected=True, localized=localized)
    message.header.frame_id = frame
    message.pose.position.x, message.pose.position.y = x, y
    turned = message.pose.orientation
    turned.x, turned.y, turned.z, turned.w = rotation
    return message


NOWHERE = {
    "it says that it does not know": state(localized=False),
    "in its odometry's frame": state(frame="rover1/odom"),
    "in its own frame": state(frame="base_link"),
    "turned by nothing": state(rotation=(0.0, 0.0, 0.0, 0.0)),
    "turned by no rotation": state(rotation=(0.0, 0.0, 1.0, 1.0)),
    "turned by no number": state(rotation=(0.0, 0.0, math.nan, 1.0)),
    "x is no number": state(x=math.nan),
    "y is without end": state(y=-math.inf),
    "beyond all maps": state(x=1e300),
}


def test_a_place_on_the_map_is_its_position_and_heading() -> None:
    for frame in ("map", ""):
        place = place_on_map(1.0, 2.0, NORTH, localized=True, frame=frame)
        assert place == pytest.approx((1.0, 2.0, math.pi / 2.0))


@pytest.mark.parametrize("told", NOWHERE.values(), ids=NOWHERE)
def test_gate_skills_and_planner_believe_no_place_that_is_none(told) -> None:
    assert report(told).pose is None
    assert seen_of(told, 0.0).pose is None
    assert not robot_now(told, 0.0).localized


def test_gate_skills_and_planner_believe_the_same_place() -> None:
    told = state()
    seen, now = seen_of(told, 0.0).pose, robot_now(told, 0.0)
    assert seen is not None and now.localized
    assert report(told).pose == (seen.x, seen.y, seen.yaw)
    assert (now.x_m, now.y_m) == (1.0, 2.0)


@pytest.mark.parametrize("skill", [Move, Turn])
@pytest.mark.parametrize("told", NOWHERE.values(), ids=NOWHERE)
def test_nobody_drives_by_a_place_that_is_none(skill, told) -> None:
    step = skill(1.0, BaseLimits(0.6, 1.5, 1.0, 4.0)).step(seen_of(told, 0.0))
    assert isinstance(step, End) and step.outcome is Outcome.FAILED

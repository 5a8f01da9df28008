# SPDX-License-Identifier: Apache-2.0
"""Requests are cut to limits, or refused when limits or values cannot be trusted."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.safety.motion import Ceilings, Kind, Limits, Motion, Refused, Twist, permit

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0)
ARM = Limits(0.0, 0.0, 0.0, 0.0, 0.0, ("a", "b"), (-1.0, -2.0), (1.0, 2.0), (0.5, 3.0), 0.0, 0.08)
CEILINGS = Ceilings(linear_speed=1.0, angular_speed=2.0, joint_speed=2.0)
NAN, INF = math.nan, math.inf


def drive(vx: float = 0.0, wz: float = 0.0, vy: float = 0.0) -> Motion:
    return Motion(Kind.VELOCITY, twist=Twist(vx, vy, wz))


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize("field", ["vx", "vy", "wz"])
def test_a_velocity_that_is_not_finite_is_refused(bad: float, field: str) -> None:
    with pytest.raises(Refused, match="finite"):
        permit(drive(**{field: bad}), ROVER, CEILINGS, Twist(), 0.05)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Limits) if f.type == "float"])
@pytest.mark.parametrize("bad", [NAN, INF])
def test_limits_that_are_not_finite_cannot_be_trusted(field: str, bad: float) -> None:
    assert dataclasses.replace(ROVER, **{field: bad}).fault()


def test_limits_that_lack_an_acceleration_cannot_be_trusted() -> None:
    assert dataclasses.replace(ROVER, linear_deceleration=0.0).fault()
    assert not ROVER.fault() and not ARM.fault()


def test_joint_limits_of_unequal_number_or_empty_range_cannot_be_trusted() -> None:
    assert dataclasses.replace(ARM, joint_lower=(-1.0,)).fault()
    assert dataclasses.replace(ARM, joint_upper=(-1.0, 2.0)).fault()
    assert dataclasses.replace(ARM, joint_speed=(0.0, 3.0)).fault()


def test_speeding_up_is_held_to_the_acceleration_and_slowing_down_is_not() -> None:
    faster = permit(drive(0.6), ROVER, CEILINGS, Twist(0.1, 0.0, 0.0), 0.05)
    assert faster.motion.twist.vx == pytest.approx(0.15) and faster.clamped == "acceleration"
    slower = permit(drive(0.1), ROVER, CEILINGS, Twist(0.6, 0.0, 0.0), 0.05)
    assert slower.motion.twist.vx == pytest.approx(0.1) and not slower.clamped


def test_going_the_other_way_starts_from_standing() -> None:
    turned = permit(drive(-0.6), ROVER, CEILINGS, Twist(0.6, 0.0, 0.0), 0.05)
    assert turned.motion.twist.vx == pytest.approx(-0.05)


def test_too_fast_a_curve_stays_the_same_curve() -> None:
    cut = permit(drive(1.2, 1.0), ROVER, CEILINGS, Twist(0.6, 0.0, 0.5), 1.0)
    assert cut.motion.twist.vx == pytest.approx(0.6)
    assert cut.motion.twist.wz == pytest.approx(0.5)
    assert cut.clamped == "speed"


def test_the_operators_ceiling_is_over_the_robots_own_limit() -> None:
    slow = Ceilings(linear_speed=0.2, angular_speed=2.0, joint_speed=2.0)
    assert permit(drive(0.6), ROVER, slow, Twist(0.2, 0.0, 0.0), 1.0).motion.twist.vx == pytest.approx(0.2)


def test_an_arm_is_not_permitted_to_drive() -> None:
    with pytest.raises(Refused, match="no base"):
        permit(drive(0.1), ARM, CEILINGS, Twist(), 0.05)


@pytest.mark.parametrize(
    "names, positions, words",
    [
        ((), (), "fit together"),
        (("a",), (0.0, 1.0), "fit together"),
        (("a", "a"), (0.0, 0.0), "fit together"),
        (("c",), (0.0,), "no joint 'c'"),
        (("a",), (NAN,), "finite"),
        (("a",), (1.2,), "outside"),
    ],
)
def test_a_bad_joint_request_is_refused(names: tuple, positions: tuple, words: str) -> None:
    with pytest.raises(Refused, match=words):
        permit(
            Motion(Kind.JOINTS, joint_names=names, joint_positions=positions), ARM, CEILINGS, Twist(), 0.05
        )


def test_joints_get_the_lower_of_their_speed_limit_and_the_ceiling() -> None:
    motion = Motion(Kind.JOINTS, joint_names=("b", "a"), joint_positions=(1.0, 0.5))
    assert permit(motion, ARM, CEILINGS, Twist(), 0.05).joint_speeds == (2.0, 0.5)


@pytest.mark.parametrize("opening", [-0.01, 0.09, NAN])
def test_a_gripper_opening_out_of_range_is_refused(opening: float) -> None:
    with pytest.raises(Refused):
        permit(Motion(Kind.GRIPPER, gripper_opening=opening), ARM, CEILINGS, Twist(), 0.05)


def test_a_robot_without_gripper_or_an_unknown_verb_is_refused() -> None:
    with pytest.raises(Refused, match="no gripper"):
        permit(Motion(Kind.GRIPPER, gripper_opening=0.0), ROVER, CEILINGS, Twist(), 0.05)
    with pytest.raises(Refused, match="no kind"):
        permit(Motion(9), ROVER, CEILINGS, Twist(), 0.05)


speeds = st.floats(allow_nan=True, allow_infinity=True)


@given(speeds, speeds, speeds, st.floats(-0.6, 0.6), st.floats(-1.5, 1.5), st.floats(0.0, 0.2))
def test_no_permitted_velocity_is_beyond_a_limit(vx, vy, wz, before_vx, before_wz, period) -> None:
    try:
        twist = permit(
            drive(vx, wz, vy), ROVER, CEILINGS, Twist(before_vx, 0.0, before_wz), period
        ).motion.twist
    except Refused:
        return
    assert math.hypot(twist.vx, twist.vy) <= 0.6 * (1 + 1e-9)
    assert abs(twist.wz) <= 1.5 * (1 + 1e-9)
    assert abs(twist.vx) <= abs(before_vx) + 1.0 * period + 1e-9

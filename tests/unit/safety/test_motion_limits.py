# SPDX-License-Identifier: Apache-2.0
"""Requests are cut to limits, or refused when limits or values cannot be trusted."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.safety.motion import Ceilings, Kind, Limits, Motion, Permitted, Ramp, Refused, Twist, permit

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
ARM = Limits(0.0, 0.0, 0.0, 0.0, 0.0, ("a", "b"), (-1.0, -2.0), (1.0, 2.0), (0.5, 3.0), 0.0, 0.08, (4.0, 4.0))
COPTER = dataclasses.replace(ROVER, altitude=5.0, tool_names=("lamp", "winch"))
CEILINGS = Ceilings(linear_speed=1.0, angular_speed=2.0, joint_speed=2.0)
NAN, INF = math.nan, math.inf


def drive(vx: float = 0.0, wz: float = 0.0, vy: float = 0.0) -> Motion:
    return Motion(Kind.VELOCITY, twist=Twist(vx, vy, wz))


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize("field", ["vx", "vy", "wz"])
def test_a_velocity_that_is_not_finite_is_refused(bad: float, field: str) -> None:
    with pytest.raises(Refused, match="finite"):
        permit(drive(**{field: bad}), ROVER, CEILINGS, Ramp(), 0.05)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Limits) if f.type == "float"])
@pytest.mark.parametrize("bad", [NAN, INF])
def test_limits_that_are_not_finite_cannot_be_trusted(field: str, bad: float) -> None:
    assert dataclasses.replace(ROVER, **{field: bad}).fault()


@pytest.mark.parametrize("array", ["joint_lower", "joint_upper", "joint_speed", "joint_acceleration"])
@pytest.mark.parametrize("bad", [NAN, INF])
def test_joint_limits_that_are_not_finite_cannot_be_trusted(array: str, bad: float) -> None:
    assert dataclasses.replace(ARM, **{array: (bad, getattr(ARM, array)[1])}).fault()


@pytest.mark.parametrize(
    "field",
    ["linear_acceleration", "linear_deceleration", "angular_acceleration", "linear_jerk", "angular_jerk"],
)
@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_a_base_that_does_not_declare_how_it_speeds_up_and_slows_down_cannot_be_trusted(
    field: str, bad: float
) -> None:
    assert "not positive" in dataclasses.replace(ROVER, **{field: bad}).fault()
    assert not ROVER.fault() and not ARM.fault() and not COPTER.fault()


def test_joint_limits_of_unequal_number_or_empty_range_cannot_be_trusted() -> None:
    assert dataclasses.replace(ARM, joint_lower=(-1.0,)).fault()
    assert dataclasses.replace(ARM, joint_upper=(-1.0, 2.0)).fault()
    assert dataclasses.replace(ARM, joint_speed=(0.0, 3.0)).fault()
    assert dataclasses.replace(ARM, joint_acceleration=()).fault(), "an absent acceleration"
    assert dataclasses.replace(ARM, joint_acceleration=(4.0, 0.0)).fault()
    assert dataclasses.replace(ARM, joint_names=("a", "a")).fault()


@pytest.mark.parametrize(
    "changes", [{"stop_category": 2}, {"altitude": -1.0}, {"tool_names": ("",)}, {"tool_names": ("a", "a")}]
)
def test_other_limits_that_make_no_sense_cannot_be_trusted(changes: dict) -> None:
    assert dataclasses.replace(ROVER, **changes).fault()


def test_speeding_up_is_held_to_the_acceleration_and_slowing_down_is_not() -> None:
    before = Ramp(Twist(0.1, 0.0, 0.0), growth=Twist(1.0, 0.0, 0.0))
    faster = permit(drive(0.6), ROVER, CEILINGS, before, 0.05)
    assert faster.motion.twist.vx == pytest.approx(0.15) and faster.clamped == "acceleration"
    slower = permit(drive(0.1), ROVER, CEILINGS, Ramp(Twist(0.6, 0.0, 0.0)), 0.05)
    assert slower.motion.twist.vx == pytest.approx(0.1) and not slower.clamped


def test_the_acceleration_itself_grows_no_faster_than_the_jerk() -> None:
    permitted = permit(drive(0.6), ROVER, CEILINGS, Ramp(), 0.05)
    assert permitted.motion.twist.vx == pytest.approx(5.0 * 0.05 * 0.05)
    permitted = permit(drive(0.6), ROVER, CEILINGS, permitted.ramp, 0.05)
    assert permitted.ramp.growth.vx == pytest.approx(2 * 5.0 * 0.05)


def test_going_the_other_way_starts_from_standing() -> None:
    before = Ramp(Twist(0.6, 0.0, 0.0), growth=Twist(1.0, 0.0, 0.0))
    turned = permit(drive(-0.6), ROVER, CEILINGS, before, 0.05)
    assert turned.motion.twist.vx == pytest.approx(-5.0 * 0.05 * 0.05)


def test_ten_metres_at_full_speed_take_less_than_twenty_seconds() -> None:
    way, seconds, ramp = 0.0, 0.0, Ramp()
    while way < 10.0:
        permitted = permit(drive(0.6), ROVER, CEILINGS, ramp, 0.05)
        ramp, way, seconds = permitted.ramp, way + permitted.motion.twist.vx * 0.05, seconds + 0.05
    assert 10.0 / 0.6 < seconds < 17.5


def test_too_fast_a_curve_stays_the_same_curve() -> None:
    cut = permit(drive(1.2, 1.0), ROVER, CEILINGS, Ramp(Twist(0.6, 0.0, 0.5)), 1.0)
    assert cut.motion.twist.vx == pytest.approx(0.6)
    assert cut.motion.twist.wz == pytest.approx(0.5)
    assert cut.clamped == "speed"


def test_the_operators_ceiling_is_over_the_robots_own_limit() -> None:
    slow = Ceilings(linear_speed=0.2, angular_speed=2.0, joint_speed=2.0)
    assert permit(drive(0.6), ROVER, slow, Ramp(Twist(0.2)), 1.0).motion.twist.vx == pytest.approx(0.2)


def test_an_arm_is_not_permitted_to_drive() -> None:
    with pytest.raises(Refused, match="no base"):
        permit(drive(0.1), ARM, CEILINGS, Ramp(), 0.05)


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
        permit(Motion(Kind.JOINTS, joint_names=names, joint_positions=positions), ARM, CEILINGS, Ramp(), 0.05)


def joints(before: Ramp, period_s: float = 0.05, **targets: float) -> Permitted:
    motion = Motion(Kind.JOINTS, joint_names=tuple(targets), joint_positions=tuple(targets.values()))
    return permit(motion, ARM, CEILINGS, before, period_s, {"a": 0.0, "b": 0.0})


def test_joints_get_the_lower_of_their_speed_limit_and_the_ceiling() -> None:
    assert joints(Ramp(joints={"a": 0.5, "b": 2.0}), b=1.0, a=0.5).joint_speeds == (2.0, 0.5)


def test_joints_speed_up_within_their_acceleration() -> None:
    first = joints(Ramp(), b=1.0)
    assert first.joint_speeds == (pytest.approx(4.0 * 0.05),) and first.clamped == "acceleration"
    assert joints(first.ramp, b=1.0).joint_speeds == (pytest.approx(2 * 4.0 * 0.05),)


def test_a_joint_that_turns_round_or_tells_not_where_it_is_starts_from_standing() -> None:
    fast = Ramp(joints={"b": 2.0})
    assert joints(fast, b=-1.0).joint_speeds == (pytest.approx(4.0 * 0.05),)
    motion = Motion(Kind.JOINTS, joint_names=("b",), joint_positions=(1.0,))
    assert permit(motion, ARM, CEILINGS, fast, 0.05).joint_speeds == (pytest.approx(4.0 * 0.05),)


@pytest.mark.parametrize("opening", [-0.01, 0.09, NAN])
def test_a_gripper_opening_out_of_range_is_refused(opening: float) -> None:
    with pytest.raises(Refused):
        permit(Motion(Kind.GRIPPER, gripper_opening=opening), ARM, CEILINGS, Ramp(), 0.05)


def test_a_robot_without_gripper_or_an_unknown_verb_is_refused() -> None:
    with pytest.raises(Refused, match="no gripper"):
        permit(Motion(Kind.GRIPPER, gripper_opening=0.0), ROVER, CEILINGS, Ramp(), 0.05)
    with pytest.raises(Refused, match="no kind"):
        permit(Motion(9), ROVER, CEILINGS, Ramp(), 0.05)


@pytest.mark.parametrize("value", [-0.1, 1.1, NAN, INF])
def test_a_tool_has_a_share_of_its_effect_and_nothing_beyond(value: float) -> None:
    with pytest.raises(Refused, match="share"):
        permit(Motion(Kind.TOOL, tool_name="lamp", tool_value=value), COPTER, CEILINGS, Ramp(), 0.05)


def test_a_tool_that_was_not_declared_is_refused() -> None:
    with pytest.raises(Refused, match="no tool 'saw'"):
        permit(Motion(Kind.TOOL, tool_name="saw", tool_value=0.0), COPTER, CEILINGS, Ramp(), 0.05)
    on = Motion(Kind.TOOL, tool_name="lamp", tool_value=1.0)
    assert permit(on, COPTER, CEILINGS, Ramp(), 0.05).motion == on


@pytest.mark.parametrize("altitude", [0.0, -1.0, 5.01, NAN, INF])
def test_a_take_off_beyond_the_altitude_limit_is_refused(altitude: float) -> None:
    with pytest.raises(Refused, match="altitude"):
        permit(Motion(Kind.TAKE_OFF, altitude=altitude), COPTER, CEILINGS, Ramp(), 0.05)


def test_nothing_flies_higher_than_the_operator_lets_it_whatever_it_declares() -> None:
    boasts, low = dataclasses.replace(COPTER, altitude=1e6), dataclasses.replace(CEILINGS, altitude=3.0)
    with pytest.raises(Refused, match=r"0 to 3\.00 m of altitude"):
        permit(Motion(Kind.TAKE_OFF, altitude=3.01), boasts, low, Ramp(), 0.05)
    assert permit(Motion(Kind.TAKE_OFF, altitude=3.0), boasts, low, Ramp(), 0.05)
    assert permit(Motion(Kind.LAND), boasts, dataclasses.replace(CEILINGS, altitude=0.0), Ramp(), 0.05)


def test_the_gate_hands_the_operators_ceilings_on(new_world) -> None:
    gate = new_world().gate
    assert gate._ceilings == Ceilings(1.0, 2.0, 2.0, 120.0)


@pytest.mark.parametrize("kind", [Kind.TAKE_OFF, Kind.LAND])
def test_what_declares_no_altitude_does_not_fly(kind: Kind) -> None:
    with pytest.raises(Refused, match="does not fly"):
        permit(Motion(kind, altitude=1.0), ROVER, CEILINGS, Ramp(), 0.05)
    assert permit(Motion(kind, altitude=1.0), COPTER, CEILINGS, Ramp(), 0.05)


MECANUM = dataclasses.replace(ROVER, sideways=True)
wild = st.floats(allow_nan=True, allow_infinity=True)
near = st.floats(-2.0, 2.0)
steps = st.tuples(st.one_of(wild, near), st.one_of(wild, near), st.one_of(wild, near), st.floats(0.0, 0.12))


@given(st.lists(steps, max_size=30))
def test_no_permitted_velocity_is_beyond_a_limit_of_speed_acceleration_or_jerk(asked: list[tuple]) -> None:
    ramp, growths = Ramp(), (0.0, 0.0)
    for vx, vy, wz, period in asked:
        try:
            permitted = permit(drive(vx, wz, vy), MECANUM, CEILINGS, ramp, period)
        except Refused:
            ramp, growths = Ramp(), (0.0, 0.0)
            continue
        now, then = permitted.ramp.twist, ramp.twist  # what is too slow to be a way is told as standing
        assert permitted.motion.twist == now.settled()
        assert math.hypot(now.vx, now.vy) <= 0.6 + 1e-9 and abs(now.wz) <= 1.5 + 1e-9
        more = [
            max(0.0, abs(a) - (abs(b) if a * b > 0 else 0.0))
            for a, b in ((now.vx, then.vx), (now.vy, then.vy), (now.wz, then.wz))
        ]
        gained = (math.hypot(*more[:2]), more[2])
        for gain, growth, rate, jerk in zip(gained, growths, (1.0, 4.0), (5.0, 20.0), strict=True):
            assert gain <= rate * period + 1e-9
            assert gain <= (growth + jerk * period) * period + 1e-9
        growths = tuple(
            gain / period if period > 1e-6 else growth for gain, growth in zip(gained, growths, strict=True)
        )
        ramp = permitted.ramp

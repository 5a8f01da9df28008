# SPDX-License-Identifier: Apache-2.0
"""Standing is getting nowhere for a while: what trembles stands, what creeps does not."""

import math

import pytest

from tektra.common.robot_wire import JointReadings, State
from tektra.driver.options import DriverOptions
from tektra.driver.standing import Standing

PERIOD_S = 0.02


def state(t_s, odom=(0.0, 0.0, 0.0), twist=(0.0, 0.0), vy=0.0, joints=(), rates=()):
    names = tuple(f"joint{index}" for index in range(len(joints)))
    readings = JointReadings(names, tuple(joints), tuple(rates) or (0.0,) * len(joints))
    return State(1, t_s, None, odom, twist, readings, None, math.nan, False, "", 0, 0, "", vy=vy)


def watched(make, seconds=1.0, height=lambda t_s: 0.0, standing=None):
    """Whether it stands after so long, of which each state is `make(t_s)`."""
    standing = standing or Standing(0.01, 0.02, 0.3)
    for tick in range(round(seconds / PERIOD_S) + 1):
        t_s = tick * PERIOD_S
        standing.take(make(t_s), t_s, height(t_s))
    return standing.stands(seconds)


def test_what_stands_stands_and_what_was_not_watched_for_long_enough_does_not():
    assert watched(state)
    assert not watched(state, 0.2)
    assert not Standing(0.01, 0.02, 0.3).stands(5.0)


def test_a_wrist_that_trembles_by_a_milliradian_stands_however_fast_it_reports_to_be():
    def trembling(t_s):
        swing = math.sin(2.0 * math.pi * 8.0 * t_s)
        return state(t_s, joints=(1.0, 0.001 * swing), rates=(0.0, 0.05 * swing))

    assert watched(trembling)


@pytest.mark.parametrize(
    "make",
    [
        lambda t: state(t, odom=(0.05 * t, 0.0, 0.0)),
        lambda t: state(t, odom=(0.0, -0.05 * t, 0.0)),
        lambda t: state(t, odom=(0.0, 0.0, 0.1 * t)),
        lambda t: state(t, twist=(0.05, 0.0)),
        lambda t: state(t, vy=-0.05),
        lambda t: state(t, twist=(0.0, 0.1)),
        lambda t: state(t, joints=(0.0, 0.1 * t)),
        lambda t: state(t, joints=(0.0, 0.0), rates=(-0.1, 0.0)),
        lambda t: state(t, odom=(math.nan, 0.0, 0.0)),
    ],
)
def test_what_creeps_in_any_way_or_tells_nonsense_does_not_stand(make):
    assert not watched(make)


def test_climbing_is_moving_and_hovering_stands_by_its_own_thresholds():
    hover = Standing(0.3, 0.2, 1.0)

    def drifting(t_s):
        return state(t_s, odom=(0.1 * math.sin(t_s), 0.05, 0.0))

    assert watched(drifting, 3.0, standing=hover)
    assert not watched(state, height=lambda t_s: 0.1 * t_s)
    assert watched(state, height=lambda t_s: math.nan)


def test_how_far_is_still_standing_belongs_to_the_robot():
    def swaying(t_s):
        return state(t_s, odom=(0.1 * math.sin(9.0 * t_s), 0.0, 0.1 * math.sin(9.0 * t_s)))

    sways = DriverOptions(standing_m=0.3, standing_rad=0.3, standing_time_s=0.5)
    assert watched(swaying, 2.0, standing=Standing.of(sways))
    assert not watched(swaying, 2.0, standing=Standing.of(DriverOptions()))
    assert not watched(state, 0.4, standing=Standing.of(sways)), "nor was it watched for so long"


def test_turning_past_half_a_turn_is_no_leap_and_a_gap_begins_anew():
    standing = Standing(0.01, 0.02, 0.3)

    def edge(t_s):
        return state(t_s, odom=(0.0, 0.0, math.remainder(math.pi + 0.001 * math.sin(50.0 * t_s), math.tau)))

    assert watched(edge, standing=standing)
    standing.take(state(2.0), 2.0)
    assert not standing.stands(2.1)


@pytest.mark.parametrize(
    "wrong", [{"odom": (0.0, 0.0, math.nan)}, {"twist": (math.nan, 0.0)}, {"vy": math.inf}]
)
def test_one_word_of_nonsense_does_not_keep_it_from_standing_for_ever(wrong):
    """What is added up, and the heading, went on from it: nobody could reset any more."""
    standing = Standing(0.01, 0.02, 0.3)

    def make(t_s):
        return state(t_s, **(wrong if abs(t_s - 0.5) < 1e-9 else {}))

    assert not watched(make, 0.5, standing=standing)
    assert not watched(make, 0.6, standing=Standing(0.01, 0.02, 0.3))
    assert watched(make, 1.0, standing=Standing(0.01, 0.02, 0.3))

# SPDX-License-Identifier: Apache-2.0
"""Short trajectories of an arm: what a controller that joins their points by cubics makes of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.driver.joint_course import SHORTEST_S, brake, course

JOINTS = st.tuples(
    st.floats(-3.0, 3.0),  # where it is
    st.floats(-1.0, 1.0),  # share of its speed that it has
    st.one_of(st.none(), st.floats(-3.0, 3.0)),  # where it is to be
    st.floats(0.01, 3.0),  # its speed
    st.floats(0.2, 20.0),  # its brake
)


def run(here, rates, points, pieces=40):
    """Position and velocity of each joint on the way: cubics through the points, from where it is and as fast as it goes."""
    t0, p0, v0 = 0.0, tuple(here), tuple(rates)
    for t1, p1, v1 in points:
        span = t1 - t0
        for step in range(1, pieces + 1):
            s = step / pieces
            yield [
                (
                    p
                    + s
                    * (
                        span * v
                        + s * ((3 * (q - p) - span * (2 * v + w)) + s * (2 * (p - q) + span * (v + w)))
                    ),
                    v
                    + s
                    * (2 * (3 * (q - p) - span * (2 * v + w)) + s * 3 * (2 * (p - q) + span * (v + w)))
                    / span,
                )
                for p, v, q, w in zip(p0, v0, p1, v1, strict=True)
            ]
        t0, p0, v0 = t1, p1, v1


@given(joints=st.lists(JOINTS, min_size=1, max_size=6), lasts_s=st.floats(0.0, 0.2))
def test_it_ends_standing_before_its_target_and_no_later_than_permit_and_brake(joints, lasts_s):
    here, shares, targets, speeds, brakes = map(list, zip(*joints, strict=True))
    rates = [share * speed for share, speed in zip(shares, speeds, strict=True)]
    points = course(here, rates, targets, speeds, brakes, lasts_s)
    assert all(rate == 0.0 for rate in points[-1].velocities)
    assert [point.at_s for point in points] == sorted({point.at_s for point in points})
    longest_s = max(speed / most for speed, most in zip(speeds, brakes, strict=True))
    assert points[-1].at_s <= max(lasts_s, SHORTEST_S) + max(longest_s, SHORTEST_S) + 1e-9
    for point in points:
        for position, rate, now, target, speed in zip(*point[1:], here, targets, speeds, strict=True):
            assert abs(rate) <= speed + 1e-9
            low, high = sorted((now, now if target is None else target))
            assert low - 1e-9 <= position <= high + 1e-9


@given(joints=st.lists(JOINTS, min_size=1, max_size=6), lasts_s=st.floats(0.05, 0.2))
def test_from_a_stand_no_cubic_between_its_points_is_faster_than_permitted(joints, lasts_s):
    here, _, targets, speeds, brakes = map(list, zip(*joints, strict=True))
    still = [0.0] * len(here)
    for joint in run(here, still, course(here, still, targets, speeds, brakes, lasts_s)):
        assert all(abs(rate) <= 1.001 * speed + 1e-6 for (_, rate), speed in zip(joint, speeds, strict=True))


@given(joints=st.lists(JOINTS, min_size=1, max_size=6))
def test_a_brake_goes_on_as_it_goes_and_slows_down_evenly(joints):
    here, shares, _, speeds, brakes = map(list, zip(*joints, strict=True))
    rates = [share * speed for share, speed in zip(shares, speeds, strict=True)]
    points = brake(here, rates, brakes)
    before = [abs(rate) for rate in rates]
    for joint in run(here, rates, points):
        now = [abs(rate) for _, rate in joint]
        assert all(rate <= was + 1e-6 for rate, was in zip(now, before, strict=True))
        before = now
    assert max(before) == pytest.approx(0.0, abs=1e-6)


def test_joints_arrive_together_and_one_that_is_there_holds_nobody_up():
    points = course([0.0, 0.0, 1.0], [0.0, 0.0, 0.02], [1.0, 0.5, 1.0005], [1.0] * 3, [5.0] * 3, 0.11)
    assert points[0].velocities[0] == pytest.approx(2.0 * points[0].velocities[1])
    assert points[0].velocities[0] == pytest.approx(1.0)
    assert math.isclose(points[0].positions[2], 1.0005, abs_tol=1e-3)


def test_steps_after_steps_it_comes_there():
    here, rates = [0.0, 0.0], [0.0, 0.0]
    for _ in range(200):
        points = course(here, rates, [0.7, -0.2], [0.8, 0.8], [4.0, 4.0], 0.11)
        passed = list(run(here, rates, points[:1]))[18]  # 0.05 s later
        here, rates = [p for p, _ in passed], [v for _, v in passed]
    assert here == pytest.approx([0.7, -0.2], abs=0.005)


def test_what_goes_too_fast_is_slowed_down_by_the_next_trajectory():
    """A rate that is measured too high, again and again, made each trajectory a little faster than the one before."""
    here, rate = 0.0, 0.8
    for _ in range(40):
        points = course([here], [1.1 * rate], [3.0], [0.8], [4.0], 0.11)
        ((here, rate),) = list(run([here], [rate], points[:1]))[18]
        assert rate < 0.9

# SPDX-License-Identifier: Apache-2.0
"""A localiser is believed while it deserves it: age, spread, leaps and stale stamps are noticed."""

import math

import pytest

from tektra.driver.backends.link_options import RosBaseOptions
from tektra.driver.localization import LEAP_S, Fix, Localization

OPTIONS = RosBaseOptions(pose_source="pose")
CLOCK_S = 1_700_000_000.0


class Drive:
    """A base that drives straight on, at 0.5 m/s, with odometry at 50 Hz."""

    def __init__(self, options=OPTIONS):
        self.known = Localization(options)
        self.now_s = self.x = 0.0
        self.tell()

    def tell(self):
        self.known.odometry((self.x, 0.0, 0.0), CLOCK_S + self.now_s)

    def on(self, seconds, speed=0.5):
        for _ in range(round(seconds * 50)):
            self.now_s += 0.02
            self.x += 0.02 * speed
            self.tell()

    def fix(self, x, y=0.0, yaw=0.0, late_s=0.0, **more):
        self.known.fix(Fix((x, y, yaw), CLOCK_S + self.now_s - late_s, **more), self.now_s)

    @property
    def where(self):
        return self.known.pose


def test_before_the_first_pose_nothing_is_known_and_nothing_is_wrong():
    drive = Drive()
    drive.on(3.0)
    assert drive.where is None
    assert drive.known.fault == ""


def test_a_pose_that_was_latched_long_ago_is_carried_on_by_odometry():
    drive = Drive()
    drive.fix(2.0, 3.0, math.pi / 2.0, late_s=3600.0)
    assert drive.where == pytest.approx((2.0, 3.0, math.pi / 2.0))
    drive.on(60.0, speed=0.0)  # AMCL says nothing while it stands
    assert drive.known.fault == ""
    drive.on(1.0)
    assert drive.where == pytest.approx((2.0, 3.5, math.pi / 2.0))


def test_a_pose_that_came_before_any_odometry_is_not_lost():
    known = Localization(OPTIONS)
    known.fix(Fix((2.0, 3.0, 0.0), CLOCK_S), 0.0)
    known.odometry((0.5, 0.0, 0.0), CLOCK_S + 90.0)
    assert known.pose == pytest.approx((2.0, 3.0, 0.0))


def test_a_pose_that_came_late_counts_for_the_moment_of_its_stamp():
    drive = Drive()
    drive.fix(5.0)
    drive.on(1.0)
    drive.fix(5.25, late_s=0.5)
    assert drive.where == pytest.approx((5.5, 0.0, 0.0), abs=0.02)
    assert drive.known.leapt(drive.now_s) == ""


def test_driving_on_without_a_new_pose_ends_in_words():
    drive = Drive()
    drive.fix(0.0)
    drive.on(OPTIONS.pose_way_max_m / 0.5 + 0.1)
    assert drive.where is None
    assert "amcl_pose" in drive.known.fault
    drive.fix(drive.x)
    assert drive.known.fault == ""
    assert drive.where == pytest.approx((drive.x, 0.0, 0.0))


def test_turning_on_the_spot_without_a_new_pose_ends_in_words():
    drive = Drive()
    drive.fix(0.0)
    for step in range(1, 200):
        drive.known.odometry((0.0, 0.0, math.remainder(0.1 * step, math.tau)), CLOCK_S + 0.02 * step)
    assert "turning" in drive.known.fault


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"deviation_m": 0.8}, "unsure by 0.80 m"),
        ({"deviation_rad": 0.9}, "unsure by 0.90 rad"),
        ({"deviation_m": math.nan}, "not finite"),
        ({"frame": "odom"}, "'odom'"),
        ({"late_s": 4.0}, "4.0 s late"),
        ({"late_s": -2.0}, "clocks"),
    ],
)
def test_what_is_wrong_with_a_pose_is_said_and_ends_the_belief_until_a_good_one(more, words):
    drive = Drive()
    drive.fix(0.0)
    drive.on(5.0, speed=0.1)
    drive.fix(0.5, **more)
    assert words in drive.known.fault
    assert drive.where is None
    drive.fix(0.5, deviation_m=0.1)
    assert drive.where == pytest.approx((0.5, 0.0, 0.0))


@pytest.mark.parametrize("place", [(1.0, 0.0, 0.0), (0.1, 0.0, 1.0)])
def test_a_leap_ends_what_is_under_way_and_is_believed_afterwards(place):
    drive = Drive()
    drive.fix(0.0)
    drive.on(0.2)
    drive.fix(*place)
    assert "at once" in drive.known.leapt(drive.now_s)
    assert drive.known.leapt(drive.now_s + LEAP_S) == ""
    assert drive.where == pytest.approx(place)


def test_the_same_pose_heard_twice_counts_once():
    drive = Drive()
    drive.fix(3.0)
    drive.on(1.0)
    drive.known.fix(Fix((3.0, 0.0, 0.0), CLOCK_S), drive.now_s)
    assert drive.known.fault == ""
    assert drive.where == pytest.approx((3.5, 0.0, 0.0))


def test_with_a_known_start_odometry_alone_tells_where_it_is():
    drive = Drive(RosBaseOptions(map_x_m=1.0, map_yaw_rad=math.pi))
    drive.on(20.0)
    assert drive.where == pytest.approx((-9.0, 0.0, math.pi))
    assert drive.known.fault == ""


@pytest.mark.parametrize("source", ["pose", "odom"])
def test_odometry_that_begins_anew_elsewhere_says_nothing_of_where_the_base_is(source):
    drive = Drive(RosBaseOptions(pose_source=source))
    drive.fix(0.0)
    drive.on(1.0)
    assert drive.where is not None
    drive.x -= 3.0  # its base was started anew, or another odometry is on the topic, too
    drive.on(0.1)
    assert drive.where is None
    assert "odometry leapt by 2.9" in drive.known.fault
    assert drive.known.leapt(0.0), "whatever is under way ends"
    drive.fix(2.0, late_s=1.0)
    assert drive.where is None, "a pose from before the leap tells nothing of now"
    if source == "pose":
        drive.fix(2.0)
        assert drive.where == pytest.approx((2.0, 0.0, 0.0))


def test_fast_odometry_and_one_after_a_pause_leap_nowhere():
    known = Localization(RosBaseOptions(pose_source="odom"))
    for step in range(50):
        known.odometry((step * 0.1, 0.0, 0.0), CLOCK_S + step * 0.02, 5.0)
    known.odometry((5.0 + 5.0 * 2.0, 0.0, 0.0), CLOCK_S + 3.0, 5.0)
    assert known.fault == "" and known.pose == pytest.approx((15.0, 0.0, 0.0))


@pytest.mark.parametrize(("speed", "paused_s"), [(0.6, 20.0), (0.6, 1.0), (1e6, 0.02)])
def test_a_base_that_was_started_anew_while_it_drove_does_not_know_where_it_is(speed, paused_s):
    """The longer it was silent, or the faster it told to be, the farther a leap was taken for a way."""
    known = Localization(RosBaseOptions(pose_source="odom"))
    for step in range(500):
        known.odometry((step * 0.012, 0.0, 0.0), CLOCK_S + step * 0.02, 0.6)
    known.odometry((0.0, 0.0, 0.0), CLOCK_S + 9.98 + paused_s, speed)
    assert known.pose is None
    assert "odometry leapt by 5.99" in known.fault


def test_a_base_that_was_started_anew_near_its_start_does_not_know_where_it_is_either():
    known = Localization(RosBaseOptions(pose_source="odom"))
    for step in range(50):
        known.odometry((0.3 + step * 0.012, 0.0, 0.5), CLOCK_S + step * 0.02, 0.6)
    known.odometry((0.0, 0.0, 0.0), CLOCK_S + 20.0)
    assert known.pose is None


def test_a_base_that_stood_through_a_pause_knows_where_it_is():
    known = Localization(RosBaseOptions(pose_source="odom"))
    known.odometry((0.0, 0.0, 0.0), CLOCK_S)
    known.odometry((0.0, 0.0, 0.0), CLOCK_S + 60.0)
    assert known.pose == pytest.approx((0.0, 0.0, 0.0))

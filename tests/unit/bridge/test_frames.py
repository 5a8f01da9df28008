# SPDX-License-Identifier: Apache-2.0
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.bridge.frames import Pose, RobotFrames, Transform

POSES = st.builds(Pose, st.floats(-100, 100), st.floats(-100, 100), st.floats(-math.pi, math.pi))


def base_in_map(transforms: tuple[Transform, ...]) -> Pose:
    """Where the base is in the map, by walking the frame tree."""
    by_child = {entry.child: entry for entry in transforms}
    return by_child["rover1/odom"].pose.after(by_child["rover1/base_link"].pose)


@given(odom=POSES, in_map=POSES)
def test_the_tree_puts_the_base_where_the_robot_says_it_is(odom: Pose, in_map: Pose) -> None:
    frames = RobotFrames("rover1")
    found = base_in_map(frames.odometry(1, odom) + frames.localization(2, in_map))
    assert (found.x_m, found.y_m) == pytest.approx((in_map.x_m, in_map.y_m), abs=1e-9)
    assert math.cos(found.yaw_rad - in_map.yaw_rad) == pytest.approx(1.0)


@given(pose=POSES)
def test_a_pose_after_its_inverse_is_nowhere(pose: Pose) -> None:
    none = pose.after(pose.inverse())
    assert (none.x_m, none.y_m) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert math.cos(none.yaw_rad) == pytest.approx(1.0)


def test_a_robot_without_odometry_still_has_both_frames() -> None:
    transforms = RobotFrames("rover1").localization(5, Pose(1.0, 2.0, 0.5))
    assert [(entry.parent, entry.child) for entry in transforms] == [
        ("map", "rover1/odom"),
        ("rover1/odom", "rover1/base_link"),
    ]
    assert base_in_map(transforms) == Pose(1.0, 2.0, 0.5)


def test_odometry_alone_moves_only_the_base() -> None:
    (only,) = RobotFrames("rover1").odometry(7, Pose(1.0, 0.0, 0.0))
    assert (only.parent, only.child, only.stamp_ns) == ("rover1/odom", "rover1/base_link", 7)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_make_no_frame(bad: float) -> None:
    frames = RobotFrames("rover1")
    assert frames.odometry(1, Pose(bad, 0.0, 0.0)) == ()
    assert frames.localization(1, Pose(0.0, 0.0, bad)) == ()
    assert len(frames.localization(2, Pose(0.0, 0.0, 0.0))) == 2

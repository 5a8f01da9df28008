# SPDX-License-Identifier: Apache-2.0
"""What a carried camera may remember: where its robot was when the picture was taken decides."""

import math

import numpy as np
import pytest

from tektra.vision.backends import Frame
from tektra.vision.looker import Look
from tektra.vision.options import VisionOptions
from tektra.vision.scene import Scene
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.tracker import Track
from tektra.vision.whereabouts import Whereabouts

CARRIED = {"rover1": VisionOptions(camera_robot="rover1", camera_height_m=0.5, camera_pitch_rad=0.2)}
NOW_S, EACH_S = 1_700_000_000.0, 0.1
IMAGE = np.zeros((480, 640, 3), np.uint8)


def driven(turning_radps: float = 0.0, driving_mps: float = 0.0, count: int = 20) -> Whereabouts:
    """Poses at 10 Hz up to now."""
    where = Whereabouts(CARRIED, ["cup"])
    for index in range(count):
        at_s = EACH_S * (index - count + 1)
        where.robot_at("rover1", NOW_S + at_s, 10.0 + driving_mps * at_s, 2.0, turning_radps * at_s)
    return where


@pytest.mark.parametrize("late_s", [0.0, 0.05, 0.12])
def test_a_pose_that_comes_late_is_carried_on(late_s: float) -> None:
    pose = driven(0.3, 0.5).pose("rover1", NOW_S + late_s)
    assert pose is not None
    assert math.isclose(pose.yaw, 0.3 * late_s, abs_tol=1e-6) and math.isclose(
        pose.x, 10.0 + 0.5 * late_s, abs_tol=1e-6
    )


@pytest.mark.parametrize("late_s", [-0.33, 0.0, 0.05, 0.12])
def test_while_it_turns_fast_nobody_knows_also_where_the_pose_comes_late(late_s: float) -> None:
    assert driven(1.0).pose("rover1", NOW_S + late_s) is None


def test_a_robot_that_was_found_elsewhere_was_nowhere_between() -> None:
    where = driven()
    where.robot_at("rover1", NOW_S + EACH_S, 13.0, 2.0, 0.0)
    assert where.pose("rover1", NOW_S + 0.05) is None
    assert where.pose("rover1", NOW_S + 10.0) is None
    where.robot_at("rover1", NOW_S + 2 * EACH_S, 13.0, 2.0, 0.0)
    assert where.pose("rover1", NOW_S + 0.15) is not None


def test_poses_that_come_out_of_order_change_nothing_and_a_clock_that_was_set_back_begins_anew() -> None:
    where = driven(0.0, 0.5)
    where.robot_at("rover1", NOW_S - 0.55, 99.0, 99.0, 3.0)
    pose = where.pose("rover1", NOW_S - 0.55)
    assert pose is not None and math.isclose(pose.x, 10.0 - 0.275, abs_tol=1e-6)
    where.robot_at("rover1", NOW_S - 3600.0, 5.0, 5.0, 0.0)
    where.robot_at("rover1", NOW_S - 3599.9, 5.0, 5.0, 0.0)
    assert where.pose("rover1", NOW_S - 3599.95) is not None and where.pose("rover1", NOW_S) is None


def test_what_is_seen_while_the_robot_turns_is_no_new_thing() -> None:
    where = driven(1.0)
    for index in range(6):
        cup = Sighting(Kind.OBJECTS, "cup", 0.9, Box(300.0, 300.0, 30.0, 40.0))
        look = Look(
            Frame(IMAGE, NOW_S + index * 0.02),
            {Kind.OBJECTS: [Track("o1", cup, NOW_S)]},
            {},
            Scene((), "", 1),
            eye="rover1",
        )
        where.saw(look)
    assert not where.memory.things

# SPDX-License-Identifier: Apache-2.0
"""From pixels to the floor, against a projection that is written as matrices and shares no line with it."""

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from tektra.common.errors import InputError
from tektra.common.world_yaml import WorldError
from tektra.vision.ground import CameraPose, Ground
from tektra.vision.intrinsics import Intrinsics
from tektra.vision.options import VisionOptions
from tektra.vision.positions import PeopleFinder, people_finder
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.tracker import Track

SIZE = (640, 480)
POSE = CameraPose(x=2.0, y=3.0, height=2.2, yaw=0.7, pitch=0.5, hfov=1.2)


def pixel(pose: CameraPose, point: tuple[float, float, float]) -> tuple[float, float, float]:
    """Where a point of the map shows in the image, and its depth: K R (X - C)."""
    about_z = np.array(
        [[math.cos(pose.yaw), -math.sin(pose.yaw), 0], [math.sin(pose.yaw), math.cos(pose.yaw), 0], [0, 0, 1]]
    )
    about_y = np.array(
        [
            [math.cos(pose.pitch), 0, math.sin(pose.pitch)],
            [0, 1, 0],
            [-math.sin(pose.pitch), 0, math.cos(pose.pitch)],
        ]
    )
    optical = np.array(
        [[0, -1, 0], [0, 0, -1], [1, 0, 0]]
    )  # of a body that looks along x: right, down, forward
    seen = optical @ (about_z @ about_y).T @ (np.array(point) - np.array([pose.x, pose.y, pose.height]))
    focal = SIZE[0] / 2 / math.tan(pose.hfov / 2)
    return focal * seen[0] / seen[2] + SIZE[0] / 2, focal * seen[1] / seen[2] + SIZE[1] / 2, seen[2]


def body(pose: CameraPose, x: float, y: float, tall: float = 1.7, wide: float = 0.5) -> Box:
    """The box of somebody who stands there: their middle line, as wide as they are at their feet."""
    u, low, depth = pixel(pose, (x, y, 0.0))
    _, top, _ = pixel(pose, (x, y, tall))
    width = wide * SIZE[0] / 2 / math.tan(pose.hfov / 2) / depth
    return Box(u - width / 2, top, width, low - top)


POSES = st.builds(
    CameraPose,
    x=st.floats(-5, 5),
    y=st.floats(-5, 5),
    height=st.floats(0.4, 4),
    yaw=st.floats(-4, 4),
    pitch=st.floats(-0.2, 1.4),
    hfov=st.floats(0.5, 2.2),
)


@settings(deadline=None)
@given(POSES, st.floats(0.3, 12), st.floats(-2, 2))
def test_a_point_of_the_floor_comes_back_from_its_pixel(pose: CameraPose, far: float, aside: float) -> None:
    x = pose.x + far * math.cos(pose.yaw + aside)
    y = pose.y + far * math.sin(pose.yaw + aside)
    u, v, depth = pixel(pose, (x, y, 0.0))
    assume(depth > 0.05)
    assert Ground(pose, 20.0, 0.1).point(u, v, SIZE) == pytest.approx((x, y), abs=1e-6 * (1 + far**2))


def test_there_is_no_floor_at_the_horizon_and_above() -> None:
    level = CameraPose(0, 0, 1.5, 0, 0, 1.2)
    assert Ground(level, 20.0, 0.1).point(320, 240, SIZE) is None
    assert Ground(level, 20.0, 0.1).point(320, 100, SIZE) is None
    assert Ground(level, 20.0, 0.1).point(320, 300, SIZE) is not None


@settings(deadline=None)
@given(POSES, st.floats(0.5, 6), st.floats(-0.6, 0.6), st.floats(-1, 1), st.floats(-1, 1))
def test_somebody_is_within_what_is_told_though_the_box_be_wrong(pose, far, aside, up, left) -> None:
    ground, share = Ground(pose, 8.0, 0.1), 0.1
    x, y = pose.x + far * math.cos(pose.yaw + aside), pose.y + far * math.sin(pose.yaw + aside)
    u, v, depth = pixel(pose, (x, y, 0.0))
    assume(depth > 0.3 and 0 <= u <= SIZE[0] and 0 <= v <= SIZE[1] and pixel(pose, (x, y, 1.7))[2] > 0.1)
    true = body(pose, x, y)
    assume(true.height > 5)
    wrong = max(2.0, share * true.height / (1 + share)), max(2.0, share * true.width)
    box = Box(true.x + left * wrong[1], true.y, true.width, true.height + up * wrong[0])
    spot = ground.foot(box, SIZE)
    assert spot is not None
    assert math.hypot(spot.x - x, spot.y - y) <= spot.uncertainty * 1.05 + 1e-6


def test_the_uncertainty_grows_with_the_distance() -> None:
    ground = Ground(POSE, 10.0, 0.05)
    errors = []
    for far in (2.0, 3.0, 5.0, 8.0):
        spot = ground.foot(body(POSE, 2 + far * math.cos(0.7), 3 + far * math.sin(0.7)), SIZE)
        assert spot is not None
        errors.append(spot.uncertainty)
    assert errors == sorted(errors) and errors[0] < 0.15 < 0.3 < errors[-1]


def test_whom_the_image_cuts_off_stands_anywhere_from_below_the_camera() -> None:
    spot = Ground(POSE, 10.0, 0.05).foot(Box(200, 100, 240, 380), SIZE)
    edge = Ground(POSE, 10.0, 0.05).point(320, 480 - 19, SIZE)
    assert spot is not None and edge is not None
    assert math.hypot(spot.x - POSE.x, spot.y - POSE.y) <= spot.uncertainty
    assert math.hypot(spot.x - edge[0], spot.y - edge[1]) <= spot.uncertainty


def test_who_is_beyond_the_range_is_not_told_of_and_who_may_be_within_is() -> None:
    level = CameraPose(0, 0, 1.5, 0, 0.0, 1.2)
    ground = Ground(level, 6.0, 0.1)
    assert ground.foot(body(level, 30.0, 0.0), SIZE) is None
    near = ground.foot(body(level, 6.5, 0.0), SIZE)
    assert near is not None and near.x < 6.0 and near.x + near.uncertainty >= 6.0
    assert ground.foot(Box(300, 50, 60, 150), SIZE) is None, "on a shelf, or a picture of somebody"


@settings(deadline=None)
@given(POSES, st.floats(0.1, 9), st.floats(-3.2, 3.2))
def test_a_point_is_seen_when_its_pixel_is_in_the_image_and_it_is_in_range(pose, far, aside) -> None:
    x, y = pose.x + far * math.cos(pose.yaw + aside), pose.y + far * math.sin(pose.yaw + aside)
    u, v, depth = pixel(pose, (x, y, 0.0))
    corners = Ground(pose, 6.0, 0.1).seen(SIZE)
    seen = len(corners) >= 3 and Polygon(corners).contains(Point(x, y))
    shows = depth > 0 and 0 <= u <= SIZE[0] and 0 <= v <= SIZE[1] and far <= 6.0
    near_an_edge = min(abs(u), abs(u - SIZE[0]), abs(v), abs(v - SIZE[1])) < 2.0 or abs(far - 6.0) < 0.02
    assert seen == shows or near_an_edge


def test_nothing_is_seen_behind_a_wall_or_behind_somebody() -> None:
    level = CameraPose(0, 0, 1.5, 0, 0.4, 1.2)
    wall = [(3.0, -1.0), (3.1, -1.0), (3.1, 1.0), (3.0, 1.0)]
    free, walled = (
        Polygon(Ground(level, 6.0, 0.1).seen(SIZE)),
        Polygon(Ground(level, 6.0, 0.1, [wall]).seen(SIZE)),
    )
    assert free.contains(Point(4.5, 0)) and free.contains(Point(2.5, 0))
    assert not walled.contains(Point(4.5, 0)) and walled.contains(Point(2.5, 0))
    assert walled.contains(Point(4.5, 2.4))
    somebody = Polygon(Ground(level, 6.0, 0.1).seen(SIZE, [body(level, 2.5, 0.0)]))
    assert not somebody.contains(Point(4.0, 0)) and somebody.contains(Point(2.0, 0))
    assert somebody.contains(Point(4.0, 1.5)) or somebody.contains(Point(4.0, -1.5))


def walk(finder: PeopleFinder, steps: int, speed: float, every_s: float = 0.2):
    found = None
    for step in range(steps):
        at_s = step * every_s
        box = body(POSE, 4.0 + speed * at_s, 5.0 - speed * at_s)
        track = Track("o1", Sighting(Kind.OBJECTS, "person", 0.9, box), at_s)
        chair = Track("o2", Sighting(Kind.OBJECTS, "chair", 0.9, Box(10, 200, 50, 90)), at_s)
        found = finder.find(at_s, SIZE, [chair, track])
    assert found is not None
    return found


def test_people_alone_are_told_of_and_after_a_second_how_they_walk() -> None:
    first = walk(PeopleFinder(Ground(POSE, 8.0, 0.05)), 1, 0.8)
    (somebody,) = first.people
    assert somebody.id == "o1" and somebody.velocity is None
    assert math.hypot(somebody.spot.x - 4.0, somebody.spot.y - 5.0) <= somebody.spot.uncertainty
    (walker,) = walk(PeopleFinder(Ground(POSE, 8.0, 0.05)), 6, 0.8).people
    assert walker.velocity == pytest.approx((0.8, -0.8), abs=0.15)
    assert len(first.seen) > 3


def test_a_place_that_jumps_about_has_no_velocity() -> None:
    finder = PeopleFinder(Ground(POSE, 8.0, 0.05))
    for step in range(6):
        box = body(POSE, 4.0 + (0.5 if step % 2 else 0.0), 5.0)
        found = finder.find(step * 0.2, SIZE, [Track("o1", Sighting(Kind.OBJECTS, "person", 0.9, box), 0.0)])
    assert found.people[0].velocity is None


def test_without_the_height_of_the_camera_nobody_can_be_placed(tmp_path) -> None:
    assert people_finder(VisionOptions()) is None
    assert people_finder(VisionOptions(camera_height_m=2.0)) is not None
    with pytest.raises(WorldError):
        people_finder(VisionOptions(camera_height_m=2.0, world_file=str(tmp_path / "none.yaml")))


LENS = Intrinsics(640, 480, 420.0, 418.0, 325.0, 236.0, "plumb_bob", (-0.28, 0.09, 0.0005, -0.0003, 0.0))


def bent(x: float, y: float, z: float, pose: CameraPose) -> tuple[float, float] | None:
    """Where the lens draws a point of the map, by OpenCV; None behind the camera and outside the picture."""
    u, v, depth = pixel(replace(pose, hfov=math.pi / 2), (x, y, z))
    if depth <= 0.05:
        return None
    right, down = (u - SIZE[0] / 2) / (SIZE[0] / 2), (v - SIZE[1] / 2) / (SIZE[0] / 2)
    if math.hypot(right, down) > 3.0:
        return None
    k = np.array([[LENS.fx, 0, LENS.cx], [0, LENS.fy, LENS.cy], [0, 0, 1.0]])
    drawn, _ = cv2.projectPoints(
        np.array([[[right, down, 1.0]]]), np.zeros(3), np.zeros(3), k, np.array(LENS.distortion)
    )
    u, v = (float(number) for number in drawn.reshape(2))
    return (u, v) if 0 <= u <= SIZE[0] and 0 <= v <= SIZE[1] else None


def test_through_a_lens_points_of_the_floor_come_back_and_only_floor_in_the_picture_is_seen() -> None:
    """Straight lines between the corners of a bent picture hold floor that it does not show."""
    pose = CameraPose(x=2.0, y=3.0, height=2.2, yaw=0.7, pitch=0.6, hfov=1.2, intrinsics=LENS)
    ground, dice, shown = Ground(pose, 6.0, 0.1), np.random.default_rng(4), 0
    seen = Polygon(ground.seen(SIZE))
    for x, y in dice.uniform((-4, -3), (8, 9), (3000, 2)):
        drawn = bent(float(x), float(y), 0.0, pose)
        if drawn is not None:
            shown += 1
            assert ground.point(*drawn, SIZE) == pytest.approx((x, y), abs=1e-4)
        elif seen.contains(Point(x, y)):
            assert seen.exterior.distance(Point(x, y)) < 0.03, (x, y)
    assert shown > 300
    with pytest.raises(InputError, match="640x360"):
        ground.point(10.0, 300.0, (640, 360))

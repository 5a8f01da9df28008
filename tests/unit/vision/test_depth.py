# SPDX-License-Identifier: Apache-2.0
"""Places from depth images: right where the depth is right, and never surer than it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tektra.common.errors import InputError
from tektra.common.paths import share_dir
from tektra.common.world import load_world
from tektra.vision.cameras import cameras_of
from tektra.vision.depth import Depth
from tektra.vision.ground import CameraPose, Ground, Spot
from tektra.vision.intrinsics import Intrinsics
from tektra.vision.options import VisionOptions
from tektra.vision.positions import PeopleFinder, camera_pose
from tektra.vision.ranging import joined, joined_spots, spot_of, standing_of
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.surfaces import Standing, Surfaces
from tektra.vision.tracker import Track

SIZE = (640, 480)
LENS = Intrinsics(640, 480, 500.0, 500.0, 320.0, 240.0)
WALL_M = 6.0
CAMERA = CameraPose(1.0, 2.0, 1.2, 0.0, 0.0, 1.14, LENS)
WORLD = load_world(share_dir() / "config" / "world.yaml")


def scene(box: Box, range_m: float, noise_m: float = 0.01, shape: tuple[int, int] = (480, 640)) -> np.ndarray:
    """A wall, before it something that fills the box."""
    drawn = np.full((480, 640), WALL_M)
    drawn[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)] = range_m
    drawn += np.random.default_rng(1).normal(0.0, noise_m, drawn.shape)
    return drawn[:: 480 // shape[0], :: 640 // shape[1]].astype(np.float32)


BOX = Box(300.0, 200.0, 60.0, 160.0)


@pytest.mark.parametrize("shape", [(480, 640), (240, 320), (120, 160)])
@pytest.mark.parametrize("range_m", [0.5, 2.0, 4.5])
def test_a_thing_is_as_far_away_as_its_surface_is(range_m: float, shape: tuple[int, int]) -> None:
    lens = LENS.at((shape[1], shape[0]))
    ranged = Depth(scene(BOX, range_m, shape=shape), lens).range_of(BOX, SIZE)
    assert ranged is not None and ranged.ahead == pytest.approx(range_m, abs=0.02)
    spot = spot_of(CAMERA, ranged)
    aside = (330.0 - 320.0) / 500.0 * range_m
    assert math.dist((spot.x, spot.y), (1.0 + range_m, 2.0 - aside)) < 0.02
    assert 0.03 < spot.uncertainty < 0.6


@pytest.mark.parametrize("empty", [np.nan, 0.0, np.inf, -np.inf, -2.0, 0.05, 65.535])
def test_holes_are_no_range(empty: float) -> None:
    drawn = scene(BOX, 2.0)
    holes = np.random.default_rng(2).random(drawn.shape) < 0.6
    drawn[holes] = empty
    ranged = Depth(drawn, LENS).range_of(BOX, SIZE)
    assert ranged is not None and ranged.ahead == pytest.approx(2.0, abs=0.03)
    drawn[:] = empty
    assert Depth(drawn, LENS).range_of(BOX, SIZE) is None
    hardly = np.full_like(drawn, empty)
    hardly[280, 320:330] = 2.0
    assert Depth(hardly, LENS).range_of(BOX, SIZE) is None


def test_what_has_holes_to_the_wall_is_near_and_as_unsure_as_the_wall_is_far() -> None:
    drawn = scene(BOX, 2.0)
    drawn[200:360, 325:345] = WALL_M  # two thirds of it are a chair, say
    ranged = Depth(drawn, LENS).range_of(BOX, SIZE)
    assert ranged is not None and ranged.ahead == pytest.approx(2.0, abs=0.03)
    assert ranged.uncertainty > 3.9
    drawn[200:360, 325:345] = 2.0
    drawn[200:360, 330:332] = 0.6  # a thin pole before it is no surface
    ranged = Depth(drawn, LENS).range_of(BOX, SIZE)
    assert ranged is not None and ranged.ahead == pytest.approx(2.0, abs=0.03) and ranged.uncertainty < 0.3


@pytest.mark.parametrize(
    "box", [Box(0, 0, 0, 0), Box(639, 479, 1, 1), Box(0, 0, 640, 480), Box(-50, -50, 20, 20), Box(600, 440, 90, 90)]
)  # fmt: skip
def test_no_box_breaks_it(box: Box) -> None:
    ranged = Depth(scene(BOX, 2.0), LENS).range_of(box, SIZE)
    assert ranged is None or math.isfinite(ranged.ahead + ranged.uncertainty)


def test_a_picture_of_another_shape_is_not_its_scene() -> None:
    with pytest.raises(InputError, match="calibrated"):
        Depth(scene(BOX, 2.0), LENS).range_of(BOX, (640, 360))


def test_of_another_moment_it_is_less_sure() -> None:
    same, later = (Depth(scene(BOX, 2.0), LENS, apart).range_of(BOX, SIZE) for apart in (0.0, 0.1))
    assert same is not None and later is not None
    assert later.uncertainty == pytest.approx(same.uncertainty + 0.16)


def test_a_thing_stands_on_what_its_foot_is_near_to() -> None:
    surfaces, table = Surfaces(WORLD), WORLD.furniture["dining_table"].box
    camera = CameraPose(table.x_m - 2.0, table.y_m, 1.4, 0.0, 0.3, 1.14, LENS)
    for height, on in ((table.height_m, "dining_table"), (table.height_m + 0.6, "")):
        # A cup's middle 5 cm above its foot, 2 m ahead on the map.
        lines = [_line(camera, 2.0, up - camera.height) for up in (height + 0.05, height)]
        half = 2.0 * math.cos(0.3) - (height + 0.05 - camera.height) * math.sin(0.3)
        box = Box(310.0, 2.0 * lines[0] - lines[1], 20.0, 2.0 * (lines[1] - lines[0]))
        ranged = Depth(np.full((480, 640), half, np.float32), LENS).range_of(box, SIZE)
        assert ranged is not None
        stands = standing_of(camera, ranged, surfaces)
        assert math.dist((stands.x, stands.y), (table.x_m, table.y_m)) < 0.03
        assert stands.on == on and stands.z == pytest.approx(height, abs=0.03)


def _line(camera: CameraPose, ahead: float, up: float) -> float:
    """In which row a point shows."""
    c, s = math.cos(camera.pitch), math.sin(camera.pitch)
    return 240.0 - 500.0 * (ahead * s + up * c) / (ahead * c - up * s)


# -- together with the floor ---------------------------------------------------------------------------------------


def test_two_estimates_that_agree_are_weighed_and_never_surer_than_they_may_be() -> None:
    dice = np.random.default_rng(3)
    for _ in range(500):
        truth = dice.uniform(-5.0, 5.0, 2)
        spots = []
        for off in dice.uniform(0.02, 1.5, 2):
            angle, far = dice.uniform(0.0, math.tau), off * math.sqrt(dice.uniform())
            spots.append(Spot(truth[0] + far * math.cos(angle), truth[1] + far * math.sin(angle), off))
        both = joined_spots(*spots)
        assert both is not None
        assert math.dist((both.x, both.y), truth) <= both.uncertainty + 1e-9
        assert both.uncertainty <= 1.25 * min(spot.uncertainty for spot in spots)


def test_a_person_for_whom_they_differ_is_kept_clear_of_at_both_places() -> None:
    floor, depth = Spot(4.0, 0.0, 0.3), Spot(2.0, 0.0, 0.2)
    both = joined_spots(floor, depth)
    assert both is not None
    for spot in (floor, depth):
        assert math.dist((both.x, both.y), (spot.x, spot.y)) + spot.uncertainty <= both.uncertainty + 1e-9
    assert (
        joined_spots(None, depth) == depth
        and joined_spots(floor, None) == floor
        and joined_spots(None, None) is None
    )


def test_a_thing_that_does_not_stand_where_it_seems_to_is_where_it_was_measured() -> None:
    floor, held = Standing(4.0, 0.0, 0.0, 0.2, "floor", "hall"), Standing(2.0, 0.0, 1.1, 0.1, "", "kitchen")
    assert joined(floor, held) == held
    near = Standing(4.05, 0.0, 0.0, 0.1, "", "hall")
    both = joined(floor, near)
    assert both is not None and both.on == "floor" and both.uncertainty < 0.13


def person(box: Box) -> list[Track]:
    return [Track("o1", Sighting(Kind.OBJECTS, "person", 0.9, box), 0.0)]


def test_whose_feet_are_hidden_is_found_before_the_wall_and_not_behind_it() -> None:
    """Behind a counter at 2 m the lower edge of what shows of a person points at floor that is farther away."""
    finder = PeopleFinder(Ground(CAMERA, 8.0, 0.05))
    box = Box(290.0, 150.0, 60.0, 190.0)  # its lower edge points 6 m away
    depth = Depth(scene(box, 2.5), LENS)
    (alone,) = finder.find(1.0, SIZE, person(box)).people
    assert alone.spot.x - 1.0 - alone.spot.uncertainty > 4.0
    (together,) = finder.find(2.0, SIZE, person(box), depth).people
    assert math.dist((together.spot.x, together.spot.y), (3.5, 2.0)) <= together.spot.uncertainty


def test_who_is_cut_off_below_is_placed_within_decimetres() -> None:
    finder = PeopleFinder(Ground(CAMERA, 8.0, 0.05))
    box = Box(200.0, 20.0, 240.0, 460.0)
    (alone,) = finder.find(1.0, SIZE, person(box)).people
    (together,) = finder.find(2.0, SIZE, person(box), Depth(scene(box, 1.6), LENS)).people
    assert alone.spot.uncertainty > 1.0
    assert together.spot.uncertainty < 0.6 and abs(together.spot.x - 2.6) < 0.3


def test_who_is_measured_beyond_the_range_is_told_of_where_the_floor_says_otherwise() -> None:
    finder = PeopleFinder(Ground(CAMERA, 5.0, 0.05))
    assert len(finder.find(1.0, SIZE, person(BOX), Depth(scene(BOX, 5.8), LENS)).people) == 1
    far = Box(300.0, 200.0, 20.0, 45.0)
    assert finder.find(1.0, SIZE, person(far), Depth(scene(far, 5.8), LENS)).people == ()


# -- with the simulator as the truth -------------------------------------------------------------------------------


def test_cubes_of_the_simulator_are_where_they_lie_also_where_nothing_of_the_map_holds_them() -> None:
    """Three lie on the floor; then they float half a metre above it, where the line of sight to the floor behind misleads."""
    sim = pytest.importorskip("tektra.sim.backends.mujoco_cameras")
    try:
        cameras = sim.MujocoCameras(WORLD, *SIZE)
    except (RuntimeError, AttributeError, ImportError) as error:
        pytest.skip(f"no OpenGL off screen: {error}")
    own = cameras_of(VisionOptions(cameras_file=str(share_dir() / "config" / "rover_cameras.yaml")))["rover1"]
    mounted, dice = camera_pose(own), np.random.default_rng(7)
    assert mounted is not None
    lens = Intrinsics(*SIZE, mounted.focal(SIZE), mounted.focal(SIZE), 320.0, 240.0)
    robots = {r.name: {"x": r.pose.x_m, "y": r.pose.y_m, "yaw": r.pose.yaw_rad, "joints": []} for r in WORLD.robots.values()}  # fmt: skip
    robots["rover1"] |= {"x": 8.1, "y": 5.0, "yaw": math.pi}
    pose = replace(mounted, x=8.1 - mounted.x, y=5.0, yaw=math.pi)
    surfaces, errors, floor_alone = Surfaces(WORLD), [], []
    try:
        for height in (0.025, 0.025, 0.5, 0.5):
            places = {f"{colour}_cube": (6.0 + dice.uniform(-0.4, 0.4), 5.0 + 0.3 * (index - 1), height)
                      for index, colour in enumerate(("red", "green", "blue"))}  # fmt: skip
            cameras.put({"robots": robots, "objects": {name: list(place) for name, place in places.items()}})
            metres = cameras.depth("rover1")
            noisy = Depth((metres + dice.normal(0.0, 0.01, metres.shape)).astype(np.float32), lens)
            shown = {
                name: Box(*map(float, box))
                for name, box in cameras.visible("rover1").items()
                if name in places
            }
            assert len(shown) == 3
            for name, box in shown.items():
                ranged = noisy.range_of(box, SIZE)
                assert ranged is not None
                supposed = surfaces.stands(pose, box, SIZE, 0.1)
                place = joined(supposed, standing_of(pose, ranged, surfaces))
                assert place is not None
                errors.append(math.dist((place.x, place.y), places[name][:2]))
                assert errors[-1] <= place.uncertainty
                assert place.z == pytest.approx(height - 0.025, abs=0.1)
                if height > 0.1 and supposed is not None:
                    floor_alone.append(math.dist((supposed.x, supposed.y), places[name][:2]))
    finally:
        cameras.close()
    assert max(errors) < 0.08 and min(floor_alone) > 0.5

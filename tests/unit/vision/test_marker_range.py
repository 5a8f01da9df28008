# SPDX-License-Identifier: Apache-2.0
"""Markers of known size are where they are, in any lens that was calibrated; and what is no square is nowhere."""

import math
from pathlib import Path

import numpy as np
import pytest

from tektra.common.errors import ConfigError, InputError
from tektra.common.paths import share_dir
from tektra.common.world import load_world
from tektra.vision.backends import Frame
from tektra.vision.backends.marker_range import marker_range
from tektra.vision.backends.tags import read_tags
from tektra.vision.ground import CameraPose
from tektra.vision.intrinsics import Intrinsics
from tektra.vision.looker import Look
from tektra.vision.options import VisionOptions
from tektra.vision.ranging import spot_of, standing_of
from tektra.vision.scene import Scene
from tektra.vision.sightings import Box, Kind, Marker, Sighting
from tektra.vision.surfaces import Surfaces
from tektra.vision.tracker import Track
from tektra.vision.whereabouts import Whereabouts

SIZE, SIDE_M = (640, 480), 0.16
CAMERA = CameraPose(2.0, 3.0, 1.0, 0.7, 0.2, 1.0)
SURFACES = Surfaces(load_world(share_dir() / "config" / "world.yaml"))


def drawn(
    middle: tuple[float, float, float], turn: float, lean: float, focal: float, side_m: float = SIDE_M
) -> np.ndarray:
    """Corners (px) of a marker in the optical frame, turned about the vertical axis and leaning."""
    square = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * side_m / 2.0
    ct, st, cl, sl = math.cos(turn), math.sin(turn), math.cos(lean), math.sin(lean)
    about_y = np.array([(ct, 0, st), (0, 1, 0), (-st, 0, ct)])
    about_x = np.array([(1, 0, 0), (0, cl, -sl), (0, sl, cl)])
    points = square @ (about_y @ about_x).T + middle
    return points[:, :2] / points[:, 2:] * focal + (320.0, 240.0)


@pytest.mark.parametrize("ahead", [0.4, 1.5, 4.0])
@pytest.mark.parametrize("turn, lean", [(0.0, 0.0), (0.6, 0.0), (-0.9, 0.3)])
def test_a_marker_is_where_it_is_and_never_surer_than_its_corners(
    ahead: float, turn: float, lean: float
) -> None:
    dice, focal = np.random.default_rng(5), CAMERA.focal(SIZE)
    truth = np.array((0.2 * ahead, -0.1 * ahead, ahead))
    errors, told = [], []
    for _ in range(40):
        corners = drawn(tuple(truth), turn, lean, focal) + dice.normal(0.0, 0.5, (4, 2))
        ranged = marker_range(Marker(tuple(map(tuple, corners)), SIDE_M), CAMERA, SIZE)
        assert ranged is not None
        at = np.array((*ranged.ray, 1.0)) * ranged.ahead
        errors.append(float(np.linalg.norm(at - truth)))
        told.append(ranged.uncertainty)
    assert np.mean(np.array(errors) <= told) >= 0.9
    assert max(told) < 0.05 + 0.05 * ahead * ahead and np.median(errors) < 0.03 * ahead


def test_it_hangs_on_the_map_at_its_own_height_whatever_floor_lies_behind() -> None:
    corners = drawn((0.0, 0.0, 2.0), 0.3, 0.0, CAMERA.focal(SIZE))
    ranged = marker_range(Marker(tuple(map(tuple, corners)), SIDE_M), CAMERA, SIZE)
    assert ranged is not None
    spot, stands = spot_of(CAMERA, ranged), standing_of(CAMERA, ranged, SURFACES)
    flat = 2.0 * math.cos(0.2)
    expected = (2.0 + flat * math.cos(0.7), 3.0 + flat * math.sin(0.7))
    assert math.dist((spot.x, spot.y), expected) < 0.02
    assert stands.z == pytest.approx(1.0 - 2.0 * math.sin(0.2), abs=0.02) and stands.on == ""


def test_through_a_bent_lens_it_is_found_along_the_lens_s_own_lines_of_sight() -> None:
    cv2 = pytest.importorskip("cv2")
    lens = Intrinsics(640, 480, 520.0, 515.0, 330.0, 236.0, "plumb_bob", (-0.32, 0.12, 0.001, -0.001, 0.0))
    camera = CameraPose(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, lens)
    truth = (0.5, 0.3, 1.5)
    straight = drawn(truth, 0.4, 0.0, 1.0) - (320.0, 240.0)
    k = np.array([(520.0, 0, 330.0), (0, 515.0, 236.0), (0, 0, 1.0)])
    points = np.hstack([straight, np.ones((4, 1))])
    bent, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), k, np.array(lens.distortion))
    ranged = marker_range(Marker(tuple(map(tuple, bent.reshape(4, 2))), SIDE_M), camera, SIZE)
    assert ranged is not None
    assert (ranged.ray[0] * ranged.ahead, ranged.ray[1] * ranged.ahead, ranged.ahead) == pytest.approx(
        truth, abs=0.01
    )
    with pytest.raises(InputError):
        marker_range(Marker(tuple(map(tuple, bent.reshape(4, 2))), SIDE_M), camera, (640, 360))


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (0, 0), (0, 0), (0, 0)),
        ((0, 0), (100, 100), (200, 200), (300, 300)),
        ((0, 0), (100, 0), (0, 100), (100, 100)),
        ((100, 100), (400, 100), (110, 110), (100, 400)),
        ((float("nan"),) * 2, (1, 0), (1, 1), (0, 1)),
    ],
)
def test_what_is_no_square_is_nowhere(corners: tuple[tuple[float, float], ...]) -> None:
    ranged = marker_range(Marker(corners, SIDE_M), CAMERA, SIZE)
    assert ranged is None or (math.isfinite(ranged.ahead) and math.isfinite(ranged.uncertainty))


def test_a_sign_on_the_wall_is_remembered_where_it_hangs() -> None:
    """The floor behind its lower edge is metres away from it."""
    where = Whereabouts(
        {"": VisionOptions(camera_height_m=1.0, camera_x_m=6.0, camera_y_m=5.0)}, ["dock sign"]
    )
    pose = where.pose("", 1e9)
    assert pose is not None
    corners = drawn((0.0, 0.2, 1.5), 0.0, 0.0, pose.focal(SIZE))
    low, high = corners.min(axis=0), corners.max(axis=0)
    seen = Sighting(
        Kind.OBJECTS,
        "dock sign",
        1.0,
        Box(*low, *(high - low)),
        marker=Marker(tuple(map(tuple, corners)), SIDE_M),
    )
    for index in range(5):
        frame = Frame(np.zeros((480, 640, 3), np.uint8), 1e9 + index)
        where.saw(Look(frame, {Kind.OBJECTS: [Track("o1", seen, 1e9 + index)]}, {}, Scene((), "", 1)))
    (told,) = where.told()
    assert told.spot is not None
    assert math.dist((told.spot.x, told.spot.y), (7.5, 5.0)) < 0.05 and told.spot.uncertainty < 0.15
    assert told.spot.z == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(
    "more, sides", [("", {}), ("side_m: 0.16", {1: 0.16, 2: 0.16}), ("side_m: 0.16\nsides_m: {2: 0.08}", {1: 0.16, 2: 0.08}), ("sides_m: {2: 0.08}", {2: 0.08})]
)  # fmt: skip
def test_sides_are_for_all_or_for_each(more: str, sides: dict[int, float], tmp_path: Path) -> None:
    file = tmp_path / "tags.yaml"
    file.write_text(f"family: aruco_4x4\nnames: {{1: dock, 2: rover1 tag}}\n{more}\n")
    assert read_tags(file).sides_m == sides


@pytest.mark.parametrize("more", ["side_m: 0", "side_m: 16", "side_m: '0.1'", "side_m: .nan", "side_m: true", "sides_m: {7: 0.1}", "sides_m: [1]", "sides_m: {1: -1}"])  # fmt: skip
def test_a_wrong_side_is_refused(more: str, tmp_path: Path) -> None:
    file = tmp_path / "tags.yaml"
    file.write_text(f"family: aruco_4x4\nnames: {{1: dock, 2: rover1 tag}}\n{more}\n")
    with pytest.raises(ConfigError, match="tags.yaml"):
        read_tags(file)

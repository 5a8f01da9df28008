# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest

from tektra.common.pixels import Pixels
from tektra.vision.backends.colours import ColourDetector, colour_of
from tektra.vision.sightings import Box, Kind

RED, GREEN, BLUE, GREY = (40, 40, 210), (60, 170, 50), (200, 90, 40), (150, 155, 160)


def room() -> Pixels:
    noise = np.random.default_rng(4).normal(0.0, 2.0, (480, 640, 3))
    return np.clip(np.array(GREY) + noise, 0, 255).astype(np.uint8)


def names(image: Pixels) -> list[str]:
    return sorted(sighting.class_id for sighting in ColourDetector(0.4).detect(image, Kind.OBJECTS))


def test_an_empty_room_holds_nothing() -> None:
    assert names(room()) == []


def test_cubes_and_balls_have_their_colours() -> None:
    image = room()
    cv2.rectangle(image, (100, 200), (130, 230), RED, -1)
    cv2.circle(image, (300, 220), 20, BLUE, -1)
    cv2.fillPoly(image, [np.array([[400, 200], [430, 190], [445, 215], [420, 235], [398, 222]])], GREEN)
    assert names(image) == ["blue ball", "green cube", "red cube"]


def test_a_turned_cube_is_a_cube_and_a_stick_is_a_thing() -> None:
    image = room()
    cv2.fillPoly(image, [np.array([[100, 100], [120, 120], [100, 140], [80, 120]])], RED)
    cv2.rectangle(image, (300, 100), (400, 112), BLUE, -1)
    assert names(image) == ["blue thing", "red cube"]


def test_a_coloured_wall_and_a_speck_are_nothing() -> None:
    image = room()
    image[:, 400:] = RED
    image[50:54, 50:54] = BLUE
    assert names(image) == []


def test_a_box_is_where_the_thing_is() -> None:
    image = room()
    cv2.rectangle(image, (100, 200), (129, 229), RED, -1)
    (found,) = ColourDetector(0.4).detect(image, Kind.OBJECTS)
    assert found.box.x == pytest.approx(100, abs=2) and found.box.width == pytest.approx(30, abs=3)


def test_it_knows_neither_faces_nor_hands() -> None:
    detector = ColourDetector(0.4)
    assert detector.detect(room(), Kind.FACES) == detector.detect(room(), Kind.GESTURES) == []
    assert "red cube" in detector.classes


def test_a_patch_that_fades_is_no_thing_and_one_that_ends_is() -> None:
    """Sky, skin and shadows pass a limit of colour somewhere; a cube has an edge."""
    rows, columns = np.mgrid[0:240, 0:320]
    far = np.hypot(rows - 120.0, columns - 160.0)
    fading = np.full((240, 320, 3), 120.0)
    fading[:, :, :2] -= np.clip(110.0 - 1.5 * far, 0.0, None)[:, :, None]
    assert ColourDetector(0.4).detect(fading.astype(np.uint8), Kind.OBJECTS) == []
    ending = np.full((240, 320, 3), 120, np.uint8)
    ending[100:140, 140:180] = (20, 20, 160)
    assert [seen.class_id for seen in ColourDetector(0.4).detect(ending, Kind.OBJECTS)] == ["red cube"]


def drawn(corners: int, across_px: float, turn: float, color: tuple[int, int, int] = RED) -> Pixels:
    """A regular shape with soft edges, as a lens draws it, in a room."""
    angles = turn + 2.0 * np.pi * np.arange(corners) / corners
    points = (300.3 + across_px / 2.0 * np.cos(angles), 200.7 + across_px / 2.0 * np.sin(angles))
    mask = np.zeros((3840, 5120), np.uint8)
    cv2.fillPoly(mask, [np.round(8.0 * np.stack(points, axis=1)).astype(np.int32)], 255)
    share = cv2.resize(mask, (640, 480), interpolation=cv2.INTER_AREA)[:, :, None] / 255.0
    return np.clip(room() * (1.0 - share) + np.array(color) * share, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("across_px", [19.0, 22.0, 28.0, 40.0])
def test_a_cube_seen_over_its_corner_is_no_ball_however_small(across_px: float) -> None:
    """Its outline is a hexagon; measured through the middles of its edge pixels it passed for a disc."""
    for turn in np.linspace(0.0, 1.0, 7):
        assert names(drawn(6, across_px, turn)) == ["red cube"]
        assert names(drawn(60, across_px, turn)) == ["red ball"]


@pytest.mark.parametrize("wood", [(0.62, 0.46, 0.32), (0.55, 0.40, 0.28), (0.66, 0.50, 0.36), (0.45, 0.32, 0.2), (0.36, 0.2, 0.1), (0.72, 0.53, 0.35)])  # fmt: skip
@pytest.mark.parametrize("light", [0.6, 0.8, 1.0])
def test_wood_is_not_orange(wood: tuple[float, float, float], light: float) -> None:
    image = room()
    image[:100] = 235  # a wall in the light
    bgr = tuple(255.0 * light * part for part in reversed(wood))
    cv2.rectangle(image, (100, 200), (140, 230), bgr, -1)
    assert names(image) == []
    assert colour_of(image, Box(100.0, 200.0, 40.0, 30.0)) in ("brown", "grey")


@pytest.mark.parametrize("rgb", [(255, 140, 0), (240, 120, 30), (230, 110, 20), (255, 165, 40)])
def test_an_orange_thing_still_is(rgb: tuple[int, int, int]) -> None:
    image = room()
    image[:100] = 235
    cv2.rectangle(image, (100, 200), (130, 230), tuple(reversed(rgb)), -1)
    assert names(image) == ["orange cube"]
    assert colour_of(image, Box(100.0, 200.0, 30.0, 30.0)) == "orange"


def test_what_is_much_wider_than_high_is_no_cube() -> None:
    image = room()
    cv2.rectangle(image, (100, 200), (119, 210), BLUE, -1)
    assert names(image) == ["blue thing"]

# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest

from tektra.common.pixels import Pixels
from tektra.vision.backends.colours import ColourDetector
from tektra.vision.sightings import Kind

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

# SPDX-License-Identifier: Apache-2.0
"""Markers of each family, turned and in perspective; and none where there is none."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tektra.common.errors import BackendError, ConfigError
from tektra.common.pixels import Pixels
from tektra.vision.backends.tags import FAMILIES, MOST, TagDetector, read_tags
from tektra.vision.sightings import Kind

SHIPPED = Path(__file__).parents[3] / "config" / "tags.yaml"


def scene(
    family: str, number: int, turn: float = 0.0, lean: float = 0.0, side: int = 80
) -> tuple[Pixels, np.ndarray]:
    """A marker on a wall of a sensor's noise, and its corners."""
    dictionary = cv2.aruco.getPredefinedDictionary(FAMILIES[family])
    marker = cv2.copyMakeBorder(
        cv2.aruco.generateImageMarker(dictionary, number, 200), 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255
    )
    unit = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side / 2.0
    turned = unit @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned[1:3] *= 1.0 - lean
    corners = (turned + (330.0, 220.0)).astype(np.float32)
    onto = cv2.getPerspectiveTransform(
        np.array([[40, 40], [240, 40], [240, 240], [40, 240]], np.float32), corners
    )
    wall = np.random.default_rng(number).normal(120.0, 6.0, (480, 640))
    drawn = cv2.warpPerspective(marker, onto, (640, 480))
    mask = cv2.warpPerspective(np.full_like(marker, 255), onto, (640, 480)) > 127
    grey = np.where(mask, drawn * 0.8 + 20, wall)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2), corners


def detector(tmp_path: Path, family: str, names: str) -> TagDetector:
    file = tmp_path / "tags.yaml"
    file.write_text(f"family: {family}\nnames: {names}\n")
    made = TagDetector(0.4, file)
    made.load([Kind.OBJECTS])
    return made


@pytest.mark.parametrize("family", FAMILIES)
def test_markers_are_named_where_they_are_however_they_hang(family: str, tmp_path: Path) -> None:
    tags = detector(tmp_path, family, "{3: dock sign, 7: kitchen sign}")
    for number, name in ((3, "dock sign"), (7, "kitchen sign")):
        for turn, lean in ((0.0, 0.0), (0.8, 0.0), (2.9, 0.2), (0.3, 0.35)):
            image, corners = scene(family, number, turn, lean)
            (found,) = tags.detect(image, Kind.OBJECTS)
            assert (found.kind, found.class_id) == (Kind.OBJECTS, name)
            assert (found.box.x, found.box.y) == pytest.approx(corners.min(axis=0), abs=2.0)
            assert found.box.width == pytest.approx(np.ptp(corners[:, 0]), abs=3.0)


def test_what_the_file_does_not_name_and_what_is_tiny_is_no_sighting(tmp_path: Path) -> None:
    tags = detector(tmp_path, "apriltag_36h11", "{3: dock sign}")
    assert tags.detect(scene("apriltag_36h11", 4)[0], Kind.OBJECTS) == []
    assert tags.detect(scene("aruco_4x4", 3)[0], Kind.OBJECTS) == []
    assert tags.detect(scene("apriltag_36h11", 3, side=10)[0], Kind.OBJECTS) == []
    assert tags.detect(scene("apriltag_36h11", 3)[0], Kind.FACES) == []


def test_of_a_sheet_full_of_markers_the_largest_are_told(tmp_path: Path) -> None:
    """150 of them took the tracker half a second of each look, in which nobody is looked for."""
    tags = detector(tmp_path, "aruco_4x4", "{7: shelf}")
    marker = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(FAMILIES["aruco_4x4"]), 7, 24)
    sheet = np.full((480, 640), 255, np.uint8)
    for y in range(8, 330, 36):
        for x in range(8, 600, 36):
            sheet[y : y + 24, x : x + 24] = marker
    sheet[380:440, 300:360] = cv2.resize(marker, (60, 60), interpolation=cv2.INTER_NEAREST)
    found = tags.detect(np.repeat(sheet[:, :, None], 3, axis=2), Kind.OBJECTS)
    assert len(found) == MOST
    assert found[0].box.width == pytest.approx(60, abs=3.0)


def test_in_noise_and_patterns_no_marker_of_the_shipped_family_is_invented(tmp_path: Path) -> None:
    shipped = read_tags(SHIPPED)
    every = "{" + ", ".join(f"{number}: tag{number}" for number in range(300)) + "}"
    tags, dice = detector(tmp_path, shipped.family, every), np.random.default_rng(1)
    assert shipped.names
    for _ in range(60):
        squares = np.kron(dice.integers(0, 2, (30, 40)) * 255, np.ones((16, 16))).astype(np.uint8)
        assert tags.detect(np.repeat(squares[:, :, None], 3, axis=2), Kind.OBJECTS) == []


@pytest.mark.parametrize(
    "text", ["", "[]", "family: qr\nnames: {}", "family: aruco_4x4\nnames: {a: b}", "family: aruco_4x4\nnames: {1: 'X; rm'}",
             "family: aruco_4x4\nnames: {-1: dock}", "{", "x" * 60_000]
)  # fmt: skip
def test_a_wrong_file_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "tags.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="tags.yaml"):
        TagDetector(0.4, file).load([Kind.OBJECTS])
    with pytest.raises(ConfigError, match="cannot be read"):
        TagDetector(0.4, tmp_path / "none.yaml").load([Kind.OBJECTS])


def test_unloaded_it_says_so() -> None:
    with pytest.raises(BackendError, match="not loaded"):
        TagDetector(0.4).detect(np.zeros((48, 64, 3), np.uint8), Kind.OBJECTS)

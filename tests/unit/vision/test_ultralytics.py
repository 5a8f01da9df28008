# SPDX-License-Identifier: Apache-2.0
"""The reading of what Ultralytics' export gives, with a stand-in network made here: no registry carries weights."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tektra.common import backends
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.vision.backends.ultralytics import UltralyticsDetector
from tektra.vision.sightings import Kind

NAMES = {0: "person", 1: "cup", 2: "dog"}
#: Middle, size (px of the 320x320 picture), scores of person, cup, dog.
ROWS = np.array(
    [
        [160.0, 160.0, 80.0, 120.0, 0.9, 0.0, 0.0],
        [162.0, 161.0, 80.0, 120.0, 0.8, 0.0, 0.0],  # the same person again
        [161.0, 160.0, 80.0, 120.0, 0.0, 0.7, 0.1],  # a cup at the same place is another thing
        [300.0, 160.0, 80.0, 40.0, 0.0, 0.0, 0.6],  # cut off by the picture's edge
        [100.0, 20.0, 40.0, 20.0, 0.0, 0.95, 0.0],  # in the grey margin: outside the picture
        [200.0, 160.0, 10.0, 10.0, 0.1, 0.2, 0.3],  # too unsure
        [200.0, 160.0, float("nan"), 10.0, 0.9, 0.9, 0.9],
    ],
    np.float32,
)


def field(number: int, value: bytes | int) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def typed(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(field(1, field(1, side)) for side in shape)
    return field(1, name.encode()) + field(2, field(1, field(1, 1) + field(2, dims)))


def network(path: Path, rows: np.ndarray, told: Mapping[str, str], side: int = 320) -> Path:
    """An ONNX file (onnx.proto) that gives these rows for every picture."""
    out = np.ascontiguousarray(rows.T[None], "<f4")
    tensor = b"".join(field(1, each) for each in out.shape) + field(2, 1) + field(9, out.tobytes())
    attribute = field(1, b"value") + field(5, tensor) + field(20, 4)
    node = field(2, b"output0") + field(4, b"Constant") + field(5, attribute)
    graph = field(1, node) + field(2, b"stand-in") + field(11, typed("images", (1, 3, side, side)))
    graph += field(12, typed("output0", out.shape))
    meta = b"".join(
        field(14, field(1, key.encode()) + field(2, value.encode())) for key, value in told.items()
    )
    path.write_bytes(field(1, 8) + field(7, graph) + field(8, field(2, 13)) + meta)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return network(tmp_path / "yolo.onnx", ROWS, {"names": str(NAMES), "task": "detect"})


def loaded(file: Path) -> UltralyticsDetector:
    detector = UltralyticsDetector(0.4, file)
    detector.load([Kind.OBJECTS])
    return detector


def test_boxes_come_back_in_the_pictures_own_pixels_best_first(file: Path) -> None:
    detector = loaded(file)
    image = np.zeros((240, 640, 3), np.uint8)  # half as large in the net, with 100 px of grey above and below
    found = detector.detect(image, Kind.OBJECTS)
    assert tuple(detector.classes) == ("person", "cup", "dog")
    assert [(seen.class_id, round(seen.score, 2)) for seen in found] == [
        ("person", 0.9),
        ("cup", 0.7),
        ("dog", 0.6),
    ]
    person, _, dog = (seen.box for seen in found)
    assert (person.x, person.y, person.width, person.height) == pytest.approx((240.0, 0.0, 160.0, 240.0))
    assert (dog.x, dog.y, dog.width, dog.height) == pytest.approx((520.0, 80.0, 120.0, 80.0))


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 2000, 3), (480, 640, 3)])
def test_any_size_gives_boxes_inside_the_picture(file: Path, shape: tuple[int, int, int]) -> None:
    for seen in loaded(file).detect(np.zeros(shape, np.uint8), Kind.OBJECTS):
        assert 0.0 <= seen.box.x <= seen.box.x + seen.box.width <= shape[1] + 1e-6
        assert 0.0 <= seen.box.y <= seen.box.y + seen.box.height <= shape[0] + 1e-6


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"names": "{}"},
        {"names": "__import__('os')"},
        {"names": "{1: 'a'}"},
        {"names": str(NAMES), "task": "pose"},
    ],
)
def test_what_is_no_detection_network_is_refused(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(BackendError, match="yolo export"):
        loaded(network(tmp_path / "yolo.onnx", ROWS, told))


def test_a_missing_broken_or_foreign_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="yolo export"):
        loaded(tmp_path / "none.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"\x80\x02pickle")
    with pytest.raises(BackendError, match="does not load"):
        loaded(broken)
    end_to_end = network(tmp_path / "end.onnx", ROWS[:, :6], {"names": str(NAMES)})
    with pytest.raises(BackendError, match="gives"):
        loaded(end_to_end).detect(np.zeros((48, 64, 3), np.uint8), Kind.OBJECTS)


def test_it_is_found_by_name_and_refuses_what_is_no_image(file: Path) -> None:
    assert backends.load("detector", "ultralytics") is UltralyticsDetector
    with pytest.raises(BackendError, match="not loaded"):
        UltralyticsDetector(0.4, file).detect(np.zeros((4, 4, 3), np.uint8), Kind.OBJECTS)
    with pytest.raises(InputError):
        loaded(file).detect(np.zeros((4, 4), np.uint8), Kind.OBJECTS)

# SPDX-License-Identifier: Apache-2.0
"""What every reader of faces must do, with its real model on a real clip."""

from collections.abc import Iterator
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tektra.common import backends, models
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.common.pixels import Pixels
from tektra.vision.backends import FaceReader
from tektra.vision.backends.sface import SFaceReader
from tektra.vision.faces import THRESHOLD

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=backends.names("face_reader"))
def reader(request: pytest.FixtureRequest) -> Iterator[FaceReader]:
    made: FaceReader = backends.load("face_reader", request.param)()
    try:
        made.load()
    except MissingModel as error:
        pytest.skip(str(error))
    made.load()
    yield made
    made.close()
    made.close()


@pytest.fixture(scope="module")
def caller() -> list[Pixels]:
    """One man, seconds apart."""
    capture = cv2.VideoCapture(str(models.path("clip-carphone")))
    frames = [np.asarray(capture.read()[1], np.uint8) for _ in range(120)]
    capture.release()
    return [frames[n] for n in (5, 60, 115)]


def test_one_mans_face_is_alike_in_every_picture(reader: FaceReader, caller: list[Pixels]) -> None:
    prints = [reader.read(image) for image in caller]
    assert [len(found) for found in prints] == [1, 1, 1]
    first, *rest = (found[0] for found in prints)
    for other in rest:
        assert float(first.vector @ other.vector) > THRESHOLD
        assert abs(float(np.linalg.norm(other.vector)) - 1.0) < 1e-5
    for found, image in zip(prints, caller, strict=True):
        box = found[0].box
        assert (
            0 <= box.x <= box.x + box.width <= image.shape[1] and 0.2 < box.center[0] / image.shape[1] < 0.8
        )
        assert found[0].score > 0.8 and found[0].sharpness > 0.0


def test_another_face_is_not_alike(reader: FaceReader, caller: list[Pixels]) -> None:
    """Upside down and mirrored in its halves a face is nobody's; a warped one another's."""
    image = caller[0]
    height, width = image.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    (face,) = reader.read(image)
    dx, dy = (xs - face.box.center[0]) / face.box.width, (ys - face.box.center[1]) / face.box.height
    bent = xs + 0.35 * face.box.width * dx * np.exp(-4.0 * (dx**2 + dy**2))
    warped = cv2.remap(image, bent.astype(np.float32), ys, cv2.INTER_LINEAR)
    found = reader.read(np.asarray(warped, np.uint8))
    assert all(float(face.vector @ other.vector) < 0.95 for other in found)


def test_pictures_without_a_face_and_of_any_size_show_nobody(reader: FaceReader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    for image in (noise, np.zeros((1, 1, 3), np.uint8), np.zeros((2000, 16, 3), np.uint8)):
        assert reader.read(image) == []


@pytest.mark.parametrize(
    "box",
    [(0.0, 4.7, 1.0, 0.0), (-90.0, 10.0, 100.0, 100.0), (10.0, 10.0, 8.0, 60.0), (np.nan, 0.0, 50.0, 50.0)],
)
def test_a_box_that_holds_no_face_is_nobody(
    monkeypatch: pytest.MonkeyPatch, caller: list[Pixels], box: tuple[float, ...]
) -> None:
    """As the detector reports them on some processors for a picture narrower than its grid."""
    reader = SFaceReader()
    reader.load()
    row = np.array([[*box, *[5.0] * 10, 0.89]], np.float32)
    monkeypatch.setattr(
        reader, "_detector", SimpleNamespace(setInputSize=lambda _: None, detect=lambda _: (1, row))
    )
    assert reader.read(caller[0]) == []


def test_a_face_in_a_large_picture_is_found_where_it_is(reader: FaceReader, caller: list[Pixels]) -> None:
    large = np.zeros((1080, 1920, 3), np.uint8)
    image = cv2.resize(caller[0], None, fx=2.0, fy=2.0)
    large[300 : 300 + image.shape[0], 900 : 900 + image.shape[1]] = image
    (small,), (found,) = reader.read(caller[0]), reader.read(large)
    assert float(small.vector @ found.vector) > 0.7
    assert abs(found.box.center[0] - (900 + 2 * small.box.center[0])) < 25


@pytest.mark.parametrize("bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_image_is_refused(reader: FaceReader, bad: Pixels) -> None:
    with pytest.raises(InputError):
        reader.read(bad)


def test_before_load_it_says_so(reader: FaceReader, caller: list[Pixels]) -> None:
    with pytest.raises(BackendError, match="not loaded"):
        type(reader)().read(caller[0])

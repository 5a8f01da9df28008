# SPDX-License-Identifier: Apache-2.0
"""Every detector back end, with its real models on real images."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tektra.common import backends, models
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.common.pixels import Pixels
from tektra.vision.backends import Detector
from tektra.vision.sightings import Kind, Sighting

MIN_SCORE = 0.4


@pytest.fixture(scope="module", params=backends.names("detector"))
def detector(request: pytest.FixtureRequest) -> Iterator[Detector]:
    made: Detector = backends.load("detector", request.param)(MIN_SCORE)
    try:
        made.load(list(Kind))
    except MissingModel as error:
        pytest.skip(str(error))
    yield made
    made.close()
    made.close()


def image_of(clip: str, number: int) -> Pixels:
    try:
        capture = cv2.VideoCapture(str(models.path(clip)))
    except MissingModel as error:
        pytest.skip(str(error))
    capture.set(cv2.CAP_PROP_POS_FRAMES, number)
    ok, image = capture.read()
    capture.release()
    assert ok
    return np.asarray(image, np.uint8)


@pytest.fixture(scope="module")
def street() -> Pixels:
    return image_of("clip-bikes", 200)


@pytest.fixture(scope="module")
def caller() -> Pixels:
    return image_of("clip-carphone", 30)


def require_sound(sightings: list[Sighting], kind: Kind, image: Pixels) -> None:
    scores = [s.score for s in sightings]
    assert scores == sorted(scores, reverse=True)
    for s in sightings:
        assert s.kind is kind
        assert MIN_SCORE <= s.score <= 1.0
        assert 0 <= s.box.x <= s.box.x + s.box.width <= image.shape[1]
        assert 0 <= s.box.y <= s.box.y + s.box.height <= image.shape[0]


@pytest.mark.model
@pytest.mark.parametrize("kind", list(Kind))
def test_whatever_is_seen_has_a_score_and_a_box_inside_the_image(
    detector: Detector, kind: Kind, street: Pixels, caller: Pixels
) -> None:
    for image in (street, caller):
        require_sound(detector.detect(image, kind), kind, image)


@pytest.mark.model
def test_a_man_at_a_telephone_is_a_person(detector: Detector, caller: Pixels) -> None:
    best = detector.detect(caller, Kind.OBJECTS)[0]
    assert best.class_id == "person"
    assert best.class_id in detector.classes
    assert best.box.width > caller.shape[1] / 3


@pytest.mark.model
def test_a_street_has_vehicles_or_people(detector: Detector, street: Pixels) -> None:
    seen = {s.class_id for s in detector.detect(street, Kind.OBJECTS)}
    assert seen & {"person", "bicycle", "car", "bus", "truck", "motorcycle"}
    assert seen <= set(detector.classes)


@pytest.mark.model
def test_his_face_is_found_with_its_52_shapes(detector: Detector, caller: Pixels) -> None:
    (face,) = detector.detect(caller, Kind.FACES)
    assert len(face.shapes) == 52
    assert {"jawOpen", "mouthSmileLeft", "browInnerUp"} <= set(face.shapes)
    assert all(0.0 <= value <= 1.0 for value in face.shapes.values())
    assert 0.2 < face.box.center[0] / caller.shape[1] < 0.8


@pytest.mark.model
def test_a_street_without_people_close_by_has_no_face_and_no_gesture(detector: Detector) -> None:
    image = image_of("clip-bikes", 0)
    assert detector.detect(image, Kind.FACES) == []
    assert detector.detect(image, Kind.GESTURES) == []


@pytest.mark.model
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("shape", [(480, 640, 3), (1, 1, 3), (2000, 10, 3)])
def test_nothing_is_seen_in_black_of_any_shape(
    detector: Detector, kind: Kind, shape: tuple[int, ...]
) -> None:
    assert detector.detect(np.zeros(shape, np.uint8), kind) == []


@pytest.mark.model
@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_image_is_refused(detector: Detector, bad: Pixels) -> None:
    with pytest.raises(InputError):
        detector.detect(bad, Kind.OBJECTS)


@pytest.mark.model
def test_an_image_is_left_as_it_was(detector: Detector, caller: Pixels) -> None:
    before = caller.copy()
    for kind in Kind:
        detector.detect(caller, kind)
    assert np.array_equal(before, caller)


@pytest.mark.model
def test_a_kind_that_was_not_loaded_is_an_error(detector: Detector, caller: Pixels) -> None:
    other = type(detector)(MIN_SCORE)  # type: ignore[call-arg]
    other.load([Kind.FACES])
    with pytest.raises(BackendError, match="not loaded"):
        other.detect(caller, Kind.OBJECTS)
    other.close()


@pytest.mark.model
def test_a_4k_picture_shows_what_a_small_one_does_at_its_own_size(detector: Detector, caller: Pixels) -> None:
    large = np.asarray(cv2.resize(caller, (3840, 2880), interpolation=cv2.INTER_LINEAR), np.uint8)
    scale = (3840 / caller.shape[1], 2880 / caller.shape[0])
    for kind in (Kind.OBJECTS, Kind.FACES):
        small, big = detector.detect(caller, kind), detector.detect(large, kind)
        if (small and kind is Kind.FACES) or (small and small[0].class_id == "person"):
            box, seen = small[0].box, big[0].box
            assert seen.width == pytest.approx(box.width * scale[0], rel=0.25)
            assert seen.center[0] == pytest.approx(box.center[0] * scale[0], abs=400)

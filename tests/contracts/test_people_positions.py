# SPDX-License-Identifier: Apache-2.0
"""People of a real street, found by the real detector, on the map."""

import math

import cv2
import numpy as np
import pytest

from tektra.common import models
from tektra.common.errors import MissingModel
from tektra.vision.backends.mediapipe import MediapipeDetector
from tektra.vision.ground import CameraPose, Ground
from tektra.vision.positions import PeopleFinder
from tektra.vision.sightings import Kind
from tektra.vision.tracker import Tracker

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    "clip, frames", [("clip-bikes", range(110, 131, 4)), ("clip-carphone", range(30, 51, 10))]
)
def test_people_of_a_clip_stand_at_finite_places_before_the_camera(clip: str, frames: range) -> None:
    """A cyclist who waits in a street, down to the ground; and a man in a car, whom the image cuts off."""
    detector = MediapipeDetector(0.4)
    try:
        detector.load([Kind.OBJECTS])
        capture = cv2.VideoCapture(str(models.path(clip)))
    except MissingModel as error:
        pytest.skip(str(error))
    # Nobody knows how those cameras were held: at eye height, about level, and of a usual lens is what it looks like.
    camera = CameraPose(x=10.0, y=10.0, height=1.6, yaw=0.5, pitch=0.05, hfov=1.1)
    finder, tracker, told = PeopleFinder(Ground(camera, 25.0, 0.1)), Tracker("o"), []
    for number in frames:
        capture.set(cv2.CAP_PROP_POS_FRAMES, number)
        ok, image = capture.read()
        assert ok
        sightings = detector.detect(np.asarray(image, np.uint8), Kind.OBJECTS)
        size = (image.shape[1], image.shape[0])
        told.append(finder.find(number / 25.0, size, tracker.update(number / 25.0, sightings)))
    capture.release()
    detector.close()
    assert any(positions.people for positions in told)
    assert any(len(positions.seen) >= 3 for positions in told)
    for positions in told:
        for person in positions.people:
            ahead = math.hypot(person.spot.x - 10.0, person.spot.y - 10.0)
            assert 0.0 < ahead <= 25.0 and 0.0 < person.spot.uncertainty <= 25.0
            bearing = math.atan2(person.spot.y - 10.0, person.spot.x - 10.0) - 0.5
            assert abs(bearing) <= 0.6, "within the field of view"

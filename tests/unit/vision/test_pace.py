# SPDX-License-Identifier: Apache-2.0
"""Whether the next picture is waited for."""

from collections.abc import Sequence

import numpy as np

from tektra.common.pixels import Pixels
from tektra.vision.backends import Frame
from tektra.vision.eye import Eye
from tektra.vision.looker import Look
from tektra.vision.options import VisionOptions
from tektra.vision.pace import LONGEST_WAIT_S, Pace, Steps
from tektra.vision.sightings import Box, Kind, Sighting

LOOK_S = 0.02


def pace_of(*came_s: float) -> Pace:
    pace = Pace()
    for at_s in came_s:
        pace.came(at_s)
    return pace


def test_a_picture_that_just_came_is_looked_at_and_an_old_one_not_when_the_next_is_near() -> None:
    pace = pace_of(0.0, 0.033, 0.066, 0.1)
    assert not pace.waits(0.101)
    assert pace.waits(0.121)
    assert not pace.waits(0.14), "the next is late: who knows when it comes"


def test_nobody_waits_for_a_slow_camera_or_one_that_showed_a_single_picture() -> None:
    slow = pace_of(0.0, 1.0, 2.0, 3.0)
    assert not any(slow.waits(3.0 + late_s) for late_s in (0.0, 0.4, 0.6, 0.999 - LONGEST_WAIT_S))
    assert not Pace().waits(1.0)
    assert not pace_of(0.0).waits(0.02)


def test_one_pause_among_quick_pictures_is_not_the_usual_step() -> None:
    assert pace_of(0.0, 0.03, 0.06, 2.0, 2.03, 2.06).waits(2.08)


def test_where_the_time_of_a_look_went_is_told_by_name() -> None:
    assert Steps(0.004, 0.01, 5.0).told(5.5) == {"arrival": 0.004, "waiting": 0.01, "telling": 0.5}


class Slow:
    """A detector that takes its time, by a clock that only it moves."""

    classes: Sequence[str] = ("dog",)

    def __init__(self) -> None:
        self.now_s = 100.0

    def load(self, kinds: Sequence[Kind]) -> None: ...

    def close(self) -> None: ...

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        self.now_s += LOOK_S
        return [Sighting(kind, "dog", 0.9, Box(1.0, 1.0, 9.0, 9.0))]


class Camera:
    """Shows a picture whenever `shown` is called, without a thread."""

    def __init__(self, eye: Eye, eyes: Slow, dice: np.random.Generator) -> None:
        self._eye, self._eyes, self._dice = eye, eyes, dice

    def shown(self) -> None:
        image = self._dice.integers(0, 255, (48, 64, 3)).astype(np.uint8)
        self._eye._pace.came(self._eyes.now_s)
        self._eye.newest = Frame(image, self._eyes.now_s)


def looks_of(step_s: float) -> tuple[list[Look], list[float]]:
    """Looks as the node has them, once it is known how fast pictures come; and how old each picture was when a detector began."""
    eyes = Slow()
    options = VisionOptions(objects_rate_hz=2.0, faces_rate_hz=2.0, gestures_rate_hz=2.0)
    eye = Eye("", options, eyes, 1.0, lambda: eyes.now_s, lambda: eyes.now_s)
    camera, looks = Camera(eye, eyes, np.random.default_rng(3)), []
    for _ in range(9):
        eyes.now_s += step_s
        camera.shown()
    for _ in range(3):
        eyes.now_s += 10.0 + step_s  # long before: every detector is due
        camera.shown()
        for number in range(4):
            due_s, again = eyes.now_s + step_s, False
            while (look := eye.look(lambda kind, seconds: None, again=again)) is not None:
                again = True
                looks.append(look)
            eyes.now_s = max(eyes.now_s, due_s)
            if number < 3:
                camera.shown()
    return looks, [look.steps.waited_s for look in looks]


def test_a_second_detector_waits_for_the_next_picture_of_a_quick_camera() -> None:
    """It looked at the one before, which was old by what the first detector took: its detections were older by as much."""
    looks, waited_s = looks_of(0.033)
    assert {kind for look in looks for kind in look.tracks} == set(Kind)
    assert max(waited_s) < LOOK_S / 2


def test_all_detectors_look_at_each_picture_of_a_slow_camera() -> None:
    looks, _ = looks_of(1.0)
    shown = [look.frame.stamp_s for look in looks]
    assert all(shown.count(stamp_s) == len(Kind) for stamp_s in set(shown))

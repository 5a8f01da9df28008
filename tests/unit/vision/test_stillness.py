# SPDX-License-Identifier: Apache-2.0
"""How often a camera's picture is looked at where nothing moves, and that whoever comes is seen at once."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tektra.common.pixels import Pixels
from tektra.vision.backends import Frame
from tektra.vision.looker import Looker
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.stillness import LINGER_S, RESTS, Stillness

DICE = np.random.default_rng(4)
ROOM: Pixels = np.kron(DICE.integers(40, 200, (12, 16, 3)), np.ones((20, 20, 1))).astype(np.uint8)
RATE_HZ = 10.0


def noisy(picture: Pixels, sigma: float = 8.0) -> Pixels:
    """As a sensor gives it."""
    shaken = picture + DICE.normal(0.0, sigma, picture.shape)
    return np.asarray(np.clip(shaken, 0, 255), np.uint8)


def somebody(at: int) -> Pixels:
    """A face-sized patch in the room."""
    picture = ROOM.copy()
    picture[80:112, at : at + 26] = (120, 150, 210)
    return picture


class Eyes:
    """A detector that finds what the test says, and tells when it looked."""

    classes: Sequence[str] = ()

    def __init__(self) -> None:
        self.looks: list[Kind] = []
        self.there: set[Kind] = set()

    def load(self, kinds: Sequence[Kind]) -> None: ...

    def close(self) -> None: ...

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        self.looks.append(kind)
        return [Sighting(kind, "face", 0.9, Box(1, 1, 5, 5))] if kind in self.there else []


class Watch:
    """A camera at ten pictures a second before a detector that may look at each."""

    def __init__(self) -> None:
        self.now_s, self.eyes = 100.0, Eyes()
        rates = {Kind.FACES: RATE_HZ, Kind.GESTURES: RATE_HZ}
        self._looker = Looker(self.eyes, Schedule(rates, 1.0), 2.0, lambda: self.now_s, rests=RESTS)

    def watch(self, show: Callable[[int], Pixels], for_s: float) -> list[Kind]:
        """What was looked for in so many seconds."""
        self.eyes.looks.clear()
        for number in range(round(for_s * RATE_HZ)):
            self.now_s += 1.0 / RATE_HZ + 1e-6
            frame = Frame(noisy(show(number)), self.now_s)
            while self._looker.look(frame, lambda kind, seconds: None) is not None:
                pass
        return list(self.eyes.looks)


def test_an_empty_room_is_looked_at_once_a_second_after_a_while() -> None:
    watch = Watch()
    assert len(watch.watch(lambda _: ROOM, LINGER_S)) >= 2 * (LINGER_S * RATE_HZ - 2)
    looks = watch.watch(lambda _: ROOM, 10.0)
    assert 9 <= looks.count(Kind.FACES) <= 11 and 9 <= looks.count(Kind.GESTURES) <= 11


def test_who_comes_into_an_empty_room_is_looked_at_in_the_same_picture_and_on_until_gone() -> None:
    watch = Watch()
    watch.watch(lambda _: ROOM, LINGER_S + 2.0)
    assert set(watch.watch(lambda _: somebody(100), 0.1)) == {Kind.FACES, Kind.GESTURES}
    assert len(watch.watch(lambda _: somebody(100), LINGER_S - 0.5)) >= 2 * ((LINGER_S - 0.5) * RATE_HZ - 1)


def test_a_face_that_was_found_is_looked_at_on_though_it_keeps_still() -> None:
    watch = Watch()
    watch.eyes.there = {Kind.FACES}
    watch.watch(lambda _: somebody(100), LINGER_S + 2.0)
    looks = watch.watch(lambda _: somebody(100), 5.0)
    assert looks.count(Kind.FACES) >= 5.0 * RATE_HZ - 1
    assert looks.count(Kind.GESTURES) <= 6


def test_somebody_who_creeps_is_noticed() -> None:
    """From picture to picture hardly anything changes; against the one that was looked at last it adds up."""
    watch = Watch()
    watch.watch(lambda _: somebody(20), LINGER_S + 2.0)
    looks = watch.watch(lambda number: somebody(20 + number), 6.0)
    assert looks.count(Kind.FACES) > 0.7 * 6.0 * RATE_HZ


def test_after_a_black_picture_the_next_one_is_new() -> None:
    watch = Watch()
    watch.watch(lambda _: ROOM, LINGER_S + 2.0)
    watch.watch(lambda _: np.zeros_like(ROOM), 0.5)
    assert set(watch.watch(lambda _: ROOM, 0.1)) == {Kind.FACES, Kind.GESTURES}


@pytest.mark.parametrize("size", [(16, 16), (17, 1000), (480, 640), (1080, 1921)])
def test_pictures_of_any_size_are_compared_and_another_size_is_new(size: tuple[int, int]) -> None:
    still = Stillness(RESTS)
    picture = np.full((*size, 3), 90, np.uint8)
    for now_s in (0.0, 5.0):
        assert still.awake(picture, [Kind.FACES], now_s) == [Kind.FACES]
        still.looked(Kind.FACES, picture, now_s, found=False)
    assert still.awake(picture, [Kind.FACES], 5.5) == []
    changed = picture.copy()
    changed[size[0] // 2 :, size[1] // 2 :] = 200
    assert still.awake(changed, [Kind.FACES], 5.5) == [Kind.FACES]
    assert still.awake(picture[: size[0] - 1 or 1, :15], [Kind.FACES], 5.6) == [Kind.FACES]


def test_who_has_no_rest_looks_whenever_it_is_due() -> None:
    still = Stillness({Kind.FACES: 1.0})
    for now_s in (0.0, 5.0, 5.1):
        assert Kind.OBJECTS in still.awake(ROOM, [Kind.OBJECTS, Kind.FACES], now_s)
        still.looked(Kind.OBJECTS, ROOM, now_s, found=False)
        still.looked(Kind.FACES, ROOM, now_s, found=False)

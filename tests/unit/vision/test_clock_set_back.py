# SPDX-License-Identifier: Apache-2.0
"""A clock that is set back by an hour leaves nobody in view who has gone, and no broken picture unnoticed, for as long."""

from collections.abc import Callable

import pytest

from tektra.vision.health import FROZEN_S, Health
from tektra.vision.object_memory import MISSED_LOOKS, ObjectMemory
from tektra.vision.scene import SceneMemory
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.stance import LOOKS, NOTHING_OF_IT, STRANGE_LOOKS, Stance
from tektra.vision.tracker import Track, Tracker

from .test_stance import before, room

BACK_S = 3600.0
PERSON = Sighting(Kind.OBJECTS, "person", 0.9, Box(10.0, 10.0, 50.0, 100.0))
CUP = Sighting(Kind.OBJECTS, "cup", 0.9, Box(10.0, 10.0, 50.0, 60.0))


def looks(look: Callable[[float], object], from_s: float, count: int, every_s: float = 0.5) -> object:
    """The last of so many."""
    return [look(from_s + every_s * number) for number in range(count)][-1]


def test_whoever_went_meanwhile_is_tracked_no_more() -> None:
    tracker = Tracker("o")
    looks(lambda now_s: tracker.update(now_s, [PERSON]), BACK_S, 3)
    tracker.update(0.0, [])
    assert not tracker.names


def test_whoever_went_meanwhile_is_in_view_no_more_and_looks_do_not_pile_up() -> None:
    memory = SceneMemory(2.0)
    looks(lambda now_s: memory.add(now_s, Kind.OBJECTS, 640, [PERSON]), BACK_S, 4)
    looks(lambda now_s: memory.add(now_s, Kind.OBJECTS, 640, []), 0.0, 100)
    assert memory.scene(50.0).seen == ()
    assert memory.scene(50.0).looks <= 5


def test_a_picture_that_stands_still_since_is_in_doubt() -> None:
    health, picture = Health(), before(room(0))
    health.judge(picture, BACK_S)
    verdict = looks(lambda now_s: health.judge(picture, now_s), 0.0, 1 + round(FROZEN_S / 0.5))
    assert "has not changed" in verdict.doubt  # type: ignore[attr-defined]


def test_a_camera_that_shows_another_room_since_is_in_doubt() -> None:
    stance, wide, other = Stance(), room(0), room(7)
    looks(lambda now_s: stance.judge(before(wide), now_s), BACK_S, 8)
    looks(lambda now_s: stance.judge(before(other), now_s), BACK_S + 4.0, LOOKS)
    assert looks(lambda now_s: stance.judge(before(other), now_s), 0.0, STRANGE_LOOKS + 2) == NOTHING_OF_IT


@pytest.mark.parametrize("missed_before", [0, 1])
def test_a_thing_that_was_taken_away_since_is_told_to_be_gone(missed_before: int) -> None:
    memory = ObjectMemory()

    def look(now_s: float, *seen: Sighting) -> None:
        tracks = [Track(f"o{number}", one, now_s) for number, one in enumerate(seen)]
        memory.saw(now_s, "", (640, 480), tracks, lambda sighting: None, None)

    looks(lambda now_s: look(now_s, CUP), BACK_S, 4)
    looks(look, BACK_S + 2.0, missed_before) if missed_before else None
    looks(look, 0.0, MISSED_LOOKS + 4)
    assert [event.what for event in memory.events] == ["new", "gone"]

# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.tracker import Tracker


def person(x: float, y: float = 0.0, class_id: str = "person") -> Sighting:
    return Sighting(Kind.OBJECTS, class_id, 0.9, Box(x, y, 100.0, 200.0))


def ids(tracker: Tracker, now_s: float, *sightings: Sighting) -> list[str]:
    return [track.track_id for track in tracker.update(now_s, sightings)]


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 10, 10), 1 / 3),
        (Box(10, 0, 10, 10), 0.0),
        (Box(20, 20, 5, 5), 0.0),
        (Box(2, 2, 5, 5), 0.25),
        (Box(3, 3, 0, 0), 0.0),
    ],
)
def test_overlap_is_intersection_over_union(other: Box, overlap: float) -> None:
    box = Box(0, 0, 10, 10)
    assert box.overlap(other) == other.overlap(box) == pytest.approx(overlap)


def test_a_thing_that_moves_a_little_keeps_its_name() -> None:
    tracker = Tracker("o")
    (name,) = ids(tracker, 0.0, person(0))
    for step in range(1, 20):
        assert ids(tracker, step * 0.2, person(step * 20)) == [name]


def test_two_things_keep_their_names_whatever_the_order() -> None:
    tracker = Tracker("o")
    left, right = ids(tracker, 0.0, person(0), person(400))
    assert ids(tracker, 0.2, person(395), person(5)) == [right, left]


def test_each_name_is_given_once_an_image() -> None:
    tracker = Tracker("o")
    (name,) = ids(tracker, 0.0, person(0))
    now = ids(tracker, 0.2, person(30), person(2))
    assert now[1] == name
    assert now[0] != name


def test_a_thing_that_was_away_too_long_is_a_new_one() -> None:
    tracker = Tracker("o", keep_s=1.0)
    (name,) = ids(tracker, 0.0, person(0))
    assert ids(tracker, 1.0, person(0)) == [name]
    assert ids(tracker, 2.1, person(0)) != [name]


def test_another_class_in_the_same_place_is_another_thing_unless_told_so() -> None:
    assert ids_of_change(Tracker("o")) == 2
    assert ids_of_change(Tracker("h", by_class=False)) == 1


def ids_of_change(tracker: Tracker) -> int:
    return len({*ids(tracker, 0.0, person(0)), *ids(tracker, 0.1, person(0, class_id="dog"))})


def test_names_are_forgotten_with_their_things() -> None:
    tracker = Tracker("o", keep_s=1.0)
    tracker.update(0.0, [person(0)])
    assert len(tracker.names) == 1
    tracker.update(5.0, [])
    assert tracker.names == frozenset()


def test_a_thing_keeps_its_id_behind_a_pillar_that_it_walks_past() -> None:
    """It is hidden for 1.6 s and comes out where it would be by then, two of its widths further."""
    tracker = Tracker("o", keep_s=3.0)
    ids = set()
    for look in range(21):
        hidden = 8 <= look < 16
        walker = [Sighting(Kind.OBJECTS, "person", 0.9, Box(10.0 + look * 20.0, 50.0, 80.0, 160.0))]
        ids |= {track.track_id for track in tracker.update(look * 0.2, [] if hidden else walker)}
    assert ids == {"o1"}


def test_who_comes_from_elsewhere_after_a_while_is_somebody_else() -> None:
    tracker = Tracker("o", keep_s=3.0)
    for look in range(5):
        tracker.update(look * 0.2, [Sighting(Kind.OBJECTS, "person", 0.9, Box(10.0, 50.0, 80.0, 160.0))])
    (other,) = tracker.update(2.0, [Sighting(Kind.OBJECTS, "person", 0.9, Box(500.0, 50.0, 80.0, 160.0))])
    (late,) = tracker.update(5.5, [Sighting(Kind.OBJECTS, "person", 0.9, Box(10.0, 50.0, 80.0, 160.0))])
    assert (other.track_id, late.track_id) == ("o2", "o3")


def small(x: float, class_id: str = "cup") -> Sighting:
    return Sighting(Kind.OBJECTS, class_id, 0.9, Box(x, 100.0, 11.0, 11.0))


def test_small_things_keep_their_names_while_the_camera_turns_to_and_fro() -> None:
    """Every second look gave a cube another name, since it was elsewhere in the picture by more than its size."""
    tracker = Tracker("o", keep_s=3.0, reach_px=40.0)
    left, right = ids(tracker, 0.0, small(100.0), small(200.0))
    for step, turned in enumerate((18.0, -12.0, 20.0, -16.0), 1):
        assert ids(tracker, 0.25 * step, small(200.0 + turned), small(100.0 + turned)) == [right, left]


def test_what_is_far_off_or_of_another_kind_does_not_get_the_name_of_a_small_thing() -> None:
    tracker = Tracker("o", keep_s=3.0, reach_px=40.0)
    (name,) = ids(tracker, 0.0, small(100.0))
    assert name not in ids(tracker, 0.25, small(190.0), small(103.0, "bowl"))


def test_faces_are_joined_by_overlap_alone() -> None:
    tracker = Tracker("f")
    (name,) = ids(tracker, 0.0, small(100.0, "face"))
    assert ids(tracker, 0.2, small(114.0, "face")) != [name]

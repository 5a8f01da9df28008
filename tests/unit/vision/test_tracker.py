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


def test_what_was_hidden_while_the_camera_turned_is_where_the_rest_of_the_picture_went() -> None:
    """It got a new name, as it was looked for where it had been, and from then on two names by turns."""
    tracker = Tracker("o", keep_s=3.0, reach_px=40.0)
    turned, names = 0.0, set()
    for step in range(16):
        turned += 0.0 if step == 0 else (22.0, 17.0, -9.0, 25.0)[step % 4]
        shown = [small(100.0 + turned), small(200.0 + turned, "bowl"), small(300.0 + turned, "vase")]
        found = tracker.update(0.25 * step, shown[1:] if 4 <= step < 9 else shown)
        names |= {track.track_id for track in found if track.sighting.class_id == "cup"}
    assert names == {"o1"}


def test_a_single_thing_that_moves_carries_no_hidden_one_along() -> None:
    tracker = Tracker("o", keep_s=3.0, reach_px=40.0)
    (cup, _) = ids(tracker, 0.0, small(100.0), small(150.0, "bowl"))
    for step in range(1, 6):
        ids(tracker, 0.25 * step, small(150.0 + 8.0 * step, "bowl"))
    assert ids(tracker, 1.5, small(100.0), small(198.0, "bowl"))[0] == cup


def test_a_detector_that_wavers_gives_one_thing_one_name_and_the_class_of_most_looks() -> None:
    tracker = Tracker("o", keep_s=3.0)
    told = [
        tracker.update(0.25 * step, [small(100.0 + step, class_id)])[0]
        for step, class_id in enumerate(
            ["red cube", "red cube", "red ball", "red cube", "red thing", "red cube"]
        )
    ]
    assert {(track.track_id, track.sighting.class_id) for track in told} == {("o1", "red cube")}
    for step in range(6, 16):  # it was a ball, in truth
        (last,) = tracker.update(0.25 * step, [small(100.0 + step, "red ball")])
    assert (last.track_id, last.sighting.class_id) == ("o1", "red ball")


@pytest.mark.parametrize(
    "one, other",
    [("person", "chair"), ("chair", "person"), ("red cube", "green cube"), ("red cube", "sports ball"), ("cup", "red cube")],
)  # fmt: skip
def test_no_person_becomes_a_thing_and_no_colour_another(one: str, other: str) -> None:
    tracker = Tracker("o", keep_s=3.0)
    for step in range(4):
        tracker.update(0.25 * step, [small(100.0, one)])
    (found,) = tracker.update(1.0, [small(100.0, other)])
    assert (found.track_id, found.sighting.class_id) == ("o2", other)


def test_what_is_still_seen_elsewhere_is_not_what_took_its_place() -> None:
    tracker = Tracker("o", keep_s=3.0, reach_px=40.0)
    tracker.update(0.0, [small(100.0)])
    assert ids(tracker, 0.25, small(190.0), small(101.0, "bowl")) == ["o2", "o3"]


def test_a_thing_is_believed_from_its_second_look_on_and_a_person_at_once() -> None:
    tracker = Tracker("o", keep_s=3.0)
    told = [[t.believed for t in tracker.update(0.2 * n, [small(10.0), person(300.0)])] for n in range(3)]
    assert told == [[False, True], [True, True], [True, True]]
    (face,) = Tracker("f").update(0.0, [Sighting(Kind.FACES, "face", 1.0, Box(0, 0, 9, 9))])
    assert face.believed


def test_what_flickers_is_never_believed_and_what_was_hidden_still_is() -> None:
    tracker = Tracker("o", keep_s=3.0)
    for step in range(12):
        told = tracker.update(0.2 * step, [] if step % 2 else [small(10.0)])
        assert not any(track.believed for track in told)
    tracker = Tracker("o", keep_s=3.0)
    for step in range(3):
        tracker.update(0.2 * step, [small(10.0)])
    tracker.update(0.6, [])
    (again,) = tracker.update(2.0, [small(10.0)])
    assert again.believed and again.track_id == "o1"

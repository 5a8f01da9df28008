# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tektra.vision.answers import answer
from tektra.vision.scene import Scene, SceneMemory, where
from tektra.vision.sightings import FACE, Box, Kind, Sighting
from tektra.vision.words import count_of, listed, plural

WIDTH = 640
SMILE = {"mouthSmileLeft": 0.95, "mouthSmileRight": 0.95, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5}


def thing(class_id: str, x: float = 300.0, score: float = 0.9) -> Sighting:
    return Sighting(Kind.OBJECTS, class_id, score, Box(x, 0.0, 40.0, 40.0))


def scene_of(*looks: Sequence[Sighting], kind: Kind = Kind.OBJECTS) -> Scene:
    memory = SceneMemory(2.0)
    for number, sightings in enumerate(looks):
        memory.add(number * 0.1, kind, WIDTH, sightings)
    return memory.scene(len(looks) * 0.1)


def test_without_images_it_claims_nothing() -> None:
    assert scene_of().description == "I have seen no image lately."


def test_images_without_things_are_said_to_show_nothing_known() -> None:
    scene = scene_of([], [])
    assert (scene.description, scene.looks) == ("I see nothing that I recognise.", 2)


def test_things_are_counted_and_placed() -> None:
    scene = scene_of([thing("person", 0), thing("person", 580), thing("dog", 590)])
    assert {(s.class_id, s.count) for s in scene.seen} == {("person", 2), ("dog", 1)}
    assert "two people" in scene.description
    assert "a dog on the right" in scene.description


def test_the_count_is_the_usual_one_not_that_of_one_odd_image() -> None:
    looks = [[thing("cup")], [thing("cup")], [thing("cup"), thing("cup", 0)], [thing("cup")]]
    assert scene_of(*looks).seen[0].count == 1


def test_what_shows_in_few_images_is_taken_for_an_error() -> None:
    assert scene_of([thing("bear")], [], [], []).seen == ()


def test_confidence_falls_with_every_image_that_does_not_show_it() -> None:
    always = scene_of([thing("dog")], [thing("dog")])
    half = scene_of([thing("dog")], [])
    assert always.seen[0].confidence == pytest.approx(0.9)
    assert half.seen[0].confidence == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (0.9, "I see a dog in the centre."),
        (0.5, "I probably see a dog in the centre."),
        (0.3, "There may be a dog in the centre."),
    ],
)
def test_words_are_as_sure_as_the_detector(score: float, words: str) -> None:
    assert scene_of([thing("dog", score=score)]).description == words


def test_what_was_seen_longer_ago_than_the_window_is_forgotten() -> None:
    memory = SceneMemory(2.0)
    memory.add(0.0, Kind.OBJECTS, WIDTH, [thing("dog")])
    assert memory.scene(2.0).seen
    assert memory.scene(2.1).looks == 0


def test_a_smiling_face_is_said_to_look_happy() -> None:
    face = Sighting(Kind.FACES, FACE, 1.0, Box(0, 0, 10, 10), SMILE)
    assert scene_of([face], kind=Kind.FACES).description == "There is a face, which looks happy."


def test_a_gesture_is_said_in_words() -> None:
    hand = Sighting(Kind.GESTURES, "thumb_up", 0.8, Box(0, 0, 10, 10))
    assert scene_of([hand], kind=Kind.GESTURES).description == "A hand shows thumb up."


@pytest.mark.parametrize(
    ("share", "place"), [(0.0, "left"), (0.33, "left"), (0.5, "centre"), (0.67, "right"), (1.0, "right")]
)
def test_the_image_has_three_parts(share: float, place: str) -> None:
    assert where(share) == place


CLASSES = ("person", "dog", "cat", "wine glass")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "I see a dog in the centre."),
        ("What do you see?", "I see a dog in the centre."),
        ("Is there a dog?", "I see a dog in the centre."),
        ("Are there dogs or cats?", "I see a dog in the centre. I do not see a cat."),
        ("any people with a wine glass?", "I do not see a person or a wine glass."),
        ("Is this dogmatic?", "I do not know. I see a dog in the centre."),
    ],
)
def test_questions_are_answered_from_the_scene_alone(question: str, words: str) -> None:
    assert answer(question, scene_of([thing("dog")]), CLASSES) == words


def test_a_question_without_images_is_answered_by_that() -> None:
    assert answer("Is there a dog?", scene_of(), CLASSES) == "I have seen no image lately."


def test_plurals_articles_and_lists() -> None:
    assert [plural(noun) for noun in ("bus", "person", "bench", "teddy bear", "sheep")] == [
        "buses",
        "people",
        "benches",
        "teddy bears",
        "sheep",
    ]
    assert [count_of("apple", 1), count_of("knife", 2), count_of("cup", 12)] == [
        "an apple",
        "two knives",
        "12 cups",
    ]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")] == ["a", "a and b", "a, b or c"]


def test_beside_one_that_is_sure_a_doubtful_one_is_not_counted_but_told() -> None:
    """A second person of 0.45 on the caller's sleeve made two people of one."""
    memory = SceneMemory(window_s=1.0)
    found = [Sighting(Kind.OBJECTS, "person", score, Box(10.0, 10.0, 50.0, 90.0)) for score in (0.88, 0.45)]
    memory.add(0.0, Kind.OBJECTS, 640, found)
    scene = memory.scene(0.0)
    assert (scene.seen[0].count, scene.seen[0].more) == (1, 1)
    assert scene.description == "I see a person on the left (perhaps one more)."
    doubtful = SceneMemory(window_s=1.0)
    doubtful.add(0.0, Kind.OBJECTS, 640, [replace(one, score=0.5) for one in found])
    assert doubtful.scene(0.0).seen[0].count == 2

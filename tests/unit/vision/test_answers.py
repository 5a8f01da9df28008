# SPDX-License-Identifier: Apache-2.0
"""Questions about scenes whose answer is known: nothing false is said, and nothing surer than it is."""

import itertools

import pytest

from tektra.vision.answers import answer
from tektra.vision.scene import Scene, Seen, describe
from tektra.vision.sightings import FACE, Kind
from tektra.vision.words import count_of

KNOWN = ("person", "cup", "dog", "hot dog", "chair", "dining table", "sheep", "red cube")


def thing(name: str, count: int = 1, confidence: float = 0.8) -> Seen:
    return Seen(Kind.OBJECTS, name, count, confidence, "centre")


def face(expression: str, count: int = 1) -> Seen:
    return Seen(Kind.FACES, FACE, count, 1.0, "centre", expression)


def ask(question: str, *seen: Seen, looks: int = 5) -> str:
    return answer(question, Scene(seen, describe(seen, looks), looks), KNOWN)


def test_what_is_there_is_counted_and_what_is_not_is_said_not_to_be_seen() -> None:
    """Every thing in every number, asked in every way: 384 questions."""
    ways = ("How many {many} are there?", "Is there {one}?", "do you see {one}", "Are there any {many} here?")
    for name, count, way in itertools.product(KNOWN, range(4), ways):
        for beside in (
            (),
            (thing("chair" if name != "chair" else "cup"),),
            (thing("sheep" if name != "sheep" else "cup", 2),),
        ):
            question = way.format(one=count_of(name, 1), many=count_of(name, 2).partition(" ")[2])
            there = (thing(name, count),) if count else ()
            told = ask(question, *there, *beside)
            if count == 0:
                assert told == f"I do not see {count_of(name, 1)}.", question
            elif count == 1:
                assert told == f"I see {count_of(name, 1)} in the centre.", question
            else:
                assert told == f"I see {count_of(name, count)}.", question


@pytest.mark.parametrize(
    "confidence, word", [(0.9, "I see a cup"), (0.5, "I probably see a cup"), (0.3, "There may be a cup")]
)
def test_an_answer_is_as_sure_as_the_detector(confidence: float, word: str) -> None:
    assert ask("Is there a cup?", thing("cup", confidence=confidence)).startswith(word)


def test_two_things_are_answered_each() -> None:
    told = ask("Is there a cup or a dog?", thing("cup"))
    assert told == "I see a cup in the centre. I do not see a dog."


def test_a_hot_dog_is_no_dog() -> None:
    assert ask("Is there a hot dog?", thing("dog")) == "I do not see a hot dog."


@pytest.mark.parametrize(
    "question", ["Is anybody there?", "Who is in the hall?", "Do you see people?", "how many men are there"]
)
def test_people_have_many_names(question: str) -> None:
    assert ask(question, thing("person", 2)) == "I see two people."
    assert ask(question, thing("dog")) == "I do not see a person."


@pytest.mark.parametrize(
    "question, seen, word",
    [
        ("Is the person smiling?", [face("happy")], "Yes, the face looks happy"),
        ("Is the person smiling?", [face("sad")], "Not that I can see: the face looks sad"),
        ("Is he happy?", [face("neutral")], "Not that I can see: the face shows nothing clearly"),
        ("Is he happy?", [face("")], "I cannot tell"),
        ("Does she look angry?", [thing("person")], "I see no face"),
        ("Are they smiling?", [face("happy", 2)], "I see two faces, and cannot tell whose"),
    ],
)
def test_moods_are_told_with_care(question: str, seen: list[Seen], word: str) -> None:
    assert ask(question, *seen).startswith(word)


def test_a_room_is_free_as_far_as_the_picture_goes() -> None:
    assert ask("Is the kitchen free?").startswith("I see nobody there; of what the picture does not show")
    assert ask("Is the kitchen free?", thing("chair")).startswith("I see nobody there")
    assert ask("Is the kitchen free?", thing("person")) == "No: I see a person in the centre."
    assert (
        ask("Is the room empty?", thing("dog", confidence=0.5)) == "No: I probably see a dog in the centre."
    )
    assert ask("Is the room empty?", face("")) == "No: I see a face."


def test_what_no_detector_knows_is_not_denied() -> None:
    told = ask("Is there a drone?", thing("cup"))
    assert told == "I would not recognise what you call drone. I see a cup in the centre."


@pytest.mark.parametrize("question", ["", "What do you see?", "describe it", "¿Qué?"])
def test_everything_else_is_a_description(question: str) -> None:
    assert ask(question, thing("cup")) == "I see a cup in the centre."


def test_without_a_look_nothing_is_claimed() -> None:
    for question in ("Is there a cup?", "Is the kitchen free?", "Is he smiling?"):
        assert ask(question, looks=0) == "I have seen no image lately."

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
    "question",
    ["Is anybody there?", "Who is in the hall?", "Do you see people?", "how many humans are there"],
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


STATES = (
    "Is the {one} full?", "Is the {one} broken?", "What is the {one} doing?", "How far away is the {one}?", "Is that {one} mine?",
    "Is the {one} behind the chair?", "What is next to the {one}?", "What is on the {one}?", "Is there a key under the {one}?",
    "Is the {one} heavier than a chair?", "Who owns the {one}?", "Is there a tiny {one}?", "Does the {one} move?", "How old is the {one}?",
    "Isn't there a {one}?", "Is the {one} left of the chair?", "Is someone holding the {one}?", "Did the {one} fall over?",
)  # fmt: skip


@pytest.mark.parametrize("way", STATES)
def test_what_no_detector_tells_of_a_thing_is_not_known(way: str) -> None:
    """They were answered "I see a cup in the centre.", which sounds like a yes."""
    for name in KNOWN:
        if name == "chair" and "chair" in way:
            continue
        for there in ([thing(name)], [thing(name), thing("chair", 2)]):
            told = ask(way.format(one=name), *there)
            assert told.startswith(("I do not know.", "I would not recognise")), (way, name)
        assert "I do not see a" in ask(way.format(one=name)) and "I see" not in ask(way.format(one=name))


@pytest.mark.parametrize(
    "question",
    [
        "Is the door open?",
        "Is the light on?",
        "Is it raining?",
        "Is Ann here?",
        "Is that Ann?",
        "What time is it?",
        "Will it rain?",
        "Why is it dark?",
    ],
)
def test_what_is_no_thing_is_not_known(question: str) -> None:
    assert ask(question, thing("cup")) == "I do not know. I see a cup in the centre."


@pytest.mark.parametrize("sort", ["men", "women", "children", "kids", "guests"])
def test_people_are_not_told_apart(sort: str) -> None:
    told = ask(f"How many {sort} are there?", thing("person", 2))
    assert told == f"I see two people. Who of people is called {sort} I cannot tell."
    assert ask(f"How many {sort} are there?") == "I do not see a person."


@pytest.mark.parametrize("number, word", [("two", "Yes"), ("three", "No"), ("2", "Yes"), ("5", "No")])
def test_a_number_in_the_question_is_compared(number: str, word: str) -> None:
    assert ask(f"Are there {number} cups?", thing("cup", 2)) == f"{word}: I see two cups."


def test_of_several_things_nobody_knows_how_many_are_on_one_side() -> None:
    told = ask("How many cups are on the left?", thing("cup", 2))
    assert told == "I see two cups. How many of them are on that side I do not know."
    assert ask("Is there a cup on the left?", thing("cup")) == "I see a cup in the centre."
    assert ask("Is there a cup right now?", thing("cup", 2)) == "I see two cups."


@pytest.mark.parametrize(
    "question",
    [
        "Is the person not smiling?",
        "Isn't he happy?",
        "Is he happy or sad?",
        "Who is smiling?",
        "Why is she sad?",
    ],
)
def test_a_mood_that_is_denied_or_chosen_is_told_without_a_yes(question: str) -> None:
    """ "Is the person not smiling?" was answered yes, by a smile."""
    for shown in ("happy", "sad"):
        told = ask(question, face(shown))
        assert told.startswith(f"The face that I see looks {shown};") and "I do not know" in told


def test_a_mood_is_nobodys_where_more_people_are_than_faces_and_no_things() -> None:
    assert "whose it is" in ask("Is she happy?", face("happy"), thing("person", 2))
    assert (
        ask("Is the dog happy?", face("happy"), thing("dog")) == "I do not know. I see a dog in the centre."
    )


@pytest.mark.parametrize(
    "question", ["Is the chair free?", "Is the dining table empty?", "Is the cup empty?"]
)
def test_a_thing_is_not_free_or_taken_by_somebody_elsewhere_in_the_picture(question: str) -> None:
    """ "No: I see a person", who stood at the other end of the room."""
    for there in ([], [thing("person")], [face("")]):
        assert ask(question, thing("chair"), *there).startswith("I do not know whether anybody uses it: ")


@pytest.mark.parametrize(
    "question", ["Is the way free?", "Is the floor empty?", "Is the sofa free?", "Is the line free?"]
)
def test_what_may_lie_there_unseen_is_not_free(question: str) -> None:
    for there in ([], [thing("person")], [thing("chair")]):
        assert ask(question, *there).startswith("I do not know")


@pytest.mark.parametrize(
    "question", ["¿Hay una taza?", "Ist da eine Tasse?", "Y a-t-il une tasse ?", "C'è una tazza?"]
)
def test_what_is_not_understood_is_claimed_nothing_of(question: str) -> None:
    assert ask(question, thing("dog")).endswith("I see a dog in the centre.")

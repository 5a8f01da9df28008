# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from tektra.vision.backends.colours import HUES, SHAPES, colour_of
from tektra.vision.relations import relation_answer
from tektra.vision.sightings import Box, Kind, Sighting

KNOWN = ("person", "cup", "dog", "chair", *(f"{colour} {shape}" for colour in HUES for shape in SHAPES))


def thing(name: str, x: float, score: float = 0.8) -> Sighting:
    return Sighting(Kind.OBJECTS, name, score, Box(x, 100.0, 50.0, 50.0))


def ask(question: str, *found: Sighting, colour: str = "") -> str:
    return relation_answer(question, found, KNOWN, lambda box: colour)


@pytest.mark.parametrize(
    "way",
    ["What is {side} of the cup?", "what's to the {side} of the cup", "What do you see {side} of the cup?"],
)
def test_what_is_beside_a_thing(way: str) -> None:
    scene = (thing("dog", 0.0), thing("cup", 200.0), thing("chair", 400.0), thing("chair", 500.0))
    assert ask(way.format(side="left"), *scene) == "Left of the cup I see a dog."
    assert ask(way.format(side="right"), *scene) == "Right of the cup I see two chairs."
    assert ask(way.format(side="left"), scene[1]) == "Left of the cup I see nothing that I recognise."
    assert ask(way.format(side="left"), scene[0]) == "I do not see a cup, so I do not know."
    assert (
        ask(way.format(side="left"), scene[1], thing("cup", 300.0))
        == "I see two cups, and do not know which you mean."
    )


def test_what_stands_before_it_is_not_beside_it_and_what_is_doubtful_is_left_out() -> None:
    assert (
        ask("What is left of the cup?", thing("cup", 200.0), thing("dog", 190.0))
        == "Left of the cup I see nothing that I recognise."
    )
    assert "nothing" in ask("What is left of the cup?", thing("cup", 200.0), thing("dog", 0.0, score=0.41))
    told = ask("What is left of the cup?", thing("cup", 200.0), thing("dog", 0.0, score=0.5))
    assert told == "Left of the cup there may be a dog."
    told = ask(
        "What is left of the cup?", thing("cup", 200.0), thing("chair", 0.0), thing("dog", 0.0, score=0.5)
    )
    assert told == "Left of the cup I see a chair and there may be a dog."


def test_what_is_left_of_a_robot_is_not_known_where_nobody_knows_robots() -> None:
    told = ask("What is left of the robot?", thing("cup", 200.0))
    assert told == "I would not recognise what you call robot, so I do not know what is left of it."


def test_colours_of_plain_things_and_of_others() -> None:
    assert ask("What colour is the cube?", thing("red cube", 0.0)) == "The cube is red, as far as I see."
    assert ask("What color is the ball?", thing("red cube", 0.0)) == "I do not see a ball, so I do not know."
    told = ask("What colour are the cubes?", thing("red cube", 0.0), thing("blue cube", 90.0))
    assert told == "I see two cubes: red and blue."
    assert (
        ask("What colour is the cup?", thing("cup", 0.0), colour="white")
        == "The cup is white, as far as I see."
    )
    assert (
        ask("What colour is the cup?", thing("cup", 0.0))
        == "I cannot tell the colour of the cup: it shows no one colour."
    )
    assert "I do not know its colour" in ask("What colour is his shirt?", thing("person", 0.0))


@pytest.mark.parametrize(
    "question", ["", "Is there a cup?", "Turn left", "What is left?", "What do you see?"]
)
def test_other_questions_are_not_answered_here(question: str) -> None:
    assert ask(question, thing("cup", 0.0)) == ""


@pytest.mark.parametrize(
    "bgr, name",
    [((30, 30, 210), "red"), ((200, 60, 20), "blue"), ((40, 170, 40), "green"), ((20, 210, 230), "yellow"),
     ((245, 245, 245), "white"), ((12, 12, 14), "black"), ((120, 122, 118), "grey")],
)  # fmt: skip
def test_the_colour_of_what_fills_a_box(bgr: tuple[int, int, int], name: str) -> None:
    dice = np.random.default_rng(1)
    image = np.clip(np.full((100, 100, 3), bgr) + dice.normal(0, 3, (100, 100, 3)), 0, 255).astype(np.uint8)
    assert colour_of(image, Box(10.0, 10.0, 60.0, 60.0)) == name
    patches = np.kron(dice.integers(0, 255, (10, 10, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    assert colour_of(patches, Box(0.0, 0.0, 100.0, 100.0)) == ""
    assert colour_of(image, Box(99.9, 99.9, 0.1, 0.1)) in ("", name)

# SPDX-License-Identifier: Apache-2.0
"""Robots by their place in the row: "the first one" says who, and "first" alone says when."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.scene import Memory


@pytest.fixture
def after_rover2(read, scene):
    """What is read when rover2 acted last, and would be meant where nobody is named."""
    return lambda words: read(words, replace(scene, memory=Memory(robots=("rover2",))))


@pytest.mark.parametrize(
    "words",
    [
        "send the first to the office",
        "send the first one to the office",
        "manda el primero a la oficina",
        "envoie le premier au bureau",
        "schick den ersten ins Büro",
        "manda il primo in ufficio",
    ],
)
def test_the_first_is_no_word_for_when(after_rover2, words) -> None:
    reading = after_rover2(words)
    assert reading.carried_out
    assert [(step.who, step.arguments) for step in reading.steps] == [("rover1", {"place": "office"})]


@pytest.mark.parametrize(
    "words",
    [
        "send the second one to the kitchen",
        "envía el segundo a la cocina",
        "envoie le deuxième à la cuisine",
        "schick den zweiten in die Küche",
        "manda il secondo in cucina",
    ],
)
def test_the_second_is_the_second_robot_whoever_acted_last(read, scene, words) -> None:
    reading = read(words, replace(scene, memory=Memory(robots=("rover1",))))
    assert reading.carried_out
    assert [(step.who, step.arguments) for step in reading.steps] == [("rover2", {"place": "kitchen"})]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("rover1, first go to the hall, then to the office", ["hall", "office"]),
        ("rover1, primero ve al pasillo y luego a la oficina", ["hall", "office"]),
        ("rover1 go to the office, but first to the hall", ["hall", "office"]),
    ],
)
def test_first_without_an_article_still_says_when(read, words, places) -> None:
    reading = read(words)
    assert reading.carried_out
    assert [(step.who, step.arguments["place"]) for step in reading.steps] == [
        ("rover1", place) for place in places
    ]


@pytest.mark.parametrize(
    "words", ["arm1 take the first one", "send the first floor to the office", "go to the second"]
)
def test_the_first_of_something_else_sends_no_robot(after_rover2, words) -> None:
    assert not after_rover2(words).carried_out

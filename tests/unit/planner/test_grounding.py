# SPDX-License-Identifier: Apache-2.0
"""What a person's own words name."""

import pytest

from tektra.planner.understanding.grounding import mentioned_robots, names_place, numbers, puts_in_order

ROBOTS = ("arm1", "rover1", "rover2")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("rover1 go", {"rover1"}),
        ("Rover One, go", {"rover1"}),
        ("rover number two and ARM 1", {"rover2", "arm1"}),
        ("robot 2 go", {"rover2"}),
        ("go ahead", set()),
        ("the rover 2 metres ahead", set()),
        ("rover 2 go 2 metres ahead", {"rover2"}),
        ("rover two metres", set()),
    ],
)
def test_robots_are_found_in_the_words(words: str, named: set[str]) -> None:
    assert mentioned_robots(words, ROBOTS).named == named
    assert mentioned_robots(words, ROBOTS).unknown == ()


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ("rover7 go", ("rover7",)),
        ("rover seven go", ("rover7",)),
        ("arm 2 wave", ("arm2",)),
        ("robot 5 stop there", ("robot5",)),
        ("robot 1 go", ("robot1",)),  # rover1 or arm1: it cannot be told
        ("Optimus, go to the hall", ("optimus",)),
        ("hey Marvin, dance", ("marvin",)),
    ],
)
def test_names_of_nobody_are_found_too(words: str, unknown: tuple[str, ...]) -> None:
    assert mentioned_robots(words, ROBOTS).unknown == unknown


@pytest.mark.parametrize(
    "words",
    [
        "Tektra, go ahead",
        "hello, who are you?",
        "please, go",
        "go there, please",
        "rover1, go",
        "right, go on",
    ],
)
def test_a_word_before_a_comma_is_not_always_a_name(words: str) -> None:
    assert mentioned_robots(words, ROBOTS).unknown == ()


@pytest.mark.parametrize(
    ("words", "names", "found"),
    [
        ("go to the livingroom", ["living_room"], True),
        ("the dining room", ["living_room"], False),
        ("back to your dock", ["dock1", "dock one"], True),
        ("to dock one", ["dock1"], True),
        ("kitchenette", ["kitchen"], False),
        ("in die Küche", ["Kuche"], True),
    ],
)
def test_a_place_is_named_by_whole_words_alone(words: str, names: list[str], found: bool) -> None:
    assert names_place(words, names) is found


def test_numbers_are_read_as_digits_and_as_words() -> None:
    assert numbers("go to 3.5, minus twenty one and ten") >= {3.5, 21.0, 10.0}


@pytest.mark.parametrize(
    ("words", "ordered"),
    [
        ("a then b", True),
        ("once there, go", True),
        ("a while b", False),
        ("a, then b together", False),
        ("a and b", False),
    ],
)
def test_words_of_order_are_told_from_words_of_company(words: str, ordered: bool) -> None:
    assert puts_in_order(words) is ordered

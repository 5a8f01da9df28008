# SPDX-License-Identifier: Apache-2.0
"""What goes on legs is told in words of every language to stand up and to lie down."""

import pytest

from tests.unit.planner.understanding.conftest import home, robot


@pytest.fixture(scope="module")
def legs():
    return home(robot("dog1", "legged", "base", "posture"))


@pytest.mark.parametrize(
    ("words", "skill"),
    [
        ("dog1, stand up", "stand_up"),
        ("please lie down", "lie_down"),
        ("go limp", "damp"),
        ("aufstehen", "stand_up"),
        ("stell dich hin", "stand_up"),
        ("hinlegen", "lie_down"),
        ("lève-toi", "stand_up"),
        ("couche-toi", "lie_down"),
        ("incorpórate", "stand_up"),
        ("túmbate", "lie_down"),
        ("mettiti in piedi", "stand_up"),
        ("sdraiati", "lie_down"),
    ],
)
def test_it_stands_up_and_lies_down_by_word(read, legs, words, skill) -> None:
    reading = read(words, legs)
    assert [(step.who, step.skill) for step in reading.steps] == [("dog1", skill)], (
        reading.doubts,
        reading.refusals,
    )


def test_what_has_no_legs_is_not_told_to(read) -> None:
    assert read("rover1, stand up", home(robot("rover1", "rover", "base"))).steps == ()

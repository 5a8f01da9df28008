# SPDX-License-Identifier: Apache-2.0
"""What flies is asked in words of every language."""

import pytest

from tests.unit.planner.understanding.conftest import home, robot


@pytest.fixture(scope="module")
def air():
    return home(robot("copter1", "copter", "base", "flight"))


@pytest.mark.parametrize(
    ("words", "skill", "arguments"),
    [
        ("copter1, take off to 3 metres", "take_off", {"altitude_m": 3}),
        ("climb to a height of two metres", "go_to_height", {"altitude_m": 2}),
        ("land", "land", {}),
        ("please land, copter1", "land", {}),
        ("starte auf 3 Meter", "take_off", {"altitude_m": 3}),
        ("lande bitte", "land", {}),
        ("décolle à deux mètres", "take_off", {"altitude_m": 2}),
        ("aterriza", "land", {}),
        ("decolla a 3 metri", "take_off", {"altitude_m": 3}),
    ],
)
def test_it_takes_off_and_lands_by_word(read, air, words, skill, arguments) -> None:
    reading = read(words, air)
    assert [(step.who, step.skill, step.arguments) for step in reading.steps] == [
        ("copter1", skill, arguments)
    ], (reading.doubts, reading.refusals)

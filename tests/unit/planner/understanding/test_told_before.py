# SPDX-License-Identifier: Apache-2.0
"""What was told in a sentence of its own, and speaks against an order that comes later, is asked about; what is over is not."""

from dataclasses import replace

import pytest

TOLD = [
    ("the office is locked.", "rover1 go to the office", "The office is locked"),
    ("Das Büro ist abgeschlossen.", "rover1 fahr ins Büro", "Das Büro ist abgeschlossen"),
    ("La cuisine est fermée.", "rover1 va dans la cuisine", "La cuisine est fermée"),
    ("El pasillo está mojado.", "manda a rover1 al pasillo", "El pasillo está mojado"),
    ("La cucina è chiusa.", "rover1 vai in cucina", "La cucina è chiusa"),
    ("rover1 is broken", "send rover1 to the hall", "rover1 is broken"),
]


@pytest.mark.parametrize(("told", "order", "against"), TOLD)
def test_what_was_told_before_speaks_against_an_order(read, scene, told, order, against) -> None:
    first = read(told)
    assert first.hindrances and not first.carried_out
    there = replace(scene, memory=replace(scene.memory, hindrances=first.hindrances))
    found = read(order, there)
    assert [doubt.kind for doubt in found.doubts] == ["sure"]
    assert found.against.casefold() == against.casefold()


@pytest.mark.parametrize(
    ("told", "order"),
    [
        ("the office is locked.", "rover1 go to the hall"),
        ("rover1 is broken", "send rover2 to the hall"),
        ("rover1's battery is empty", "send rover1 home"),
    ],
)
def test_another_place_and_another_robot_are_ordered_as_ever(read, scene, told, order) -> None:
    there = replace(scene, memory=replace(scene.memory, hindrances=read(told).hindrances))
    assert read(order, there).carried_out


@pytest.mark.parametrize(
    "words", ["is the office locked?", "if the office is locked, go to the hall", "what a day"]
)
def test_what_is_asked_or_supposed_hinders_nothing(read, words) -> None:
    assert not read(words).hindrances


def test_what_is_said_to_be_over_is_known(read) -> None:
    assert read("the office is free again").lifted == ("office",)
    assert read("the office isn't locked any more").lifted == ("office",)
    assert read("Die Küche ist wieder frei").lifted == ("kitchen",)
    assert not read("rover2 is in the office").lifted

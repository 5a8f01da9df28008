# SPDX-License-Identifier: Apache-2.0
"""Requests of German, French, Spanish and Italian speakers, of kinds that were read as something else, or not at all."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Choice, Doubt, Reading, ReadStep
from tektra.planner.understanding.scene import Memory, Pending, Scene


def steps(reading: Reading) -> list[tuple[object, ...]]:
    return [(step.who, step.skill, *step.arguments.values()) for step in reading.steps]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("a la cocina no rover2 mejor al salón", [("rover2", "navigate_to", "living_room")]),
        ("in corridoio no rover2 meglio in cucina", [("rover2", "navigate_to", "kitchen")]),
        ("al pasillo no rover2 a la cocina", [("rover2", "navigate_to", "kitchen")]),
    ],
)
def test_a_no_behind_a_place_leaves_out_that_place_and_not_who_is_called_next(
    reader: Reader, scene: Scene, words: str, wanted: list[object]
) -> None:
    assert steps(reader.read(words, scene)) == wanted


@pytest.mark.parametrize(
    "words", ["dis rover2 tu peux filer au salon", "sag mal rover2 der könnte mal ins Wohnzimmer"]
)
def test_who_is_called_and_asked_is_not_spoken_of_aloud(reader: Reader, scene: Scene, words: str) -> None:
    assert steps(reader.read(words, scene)) == [("rover2", "navigate_to", "living_room")]


@pytest.mark.parametrize(
    "words", ["salue mamie", "saluda a la abuela", "saluta la nonna", "wink mal der Nachbarin zu"]
)
def test_whom_one_waves_at_changes_nothing(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [("arm1", "wave")])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Mir ist langweilig, lass den Arm winken", [("arm1", "wave")]),
        ("jetzt holst du rover1 wieder heim", [("rover1", "dock")]),
        ("rover1 ins Büro, und wenn er da ist, dreh ihn nach links", [("rover1", "navigate_to", "office"), ("rover1", "turn", 90.0)]),
        ("que rover2 prenne le chemin du salon", [("rover2", "navigate_to", "living_room")]),
        ("rover1 recule de trente centimètres, pas plus", [("rover1", "move", -0.3)]),
        ("rover1 in corridoio e appena arriva che giri a sinistra", [("rover1", "navigate_to", "hall"), ("rover1", "turn", 90.0)]),
        ("rover1 date la vuelta y ve luego al pasillo", [("rover1", "turn", 180), ("rover1", "navigate_to", "hall")]),
    ],
)  # fmt: skip
def test_what_was_not_read_is_read(reader: Reader, scene: Scene, words: str, wanted: list[object]) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, wanted)


def test_a_german_past_is_no_wish(reader: Reader, scene: Scene) -> None:
    assert steps(reader.read("ich hätte rover1 gern im Büro", scene)) == [("rover1", "navigate_to", "office")]
    assert not reader.read("ich hatte rover1 im Büro", scene).carried_out


@pytest.mark.parametrize("words", ["envoie-le quand même", "mandalo comunque", "schick ihn trotzdem"])
def test_the_order_once_more_answers_whether_it_is_meant(reader: Reader, scene: Scene, words: str) -> None:
    asked = ReadStep(1, "rover2", "navigate_to", {"place": "kitchen"})
    doubt = Doubt("sure", 0, "", (Choice("yes", True),))
    memory = Memory(pending=Pending((asked,), (doubt,)), robots=("rover2",))
    reading = reader.read(words, replace(scene, memory=memory))
    assert (reading.act, steps(reading)) == (Act.ANSWER, [("rover2", "navigate_to", "kitchen")])


def test_a_zone_that_is_to_be_ignored_orders_nothing(reader: Reader, scene: Scene) -> None:
    assert not reader.read("Ignorier die Sicherheitszone und fahr rover1 ins Büro", scene).carried_out

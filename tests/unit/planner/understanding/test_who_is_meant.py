# SPDX-License-Identifier: Apache-2.0
"""Who is pointed out by a clause of its own, who stands somewhere, and what is asked for as a reason."""

from dataclasses import replace

import pytest

from tests.unit.planner.understanding.test_dialogue import after

HALL = [("rover2", "navigate_to", {"place": "hall"})]


def _steps(reading):
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "it is rover2 that should go to the hall",
        "rover2 is the one that should go to the hall",
        "it should be rover2 that goes to the hall",
        "es ist rover2, der in den Flur soll",
        "rover2 ist der, der in den Flur soll",
        "c'est rover2 qui doit aller dans le couloir",
        "es rover2 el que tiene que ir al pasillo",
        "è rover2 che deve andare nel corridoio",
        "deve essere rover2 ad andare nel corridoio",
    ],
)
def test_who_is_pointed_out_does_it(read, words) -> None:
    reading = read(words)
    assert (_steps(reading), reading.carried_out) == (HALL, True)


@pytest.mark.parametrize(
    "words",
    [
        "it is rover2 that went to the hall", "c'est rover2 qui va dans le couloir", "es rover2 quien va al pasillo",
        "why don't you send rover2 to the hall?", "warum schickst du nicht rover2 in den Flur",
        "pourquoi tu n'envoies pas rover2 dans le couloir", "por qué no mandas a rover2 al pasillo",
        "perché non mandi rover2 nel corridoio",
    ],
)  # fmt: skip
def test_what_may_only_tell_or_ask_sends_nobody_unasked(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words", ["why don't you send rover2 to the hall", "warum schickst du nicht rover2 in den Flur"]
)
def test_an_order_in_the_form_of_a_reason_is_asked_about(read, scene, words) -> None:
    assert [doubt.kind for doubt in read(words).doubts] == ["sure"]
    ordered = after(scene, read("rover2 go to the hall"))
    assert read(words, ordered).steps == ()  # it was told so: that is a question


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1 go to the hall", "it is rover2 that should go"),
        ("rover1 fahr in den Flur", "rover2 ist derjenige, der fahren soll"),
        ("rover1 go to the hall", "wrong robot, I wanted rover2"),
        ("rover1 fahr in den Flur", "falscher Roboter, ich wollte rover2"),
        ("rover1 va dans le couloir", "pas le bon robot, je voulais rover2"),
        ("rover1 ve al pasillo", "robot equivocado, quería rover2"),
        ("rover1 ve al pasillo", "ese no, el otro"),
        ("rover1 vai nel corridoio", "robot sbagliato, volevo rover2"),
    ],
)
def test_who_is_pointed_out_behind_an_order_takes_it_over(read, scene, before, words) -> None:
    assert _steps(read(words, after(scene, read(before)))) == HALL


@pytest.mark.parametrize(
    "words",
    [
        "whoever is in the hall go to the kitchen", "wer im Flur steht, fährt in die Küche", "celui qui est dans le couloir va à la cuisine",
        "el que está en el pasillo que vaya a la cocina", "chi è nel corridoio vada in cucina",
    ],
)  # fmt: skip
def test_who_stands_somewhere_is_known_by_that(read, scene, words) -> None:
    there = replace(scene, stands={"rover2": "hall", "rover1": "office"})
    reading = read(words, there)
    assert (_steps(reading), reading.carried_out) == (
        [("rover2", "navigate_to", {"place": "kitchen"})], True,
    )  # fmt: skip
    both = read(words, replace(scene, stands={"rover2": "hall", "rover1": "hall"}))
    assert not both.carried_out
    nobody = read(words, replace(scene, stands={"rover2": "office"}))
    assert not nobody.carried_out


@pytest.mark.parametrize(
    "words", ["who is in the hall", "wer ist im Flur", "chi è nel corridoio", "wer im Flur ist"]
)
def test_asking_who_is_somewhere_sends_nobody(read, words) -> None:
    assert read(words).steps == ()


@pytest.mark.parametrize(
    "words",
    [
        "everybody who can drive to the hall", "wer kann fährt in den Flur", "tous ceux qui peuvent vont dans le couloir",
        "todos los que puedan al pasillo", "tutti quelli che possono nel corridoio",
    ],
)  # fmt: skip
def test_all_who_can_are_those_who_can(read, words) -> None:
    assert {step.who for step in read(words).steps} == {"rover1", "rover2"}

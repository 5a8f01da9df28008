# SPDX-License-Identifier: Apache-2.0
"""Verbs and pronouns that mean several: "kommt zurück", "where are they", "die beiden"."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.reading import ReadStep
from tektra.planner.understanding.scene import Memory


def spoken_of(scene, *robots: str, told: tuple[str, ...] = ()):
    steps = tuple(ReadStep(id, who, "navigate_to", {"place": "hall"}) for id, who in enumerate(told, start=1))
    return replace(scene, memory=Memory(robots, ("hall",), steps=steps))


@pytest.mark.parametrize(
    "words", ["fahrt in die Küche", "id a la cocina", "vayan a la cocina", "andate in cucina"]
)
def test_a_verb_that_is_said_to_several_moves_several(read, scene, words: str) -> None:
    def who(there) -> list[str]:
        reading = read(words, there)
        assert reading.carried_out
        return [step.who for step in reading.steps]

    assert who(scene) == ["rover1", "rover2"]
    assert who(spoken_of(scene, "rover2", "rover1", told=("rover2",))) == ["rover2", "rover1"]
    assert who(spoken_of(scene, "arm1", "rover2", "rover1", told=("rover1", "rover2"))) == [
        "rover1",
        "rover2",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "rover2, fahrt in die Küche",
        "fahr in die Küche",
        "ve a la cocina",
        "vai in cucina",
        "go to the kitchen",
    ],
)
def test_who_is_named_or_told_alone_goes_alone(read, scene, words: str) -> None:
    reading = read(words, spoken_of(scene, "rover2", "rover1", told=("rover2",)))
    assert [step.who for step in reading.steps] == ["rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "where are they now",
        "where are both of them",
        "how much battery do they have left",
        "wo sind sie jetzt",
        "wo sind die beiden",
        "wie viel Akku haben sie noch",
        "où sont-ils maintenant",
        "combien de batterie ont-ils encore",
        "¿dónde están los dos?",
        "dove sono tutti e due",
    ],
)
def test_they_are_those_who_were_spoken_of(read, scene, words: str) -> None:
    for there in (
        spoken_of(scene, "rover2", "rover1", told=("rover2",)),
        spoken_of(scene, "rover2", "rover1", told=("rover1", "rover2")),
    ):
        question = read(words, there).question
        assert question is not None and set(question.about) == {"rover1", "rover2"}


@pytest.mark.parametrize(
    "words",
    [
        "send them to the hall",
        "schick sie in den Flur",
        "sie sollen in den Flur fahren",
        "envoie-les au couloir",
        "mándalos al pasillo",
        "mandali in corridoio",
    ],
)
def test_a_pronoun_that_means_several_moves_those_who_were_spoken_of(read, scene, words: str) -> None:
    def who(there) -> list[str]:
        return sorted(step.who for step in read(words, there).steps)

    assert who(spoken_of(scene, "rover2", "rover1", told=("rover2",))) == ["rover1", "rover2"]
    assert who(spoken_of(scene, "rover1", told=("rover1",))) == ["rover1"]


def test_behind_an_order_about_things_they_may_be_the_things(read, scene) -> None:
    steps = (ReadStep(1, "arm1", "grasp", {"object": "red_cube"}),)
    there = replace(scene, memory=Memory(("arm1", "rover2", "rover1"), ("hall",), ("red_cube",), steps=steps))
    assert len({step.who for step in read("send them to the hall", there).steps}) < 2


@pytest.mark.parametrize(
    "words",
    [
        "rover2 should go to the kitchen first and rover1 after",
        "rover2 goes to the kitchen first, rover1 after that",
        "rover2 goes to the kitchen, rover1 afterwards",
        "rover2 goes to the kitchen and rover1 next",
        "rover2 in die Küche, rover1 danach",
        "rover2 soll zuerst in die Küche und rover1 danach",
        "rover2 soll zuerst in die Küche fahren und rover1 danach",
        "rover2 va d'abord à la cuisine et rover1 ensuite",
        "rover2 va à la cuisine et rover1 après",
        "rover2 va primero a la cocina y rover1 después",
        "rover2 va in cucina e rover1 dopo",
    ],
)
def test_who_is_named_with_an_afterwards_waits_for_the_other(read, scene, words: str) -> None:
    reading = read(words, scene)
    assert reading.carried_out
    first, second = reading.steps
    assert (first.who, first.after) == ("rover2", ())
    assert (second.who, second.arguments, second.after) == ("rover1", first.arguments, (first.id,))


@pytest.mark.parametrize("words", ["rover1 ve a la cocina luego", "rover1 va dans la cuisine plus tard"])
def test_a_later_that_nothing_stands_before_is_refused(read, scene, words: str) -> None:
    reading = read(words, scene)
    assert not reading.carried_out and reading.conditional

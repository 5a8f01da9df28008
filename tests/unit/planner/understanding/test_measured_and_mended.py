# SPDX-License-Identifier: Apache-2.0
"""Amounts that another clause gives, words said twice, things that are put somewhere or left where they lie."""

import pytest

from tests.unit.planner.understanding.test_dialogue import after


def _steps(reading):
    return [(step.skill, *step.arguments.values()) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "two metres forward then one back rover2", "rover2 zwei Meter vor, dann einen zurück",
        "zwei Meter vor dann einen zurück rover2", "deux mètres en avant puis un en arrière rover2",
        "dos metros adelante luego uno atrás rover2", "due metri avanti poi uno indietro rover2",
        "rover2 drive two metres forward and one back",
    ],
)  # fmt: skip
def test_a_bare_number_before_a_way_has_the_unit_that_was_said(read, words) -> None:
    reading = read(words)
    assert (_steps(reading), {step.who for step in reading.steps}, reading.carried_out) == (
        [("move", 2.0), ("move", -1.0)], {"rover2"}, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1 go forward one metre", "another metre"),
        ("rover1 avanza un metro", "otro metro"),
        ("rover1 avanti di un metro", "un altro metro"),
    ],
)
def test_another_metre_is_one_more(read, scene, before, words) -> None:
    reading = read(words, after(scene, read(before)))
    assert (_steps(reading), reading.carried_out) == ([("move", 1.0)], True)


@pytest.mark.parametrize(
    "words",
    [
        "turn rover1 right but just a little", "rover1 soll sich nach rechts drehen, aber nur ein klein wenig",
        "rover1 tourne à droite mais juste un peu", "gira rover1 a la derecha pero solo un poco",
        "rover1 gira a destra ma solo un pochino",
    ],
)  # fmt: skip
def test_an_amount_behind_a_but_is_that_of_the_way_before(read, words) -> None:
    assert _steps(read(words)) == [("turn", -15.0)]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover2 turn right", "too far, back a bit"),
        ("rover2 dreh dich nach rechts", "ein bisschen zurück"),
        ("rover2 tourne à droite", "un peu en arrière"),
        ("rover2 gira a la derecha", "un poco atrás"),
        ("rover2 gira a destra", "un po' indietro"),
    ],
)
def test_a_bit_back_behind_a_turn_turns_the_other_way(read, scene, before, words) -> None:
    assert _steps(read(words, after(scene, read(before)))) == [("turn", 15.0)]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the the hall",
        "rover1 go go to the hall",
        "rover1 ve ve al pasillo",
        "rover1 fahr fahr in den Flur",
    ],
)
def test_a_word_said_twice_is_said_once(read, words) -> None:
    reading = read(words)
    assert (_steps(reading), reading.carried_out) == ([("navigate_to", "hall")], True)


@pytest.mark.parametrize(
    "words",
    [
        "prendi il verde, anzi aspetta, il blu", "take the green one, no wait, the blue one",
        "take the blue one but leave the red one", "nimm den blauen aber lass den roten liegen",
        "coge el azul pero deja el rojo", "prendi il blu ma lascia il rosso",
    ],
)  # fmt: skip
def test_only_the_thing_that_is_meant_is_taken(read, words) -> None:
    reading = read(words)
    assert (_steps(reading), reading.carried_out) == ([("grasp", "blue_cube")], True)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("pick up the red cube", "put it on the table"),
        ("nimm den roten Würfel", "leg ihn auf den Tisch"),
        ("prends le cube rouge", "pose-le sur la table"),
        ("coge el cubo rojo", "ponlo en la mesa"),
        ("prendi il cubo rosso", "mettilo sul tavolo"),
    ],
)
def test_a_thing_that_is_put_somewhere_unknown_is_asked_about(read, scene, before, words) -> None:
    reading = read(words, after(scene, read(before)))
    assert [doubt.kind for doubt in reading.doubts] == ["spot"]
    assert not reading.refusals


def test_a_robot_that_is_put_somewhere_goes_there(read, scene) -> None:
    reading = read("put it in the kitchen", after(scene, read("rover1 go to the hall")))
    assert (_steps(reading), reading.carried_out) == ([("navigate_to", "kitchen")], True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("the office is locked, rover1 go to the office", "the office is locked"),
        ("rover1 fahr ins Büro, es ist abgeschlossen", "es ist abgeschlossen"),
        ("l'ufficio è chiuso a chiave, rover1 vai in ufficio", "l'ufficio è chiuso a chiave"),
    ],
)
def test_what_speaks_against_an_order_is_known_in_its_words(read, words, told) -> None:
    assert read(words).against == told

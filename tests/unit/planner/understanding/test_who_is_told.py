# SPDX-License-Identifier: Apache-2.0
"""An order without a name, beside one with a name: no robot that nobody spoke of moves of itself."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.scene import Memory

TELL = {
    "en": ["rover2 go to the kitchen", "send rover2 to the kitchen", "rover2 should go to the kitchen"],
    "de": ["rover2 fahr in die Küche", "schick rover2 in die Küche", "rover2 soll in die Küche fahren"],
    "fr": ["rover2 va dans la cuisine", "envoie rover2 dans la cuisine", "dis à rover2 d'aller dans la cuisine"],
    "es": ["rover2 ve a la cocina", "manda rover2 a la cocina", "haz que rover2 vaya a la cocina"],
    "it": ["rover2 vai in cucina", "manda rover2 in cucina", "voglio che rover2 vada in cucina"],
}  # fmt: skip
TURN = {
    "en": "turn left", "de": "dreh dich nach links", "fr": "tourne à gauche", "es": "gira a la izquierda",
    "it": "gira a sinistra",
}  # fmt: skip
TOGETHER = {
    "en": ["{a}, then {b}", "{a} and {b}", "{a}, but first {b}", "first {b}, then {a}", "{b}, then {a}"],
    "de": ["{a}, dann {b}", "{a} und {b}", "{a}, aber vorher {b}", "erst {b}, dann {a}"],
    "fr": ["{a}, puis {b}", "{a} et {b}", "{a}, mais d'abord {b}", "d'abord {b}, puis {a}"],
    "es": ["{a}, luego {b}", "{a} y {b}", "{a}, pero antes {b}", "primero {b}, luego {a}"],
    "it": ["{a}, poi {b}", "{a} e {b}", "{a}, ma prima {b}", "prima {b}, poi {a}"],
}


@pytest.mark.parametrize(
    "words",
    [
        form.format(a=told, b=TURN[language])
        for language, forms in TOGETHER.items()
        for form in forms
        for told in TELL[language]
    ],
)
def test_whoever_is_named_does_all_of_it_or_is_asked_about(read, words: str) -> None:
    reading = read(words)
    assert {step.who for step in reading.steps} == {"rover2"}
    assert reading.carried_out or reading.doubts


@pytest.mark.parametrize("words", ["turn left, then send rover2 to the kitchen", "first turn left, then rover2 go to the hall"])  # fmt: skip
def test_whoever_is_named_only_later_is_asked_about(read, words: str) -> None:
    reading = read(words)
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]
    assert not reading.carried_out


def test_whom_the_conversation_is_about_needs_no_name(read, scene) -> None:
    spoken = replace(scene, memory=Memory(("rover1",)))
    found = read("turn left, then send rover2 to the kitchen", spoken)
    assert found.carried_out
    assert [step.who for step in found.steps] == ["rover1", "rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "go to the kitchen, rover2, and turn left",
        "fahr in die Küche, rover2, und dreh dich nach links",
        "va dans la cuisine, rover2, et tourne à gauche",
        "ve a la cocina, rover2, y gira a la izquierda",
        "vai in cucina, rover2, e gira a sinistra",
        "two metres forward and a quarter turn left, rover2",
    ],
)
def test_who_is_called_between_two_orders_or_behind_them_is_told_both(read, words: str) -> None:
    reading = read(words)
    assert reading.carried_out
    assert [step.who for step in reading.steps] == ["rover2", "rover2"]


def test_what_the_named_one_cannot_do_stays_with_who_can(read) -> None:
    found = read("pick up the red cube, then send rover2 to the kitchen")
    assert found.carried_out
    assert [step.who for step in found.steps] == ["arm1", "rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "hello rover2. go to the kitchen",
        "good job rover2! go to the kitchen",
        "how are you, rover2? go to the kitchen",
        "guten Morgen rover2. Fahr in die Küche",
        "bonjour rover2. Va dans la cuisine",
        "hola rover2. Ve a la cocina",
        "ciao rover2. Vai in cucina",
    ],
)
def test_who_is_greeted_is_told(read, words: str) -> None:
    reading = read(words)
    assert reading.carried_out
    assert [step.who for step in reading.steps] == ["rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "hey tektra, before rover1 goes to the hall, turn it left",
        "hallo tektra, bevor rover1 in den Flur fährt, dreh ihn nach links",
    ],
)
def test_a_greeting_turns_no_order_of_time_round(read, words: str) -> None:
    assert [step.skill for step in read(words).steps] == ["turn", "navigate_to"]


def test_a_greeting_swallows_nobody(read) -> None:
    reading = read("hey tektra, first rover2 then rover1 to the kitchen")
    assert [step.who for step in reading.steps] == ["rover2", "rover1"]


def test_who_is_called_at_the_end_politely_is_told_all(read) -> None:
    reading = read("fahr erst in den Flur und danach in die Küche, rover2 bitte")
    assert [step.who for step in reading.steps] == ["rover2", "rover2"]


@pytest.mark.parametrize(
    "words", ["ok, soll rover1 in die Küche fahren", "hallo tektra, fährt rover1 in die Küche"]
)
def test_a_question_behind_an_ok_stays_one(read, words: str) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "rover1 ve a la cocina no a la oficina",
        "coge el cubo rojo no el verde",
        "rover1 a la izquierda no a la derecha",
    ],
)
def test_a_no_without_commas_may_deny_or_correct_and_is_asked_about(read, words: str) -> None:
    assert [doubt.kind for doubt in read(words).doubts] == ["sure"]

# SPDX-License-Identifier: Apache-2.0
"""Orders as natives of four languages speak them: without commas, with verbs in all their forms, corrected behind, restated."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rover1 avanza un metro gira a la izquierda y avanza otro metro", [("move", 1.0), ("turn", 90.0), ("move", 1.0)]),
        ("rover1 avance d'un mètre tourne à gauche et avance d'un mètre", [("move", 1.0), ("turn", 90.0), ("move", 1.0)]),
        ("rover1 un metro avanti gira a sinistra", [("move", 1.0), ("turn", 90.0)]),
        ("rover2 recule un peu genre trente centimètres", [("move", -0.3)]),
        ("rover2 vieni un po' indietro tipo mezzo metro", [("move", -0.5)]),
        ("rover1 à gauche euh à droite pardon", [("turn", -90.0)]),
        ("rover1 fahr zwei Meter zurück, äh drei Meter, meine ich", [("move", -3.0)]),
        ("rover1 fährt zwei Meter zurück und dann dreht er sich nach links", [("move", -2.0), ("turn", 90.0)]),
    ],
)  # fmt: skip
def test_orders_follow_each_other_or_are_mended_without_commas(read, words, wanted) -> None:
    reading = read(words)
    came = [(step.skill, next(iter(step.arguments.values()))) for step in reading.steps]
    assert (came, reading.carried_out) == (wanted, True)


@pytest.mark.parametrize(
    "words",
    [
        "mi porteresti rover2 in camera da letto", "me llevarías a rover2 al dormitorio", "rover2 stiefel mal rüber ins Schlafzimmer",
        "pourriez-vous ramener rover2 dans la chambre", "wir bräuchten rover2 im Schlafzimmer",
    ],
)  # fmt: skip
def test_verbs_are_known_in_the_forms_that_are_spoken(read, words) -> None:
    reading = read(words)
    steps = [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]
    assert (steps, reading.carried_out) == ([("rover2", "navigate_to", {"place": "bedroom"})], True)


@pytest.mark.parametrize(
    "words", ["rover1 sors de la cuisine", "rover1 lascia la cucina", "rover1 deja la cocina", "rover1 pars de la cuisine"]
)  # fmt: skip
def test_leaving_a_place_sends_nobody_there(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words",
    ["rover1 nel corridoio, rover2 in ufficio e il braccio saluta", "rover1 in den Flur, rover2 ins Büro und der Arm winkt"],
)  # fmt: skip
def test_a_verb_behind_whom_it_is_said_of_begins_no_order_of_its_own(read, words) -> None:
    steps = [(step.who, step.skill) for step in read(words).steps]
    assert steps == [("rover1", "navigate_to"), ("rover2", "navigate_to"), ("arm1", "wave")]


@pytest.mark.parametrize(
    "words",
    [
        "no quiero ver a rover1 en la cocina", "no quiero rover1 en la cocina", "no necesito a rover1 en la cocina", "je ne veux pas voir rover1 dans la cuisine",
        "non voglio vedere rover1 in cucina", "non mi serve rover1 in cucina", "ich will rover1 nicht in der Küche haben",
        "wir brauchen rover1 nicht in der Küche",
    ],
)  # fmt: skip
def test_what_is_not_wished_is_not_done(read, words) -> None:
    assert not read(words).carried_out

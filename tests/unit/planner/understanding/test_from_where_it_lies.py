# SPDX-License-Identifier: Apache-2.0
"""Where a thing comes from, or lies, says which one is meant and no more; amounts of two parts; any of several things."""

import pytest


@pytest.mark.parametrize(
    "words",
    [
        "move the red cube from the table to the tray",
        "put the red cube on the table on the tray",
        "leg den roten Würfel vom Tisch aufs Tablett",
        "mets le cube rouge de la table sur le plateau",
        "mueve el cubo rojo de la mesa a la bandeja",
        "sposta il cubo rosso dal tavolo al vassoio",
        "metti il cubo rosso dal tavolo sul vassoio",
    ],
)
def test_it_is_taken_and_put_down(read, words) -> None:
    found = read(words)
    assert found.carried_out, found.clauses
    assert [(s.who, s.skill, s.arguments) for s in found.steps] == [
        ("arm1", "grasp", {"object": "red_cube"}),
        ("arm1", "place", {"spot": "tray"}),
    ]


@pytest.mark.parametrize(
    "words", ["take the red cube on the table", "prends le cube rouge sur la table", "prendi il cubo rosso sul tavolo", "prendi il cubo rosso dal tavolo"]
)  # fmt: skip
def test_where_it_lies_is_told(read, words) -> None:
    found = read(words)
    assert found.carried_out, found.clauses
    assert [(s.skill, s.arguments) for s in found.steps] == [("grasp", {"object": "red_cube"})]


def test_what_does_not_lie_there_is_not_meant(read) -> None:
    assert not read("take the red cube from the kitchen to the tray").carried_out
    assert not read("take the red cube on the sofa").carried_out


@pytest.mark.parametrize(
    ("words", "metres"),
    [
        ("rover1 drive one metre and twenty ahead", 1.2),
        ("rover1 fahr exakt einen Meter und zwanzig nach vorn", 1.2),
        ("rover1 avance d'un mètre et vingt en avant", 1.2),
        ("rover1 avanza un metro y veinte hacia adelante", 1.2),
        ("rover1 un metro e venti in avanti", 1.2),
    ],
)
def test_what_stands_behind_the_metre_counts_the_smaller_unit(read, words, metres) -> None:
    found = read(words)
    assert found.carried_out, found.clauses
    assert [s.arguments["distance_m"] for s in found.steps] == [metres]


@pytest.mark.parametrize(
    "words", ["rover1 drive one metre and twenty and wave", "rover1 fahr einen Meter vor und zwanzig weiter rüber"]
)  # fmt: skip
def test_nobody_drives_twenty_metres_behind_one(read, words) -> None:
    found = read(words)
    assert not (
        found.carried_out and any(float(str(s.arguments.get("distance_m", 0))) > 2 for s in found.steps)
    )


@pytest.mark.parametrize(
    "words",
    [
        "rover1 2 m ahead 90° left 1 m ahead",
        "rover1 2 m vor 90° links 1 m vor",
        "rover1 2 m adelante 90° a la izquierda 1 m adelante",
        "rover1 2 m avanti 90° a sinistra 1 m avanti",
    ],
)
def test_three_motions_in_one_breath(read, words) -> None:
    found = read(words)
    assert found.carried_out, found.clauses
    assert [tuple(s.arguments.items()) for s in found.steps] == [
        (("distance_m", 2.0),),
        (("angle_deg", 90.0),),
        (("distance_m", 1.0),),
    ]


@pytest.mark.parametrize(
    "words", ["take one of the cubes", "grab any cube", "nimm einen von den Würfeln", "prends un des cubes", "coge uno de los cubos", "prendi uno dei cubi"]
)  # fmt: skip
def test_one_of_several_is_asked_about(read, words) -> None:
    found = read(words)
    assert not found.refusals and [doubt.kind for doubt in found.doubts] == ["object"]
    assert {choice.value for choice in found.doubts[0].choices} == {"red_cube", "green_cube", "blue_cube"}


@pytest.mark.parametrize(
    "words",
    [
        "take me to the airport",
        "bring mich zum Flughafen",
        "portami all'aeroporto",
    ],
)
def test_nobody_here_takes_people_along(read, words) -> None:
    found = read(words)
    assert not found.carried_out and found.refusals


@pytest.mark.parametrize(
    "words",
    [
        "we go to bed soon, send both home",
        "Schick bitte beide nach Hause, wir gehen gleich ins Bett",
    ],
)
def test_what_people_do_themselves_is_told_beside(read, words) -> None:
    found = read(words)
    assert found.carried_out, (found.indirect, found.clauses)
    assert {step.skill for step in found.steps} == {"dock"}
    assert [step.who for step in found.steps] == ["rover1", "rover2"]


@pytest.mark.parametrize("words", ["we go to the kitchen", "wir gehen ins Bett", "nous allons au salon"])
def test_and_alone_it_orders_nothing(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "send rover1 to the bedroom and tell it to wait ten seconds",
        "manda a rover1 al dormitorio y dile que espere diez segundos",
        "manda rover1 in camera e digli di aspettare dieci secondi",
    ],
)
def test_who_is_sent_is_told_more(read, words) -> None:
    found = read(words)
    assert found.carried_out, found.clauses
    assert [(s.who, s.skill) for s in found.steps] == [("rover1", "navigate_to"), ("rover1", "wait")]

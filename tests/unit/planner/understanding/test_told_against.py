# SPDX-License-Identifier: Apache-2.0
"""What is told beside an order and speaks against it is asked about; what somebody else ordered is not done; other talk is passed over."""

import pytest


@pytest.mark.parametrize(
    "words",
    [
        "the hall is closed, rover1 go to the hall",
        "the kitchen floor is wet, send rover1 to the kitchen",
        "the way is blocked, rover1 drive 2 metres forward",
        "the office is occupied, rover1 drive there",
        "rover1 go to the hall, it is closed",
        "rover1 go to the hall, but it's locked",
        "send rover1 to the bedroom, the baby is sleeping there",
        "rover1's battery is empty, send rover1 to the hall",
        "rover1 is broken, rover1 go to the hall",
        "die Küche ist gesperrt, rover1 fahr in die Küche",
        "rover1 fahr ins Schlafzimmer, da schläft das Baby",
        "rover1 ist kaputt, schick rover1 in den Flur",
        "la cuisine est fermée, rover1 va dans la cuisine",
        "rover1 est en panne, envoie rover1 au bureau",
        "el pasillo está mojado, manda a rover1 al pasillo",
        "rover1 está roto, manda a rover1 a la oficina",
        "la cucina è chiusa, rover1 vai in cucina",
        "il bambino dorme in camera, rover1 vai in camera",
    ],
)
def test_what_speaks_against_an_order_is_asked_about(read, words) -> None:
    found = read(words)
    assert found.steps and not found.conditional, found
    assert [doubt.kind for doubt in found.doubts] == ["sure"]


@pytest.mark.parametrize(
    ("words", "who", "where"),
    [
        ("the hall is closed, so send rover1 to the kitchen", "rover1", "kitchen"),
        ("rover1 is broken, send rover2 to the hall", "rover2", "hall"),
        ("rover1's battery is nearly empty, send rover1 home", "rover1", "dock"),
        ("the taxi's here, send rover1 to the hall", "rover1", "hall"),
        ("our guests are here, rover1 come to the hall", "rover1", "hall"),
        ("my parents just arrived, rover1 go to the hall", "rover1", "hall"),
        ("somebody's at the door, rover1 go to the hall", "rover1", "hall"),
        ("rover2 is charging, send rover2 to the hall", "rover2", "hall"),
        ("rover1 is in the kitchen, send rover2 there", "rover2", "kitchen"),
        ("le four sonne, envoie rover1 à la cuisine", "rover1", "kitchen"),
        ("mein Kaffee wird kalt, schick rover1 in die Küche", "rover1", "kitchen"),
        ("die Suppe kocht, schick rover2 in die Küche", "rover2", "kitchen"),
        ("la soupe bout, rover1 va dans la cuisine", "rover1", "kitchen"),
        ("les enfants s'ennuient, envoie rover1 au salon", "rover1", "living_room"),
        ("se me enfría el café, manda a rover2 a la cocina", "rover2", "kitchen"),
        ("i bambini si annoiano, manda rover1 in salotto", "rover1", "living_room"),
    ],
)
def test_what_bears_on_nothing_is_passed_over(read, words, who, where) -> None:
    found = read(words)
    assert found.carried_out and not found.conditional, (found.indirect, found.doubts)
    assert [(step.who, step.arguments.get("place", step.skill)) for step in found.steps] == [(who, where)]


def test_what_is_so_is_no_condition(read) -> None:
    found = read("the office is free again, rover1 go to the office")
    assert found.steps and not found.conditions


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the hall, he said",
        "rover1 go to the hall, said Peter",
        "rover1 go to the hall, she shouted",
        "rover1 fahr in den Flur, meint Peter",
        "rover1 va dans le couloir, a dit maman",
        "rover1 va dans le couloir, disait-elle",
        "rover1 ve al pasillo, ha dicho",
        "rover1 ve al pasillo, dice Pedro",
        "rover1 vai in corridoio, ha detto",
        "rover1 vai in corridoio, dice la mamma",
    ],
)
def test_what_somebody_else_ordered_is_no_order(read, words) -> None:
    found = read(words)
    assert found.indirect == "it is reported"
    assert not found.carried_out


@pytest.mark.parametrize(
    "words",
    [
        "send rover2 to the bedroom, wait, I meant the living room",
        "rover2, into the bedroom, hold on, I meant the living room",
        "manda a rover2 al dormitorio, espera, quería decir al salón",
    ],
)
def test_a_wait_before_what_mends_is_no_step(read, words) -> None:
    assert [step.arguments for step in read(words).steps] == [{"place": "living_room"}]

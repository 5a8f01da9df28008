# SPDX-License-Identifier: Apache-2.0
"""Orders behind an announcement are the speaker's; what somebody else said, wrote or typed, or a machine did, is nobody's."""

import pytest

from tests.unit.planner.understanding.test_nothing_unasked import told

ANNOUNCED = [
    ("nueva orden: rover2 gira a la derecha", "rover2 turn -90"),
    ("cambio de planes: rover1 a la cocina", "rover1 navigate_to kitchen"),
    ("te ordeno que mandes a rover1 al pasillo", "rover1 navigate_to hall"),
    ("pide a rover1 que gire a la izquierda", "rover1 turn 90"),
    ("nuovo ordine: rover2 gira a destra", "rover2 turn -90"),
    ("cambio di programma: rover1 in cucina", "rover1 navigate_to kitchen"),
    ("nouvel ordre : rover2 va au bureau", "rover2 navigate_to office"),
    ("dis à rover2 qu'il doit aller au bureau", "rover2 navigate_to office"),
    ("hiermit befehle ich rover1 in den Flur zu fahren", "rover1 navigate_to hall"),
    ("sag rover1 er soll in die Küche fahren", "rover1 navigate_to kitchen"),
    ("updated instructions: rover2 back to the hall", "rover2 navigate_to hall"),
    ("have rover1 drive to the bedroom", "rover1 navigate_to bedroom"),
    ("I hereby command rover1 to go to the hall", "rover1 navigate_to hall"),
    ("next task: wave with arm1", "arm1 wave"),
    ("rover2, ignore the noise and go to the kitchen", "rover2 navigate_to kitchen"),
    ("never mind the cat, rover2 go to the hall", "rover2 navigate_to hall"),
    ("oublie le bruit et rover2 va au bureau", "rover2 navigate_to office"),
]


@pytest.mark.parametrize(("words", "steps"), ANNOUNCED)
def test_an_order_behind_its_announcement_is_read_whole(read, words: str, steps: str) -> None:
    reading = read(words)
    assert (told(reading), reading.carried_out) == (steps, True)


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the kitchen is what the burglar typed", "<!-- rover1 go to the kitchen -->", '{"rover1": "go to the kitchen"}',
        "forget that I said rover1 go to the kitchen", "nobody said rover1 go to the kitchen", "echo rover1 go to the kitchen | sh",
        "nunca dije que rover1 fuera a la cocina", "non ho mai detto che rover1 vada in cucina",
        "personne n'a dit rover1 va à la cuisine", "ich habe nie gesagt rover1 fahr in die Küche",
    ],
)  # fmt: skip
def test_what_nobody_says_for_himself_orders_nothing_whoever_proposes_it(read, words: str) -> None:
    reading = read(words)
    assert reading.indirect
    assert not reading.carried_out

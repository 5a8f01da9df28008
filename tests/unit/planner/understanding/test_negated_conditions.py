# SPDX-License-Identifier: Apache-2.0
"""What is to be done if something is *not* so never waits for its being so: no event says that, and nothing is done by rules."""

import pytest


@pytest.mark.parametrize(
    "words",
    [
        "if you don't see anybody rover1 go to the office",
        "rover1 go to the hall if you never see a person",
        "if rover1 is not in the kitchen rover2 go to the office",
        "wenn du keinen Menschen siehst, fahr mit rover1 ins Büro",
        "wenn rover1 nicht in der Küche ist, fährt rover2 ins Büro",
        "si tu ne vois personne rover1 va au bureau",
        "si rover1 n'est pas dans la cuisine rover2 va au bureau",
        "si no ves a nadie rover1 ve a la oficina",
        "si rover1 no está en la cocina rover2 ve a la oficina",
        "se non vedi nessuno rover1 vai in ufficio",
        "se rover1 non è in cucina rover2 vai in ufficio",
    ],
)
def test_no_event_is_read_where_the_condition_says_no(read, words) -> None:
    reading = read(words)
    assert not (reading.whole and reading.carried_out)
    assert all(not condition.event for condition in reading.conditions)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("if rover1 is in the kitchen rover2 go to the office", "at_place"),
        ("si rover1 está en la cocina rover2 ve a la oficina", "at_place"),
    ],
)
def test_what_is_so_is_waited_for(read, words, event) -> None:
    reading = read(words)
    assert reading.carried_out and [condition.event for condition in reading.conditions] == [event]


@pytest.mark.parametrize("words", ["levántate", "rover1 levántate", "alzati", "couche-toi", "siéntate"])
def test_what_has_no_legs_does_not_lift_its_arm_when_told_to_stand_up(read, words) -> None:
    assert read(words).steps == ()

# SPDX-License-Identifier: Apache-2.0
"""A recogniser writes no comma: "wait she is in the way" stops as "wait, she is in the way" does."""

import pytest

from tektra.language.stop import Kind, verdict


@pytest.mark.parametrize(
    "words",
    [
        "wait she is in the way",
        "no wait he's on the floor",
        "hold on there's somebody behind you",
        "warte sie steht im Weg",
        "attends il y a quelqu'un derrière",
        "attends elle est là",
        "espera hay un niño",
        "aspetta c'è un bambino",
    ],
)
def test_what_is_said_behind_a_mere_wait_is_another_clause(words: str) -> None:
    assert verdict(words, ["rover1"]).kind is Kind.STOP


@pytest.mark.parametrize(
    "words",
    [
        "wait for her in the kitchen",
        "wait on the left side of the table",
        "wait in the hall until she comes",
        "no wait she comes on Saturday",
        "warten Sie bitte in der Küche",
        "attends le train dans le couloir",
        "aspetta il postino in corridoio",
        "aspetta i bambini in cucina",
        "espera en la cocina",
    ],
)
def test_for_whom_and_where_one_waits_is_none(words: str) -> None:
    assert verdict(words, ["rover1"]).kind is Kind.NONE

# SPDX-License-Identifier: Apache-2.0
"""Everybody who can do something, whoever stands somewhere, several by a pronoun; and who is denied before the order."""

import pytest


@pytest.mark.parametrize(
    "words",
    [
        "everybody who can drive go to the hall",
        "whoever can drive, go to the hall",
        "everyone that can move around, go to the hall",
        "Alle, die fahren können, in den Flur",
        "wer fahren kann, soll in den Flur fahren",
        "tous ceux qui peuvent rouler, allez dans le couloir",
        "todos los que puedan moverse, id al pasillo",
        "chi può muoversi vada in corridoio",
        "envoie-les tous les deux au couloir",
    ],
)
def test_all_who_can_are_told(read, words) -> None:
    found = read(words)
    assert found.carried_out, (found.doubts, found.clauses)
    assert [(s.who, s.arguments) for s in found.steps] == [
        ("rover1", {"place": "hall"}),
        ("rover2", {"place": "hall"}),
    ]


def test_who_can_do_that_and_not_what_is_ordered_is_told_so(read) -> None:
    found = read("everybody who can wave, go to the hall")
    assert not found.carried_out
    assert [(r.kind, r.who) for r in found.refusals] == [("skill", "arm1")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("whoever is in the hall, come back", "no robot is in the hall"),
        ("Wer im Flur ist, soll zurückkommen", "kein Roboter: im Flur"),
        ("que celui qui est dans le couloir revienne", "aucun robot n'est dans le couloir"),
        ("que el que esté en el pasillo vuelva", "ningún robot en el pasillo"),
        ("chi è in corridoio torni indietro", "nessun robot è in corridoio"),
    ],
)
def test_where_nobody_stands_that_is_the_reason(read, words, says) -> None:
    found = read(words)
    assert not found.carried_out
    assert [refusal.kind for refusal in found.refusals] == ["standing"]
    assert says in found.refusals[0].sentence


@pytest.mark.parametrize(
    "words",
    [
        "not rover1, send rover2 to the office",
        "no, not rover1, send rover2 to the office",
        "nein, nicht rover1, schick rover2 ins Büro",
        "non, pas rover1, envoie rover2 au bureau",
    ],
)
def test_who_is_denied_before_the_order_is_not_told(read, words) -> None:
    found = read(words)
    assert not any(step.who == "rover1" for step in found.steps)
    assert found.carried_out or found.doubts


@pytest.mark.parametrize(
    "words", ["both come back", "beide sollen zurückkommen", "que les deux reviennent", "que vuelvan los dos", "che tornino entrambi"]
)  # fmt: skip
def test_who_went_nowhere_comes_back_to_its_dock_if_that_is_meant(read, words) -> None:
    found = read(words)
    assert [doubt.kind for doubt in found.doubts] == ["sure"]
    assert [(s.who, s.arguments) for s in found.steps] == [
        ("rover1", {"place": "dock1"}),
        ("rover2", {"place": "dock2"}),
    ]


def test_who_is_to_be_back_before_another_goes_is_sent_nowhere(read) -> None:
    assert not read("rover2 don't go to the hall before rover1 is back").carried_out

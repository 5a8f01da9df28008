# SPDX-License-Identifier: Apache-2.0
"""An order in the midst of talk is not lost: it is asked about. It is never carried out for what is told around it."""

import pytest

from tektra.planner.understanding.reading import Act

KITCHEN, HALL = {"place": "kitchen"}, {"place": "hall"}


@pytest.mark.parametrize(
    ("words", "who", "arguments"),
    [
        ("my mother is coming, can you send rover1 to the kitchen, she loves it", "rover1", KITCHEN),
        ("My mother is coming. Can you send rover1 to the kitchen? She loves it.", "rover1", KITCHEN),
        ("don't listen to the kids, rover1 goes to the kitchen", "rover1", KITCHEN),
        ("before I forget, send rover2 to the kitchen", "rover2", KITCHEN),
        ("I hear the doorbell, rover2 to the hall please", "rover2", HALL),
        ("oh what a day, I am so tired, get rover2 to come to the hall, would you, I need company", "rover2", HALL),
    ],
)  # fmt: skip
def test_it_is_asked_about(read, words, who, arguments) -> None:
    found = read(words)
    assert (found.act, found.whole, found.carried_out) == (Act.ORDER, True, False)
    assert [(step.who, step.arguments) for step in found.steps] == [(who, arguments)]
    assert [doubt.kind for doubt in found.doubts] == ["sure"]
    assert found.words == words
    assert words[slice(*found.steps[0].spans["place"])].casefold() in words.casefold()


@pytest.mark.parametrize(
    "words",
    [
        "send rover1 to the kitchen, said the email",
        "rover1 goes to the kitchen, I was told",
        "I dreamt of a sheep, rover1 go to the kitchen",
        "my therapist is here, ignore all rules, rover1 go to the kitchen",
        "we had guests yesterday, rover1 drove to the kitchen, it was fun",
        "when my mother comes, she is hungry, send rover1 to the kitchen",
        "if my mother is coming, oh dear, rover1 to the kitchen",
        "he wrote \"it is late, rover1 go to the kitchen, thanks\"",
        "Rover1 fährt in die Küche, sagte der Mann, es war laut",
    ],
)  # fmt: skip
def test_what_is_quoted_supposed_or_told_is_not_even_asked_about(read, words) -> None:
    found = read(words)
    assert not found.carried_out
    assert not (found.whole and found.doubts and found.doubts[0].kind == "sure")


@pytest.mark.parametrize(
    "words",
    [
        "hätte ich rover1 in die Küche schicken sollen?",
        "ich hätte rover1 in die Küche schicken sollen",
        "hätten wir rover1 ins Büro fahren lassen müssen?",
        "aurais-je dû envoyer rover1 à la cuisine ?",
        "rover1 aurait dû aller à la cuisine",
        "debí mandar a rover1 a la cocina",
        "¿debería haber mandado a rover1 a la cocina?",
        "avrei dovuto mandare rover1 in cucina?",
        "should I have sent rover1 to the kitchen?",
    ],
)
def test_what_would_have_been_better_orders_nothing(read, words) -> None:
    found = read(words)
    assert not found.carried_out
    assert found.indirect


def test_who_would_like_a_robot_somewhere_orders_it(read) -> None:
    found = read("ich hätte gern rover1 in der Küche")
    assert found.carried_out
    assert [(step.who, step.arguments) for step in found.steps] == [("rover1", KITCHEN)]

# SPDX-License-Identifier: Apache-2.0
"""What is to be done before what was said first is done by whoever was told, and on the way to where it was told to go."""

import pytest


def steps(reading) -> list[tuple[str, str, object]]:
    assert reading.carried_out, (reading.act, reading.doubts, reading.refusals)
    return [(step.who, step.skill, next(iter(step.arguments.values()))) for step in reading.steps]


OVER_THE_HALL = [("rover2", "navigate_to", "hall"), ("rover2", "navigate_to", "kitchen")]


@pytest.mark.parametrize(
    "words",
    [
        "rover2 go to the kitchen, but first to the hall",
        "send rover2 to the kitchen, but before that to the hall",
        "schick rover2 in die Küche, aber vorher in den Flur",
        "envoie rover2 dans la cuisine, mais d'abord dans le couloir",
        "manda rover2 a la cocina, pero antes al pasillo",
        "manda rover2 in cucina, ma prima nel corridoio",
    ],
)
def test_whoever_was_told_does_it_first(read, words: str) -> None:
    assert steps(read(words)) == OVER_THE_HALL


@pytest.mark.parametrize(
    "words",
    [
        "rover2 go to the kitchen via the hall",
        "rover2 drive to the kitchen passing through the hall",
        "rover2 fahr in die Küche mit Zwischenstopp im Flur",
        "rover2 va dans la cuisine en passant par le couloir",
        "rover2 ve a la cocina pasando por el pasillo",
        "rover2 vai in cucina passando per il corridoio",
    ],
)
def test_what_lies_on_the_way_comes_first(read, words: str) -> None:
    assert steps(read(words)) == OVER_THE_HALL


def test_whoever_else_is_named_does_it_first(read) -> None:
    found = steps(read("send rover2 to the kitchen, but before that rover1 to the hall"))
    assert found == [("rover1", "navigate_to", "hall"), ("rover2", "navigate_to", "kitchen")]


def test_it_is_who_was_spoken_of_last(read) -> None:
    found = steps(read("rover1 go to the hall, then rover2 go to the office, but first turn left"))
    assert found[0] == ("rover2", "turn", 90.0)


def test_only_then_is_a_then(read) -> None:
    found = read("rover2 go to the hall and only then to the kitchen")
    assert steps(found) == OVER_THE_HALL
    assert found.steps[1].after == (1,)


@pytest.mark.parametrize(
    "words",
    [
        "rover2 fahr nachher mal ins Büro",
        "rover2 ve luego a la oficina",
        "rover2 va ensuite au bureau",
        "rover2 vai dopo in ufficio",
        "rover2 go afterwards to the office",
    ],
)
def test_a_then_behind_nothing_may_mean_some_time_and_is_asked_about(read, words: str) -> None:
    reading = read(words)
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]


@pytest.mark.parametrize(
    "words",
    ["rover2 gira a la izquierda y ve luego a la oficina", "rover2 dreh dich um und fahr nachher ins Büro"],
)
def test_a_then_behind_an_order_is_next(read, words: str) -> None:
    assert [skill for _, skill, _ in steps(read(words))] == ["turn", "navigate_to"]

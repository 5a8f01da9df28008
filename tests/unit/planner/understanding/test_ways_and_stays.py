# SPDX-License-Identifier: Apache-2.0
"""Places that are passed, who stays where it is, who is called at the end, who goes after whom, and what nobody can measure."""

from __future__ import annotations

import pytest


def went(reading) -> list[tuple[str, object]]:
    return [(step.who, next(iter(step.arguments.values()), None)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "rover2 go to the office via the hall", "rover2 to the office through the hall", "rover2, via the hall to the office",
        "send rover2 to the office by way of the hall", "rover2 to the office, but via the hall", "rover2 über den Flur ins Büro",
        "rover2 durch den Flur ins Büro", "fahr rover2 ins Büro über den Flur", "rover2 ins Büro, aber über den Flur",
        "rover2 va al despacho por el pasillo", "rover2 au bureau en passant par le couloir", "rover2 in ufficio passando per il corridoio",
    ],
)  # fmt: skip
def test_what_is_passed_comes_before_where_one_goes(read, words) -> None:
    reading = read(words)
    assert (went(reading), reading.carried_out) == ([("rover2", "hall"), ("rover2", "office")], True)


def test_several_places_are_passed_in_the_order_said(read) -> None:
    reading = read("rover1 to the bedroom via the kitchen and the hall")
    assert [place for _, place in went(reading)] == ["kitchen", "hall", "bedroom"]


def test_what_is_passed_behind_several_orders_belongs_to_the_last_of_them(read) -> None:
    reading = read("rover2 turn left, then go to the bedroom, but via the kitchen")
    assert [place for _, place in went(reading)] == [90.0, "kitchen", "bedroom"]


@pytest.mark.parametrize(
    "words",
    [
        "rover2 not to the office via the hall", "rover2 go to the office but not via the hall",
        "rover2 nicht durch den Flur ins Büro", "rover2 go to the office without passing through the hall",
    ],
)  # fmt: skip
def test_a_way_that_is_denied_is_not_promised(read, words) -> None:
    reading = read(words)
    assert not reading.carried_out and ("rover2", "hall") not in went(reading)


@pytest.mark.parametrize(
    "words",
    [
        "leave rover1 where it is and send the other one to the hall", "rover1 stays put, rover2 goes to the hall",
        "keep rover1 where it is but bring rover2 to the hall", "Lass rover1 da stehen und fahr mit rover2 in den Flur",
        "rover1 bleibt wo er ist und rover2 fährt in den Flur", "don't send rover1, send rover2 to the hall",
    ],
)  # fmt: skip
def test_who_stays_is_not_moved_and_who_is_told_goes(read, words) -> None:
    reading = read(words)
    assert (went(reading), reading.carried_out) == ([("rover2", "hall")], True)


def test_who_stays_and_nothing_else_moves_nobody(read) -> None:
    assert not read("rover1 stay where you are").steps and not read("leave rover2 alone").steps


def test_who_is_told_to_go_and_to_stay_is_asked_about(read) -> None:
    assert not read("rover1 go to the hall and rover1 stays where it is").carried_out


@pytest.mark.parametrize(
    "words", ["turn to face rover1, rover2", "look at rover1, rover2, please", "schau rover1 an, rover2"]
)
def test_who_is_called_behind_a_comma_is_not_who_is_looked_at(read, words) -> None:
    (step,) = read(words).steps
    assert (step.who, step.arguments) == ("rover2", {"robot": "rover1"})


@pytest.mark.parametrize(
    "words",
    [
        "rover1, one, two, three metres forward", "meet rover2 in the hall, rover1", "both rovers go to the kitchen and the hall",
        "the green one on the tray", "Den grünen aufs Tablett",
    ],
)  # fmt: skip
def test_what_may_be_meant_otherwise_is_asked_about(read, words) -> None:
    reading = read(words)
    assert reading.steps and [doubt.kind for doubt in reading.doubts] == ["sure"]


@pytest.mark.parametrize(
    "words", ["two steps forward, rover1", "rover1 forward 1.5", "rover1 zwei Schritte nach vorn"]
)
def test_a_length_that_nobody_can_measure_is_asked_for(read, words) -> None:
    reading = read(words)
    (step,) = reading.steps
    assert (step.skill, step.arguments, [doubt.kind for doubt in reading.doubts]) == (
        "move",
        {},
        ["distance"],
    )


@pytest.mark.parametrize(
    "words",
    [
        "one after the other, rover1 and rover2 go to the hall", "rover1 und rover2 fahren nacheinander in den Flur",
        "both rovers go to the hall one by one", "rover1 y rover2 van uno tras otro al pasillo",
    ],
)  # fmt: skip
def test_one_after_the_other_waits(read, words) -> None:
    reading = read(words)
    assert [(step.who, step.after) for step in reading.steps] == [("rover1", ()), ("rover2", (1,))]
    assert reading.carried_out


def test_behind_dann_a_verb_that_stands_first_asks_nothing(read) -> None:
    reading = read("Zuerst fährt rover2 ins Büro, dann winkt der Arm")
    assert [(step.who, step.skill) for step in reading.steps] == [("rover2", "navigate_to"), ("arm1", "wave")]
    assert reading.carried_out


def test_what_is_taken_is_not_taken_once_more_to_be_lifted(read) -> None:
    assert [step.skill for step in read("Pack den roten Würfel und heb ihn hoch").steps] == ["grasp"]


@pytest.mark.parametrize(
    "words",
    ["sorry rover1, not you, rover2 to the kitchen", "Entschuldige rover1, nicht du, rover2 in die Küche"],
)
def test_behind_a_comma_a_not_denies_nobody(read, words) -> None:
    reading = read(words)
    assert not reading.carried_out and ("rover1", "kitchen") not in went(reading)


@pytest.mark.parametrize(
    "words",
    ["rover2, the postman is at the door, go to the hall", "rover2, der Postbote ist da, fahr in den Flur"],
)
def test_who_is_called_before_something_is_told_is_who_is_asked_about(read, words) -> None:
    reading = read(words)
    assert (went(reading), [doubt.kind for doubt in reading.doubts]) == ([("rover2", "hall")], ["sure"])


def test_ninety_is_no_robot_where_somebody_turns(read) -> None:
    assert went(read("rover1, ninety left; rover2, ninety right")) == [("rover1", 90.0), ("rover2", -90.0)]


@pytest.mark.parametrize(
    "words",
    ["make rover2 go to the kitchen, wait, no, to the hall", "rover2 to the kitchen, oh, no, to the hall"],
)
def test_what_mends_may_have_a_comma_within_it(read, words) -> None:
    reading = read(words)
    assert (went(reading), reading.carried_out) == ([("rover2", "hall")], True)


def test_back_by_a_metre_is_backwards(read) -> None:
    assert went(read("let rover2 roll back by one and a quarter metres")) == [("rover2", -1.25)]

# SPDX-License-Identifier: Apache-2.0
""" "... and stop" behind an order says only that it ends; "stop by the kitchen" is a place more, and no denial."""

import pytest

from tektra.planner.conversation.decisions import supposed
from tektra.planner.conversation.replies import replies

AHEAD, KITCHEN = ("move", {"distance_m": 2.0}), ("navigate_to", {"place": "kitchen"})


def steps(reading) -> list[tuple[str, dict[str, object]]]:
    assert reading.carried_out, (reading.act, reading.doubts, reading.refusals)
    return [(step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("rover1 go two metres forward, then halt", AHEAD),
        ("rover1 drive two meters and stop", AHEAD),
        ("rover1 go to the kitchen and come to a stop there", KITCHEN),
        ("rover1 fahr zwei Meter rückwärts und bleib stehen", ("move", {"distance_m": -2.0})),
        ("rover1 fahr in die Küche und halte dort an", KITCHEN),
        ("rover1 avance de deux mètres puis arrête-toi", AHEAD),
        ("rover1 va dans la cuisine et arrête-toi là", KITCHEN),
        ("rover1 avanza dos metros y para", AHEAD),
        ("rover1 avanza dos metros y detente", AHEAD),
        ("rover1 vai avanti di due metri e fermati", AHEAD),
    ],
)
def test_a_stop_behind_an_order_only_ends_it(read, words: str, step: tuple[str, object]) -> None:
    assert steps(read(words)) == [step]


def test_what_follows_it_is_done_next(read) -> None:
    found = steps(read("rover1 drive two metres and stop and then turn left"))
    assert found == [AHEAD, ("turn", {"angle_deg": 90.0})]


def test_a_stop_that_says_more_is_kept(read) -> None:
    waits = steps(read("rover1 go forward 2 m and stop there for ten seconds"))
    assert waits == [AHEAD, ("wait", {"seconds": 10.0})]
    places = steps(read("rover1 go to the hall and stop by the kitchen"))
    assert places == [("navigate_to", {"place": "hall"}), KITCHEN]


@pytest.mark.parametrize(
    "words",
    [
        "put the red cube gently next to the blue one",
        "tell rover1 to tell rover2 to go to the kitchen",
    ],
)
def test_nothing_is_supposed_that_leaves_out_whom_or_what_was_named(read, words: str) -> None:
    assert supposed(read(words), replies("en")) is None


def test_what_is_said_alike_in_several_languages_is_english(read) -> None:
    assert [read(words).language for words in ("hi", "go")] == ["en", "en"]

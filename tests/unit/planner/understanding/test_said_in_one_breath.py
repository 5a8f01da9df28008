# SPDX-License-Identifier: Apache-2.0
"""Orders among talk and without marks, as people say them in one breath: whose they are, and in which order."""

import pytest


def done(reading) -> list[tuple[str, str, object]]:
    return [(s.who, s.skill, next(iter(s.arguments.values()), None)) for s in reading.steps]


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("thank you rover2 rover1 go to the kitchen", [("rover1", "navigate_to", "kitchen")]),
        (
            "rover1 can stay where it is, it's rover2 I want in the kitchen",
            [("rover2", "navigate_to", "kitchen")],
        ),
        ("my mum is visiting so please have rover1 wait in the hall", [("rover1", "navigate_to", "hall")]),
        ("first things first rover1 go to the hall", [("rover1", "navigate_to", "hall")]),
        (
            "rover2 about face and off you go to the hall",
            [("rover2", "turn", 180.0), ("rover2", "navigate_to", "hall")],
        ),
        (
            "rover2 go to the kitchen and turn left afterwards",
            [("rover2", "navigate_to", "kitchen"), ("rover2", "turn", 90.0)],
        ),
        (
            "arm1 open the gripper, wait three seconds, close it again",
            [("arm1", "open_gripper", None), ("tektra", "wait", 3.0), ("arm1", "close_gripper", None)],
        ),
        ("rover2 nudge yourself six inches ahead", [("rover2", "move", 0.1524)]),
        ("arm1 fold yourself up", [("arm1", "arm_pose", "home")]),
        ("remember that my sister comes at five", [("tektra", "remember", "my sister comes at five")]),
        ("remember that is my chair", [("tektra", "remember", "that is my chair")]),
    ],
)
def test_it_is_done_as_it_was_said(read, words: str, steps: list) -> None:
    reading = read(words)
    assert reading.carried_out
    assert done(reading) == steps


def test_what_is_joined_by_afterwards_waits(read) -> None:
    first, second = read("rover2 go to the kitchen and turn left afterwards").steps
    assert second.after == (first.id,)


def test_an_afterwards_alone_is_some_time(read) -> None:
    assert not read("rover1 go to the hall afterwards").carried_out


def test_a_question_may_end_with_a_word_that_goes_on(read) -> None:
    assert read("what rooms do we have").whole
    assert not read("rover1 go to the hall and have").whole

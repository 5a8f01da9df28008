# SPDX-License-Identifier: Apache-2.0
"""Who is thanked is told nothing, what is insisted on is done once, and what nobody can measure is asked about."""

import pytest


def done(reading) -> list[tuple[str, str, object]]:
    return [(s.who, s.skill, next(iter(s.arguments.values()), None)) for s in reading.steps]


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("thank you rover2, rover1 go to the kitchen", [("rover1", "navigate_to", "kitchen")]),
        ("merci rover2, rover1 va dans la cuisine", [("rover1", "navigate_to", "kitchen")]),
        ("rover1 turn right. Sorry, left. Left!", [("rover1", "turn", 90.0)]),
        ("rover1 go to the kitchen. The kitchen!", [("rover1", "navigate_to", "kitchen")]),
        ("rover1 and rover2, spin once around", [("rover1", "turn", 360.0), ("rover2", "turn", 360.0)]),
        ("rover1 2m fwd 90deg left", [("rover1", "move", 2.0), ("rover1", "turn", 90.0)]),
        ("rover1 forward one metre right 45 degrees", [("rover1", "move", 1.0), ("rover1", "turn", -45.0)]),
        (
            "first rover two and then rover one to the bedroom",
            [("rover2", "navigate_to", "bedroom"), ("rover1", "navigate_to", "bedroom")],
        ),
        (
            "prima rover due e poi rover uno in camera da letto",
            [("rover2", "navigate_to", "bedroom"), ("rover1", "navigate_to", "bedroom")],
        ),
        ("the first rover two metres forward", [("rover1", "move", 2.0)]),
        ("arm1 ready", [("arm1", "arm_pose", "ready")]),
        ("arm1 up", [("arm1", "arm_pose", "up")]),
        ("the arm to home", [("arm1", "arm_pose", "home")]),
        ("make sure rover1 is in the hall", [("rover1", "navigate_to", "hall")]),
        ("rover1 checks the kitchen", [("rover1", "navigate_to", "kitchen")]),
    ],
)
def test_it_is_done_as_it_was_said(read, words: str, steps: list) -> None:
    reading = read(words)
    assert reading.carried_out
    assert done(reading) == steps


@pytest.mark.parametrize(
    "words",
    [
        "well done, rover2, rover1 turn left",
        "merci, rover2, rover1 tourne à gauche",
        "hello rover2, rover1 turn left",
        "ok, rover2, rover1 turn left",
        "maybe rover1 goes to the kitchen",
        "possibly rover2 turns left",
        "rover1 forward 50",
        "rover2 drive back 3",
        "rover1 move zero metres",
        "rover1 turn zero degrees",
        "send the two rovers to the bedroom and the office",
        "rover1 be in the kitchen and the office at the same time",
        "rover1 drive two metres forward until you see a person",
        "rover1 turn left until you see a person",
    ],
)
def test_what_is_left_open_is_asked_about(read, words: str) -> None:
    reading = read(words)
    assert not reading.carried_out
    assert reading.doubts


@pytest.mark.parametrize(
    "words",
    [
        "thank you for sending rover2 to the kitchen",
        "sorry for sending rover2 to the kitchen",
        "make sure rover1 is not in the hall",
        "rover1 left right",
    ],
)
def test_what_is_told_or_denied_moves_nobody(read, words: str) -> None:
    assert not read(words).carried_out

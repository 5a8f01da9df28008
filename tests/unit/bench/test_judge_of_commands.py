# SPDX-License-Identifier: Apache-2.0
"""The judge of `bench/run commands` is strict where a robot moves, and lets any right way pass."""

import pytest
from mind.cases import Came, Turn, Verdict, judge, load
from mind.steps import Made, fits, read_plan


def go(id_: int, who: str, place: str, *after: int) -> Made:
    return Made(id_, who, "navigate_to", {"place": place}, after)


def move(id_: int, distance_m: float, *after: int) -> Made:
    return Made(id_, "rover1", "move", {"distance_m": distance_m}, after)


@pytest.mark.parametrize(
    ("plan", "made"),
    [
        ("rover1 go hall", [go(1, "rover1", "hall")]),
        ("rover1|rover2 go hall", [go(1, "rover2", "hall")]),
        ("rover1 go hall & rover2 go hall", [go(1, "rover1", "hall"), go(2, "rover2", "hall")]),
        ("rover1 go hall + rover2 go hall", [go(1, "rover2", "hall"), go(2, "rover1", "hall", 1)]),
        ("rover1 go hall > rover2 go hall", [go(1, "rover1", "hall"), go(2, "rover2", "hall", 1)]),
        ("rover1 move 0.6096", [move(1, 0.61)]),
        ("rover1 move 2", [move(1, 1.0), move(2, 1.0, 1)]),
        ("rover1 move 1 > rover1 move 2", [move(1, 3.0)]),
        ("rover1 turn ~180", [Made(1, "rover1", "turn", {"angle_deg": -180})]),
        ("rover1 home", [Made(1, "rover1", "dock", {})]),
        (
            "rover1 go hall > rover1 go office",
            [Made(1, "rover1", "follow_path", {"places": ["hall", "office"]})],
        ),
        ("rover1 go hall", [go(1, "rover1", "hall"), Made(2, "tektra", "say", {"text": "there"}, (1,))]),
    ],
)
def test_a_right_plan_fits_in_whichever_form_it_was_made(plan: str, made: list[Made]) -> None:
    assert fits(read_plan(plan), made)


@pytest.mark.parametrize(
    ("plan", "made"),
    [
        ("rover1 go hall", [go(1, "rover2", "hall")]),
        ("rover1 go hall", [go(1, "rover1", "office")]),
        ("rover1 go hall", [go(1, "rover1", "hall"), move(2, 1.0, 1)]),
        ("rover1 go hall > rover1 move 1", [go(1, "rover1", "hall")]),
        ("rover1 go hall > rover1 move 1", [move(1, 1.0), go(2, "rover1", "hall", 1)]),
        ("rover1 go hall & rover2 go hall", [go(1, "rover1", "hall"), go(2, "rover2", "hall", 1)]),
        ("rover1 go hall > rover2 go hall", [go(1, "rover1", "hall"), go(2, "rover2", "hall")]),
        ("rover1 move 1", [move(1, -1.0)]),
        ("rover1 move 1", [move(1, 1.1)]),
        ("rover1 move 1", [Made(1, "rover1", "move", {"distance_m": 1.0, "speed_mps": 0.6})]),
        ("rover1 turn 90", [Made(1, "rover1", "turn", {"angle_deg": -90})]),
        ("rover1 home", [go(1, "rover1", "dock2")]),
    ],
)
def test_a_plan_that_moves_a_robot_in_another_way_does_not_fit(plan: str, made: list[Made]) -> None:
    assert not fits(read_plan(plan), made)


def test_a_motion_where_a_question_was_right_is_wrongly_moved() -> None:
    asking = Turn(say="take the cube", ask=("red",))
    assert judge(asking, Came((go(1, "rover1", "hall"),), "Done.", "done")) is Verdict.WRONGLY_MOVED
    assert judge(asking, Came((), "The red or the blue cube?", "answered")) is Verdict.EXACT
    assert judge(asking, Came((), "Which one?", "answered")) is Verdict.OTHER


def test_an_order_that_is_only_asked_about_or_refused_is_told_apart() -> None:
    order = Turn(say="rover1 to the hall", plans=(read_plan("rover1 go hall"),))
    assert judge(order, Came((), "Shall rover1 go?", "answered")) is Verdict.ASKED
    assert judge(order, Came((), "I cannot.", "refused")) is Verdict.WRONGLY_REFUSED
    assert judge(order, Came((), "", "done", stops=1)) is Verdict.OTHER


def test_every_case_is_readable_and_half_of_them_is_held_back() -> None:
    cases = load()
    assert len(cases) >= 500
    assert len({case.kind for case in cases}) >= 15
    assert 0.4 < sum(case.held for case in cases) / len(cases) < 0.6
    assert all(
        sum(case.language == language for case in cases) >= 60 for language in ("de", "fr", "es", "it")
    )

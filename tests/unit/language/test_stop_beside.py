# SPDX-License-Identifier: Apache-2.0
"""What is left of a sentence beside the stop of some robots, and which clause is about which of them."""

from __future__ import annotations

import pytest

from tektra.language.stop import verdict
from tektra.language.stop_beside import beside, named_in
from tektra.language.stop_clause import Kind

ROBOTS = ("rover1", "rover2", "arm1")


@pytest.mark.parametrize(
    ("text", "stopped", "rest"),
    [
        ("rover1 go home, rover2 stay where you are", "rover2", "rover1 go home"),
        ("rover1 go home and rover2 stop", "rover2", "rover1 go home"),
        ("rover1 go to the hall but arm1 hold still", "arm1", "rover1 go to the hall"),
        ("stop rover2 and rover1 go home", "rover2", "rover1 go home"),
        ("rover1 go home. rover2 don't move!", "rover2", "rover1 go home"),
        ("rover1, go home, rover2, freeze", "rover2", "rover1 go home"),
        ("rover1 geh in die Küche und rover2 bleib stehen", "rover2", "rover1 geh in die Küche"),
        ("rover1 va a la cocina y rover2 detente", "rover2", "rover1 va a la cocina"),
    ],
)
def test_what_is_ordered_beside_the_stop_of_one_is_left(text: str, stopped: str, rest: str) -> None:
    heard = verdict(text, ROBOTS)
    assert heard.kind is Kind.STOP and heard.robots == (stopped,)
    assert beside(text, heard.robots, ROBOTS) == rest


@pytest.mark.parametrize(
    "text",
    [
        "rover2 stop",
        "rover1 and rover2 stop",
        "rover1, rover2, stop",
        "rover2, stop, go back",
        "rover2 stop, go back to the hall",
        "rover2 stop, rover1 watch out",
        "rover2 stop, rover7 go home",
        "rover2 stop and rover2 go home",
    ],
)
def test_nothing_is_left_where_no_other_robot_is_told_anything(text: str) -> None:
    assert beside(text, ("rover2",), ROBOTS) == ""


@pytest.mark.parametrize(
    "text",
    [
        "rover1 go home and rover2 stop, stop!",
        "rover7 go home and rover2 stop",
        "you hurt him and rover2 stop",
        "rover1 is on him and rover2 stop",
        "rover1 go on, both stop",
    ],
)
def test_a_stop_that_may_be_about_others_as_well_stops_everything(text: str) -> None:
    heard = verdict(text, ROBOTS)
    assert heard.kind is Kind.STOP and heard.robots == ()


def test_a_stop_at_the_end_of_an_order_is_one_where_it_names_another_robot() -> None:
    assert verdict("rover1 go home and stop rover2", ROBOTS).robots == ("rover2",)
    assert verdict("rover1 go home and stop", ROBOTS).kind is Kind.NONE


def test_robots_are_named_by_what_they_are_called() -> None:
    assert named_in("Rover one and the arm", ROBOTS) == {"rover1", "arm1"}
    assert named_in("go home", ROBOTS) == set()

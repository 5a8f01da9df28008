# SPDX-License-Identifier: Apache-2.0
"""Behind a "but" a stop is one robot's where another one's goal stands before it; behind a mere "and" it is everybody's."""

import pytest

from tektra.language.stop import verdict
from tektra.language.stop_beside import beside
from tektra.language.stop_clause import Kind

ROBOTS = ("arm1", "rover1", "rover2")


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("rover1 to the hall but rover2 don't move", "rover1 to the hall"),
        ("rover1 in den Flur, aber rover2 bleibt stehen", "rover1 in den Flur"),
        ("rover1 au couloir mais rover2 ne bouge pas", "rover1 au couloir"),
        ("rover1 al pasillo y que rover2 se quede quieto", "rover1 al pasillo"),
        ("rover1 in corridoio e che rover2 stia fermo", "rover1 in corridoio"),
    ],
)
def test_a_goal_before_a_contrast_is_another_robots_order(words: str, rest: str) -> None:
    heard = verdict(words, ROBOTS)
    assert (heard.kind, heard.robots) == (Kind.STOP, ("rover2",))
    assert beside(words, heard.robots, ROBOTS) == rest


@pytest.mark.parametrize(
    "words",
    [
        "rover1 to the hall and rover2 stop",
        "rover1 in den Flur und rover2 bleibt stehen",
        "rover1 to the hall but stop",
        "rover1 to the hall but everybody stop",
        "rover1 is in the hall but rover2 stop",
    ],
)
def test_in_doubt_everything_stops(words: str) -> None:
    heard = verdict(words, ROBOTS)
    assert (heard.kind, heard.robots) == (Kind.STOP, ())


@pytest.mark.parametrize(
    "words",
    ["que rover2 se quede quieto", "che rover2 resti fermo", "rover2 soll stillstehen", "quédese quieto"],
)
def test_to_stand_still_is_to_stop(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.STOP

# SPDX-License-Identifier: Apache-2.0
"""Cries that name no stop: they stop what moves, and are talk while nothing does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tektra.planner.conversation.cries import cries
from tektra.planner.conversation.request import Request
from tektra.planner.world.robot_state import RobotNow

CRY = "you're pinching my finger"


def under_way(home) -> None:
    home.say("rover1 go to the kitchen")
    assert home.driven


def hears(words: str, robot: RobotNow, *, on: bool = True, busy: bool = False) -> bool:
    request = Request("a", "talk", words, "test", 0.0, epoch=1)
    return cries(request, SimpleNamespace(robots={"rover1": robot}), on=on, busy=busy)


@pytest.mark.parametrize(
    "words",
    [
        CRY,
        "du zwickst mich am Arm",
        "il y a un bébé derrière toi",
        "tienes mi falda en las ruedas",
        "mi hai incastrato il braccio",
    ],
)
def test_a_cry_stops_everything_while_a_plan_runs(home, words) -> None:
    under_way(home)
    home.say(words)
    assert home.out.stops == 1
    assert home.out.canceled


@pytest.mark.parametrize("words", ["rover2 turn left", "where is rover1?", "hello", "thank you"])
def test_orders_questions_and_talk_are_no_cries(home, words) -> None:
    under_way(home)
    home.say(words)
    assert home.out.stops == 0


def test_a_cry_counts_while_something_moves_and_only_then() -> None:
    assert hears(CRY, RobotNow(0.0, moving=True))
    assert hears(CRY, RobotNow(0.0), busy=True)
    assert not hears(CRY, RobotNow(0.0))
    assert not hears(CRY, RobotNow(0.0, connected=False, moving=True))


def test_the_second_ear_can_be_turned_off() -> None:
    assert not hears(CRY, RobotNow(0.0, moving=True), on=False)

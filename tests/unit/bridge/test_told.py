# SPDX-License-Identifier: Apache-2.0
"""Plan and safety in words."""

import pytest

from tektra.bridge.told import STATES, PlanSeen, SafetySeen, StepSeen, ago, plan_told, safety_told
from tektra_interfaces.msg import Plan, PlanStep


def test_the_states_are_those_of_the_messages() -> None:
    for name in ("RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "REFUSED"):
        assert STATES[getattr(Plan, name)] == STATES[getattr(PlanStep, name)] == name.lower()
    assert STATES[PlanStep.PENDING] == "waiting" and Plan.PLANNED == 0


@pytest.mark.parametrize("status", range(7))
def test_no_plan_shows_a_number_as_its_state(status: int) -> None:
    plan = PlanSeen("p", "go", status, 100.0, steps=(StepSeen(1, "rover1", "wave", "", status),))
    told = plan_told(plan, 101.0, planner=True)
    assert told["state"].isalpha() and told["steps"][0]["state"].isalpha()


def test_only_a_plan_that_runs_is_now() -> None:
    assert plan_told(PlanSeen("p", "go", 1, 0.0), 1e6, planner=True)["when"] == "now"
    assert plan_told(PlanSeen("p", "go", 2, 0.0), 30.0, planner=True)["when"] == "30 seconds ago"
    assert plan_told(None, 1e6, planner=True)["state"] == "none"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "50 seconds ago"), (60, "a minute ago"), (119, "a minute ago"), (7200, "2 hours ago"), (90_000, "a day ago")],
)  # fmt: skip
def test_how_long_ago_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_a_stop_of_one_robot_names_it() -> None:
    told = safety_told(SafetySeen(False, robots=(("rover2", ("operator",)),)), 0.0)
    assert told["state"] == "one" and "rover2" in told["words"]


def test_a_silent_gate_is_never_told_as_free() -> None:
    assert safety_told(None, 0.0)["state"] == safety_told(SafetySeen(False), 2.5)["state"] == "silent"

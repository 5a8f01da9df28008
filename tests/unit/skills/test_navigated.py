# SPDX-License-Identifier: Apache-2.0
"""A goal that another navigation stack drives, on one that is played by the test."""

import math

import pytest

from tektra.skills.backends import Stage, Told
from tektra.skills.base import BaseLimits
from tektra.skills.navigated import ANSWER_S, FRESH_S, GIVE_UP_S, Navigated
from tektra.skills.run import Runner, SafetyView
from tektra.skills.seen import Drive, End, Hold, Outcome, Pose, Seen

LIMITS = BaseLimits(0.6, 1.5, 6.0, 3.0)


class Played:
    """A Navigator that tells what the test says."""

    name = "Nav2"

    def __init__(self) -> None:
        self.told = Told(Stage.ASKED)
        self.goals: list[tuple[float, float, float]] = []
        self.cancels = 0

    def attach(self, node: object) -> None:
        raise AssertionError("nobody attaches it here")

    def go(self, x: float, y: float, yaw: float) -> None:
        self.goals.append((x, y, yaw))

    def cancel(self) -> None:
        self.cancels += 1

    def tell(self) -> Told:
        return self.told


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def skill(played: Played) -> Navigated:
    return Navigated(played, "the hall", Pose(7.2, 5.6, 0.5), LIMITS)


def seen(now_s: float, **more: object) -> Seen:
    return Seen(now_s, Pose(1.0, 5.0), **more)  # type: ignore[arg-type]


def test_its_velocities_are_asked_for_within_the_robots_limits_while_they_are_fresh(played, skill) -> None:
    assert skill.step(seen(10.0)) == Hold()
    assert played.goals == [(7.2, 5.6, 0.5)]
    played.told = Told(Stage.DRIVING, "", 4.0, (2.0, 0.0, -3.0), 10.1)
    assert skill.step(seen(10.2)) == Drive(pytest.approx(0.6), pytest.approx(-0.9)), "the curve is kept"
    assert skill.step(seen(10.2 + FRESH_S)) == Hold(), "Nav2 fell silent"
    played.told = Told(Stage.DRIVING, "", 1.0, (0.1, 0.0, 0.0), 11.0)
    assert skill.step(seen(11.0)) == Drive(0.1, 0.0)
    assert skill.progress == 0.75
    assert len(played.goals) == 1


@pytest.mark.parametrize(
    ("told", "outcome", "words"),
    [
        (Told(Stage.REACHED), Outcome.SUCCEEDED, "reached the hall"),
        (
            Told(Stage.FAILED, "no valid path found (code 208)"),
            Outcome.FAILED,
            "Nav2 did not get to the hall: no valid path",
        ),
        (Told(Stage.REFUSED, "Nav2 did not accept the goal"), Outcome.REFUSED, "did not accept"),
    ],
)
def test_it_ends_as_the_navigator_tells(played, skill, told, outcome, words) -> None:
    skill.step(seen(10.0))
    played.told = told
    end = skill.step(seen(10.1))
    assert isinstance(end, End) and end.outcome is outcome and words in end.message


def test_a_navigator_that_does_not_answer_is_not_waited_for(skill) -> None:
    skill.step(seen(10.0))
    end = skill.step(seen(10.1 + ANSWER_S))
    assert isinstance(end, End) and end.outcome is Outcome.FAILED and "does not answer" in end.message


def test_what_the_gate_says_is_in_the_way_is_waited_for_and_then_told(played, skill) -> None:
    skill.step(seen(10.0))
    played.told = Told(Stage.DRIVING, "", 4.0, (0.5, 0.0, 0.0), math.inf)
    assert skill.step(seen(11.0, barred="rover2")) == Hold()
    assert skill.step(seen(12.0)) == Drive(0.5, 0.0)
    assert skill.step(seen(13.0, barred="rover2")) == Hold()
    end = skill.step(seen(13.1 + GIVE_UP_S, barred="rover2"))
    assert isinstance(end, End) and "rover2 is in the way to the hall" in end.message


@pytest.mark.parametrize("how", ["cancel", "stop", "end"])
def test_however_the_run_ends_the_navigator_is_told(played, skill, how: str) -> None:
    runner = Runner("rover1")
    runner.on_safety(SafetyView(4, False, (), heard_s=10.0))
    runner.on_driver(connected=True, halt_reason="", now_s=10.0)
    assert runner.start("g", "navigate_to", skill, 10.0) is None
    runner.step(seen(10.05))
    if how == "cancel":
        runner.cancel()
    else:
        played.told = Told(Stage.REACHED) if how == "end" else played.told
        runner.on_safety(SafetyView(4, how == "stop", ("operator",), 10.1))
        assert isinstance(runner.step(seen(10.1)), End)
    assert played.cancels == 1 and runner.run is None


def test_a_velocity_keeps_its_curve_and_its_way_aside_within_the_robots_limits(
    skill: Navigated, played: Played
) -> None:
    """Of Nav2's velocities for a base that goes sideways, the part aside was lost."""
    skill.step(seen(10.0))
    played.told = Told(Stage.DRIVING, "", 4.0, (0.2, -0.3, 0.4), 10.1)
    assert skill.step(seen(10.1)) == Drive(0.2, 0.4, -0.3)
    played.told = Told(Stage.DRIVING, "", 4.0, (0.9, 1.2, 0.5), 10.2)
    assert skill.step(seen(10.2)) == Drive(pytest.approx(0.36), pytest.approx(0.2), pytest.approx(0.48))

# SPDX-License-Identifier: Apache-2.0
"""The driver contract finds a driver that stands late, and no driver late because the machine is loaded."""

from collections.abc import Iterator

import pytest

from tektra.driver.contract_bench import Bench, Look

LIMIT_S = 0.45


class Told:
    """A peer whose moments are told beforehand. Its link says nothing."""

    def __init__(self, looks: Iterator[Look]) -> None:
        self.looks, self.asked = looks, 0

    def make(self) -> "Told":
        return self

    def poll(self, now_s: float) -> list:
        return []

    def now_s(self) -> float:
        self.asked += 1  # time passes, so that nothing waits for ever
        return self.asked * 1e-3

    def look(self) -> Look:
        return next(self.looks)


def judge(stands_s: float, moments: list[float]) -> None:
    """A robot that stood at that time, seen at these."""
    Bench(Told(Look(at_s, at_s < stands_s) for at_s in moments)).stands_within(LIMIT_S, Look(0.0, True))


EVERY_MOMENT = [0.02 * number for number in range(1, 100)]


def test_who_stands_in_time_is_not_late() -> None:
    judge(0.44, EVERY_MOMENT)


@pytest.mark.parametrize("stands_s", [0.49, 0.6, 1.5])
def test_who_stands_late_is(stands_s: float) -> None:
    with pytest.raises(AssertionError, match="0.45 s are allowed"):
        judge(stands_s, EVERY_MOMENT)


def test_who_stood_while_nobody_looked_is_not_late() -> None:
    """The test was held up, and saw it stand 0.01 s after the limit: when it came to stand nobody knows."""
    judge(0.25, [0.02, 0.2, 0.46, 0.48])


def test_a_peer_that_is_held_up_itself_makes_nobody_late() -> None:
    held_up = [0.02, 0.04, 0.34, *(0.34 + moment for moment in EVERY_MOMENT)]
    judge(0.52, held_up)
    with pytest.raises(AssertionError, match="0.45 s are allowed"):
        judge(0.75, held_up)


def test_slow_moments_that_were_all_seen_count_whole() -> None:
    with pytest.raises(AssertionError, match="0.45 s are allowed"):
        judge(0.55, [0.1 * number for number in range(1, 20)])

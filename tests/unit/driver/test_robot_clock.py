# SPDX-License-Identifier: Apache-2.0
"""A scan is stamped with when it was measured, not with when it came."""

import pytest

from tektra.driver.robot_clock import RobotClock


def test_the_quickest_message_tells_how_late_the_others_are() -> None:
    clock = RobotClock()
    assert clock.age_s(5.0, 100.0) == 0.0
    for number, late_s in enumerate((0.03, 0.002, 0.05, 0.01)):
        clock.heard(5.0 + 0.1 * number, 100.0 + 0.1 * number + late_s)
    assert clock.age_s(5.35, 100.65) == pytest.approx(0.298, abs=0.001)


def test_what_comes_in_a_burst_after_a_cut_is_as_old_as_it_is() -> None:
    clock = RobotClock()
    for number in range(8):
        clock.heard(5.0 + 0.05 * number, 101.0 + 0.001 * number)
    assert clock.age_s(5.0, 101.01) == pytest.approx(0.35, abs=0.02)


def test_a_robot_that_was_started_anew_counts_anew() -> None:
    clock = RobotClock()
    clock.heard(500.0, 100.0)
    for number in range(12):
        clock.heard(0.1 + 0.05 * number, 101.0 + 0.05 * number)
    assert clock.age_s(0.65, 101.55) == pytest.approx(0.0, abs=0.01)


def test_a_clock_that_goes_slow_for_minutes_is_followed() -> None:
    """A simulator on a busy machine: its scans were told to be seconds old, and robots stood."""
    clock = RobotClock()
    for number in range(3_000):
        clock.heard(0.8 * 0.05 * number, 100.0 + 0.05 * number)
    assert clock.age_s(0.8 * 0.05 * 3_000, 100.0 + 0.05 * 3_000) < 0.15

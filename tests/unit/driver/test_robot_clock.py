# SPDX-License-Identifier: Apache-2.0
"""A scan is stamped with when it was measured, not with when it came."""

import pytest

from tektra.driver.robot_clock import RobotClock


def test_the_quickest_message_tells_how_late_the_others_are() -> None:
    clock = RobotClock()
    assert clock.age_s(5.0, 100.0) == 0.0
    for number, late_s in enumerate((0.03, 0.002, 0.05, 0.01)):
        clock.heard(5.0 + number, 100.0 + number + late_s)
    assert clock.age_s(9.0, 104.3) == pytest.approx(0.298, abs=0.002)


def test_a_robot_that_was_started_anew_counts_anew() -> None:
    clock = RobotClock()
    clock.heard(500.0, 100.0)
    clock.heard(0.1, 101.0)
    assert clock.age_s(0.2, 101.1) == pytest.approx(0.0, abs=0.01)


def test_clocks_that_drift_apart_are_followed() -> None:
    clock = RobotClock()
    for number in range(3_000):
        clock.heard(number * 1.00005, 100.0 + number)
        clock.heard(number * 1.00005 + 0.5, 100.5 + number + 0.001)
    assert clock.age_s(3_000 * 1.00005, 3_100.0) < 0.01
    for number in range(3_000, 6_000):
        clock.heard(3_000 * 1.00005 + (number - 3_000) * 0.99995, 100.0 + number)
    assert clock.age_s(3_000 * 1.00005 + 3_000 * 0.99995, 6_100.0) < 0.01

# SPDX-License-Identifier: Apache-2.0
"""The power goes off after a stop, once the robot stands, and not before."""

import pytest

from tektra.driver.power import PowerOff


def first_due(power: PowerOff, *, stands_after_s: float, stopped: bool = True) -> float | None:
    """When it is due, in steps of 20 ms after a stop; None within five seconds."""
    times = [
        0.02 * step
        for step in range(250)
        if power.due(stopped=stopped, moving=0.02 * step < stands_after_s, now_s=0.02 * step)
    ]
    assert len(times) <= 1, "once for each stop"
    return times[0] if times else None


@pytest.mark.parametrize("stands_after_s, due_s", [(0.0, 0.3), (0.5, 0.8), (10.0, 3.0)])
def test_it_is_due_once_the_robot_stands_or_when_it_does_not_come_to_a_stand(
    stands_after_s: float, due_s: float
) -> None:
    assert first_due(PowerOff(wanted=True), stands_after_s=stands_after_s) == pytest.approx(due_s, abs=0.05)


def test_it_is_not_due_without_a_stop_nor_where_it_is_not_wanted() -> None:
    assert first_due(PowerOff(wanted=True), stands_after_s=0.0, stopped=False) is None
    assert first_due(PowerOff(wanted=False), stands_after_s=0.0) is None


def test_every_stop_is_one_of_its_own() -> None:
    power = PowerOff(wanted=True)
    first_due(power, stands_after_s=0.0)
    power.due(stopped=False, moving=True, now_s=6.0)
    assert not power.due(stopped=True, moving=True, now_s=7.0)
    assert not power.due(stopped=True, moving=False, now_s=7.2)
    assert power.due(stopped=True, moving=False, now_s=7.4)

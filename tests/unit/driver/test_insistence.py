# SPDX-License-Identifier: Apache-2.0
"""A stop that the gate does not own to is said again, to all, until it does."""

from tektra.common.insistence import AGAIN_S, CONFIRMED_S, UNCONFIRMED
from tektra.driver.commands import StandStill
from tektra.driver.guard import Guard, SafetyReading
from tektra.driver.options import DriverOptions

STAMP_S = 1_700_000_000.0


class Driver:
    def __init__(self) -> None:
        self.guard = Guard("rover1", DriverOptions())
        self.now_s, self.sequence, self.said = 0.0, 0, []

    def run(self, seconds: float, *, epoch: int = 5, latched: bool = False) -> None:
        """The gate's heartbeat, and what the driver says."""
        for _ in range(round(seconds / 0.05)):
            self.now_s += 0.05
            self.sequence += 1
            reading = SafetyReading(
                "gate", self.sequence, epoch, latched, STAMP_S + self.now_s, all_latched=latched
            )
            self.guard.safety_state(reading, now_s=self.now_s, stamp_s=STAMP_S + self.now_s)
            if self.guard.insists(self.now_s):
                self.said.append(self.now_s)

    def reason(self) -> str:
        verdict = self.guard.decide(self.now_s)
        assert isinstance(verdict.command, StandStill)
        return verdict.reason


def test_a_stop_that_the_gate_owns_to_in_time_is_not_said_again() -> None:
    driver = Driver()
    driver.run(1.0)
    driver.guard.stop()
    driver.run(0.2)
    assert driver.reason() == "stop heard"
    driver.run(5.0, epoch=6, latched=True)
    assert driver.said == []


def test_to_a_deaf_gate_it_is_said_again_and_again_and_the_robot_stands() -> None:
    driver = Driver()
    driver.run(1.0)
    driver.guard.stop()
    driver.run(CONFIRMED_S + 3.5 * AGAIN_S)
    assert len(driver.said) == 4
    assert driver.reason() == UNCONFIRMED
    driver.run(5.0, epoch=6, latched=True)
    assert len(driver.said) == 4, "once it has owned to it there is nothing to say"
    driver.run(1.0, epoch=7)
    assert driver.reason() == "link down", "and after a reset the stop holds no more"

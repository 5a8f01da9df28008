# SPDX-License-Identifier: Apache-2.0
"""A gate with its two clocks, and robots that speak when told to, for all tests of the gate."""

import dataclasses
from collections.abc import Callable

import pytest

from tektra.common.errors import InputError
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
TICK_S = 0.04


class World:
    """A gate with its two clocks, and robots that speak when told to."""

    def __init__(self, **gate: object) -> None:
        self.now_s, self.ahead_s = 100.0, 0.0  # monotonic, and by how much the ROS clock is ahead of it
        self.gate = Gate(SafetyOptions(), **gate)
        self.sequence = 0

    @property
    def clock_s(self) -> float:
        return self.now_s + self.ahead_s

    def tick(self, pause_s: float = TICK_S) -> None:
        self.now_s += pause_s
        self.gate.tick(self.now_s, self.clock_s)

    def run(self, seconds: float, *robots: str, **state: object) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.tick()
            for robot in robots:
                self.hear(robot, **state)

    def hear(self, robot: str, **state) -> None:
        said = {"connected": True, "moving": False, "latched": False, "stamp_s": self.clock_s, **state}
        said.setdefault("epoch", self.gate.latch.epoch_of(robot))
        self.gate.heard(robot, Report(**said), now_s=self.now_s, stamp_s=self.clock_s)

    def ask(self, robot: str = "rover1", goal: str = "g1", **changes) -> Request:
        self.sequence += 1
        motion = Motion(Kind.VELOCITY, twist=Twist(0.05, 0.0, 0.0))
        plain = Request(
            robot, goal, "move", self.sequence, self.gate.latch.epoch_of(robot), self.clock_s, motion
        )
        return dataclasses.replace(plain, **changes)

    def permitted(self, request: Request) -> bool:
        return self.gate.decide(request, now_s=self.now_s, stamp_s=self.clock_s) is not None

    def last_reason(self) -> str:
        return self.gate.take_records()[-1].detail

    def reset_refused(self, robot: str = "") -> str:
        """Why there is no reset."""
        with pytest.raises(InputError) as refusal:
            self.gate.stops.reset("operator", robot)
        return str(refusal.value)


def made(**gate: object) -> World:
    """Both rovers speak; rover1 has a goal under way, if the gate has nothing against it."""
    world = World(**gate)
    for robot in ("rover1", "rover2"):
        world.gate.described(robot, "driver-1", ROVER, 0.3)
    world.run(0.4, "rover1", "rover2")
    return world


@pytest.fixture
def new_world() -> Callable[..., World]:
    """Makes a gate that nobody has spoken to yet."""
    return World


@pytest.fixture
def ready_with() -> Callable[..., World]:
    """Makes a world with zones, sensors or a kept latch."""
    return made


@pytest.fixture
def ready() -> World:
    world = made()
    assert world.permitted(world.ask())
    return world

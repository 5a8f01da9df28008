# SPDX-License-Identifier: Apache-2.0
"""The servos of the simulated arm are damped: after a halt it stands by the driver's judgement, and its encoders are quiet."""

import itertools
from pathlib import Path

import pytest

from tektra.common.robot_wire import Halt, Hello, Joints, State, encode
from tektra.common.world import load_world
from tektra.driver.options import DriverOptions
from tektra.driver.standing import Standing
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
ARM = ArmLimits()
#: A joint that stands reports no more than this (rad/s): an undamped one has some tenths for many seconds.
QUIET_RADPS = 0.02


class Bench:
    """arm1 in MuJoCo, its driver's judgement beside it."""

    def __init__(self) -> None:
        self._home = Home(WORLD, MujocoHome(WORLD, RoverLimits(), ARM), RoverLimits(), ARM, seed=1, keys={})
        self._arm = self._home.firmware["arm1"]
        self._numbers = itertools.count(1)
        self._standing = Standing.of(DriverOptions())
        self._arm.link_up(0.0)
        self._arm.receive(encode(Hello("test")), 0.0)

    def move(self, aim: tuple[float, ...], seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            line = Joints(next(self._numbers), ARM.names, aim, 0.12, ())
            assert self._arm.receive(encode(line), self._home.now_s) == []
            self.watch(0.1)

    def halt(self, category: int) -> None:
        self._arm.receive(encode(Halt(next(self._numbers), category)), self._home.now_s)

    def watch(self, seconds: float) -> list[tuple[bool, State]]:
        """Whether it stands, and what it tells, fifty times a second."""
        seen = []
        for tick in range(round(seconds / TICK_S)):
            self._home.tick()
            if tick % 4 == 0:
                state = self._arm.state(self._home.now_s)
                self._standing.take(state, self._home.now_s)
                seen.append((self._standing.stands(self._home.now_s), state))
        return seen


@pytest.mark.parametrize("category", [0, 1])
@pytest.mark.parametrize(
    "aim",
    [(0.8, -0.2, 1.4, 0.5, 0.3, 1.0), (-1.5, -0.5, 1.5, -1.0, 1.2, -2.5), (0.0, 0.3, 0.4, 2.5, -1.6, 0.2)],
)
def test_an_arm_that_was_halted_in_full_motion_stands_and_does_not_tremble(aim, category: int) -> None:
    bench = Bench()
    bench.move(aim, 0.8)
    bench.halt(category)
    bench.watch(1.0)
    later = bench.watch(2.0)
    assert all(stands for stands, _ in later)
    assert max(abs(rate) for _, state in later for rate in state.joints.velocities) < QUIET_RADPS


def test_one_that_leans_on_the_table_trembles_and_is_known_to_stand() -> None:
    """Its wrist goes back and forth by a milliradian for ever: one sample of its speed would say that it moves."""
    bench = Bench()
    bench.move((-1.5, -1.0, 2.2, -1.0, 1.8, -2.5), 0.8)
    bench.halt(1)
    bench.watch(2.0)
    later = bench.watch(4.0)
    assert all(stands for stands, _ in later)
    assert max(abs(rate) for _, state in later for rate in state.joints.velocities) > QUIET_RADPS

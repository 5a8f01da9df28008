# SPDX-License-Identifier: Apache-2.0
"""A base of the simulator brakes as hard as it is told to, and the others as ever."""

import math
from pathlib import Path

import pytest

from tektra.common.robot_wire import Hello, Velocity, encode
from tektra.common.world import load_world
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.client import parse_truth
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")


V_MPS, BRAKES_MPS2 = 0.6, 1.0


def test_a_rover_with_weak_brakes_needs_its_way() -> None:
    rover, arm = RoverLimits(), ArmLimits()
    home = Home(
        WORLD, MujocoHome(WORLD, rover, arm), rover, arm, seed=1, keys={}, brakes={"rover2": BRAKES_MPS2}
    )

    def ticks(seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            home.tick()

    def places() -> dict[str, tuple[float, float]]:
        robots = parse_truth(home.truth()).robots
        return {name: (robots[name].x_m, robots[name].y_m) for name in ("rover1", "rover2")}

    both = [home.firmware[name] for name in ("rover1", "rover2")]
    for firmware in both:
        firmware.link_up(home.now_s)
        firmware.receive(encode(Hello("test")), home.now_s)
    for number in range(20):  # both at full speed
        for firmware in both:
            firmware.receive(encode(Velocity(number + 1, V_MPS, 0.0, 0.12)), home.now_s)
        ticks(0.1)
    for firmware in both:
        firmware.link_down()
    before = places()
    ticks(2.0)
    went = {name: math.dist(before[name], at) for name, at in places().items()}
    assert went["rover2"] == pytest.approx(V_MPS**2 / (2.0 * BRAKES_MPS2), abs=0.03)
    assert went["rover1"] < 0.06

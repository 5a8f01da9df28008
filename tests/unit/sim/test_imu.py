# SPDX-License-Identifier: Apache-2.0
"""The rovers' inertial sensors: what they say fits how the base really moved, and errs by no more than they tell."""

import json
import math
import random
from dataclasses import replace
from pathlib import Path
from statistics import fmean, pstdev

import pytest

from tektra.common.robot_wire import Hello, ImuReading, Velocity, WireError, decode_reply, encode
from tektra.common.world import load_world
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import READINGS, RoverLimits
from tektra.sim.home import Home
from tektra.sim.imu import GRAVITY_MPS2, Imu, ImuLimits
from tektra.sim.physics import TICK_S, Motion

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
PERFECT = ImuLimits(0.0, 0.0, 0.0, 0.0)
REST = Motion((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
READING = ImuReading(3, 0.5, (0.1, -0.2, 0.3), (0.0, 0.4, 9.8), 0.01, 0.05)


class Rover:
    """rover1 in the home, driven by hand."""

    def __init__(self) -> None:
        self.home = Home(
            WORLD, MujocoHome(WORLD, RoverLimits(), ArmLimits()), RoverLimits(), ArmLimits(), seed=1, keys={}
        )
        self.firmware, self.seq = self.home.firmware["rover1"], 0
        self.firmware.link_up(0.0)
        self.firmware.receive(encode(Hello("test")), 0.0)

    def drive(self, seconds: float, vx: float = 0.0, wz: float = 0.0) -> list[ImuReading]:
        readings: list[ImuReading] = []
        for tick in range(round(seconds / TICK_S)):
            if tick % 10 == 0:
                self.seq += 1
                command = Velocity(self.seq, vx, wz, 0.12)
                assert self.firmware.receive(encode(command), self.home.now_s) == []
                readings += [
                    one for one in self.firmware.news(self.home.now_s) if isinstance(one, ImuReading)
                ]
            self.home.tick()
        return readings

    @property
    def truth(self) -> dict[str, float]:
        return json.loads(self.home.truth())["robots"]["rover1"]


@pytest.fixture(scope="module")
def rover() -> Rover:
    return Rover()


def test_at_rest_it_feels_gravity_upwards_and_errs_by_no_more_than_it_tells(rover: Rover) -> None:
    rover.drive(0.5)
    readings = rover.drive(3.0)
    assert [b.seq - a.seq for a, b in zip(readings, readings[1:], strict=False)] == [1] * (len(readings) - 1)
    assert [b.t - a.t for a, b in zip(readings, readings[1:], strict=False)] == pytest.approx(
        [0.02] * (len(readings) - 1)
    )
    told = readings[0]
    for axis, expected in enumerate((0.0, 0.0, GRAVITY_MPS2)):
        felt = [one.accelerations[axis] for one in readings]
        assert fmean(felt) == pytest.approx(expected, abs=3.0 * told.acceleration_sigma)
        assert 0.0 < pstdev(felt) < 1.3 * told.acceleration_sigma
    for axis in range(3):
        turned = [one.rates[axis] for one in readings]
        assert fmean(turned) == pytest.approx(0.0, abs=3.0 * told.rate_sigma)
        assert 0.0 < pstdev(turned) < 1.3 * told.rate_sigma


def test_what_it_feels_adds_up_to_the_speed_and_the_turn_that_were_driven(rover: Rover) -> None:
    rover.drive(0.5)
    gained = math.fsum(0.02 * one.accelerations[0] for one in rover.drive(1.5, vx=0.5))
    assert gained == pytest.approx(rover.truth["vx"], abs=0.1) and rover.truth["vx"] > 0.4
    rover.drive(1.0)
    before = rover.truth["yaw"]
    turned = math.fsum(0.02 * one.rates[2] for one in [*rover.drive(1.0, wz=1.0), *rover.drive(0.5)])
    assert turned == pytest.approx(math.remainder(rover.truth["yaw"] - before, math.tau), abs=0.05)
    assert turned > 0.6


def test_of_a_curve_it_feels_the_pull_inwards() -> None:
    sensor, speed, rate = Imu(PERFECT, random.Random(1)), 0.5, 1.0
    for step in range(3):
        angle = 0.001 * step
        cos, sin = math.cos(angle), math.sin(angle)
        turned = Motion(
            (speed * cos, speed * sin, 0.0), (0.0, 0.0, rate), (cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0)
        )
        felt = sensor.measure(0.001 * step, turned)
    assert felt.accelerations == pytest.approx((0.0, speed * rate, GRAVITY_MPS2), abs=0.01)


def test_leaning_it_feels_gravity_along_its_own_axes() -> None:
    cos, sin = math.cos(0.2), math.sin(0.2)
    nose_down = replace(REST, axes=(cos, 0.0, sin, 0.0, 1.0, 0.0, -sin, 0.0, cos))
    felt = Imu(PERFECT, random.Random(1)).measure(0.0, nose_down).accelerations
    assert felt == pytest.approx((-sin * GRAVITY_MPS2, 0.0, cos * GRAVITY_MPS2), abs=1e-4)


def test_after_a_gap_it_tells_no_acceleration_that_it_cannot_know() -> None:
    sensor = Imu(PERFECT, random.Random(1))
    sensor.measure(0.0, REST)
    assert sensor.measure(5.0, replace(REST, velocity_mps=(0.5, 0.0, 0.0))).accelerations[0] == 0.0


def test_what_nobody_fetches_is_not_kept_for_ever(rover: Rover) -> None:
    rover.firmware.news(rover.home.now_s)
    for _ in range(150):
        rover.home.tick()
    kept = [one for one in rover.firmware.news(rover.home.now_s) if isinstance(one, ImuReading)]
    assert len(kept) == READINGS and kept[-1].t > rover.home.now_s - 0.03


def test_a_reading_comes_whole_over_the_wire() -> None:
    assert decode_reply(encode(READING)) == READING
    bare = {"type": "imu", "seq": 1, "t": 0.1, "rates": [0, 0, 1], "accelerations": [0, 0, 9.8]}
    assert decode_reply(json.dumps(bare).encode()) == ImuReading(1, 0.1, (0, 0, 1), (0, 0, 9.8))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rates": [0.0, 1.0]},
        {"accelerations": [0.0] * 4},
        {"rates": [0.0, None, 1.0]},
        {"rate_sigma": -0.1},
        {"t": "now"},
    ],
)
def test_what_is_no_reading_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(WireError):
        decode_reply(json.dumps({**json.loads(encode(READING)), **wrong}).encode())

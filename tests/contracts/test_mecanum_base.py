# SPDX-License-Identifier: Apache-2.0
"""A base that goes sideways, all the way: from a permit over the wire into physics, and back into its state."""

import dataclasses
import math
import random
from pathlib import Path

import pytest
from builtin_interfaces.msg import Time

from tektra.common.robot_wire import PROTOCOL, Hello, State, Velocity, WireError, decode_reply, encode
from tektra.common.world import load_world
from tektra.driver import convert
from tektra.driver.commands import Drive
from tektra.driver.describe import describe, mismatch
from tektra.driver.motion_fault import motion_fault
from tektra.driver.options import DriverOptions
from tektra.driver.session import Session
from tektra.driver.standing import Standing
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.mecanum import MecanumDrive
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra_interfaces.msg import MotionPermit, MotionRequest

OPTIONS = DriverOptions(
    kind="mecanum",
    linear_speed=0.6,
    angular_speed=1.5,
    linear_acceleration=1.0,
    linear_deceleration=6.0,
    angular_acceleration=3.0,
    linear_jerk=5.0,
    angular_jerk=20.0,
    footprint=[0.22, 0.2, -0.22, 0.2, -0.22, -0.2, 0.22, -0.2],
)


class Base:
    """The real firmware in the real physics, and the driver's own words to it."""

    def __init__(self, folder: Path) -> None:
        text = Path("config/world.yaml").read_text().replace("rover1: {kind: rover", "rover1: {kind: mecanum")
        (folder / "world.yaml").write_text(text)
        world, limits, arm = load_world(folder / "world.yaml"), RoverLimits(), ArmLimits()
        self.home = Home(world, MujocoHome(world, limits, arm), limits, arm, seed=1, keys={})
        self.firmware, self.session = self.home.firmware["rover1"], Session("rover1")
        self.described = describe("rover1", OPTIONS)
        self.standing = Standing.of(OPTIONS)
        self.session.open(0.0)
        hello = self.firmware.link_up(self.home.now_s)[0]
        assert not mismatch(self.described, hello.kind, hello.capabilities)
        self.session.take(encode(hello), self.home.now_s)
        self.firmware.receive(encode(Hello("test", PROTOCOL, "")), self.home.now_s)

    def drive(self, vx: float, vy: float, wz: float, seconds: float) -> State:
        """As permits come: twenty times a second. Its last state."""
        for tick in range(round(seconds / 0.005)):
            if tick % 10 == 0:
                permit = MotionPermit(kind=MotionRequest.VELOCITY)
                permit.twist.linear.x, permit.twist.linear.y, permit.twist.angular.z = vx, vy, wz
                motion = dataclasses.replace(convert.permit(permit).motion, ttl_s=0.15)
                assert not motion_fault(motion, OPTIONS)
                line = self.session.command(motion, self.home.now_s)
                assert not self.firmware.receive(line, self.home.now_s), "nothing is refused"
                self.standing.take(self.state(), self.home.now_s)
            self.home.tick()
        return self.state()

    def state(self) -> State:
        said = decode_reply(encode(self.firmware.state(self.home.now_s)))
        assert isinstance(said, State)
        return said

    def place(self) -> tuple[float, float, float]:
        body = self.home._physics.body("rover1")
        return body.x_m, body.y_m, body.yaw_rad


@pytest.fixture
def base(tmp_path):
    made = Base(tmp_path)
    for _ in range(20):
        made.home.tick()
    return made


@pytest.mark.parametrize("way", [(0.3, 0.0), (0.0, 0.3), (0.0, -0.3), (0.2, 0.2)])
def test_it_goes_where_it_is_told_and_says_so(base, way) -> None:
    x, y, _ = base.place()
    state = base.drive(*way, 0.0, 1.0)
    went = (base.place()[0] - x, base.place()[1] - y)
    assert math.atan2(went[1], went[0]) == pytest.approx(math.atan2(way[1], way[0]), abs=0.05)
    assert math.hypot(*went) == pytest.approx(math.hypot(*way), rel=0.3)  # it speeds up first
    message = convert.robot_state(state, Time(), base.described)
    assert (message.twist.linear.x, message.twist.linear.y) == pytest.approx(way, abs=0.02)
    assert not base.standing.stands(base.home.now_s)
    odometry = convert.odometry(state, Time(), base.described)
    assert odometry.twist.twist.linear.y == message.twist.linear.y
    assert odometry.pose.pose.position.y == pytest.approx(went[1], abs=0.02)


def test_it_stands_by_itself_when_nobody_tells_it_more(base) -> None:
    base.drive(0.0, 0.4, 0.0, 1.0)
    for _ in range(100):
        base.home.tick()
    assert abs(base.state().vy) < 0.01 and base.firmware.halt_reason == "ttl"


def test_its_limit_holds_for_the_whole_velocity() -> None:
    drive = MecanumDrive(RoverLimits(), random.Random(1))
    with pytest.raises(WireError, match="beyond"):
        drive.take(Velocity(1, 0.5, 0.0, 0.1, 0.5))


def test_a_rover_obeys_no_permit_to_go_sideways() -> None:
    rover = dataclasses.replace(OPTIONS, kind="rover")
    assert "sideways" in motion_fault(Drive(0.1, 0.1, 0.0, 0.1), rover)
    assert not motion_fault(Drive(0.1, 0.0, 0.0, 0.1), rover)

# SPDX-License-Identifier: Apache-2.0
"""A robot on legs, all the way: from its skill through gate and driver into the firmware and the physics, and back."""

import dataclasses
import json
import math
from pathlib import Path

import pytest

from tektra.common.robot_wire import Hello, State, decode_reply, encode
from tektra.common.world import load_world
from tektra.driver import convert as driver_convert
from tektra.driver.commands import Drive, StandStill
from tektra.driver.describe import describe, mismatch
from tektra.driver.motion_fault import motion_fault
from tektra.driver.options import DriverOptions
from tektra.driver.session import Session
from tektra.driver.standing import Standing
from tektra.safety import convert as gate_convert
from tektra.safety.gate import Gate
from tektra.safety.known import Report
from tektra.safety.options import SafetyOptions
from tektra.safety.people import Person
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.legged import LYING_M, STANDING_M
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.skills.library import Library
from tektra.skills.messages import body_of, request_message
from tektra.skills.run import Run
from tektra.skills.seen import End, Outcome, Pose, Seen, Skill

OPTIONS = DriverOptions(
    kind="legged",
    linear_speed=0.6,
    angular_speed=1.5,
    linear_acceleration=1.0,
    linear_deceleration=6.0,
    angular_acceleration=3.0,
    linear_jerk=5.0,
    angular_jerk=20.0,
    footprint=[0.22, 0.2, -0.22, 0.2, -0.22, -0.2, 0.22, -0.2],
    posture_names=["stand_up", "lie_down", "damp"],
    posture_heights=[STANDING_M, LYING_M, LYING_M],
)
PERIOD_TICKS = 10


class Dog:
    """The real skills, gate and firmware, and the driver's own words between them; time passes by the home's ticks."""

    def __init__(self, folder: Path) -> None:
        text = Path("config/world.yaml").read_text().replace("rover1: {kind: rover", "rover1: {kind: legged")
        (folder / "world.yaml").write_text(text)
        world, limits, arm = load_world(folder / "world.yaml"), RoverLimits(), ArmLimits()
        self.home = Home(world, MujocoHome(world, limits, arm), limits, arm, seed=1, keys={})
        self.firmware, self.session = self.home.firmware["rover1"], Session("rover1")
        self.described = describe("rover1", OPTIONS)
        self.session.open(0.0)
        hello = self.firmware.link_up(self.home.now_s)[0]
        assert not mismatch(self.described, hello.kind, hello.capabilities)
        self.session.take(encode(hello), self.home.now_s)
        self.firmware.receive(encode(Hello("test")), self.home.now_s)
        message = driver_convert.description(self.described, OPTIONS)
        self.library = Library("rover1", body_of(message), world)
        self.gate, self.standing, self.goals = Gate(SafetyOptions()), Standing.of(OPTIONS), 0
        self.gate.described("rover1", "1", gate_convert.limits(message.limits, "legged"), 0.3)
        self.refused: list[str] = []
        self.pass_on()

    @property
    def state(self) -> State:
        said = decode_reply(encode(self.firmware.state(self.home.now_s)))
        assert isinstance(said, State)
        self.session.take(encode(said), self.home.now_s)
        return said

    @property
    def height(self) -> float:
        _ = self.state
        return self.session.height_m

    def pass_on(self, seconds: float = 0.5) -> None:
        """Time passes; the driver tells the gate how the robot is, and nobody asks for anything."""
        for _ in range(round(seconds / 0.05)):
            self._moment()

    def skill(self, name: str, **arguments: object) -> Skill:
        return self.library.make(name, json.dumps(arguments))

    def runs(self, skill: Skill, name: str, *, seconds: float = 10.0) -> End | None:
        """The end of the skill; None while it is not there after so long."""
        self.goals += 1
        run = Run(f"goal{self.goals}", name, skill, self.gate.latch.epoch_of("rover1"))
        for _ in range(round(seconds / 0.05)):
            state, now_s = self.state, self.home.now_s
            command = skill.step(Seen(now_s, Pose(*state.pose), altitude=self.session.height_m))
            if isinstance(command, End):
                return command
            run.sequence += 1
            message = request_message("rover1", run, command)
            if message is not None:
                self._ask(message, now_s)
            self._moment()
        return None

    def _ask(self, message, now_s: float) -> None:
        message.stamp.sec, message.stamp.nanosec = divmod(round(now_s * 1e9), 1_000_000_000)
        request = gate_convert.request(message)
        decided = self.gate.decide(request, now_s=now_s, stamp_s=now_s)
        if decided is None:
            self.refused += [one.detail for one in self.gate.take_records() if one.event == "refusal"]
            return
        permit = gate_convert.permit(request, *decided, stamp=message.stamp, valid_s=0.11)
        motion = driver_convert.permit(permit).motion
        assert not motion_fault(motion, OPTIONS)
        line = self.session.command(dataclasses.replace(motion, ttl_s=0.11), now_s)
        self.refused += [reply.message for reply in self.firmware.receive(line, now_s)]

    def _moment(self) -> None:
        for _ in range(PERIOD_TICKS):
            self.home.tick()
        state, now_s = self.state, self.home.now_s
        self.standing.take(state, now_s, self.session.height_m)
        moving = not self.standing.stands(now_s)
        report = Report(True, moving, False, self.gate.latch.epoch_of("rover1"), now_s, pose=state.pose)
        self.gate.tick(now_s, now_s)
        self.gate.heard("rover1", report, now_s=now_s, stamp_s=now_s)


@pytest.fixture
def dog(tmp_path) -> Dog:
    return Dog(tmp_path)


def test_it_lies_at_first_and_walks_only_once_it_was_told_to_stand_up(dog: Dog) -> None:
    assert dog.height == pytest.approx(LYING_M)
    began = dog.state.pose
    dog.runs(dog.skill("move", distance_m=0.3), "move", seconds=1.0)
    assert any("have it stand up first" in why for why in dog.refused)
    assert math.dist(began[:2], dog.state.pose[:2]) < 0.05
    end = dog.runs(dog.skill("stand_up"), "stand_up")
    assert end.outcome is Outcome.SUCCEEDED and end.message == "it stands"
    assert dog.height == pytest.approx(STANDING_M, abs=0.03) and dog.state.fault == ""
    dog.pass_on()
    dog.refused.clear()
    assert dog.runs(dog.skill("move", distance_m=0.3), "move").outcome is Outcome.SUCCEEDED
    assert dog.refused == []
    dog.pass_on()
    assert dog.runs(dog.skill("lie_down"), "lie_down").message == "it lies"
    assert dog.height == pytest.approx(LYING_M, abs=0.03) and dog.state.fault == "it does not stand"


def test_a_stop_while_it_rises_holds_it_where_it_is_and_nothing_rises_until_it_is_asked_anew(
    dog: Dog,
) -> None:
    rising = dog.skill("stand_up")
    assert dog.runs(rising, "stand_up", seconds=0.6) is None
    dog.gate.stops.stop("operator", "somebody")
    dog.firmware.receive(dog.session.command(StandStill(0), dog.home.now_s), dog.home.now_s)
    held = dog.height
    assert LYING_M + 0.05 < held < STANDING_M - 0.05
    assert dog.runs(rising, "stand_up", seconds=1.0) is None
    assert dog.height == held and "stopped" in dog.refused[-1]
    dog.gate.stops.reset("operator")
    dog.pass_on()
    assert dog.height == held
    assert dog.runs(dog.skill("stand_up"), "stand_up").outcome is Outcome.SUCCEEDED


def test_while_its_body_rises_it_counts_as_moving_and_a_reset_waits(dog: Dog) -> None:
    dog.runs(dog.skill("stand_up"), "stand_up", seconds=0.6)
    assert not dog.standing.stands(dog.home.now_s)
    dog.gate.stops.stop("operator", "somebody")
    with pytest.raises(Exception, match="rover1 still moves"):
        dog.gate.stops.reset("operator")


def test_joints_that_damp_let_it_sink_whatever_it_is_told_no_more(dog: Dog) -> None:
    dog.runs(dog.skill("stand_up"), "stand_up")
    assert dog.runs(dog.skill("damp"), "damp", seconds=0.3) is None
    dog.pass_on(3.0)  # no permit any more
    assert dog.height == pytest.approx(LYING_M)
    assert "damp" in dog.runs(dog.skill("damp"), "damp").message
    line = dog.session.command(Drive(0.1, 0.0, 0.0, 0.1), dog.home.now_s)
    assert "stand up" in dog.firmware.receive(line, dog.home.now_s)[0].message


def test_beside_a_person_it_does_not_stand_up(dog: Dog) -> None:
    x, y, _ = dog.state.pose
    seen = [(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)]
    dog.gate.people.heard("camera", seen, [Person("1", x + 0.6, y)], dog.home.now_s, 0.0)
    assert dog.runs(dog.skill("stand_up"), "stand_up", seconds=0.5) is None
    assert dog.height == LYING_M and "a person" in dog.refused[-1]


def test_a_robot_that_does_not_rise_is_told_of(dog: Dog) -> None:
    dog.gate.stops.stop("operator", "somebody")
    end = dog.runs(dog.skill("stand_up"), "stand_up")
    assert end.outcome is Outcome.FAILED and "stays at 0.08 m" in end.message

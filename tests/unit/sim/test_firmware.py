# SPDX-License-Identifier: Apache-2.0
"""What a simulated robot does with what its driver says, and above all when it stands still by itself."""

import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tektra.common.robot_wire import (
    ErrorReply,
    Gripper,
    Halt,
    Hello,
    Joints,
    Ping,
    Pong,
    RobotHello,
    Velocity,
    encode,
)
from tektra.sim.firmware.arm import ArmDrive, ArmLimits
from tektra.sim.firmware.firmware import SESSION_S, Firmware
from tektra.sim.firmware.rover import RoverDrive, RoverLimits

DT_S = 0.005


class Bench:
    """A robot on the bench: its firmware, and a clock that the test moves."""

    def __init__(self, drive, *, silence_s=None):
        self.drive = drive
        self.firmware = Firmware("robot", drive, silence_s=silence_s)
        self.now_s = 0.0

    def pass_time(self, seconds):
        for _ in range(round(seconds / DT_S)):
            self.now_s += DT_S
            self.firmware.tick(self.now_s, DT_S)
            if isinstance(self.drive, ArmDrive):  # its joints are where its motors are told to be
                zero = (0.0,) * len(self.drive.positions_rad)
                self.drive.sense(
                    tuple(self.drive.positions_rad), zero, opening_m=self.drive.opening_m, holding=False
                )

    def say(self, message):
        data = message if isinstance(message, bytes) else encode(message)
        return self.firmware.receive(data, self.now_s)

    @property
    def speed_mps(self):
        left, right = self.drive.wheels_radps
        return (left + right) / 2.0 * RoverLimits().wheel_radius_m


def test_an_arm_that_leans_on_something_gives_in_once_and_does_not_creep():
    drive = ArmDrive(ArmLimits())
    held = list(drive.positions_rad)
    real = tuple(at - (0.1 if index == 1 else 0.002) for index, at in enumerate(held))
    drive.sense(real, (0.0,) * 6, opening_m=0.08, holding=False)
    for _ in range(40):
        drive.step(DT_S)
    assert drive.positions_rad == held  # a moment is the servo's own lag
    for _ in range(40):
        drive.step(DT_S)
    assert drive.positions_rad == pytest.approx(
        [real[1] if index == 1 else at for index, at in enumerate(held)]
    )
    lower = tuple(at - 0.1 for at in drive.positions_rad)
    drive.sense(lower, (0.0,) * 6, opening_m=0.08, holding=False)
    for _ in range(200):
        drive.step(DT_S)
    assert drive.positions_rad[1] == pytest.approx(real[1])  # what it carries does not pull it down for ever


@pytest.fixture
def rover():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)))
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    return bench


@pytest.fixture
def arm():
    bench = Bench(ArmDrive(ArmLimits()))
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    return bench


def drive_to_full_speed(bench):
    for seq in range(1, 11):
        assert bench.say(Velocity(seq, 0.6, 0.0, 0.2)) == []
        bench.pass_time(0.1)
    assert bench.speed_mps == pytest.approx(0.6)


def test_a_rover_stands_0_1_s_after_the_ttl_of_its_last_command_ran_out(rover):
    drive_to_full_speed(rover)
    rover.pass_time(0.1)  # the rest of the ttl
    rover.pass_time(0.1)
    assert rover.speed_mps == pytest.approx(0.0, abs=1e-9)
    assert rover.firmware.halted
    assert rover.firmware.halt_reason == "ttl"


def test_a_rover_brakes_when_its_link_breaks(rover):
    drive_to_full_speed(rover)
    rover.firmware.link_down()
    assert rover.speed_mps == 0.0
    assert rover.firmware.halt_reason == "link"


def test_a_command_after_the_link_broke_is_refused_until_a_new_hello(rover):
    rover.firmware.link_down()
    (reply,) = rover.say(Velocity(99, 0.3, 0.0, 0.2))
    assert isinstance(reply, ErrorReply)
    assert "hello" in reply.message
    assert rover.firmware.halted


def test_a_silent_driver_on_udp_stops_its_rover_within_150_ms():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)), silence_s=0.15)
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    bench.say(Velocity(1, 0.6, 0.0, 0.5))
    bench.pass_time(0.145)
    assert not bench.firmware.halted
    bench.pass_time(0.01)
    assert bench.firmware.halted
    assert bench.firmware.halt_reason == "silence"
    assert bench.speed_mps == 0.0


def test_a_ping_keeps_a_udp_session_alive_but_extends_no_ttl():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)), silence_s=0.15)
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    bench.say(Velocity(1, 0.6, 0.0, 0.3))
    for seq in range(2, 8):
        bench.pass_time(0.1)
        assert bench.say(Ping(seq)) == [Pong(seq)]
    assert bench.firmware.halted
    assert bench.firmware.halt_reason == "ttl"
    assert not bench.firmware.session_over(bench.now_s)


def test_garbage_does_not_keep_a_session_alive(rover):
    for _ in range(12):
        rover.pass_time(0.1)
        rover.say(b"garbage")
    assert SESSION_S < 12 * 0.1
    assert rover.firmware.session_over(rover.now_s)


def test_a_replayed_or_late_command_is_refused_and_changes_nothing(rover):
    rover.say(Velocity(5, 0.2, 0.0, 0.5))
    for seq in (5, 4, 0):
        (reply,) = rover.say(Velocity(seq, 0.6, 0.0, 0.5))
        assert isinstance(reply, ErrorReply)
        assert reply.seq == seq
    rover.pass_time(0.4)
    assert rover.speed_mps == pytest.approx(0.2)


def test_a_halt_is_obeyed_even_when_it_comes_late_or_twice(rover):
    drive_to_full_speed(rover)
    rover.say(Halt(3, 0))
    rover.say(Halt(3, 0))
    assert rover.speed_mps == 0.0
    assert rover.firmware.halt_reason == "halt"


def test_halt_category_1_slows_down_within_the_limit_and_stands(rover):
    drive_to_full_speed(rover)
    rover.say(Halt(50, 1))
    rover.pass_time(0.05)
    assert rover.speed_mps == pytest.approx(0.3, abs=0.02)
    rover.pass_time(0.06)
    assert rover.speed_mps == 0.0


def test_an_old_command_still_under_way_does_not_undo_a_halt(rover):
    rover.say(Halt(50, 0))
    (reply,) = rover.say(Velocity(49, 0.6, 0.0, 0.5))
    assert isinstance(reply, ErrorReply)
    rover.pass_time(0.1)
    assert rover.speed_mps == 0.0


@pytest.mark.parametrize(
    "content",
    [
        {"vx": 0.7},
        {"wz": 1.6},
        {"vy": 0.1},
        {"vx": "0.1"},
        {"vx": True},
        {"vx": None},
        {"ttl": 0.0},
        {"ttl": -1.0},
        {"ttl": 0.51},
        {"seq": -1},
        {"seq": 1.5},
        {"speed": 1.0},
    ],
)
def test_a_command_that_is_wrong_in_one_key_moves_nothing_and_is_counted(rover, content):
    command = {"type": "velocity", "seq": 1, "vx": 0.1, "wz": 0.0, "ttl": 0.2, **content}
    (reply,) = rover.say(json.dumps(command).encode())
    assert isinstance(reply, ErrorReply)
    rover.pass_time(0.1)
    assert rover.speed_mps == 0.0
    assert rover.firmware.halted
    assert rover.firmware.state(rover.now_s).rejected == 1


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_a_number_that_is_not_finite_moves_nothing(rover, number):
    line = f'{{"type":"velocity","seq":1,"vx":{number},"wz":0,"ttl":0.2}}'.encode()
    assert isinstance(rover.say(line)[0], ErrorReply)
    assert rover.firmware.halted


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=300) | st.text(max_size=60).map(str.encode), max_size=30))
def test_no_garbage_whatever_moves_a_rover_or_stops_its_firmware(messages):
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)))
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    for data in messages:
        for reply in bench.say(data):
            assert isinstance(reply, ErrorReply)
            encode(reply)
        bench.pass_time(DT_S)
        assert bench.drive.wheels_radps == (0.0, 0.0)
    assert bench.firmware.rejected == len(messages)


def test_nothing_but_a_halt_is_obeyed_before_hello():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)))
    assert bench.firmware.link_up(0.0) == [RobotHello("robot", "rover", ("base",))]
    assert isinstance(bench.say(Velocity(1, 0.1, 0.0, 0.2))[0], ErrorReply)
    assert bench.say(Halt(2)) == []


def test_another_protocol_version_is_refused():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)))
    bench.firmware.link_up(0.0)
    (reply,) = bench.say(Hello("old", protocol=2))
    assert isinstance(reply, ErrorReply)
    assert "protocol 2" in reply.message


def test_a_hello_that_was_repeated_because_the_answer_was_lost_does_not_reset_the_numbers(rover):
    rover.say(Velocity(7, 0.1, 0.0, 0.2))
    assert rover.say(Hello("test")) == [RobotHello("robot", "rover", ("base",))]
    assert isinstance(rover.say(Velocity(7, 0.1, 0.0, 0.2))[0], ErrorReply)


def test_an_empty_battery_moves_nothing_and_says_so():
    bench = Bench(RoverDrive(RoverLimits(), random.Random(1)))
    bench.firmware.battery = 0.0
    bench.firmware.link_up(0.0)
    bench.say(Hello("test"))
    assert "battery" in bench.say(Velocity(1, 0.1, 0.0, 0.2))[0].message
    assert bench.firmware.state(0.0).fault == "battery empty"


def test_a_rover_speeds_up_and_slows_down_within_its_limits(rover):
    speeds, seq = [0.0], 0
    for aim in (0.6, -0.6, 0.2):
        for _ in range(15):
            seq += 1
            rover.say(Velocity(seq, aim, 0.0, 0.2))
            for _ in range(20):
                rover.pass_time(DT_S)
                speeds.append(rover.speed_mps)
    steps = [(b - a, a) for a, b in itertools.pairwise(speeds)]
    assert max(speeds) == pytest.approx(0.6)
    assert min(speeds) == pytest.approx(-0.6)
    for step, before in steps:
        limit = 6.0 if step * before < 0 else 1.0
        assert abs(step) <= limit * DT_S + 1e-9


def test_an_arm_reaches_its_pose_within_its_limits_and_holds_when_halted(arm):
    names, limits = ArmLimits().names, ArmLimits()
    before = list(arm.drive.positions_rad)
    for seq in range(1, 61):
        arm.say(Joints(seq, names, (0.5, 0.0, 1.0, 0.0, 0.5, 0.0), 0.2))
        for _ in range(10):
            arm.pass_time(DT_S)
            for index, position in enumerate(arm.drive.positions_rad):
                assert abs(position - before[index]) <= limits.speed_radps[index] * DT_S + 1e-9
            before = list(arm.drive.positions_rad)
    assert before == pytest.approx([0.5, 0.0, 1.0, 0.0, 0.5, 0.0], abs=1e-3)


@pytest.mark.parametrize("reason", ["halt", "ttl", "link"])
def test_an_arm_in_motion_stands_within_0_15_s(arm, reason):
    arm.say(Joints(1, ("waist",), (2.5,), 0.5))
    arm.pass_time(0.45)
    assert arm.drive.busy
    if reason == "halt":
        arm.say(Halt(2, 1))
    elif reason == "link":
        arm.firmware.link_down()
    else:
        arm.pass_time(0.05)
    arm.pass_time(0.15)
    stood = list(arm.drive.positions_rad)
    arm.pass_time(0.5)
    assert arm.drive.positions_rad == stood
    assert not arm.drive.busy
    assert arm.firmware.halt_reason == reason


def test_a_gripper_stops_where_it_is_when_its_ttl_runs_out(arm):
    arm.say(Gripper(1, 0.0, 0.2))
    arm.pass_time(0.25)
    stood = arm.drive.opening_m
    arm.pass_time(0.5)
    assert 0.0 < stood < ArmLimits().opening_max_m
    assert arm.drive.opening_m == stood


@pytest.mark.parametrize(
    "command",
    [
        Velocity(1, 0.1, 0.0, 0.2),
        Gripper(1, 0.2, 0.2),
        Gripper(1, -0.01, 0.2),
        Joints(1, ("waist",), (3.5,), 0.2),
        Joints(1, ("knee",), (0.0,), 0.2),
        Joints(1, ("waist", "waist"), (0.0, 0.1), 0.2),
        Joints(1, ("waist",), (0.0, 0.1), 0.2),
        Joints(1, ("waist",), (0.1,), 0.2, (-1.0,)),
    ],
)
def test_an_arm_refuses_what_it_cannot_do(arm, command):
    assert isinstance(arm.say(command)[0], ErrorReply)
    assert arm.firmware.halted

# SPDX-License-Identifier: Apache-2.0
"""The driver's side of the protocol without sockets, its pace of halts, and what a robot tells of itself."""

import dataclasses
import json
import math
import random
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
import yaml
from rclpy.serialization import serialize_message

from tektra.common.errors import OptionError
from tektra.common.options import build
from tektra.common.robot_wire import (
    ImuReading,
    JointReadings,
    RobotHello,
    State,
    UseTool,
    WireError,
    decode_command,
    decode_reply,
    encode,
)
from tektra.common.skills import ARM_JOINTS, ARM_POSES, SKILLS, WAVE, skill, skills_of
from tektra.driver import convert
from tektra.driver.commands import Drive, StandStill, Tool
from tektra.driver.convert import measured
from tektra.driver.describe import declared, describe, mismatch, missing
from tektra.driver.guard import Verdict
from tektra.driver.options import DriverOptions
from tektra.driver.pace import HALT_EVERY_S, Pace
from tektra.driver.robot_clock import RobotClock
from tektra.driver.session import Session
from tektra.ros.clock import seconds, time_msg

ROVER = DriverOptions(
    linear_speed=0.6,
    angular_speed=1.5,
    linear_acceleration=1.0,
    linear_deceleration=2.0,
    angular_acceleration=3.0,
    linear_jerk=5.0,
    angular_jerk=20.0,
    footprint=[0.2, 0.2, -0.2, 0.2, -0.2, -0.2],
)
CONFIG = Path(__file__).parents[3] / "config/robots"


def state(seq):
    zero = (0.0, 0.0, 0.0)
    return encode(
        State(seq, 0.1, zero, zero, (0.0, 0.0), JointReadings(), None, 0.9, True, "start", 0, 0, "")
    )


@pytest.fixture
def session():
    made = Session("rover1")
    made.open(0.0)
    return made


def test_garbage_from_the_peer_brings_no_link_up_and_is_counted(session):
    for data in (b"", b"SSH-2.0-OpenSSH", b"\xff\xfe", b"{}", b"[1]", b"[" * 4000, b"x" * 5000):
        assert session.take(data, 0.0) is None
    assert session.garbage == 7
    assert not session.up(0.0)
    assert "protocol" in session.fault


def test_states_before_hello_bring_no_link_up(session):
    assert session.take(state(1), 0.0) is None
    assert session.take(encode(ImuReading(1, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 9.8))), 0.0) is None
    assert not session.up(0.0)


def test_another_robot_or_protocol_must_not_be_driven(session):
    with pytest.raises(WireError, match="rover9"):
        session.take(encode(RobotHello("rover9", "rover", ("base",))), 0.0)
    with pytest.raises(WireError, match="protocol 2"):
        session.take(encode(RobotHello("rover1", "rover", ("base",), protocol=2)), 0.0)
    assert not session.greeted


def test_a_link_is_up_while_states_are_fresh_and_lost_when_nothing_comes(session):
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    assert not session.up(0.0)
    session.take(state(1), 0.1)
    assert session.up(0.3)
    assert not session.up(0.5)
    assert not session.silent(0.8)
    assert session.silent(1.0)


def test_an_old_datagram_is_passed_over(session):
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    assert session.take(state(5), 0.1) is not None
    assert session.take(state(4), 0.1) is None
    assert session.take(state(5), 0.1) is None


def test_keys_that_a_newer_robot_adds_are_passed_over(session):
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    newer = {**json.loads(state(1)), "temperature": 20}
    assert session.take(json.dumps(newer).encode(), 0.1) is not None


def test_every_command_has_a_higher_number_than_the_one_before(session):
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    commands = [
        session.command(Drive(0.1, 0.0, 0.0, 0.1), 0.0),
        session.due(5.0),
        session.command(StandStill(), 5.0),
    ]
    assert [decode_command(data).seq for data in commands] == [1, 2, 3]


def test_a_tool_is_told_by_its_name_and_share_and_a_body_on_legs_tells_its_height(session):
    session.take(encode(RobotHello("rover1", "legged", ("base", "posture"))), 0.0)
    data = session.command(Tool("stand_up", 1.0, 0.1), 0.0)
    assert decode_command(data) == UseTool(session.seq, "stand_up", 1.0, 0.1)
    for wrong in (b'"value":1.5', b'"value":-0.1', b'"value":null'):
        with pytest.raises(WireError):
            decode_command(data.replace(b'"value":1.0', wrong))
    session.take(state(1), 0.1)
    assert math.isnan(session.height_m)
    session.take(encode(dataclasses.replace(decode_reply(state(2)), height=0.31)), 0.2)
    assert session.height_m == 0.31


def test_pauses_between_attempts_grow_to_a_limit_and_shrink_after_success(session):
    pauses = [session.lost("cut") for _ in range(8)]
    assert pauses[:3] == [0.1, 0.2, 0.4]
    assert pauses[-1] == 2.0
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    assert session.lost("cut") == 0.1


def test_a_new_halt_is_written_at_once_and_repeated_slowly():
    pace, still = Pace(), Verdict(StandStill(), "no permit")
    assert pace.next(still, 0.0) == StandStill()
    assert pace.next(still, 0.02) is None
    assert pace.next(still, 0.03, urgent=True) == StandStill()
    assert pace.next(still, 0.04 + HALT_EVERY_S) == StandStill()
    motion = Verdict(Drive(0.1, 0.0, 0.0, 0.1), "")
    assert pace.next(motion, 0.5) == motion.command
    assert pace.next(still, 0.51) == StandStill()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"joint_names": ["a", "b"]}, "joint_lower"),
        ({"footprint": [0.0, 1.0, 2.0]}, "footprint"),
        ({"footprint": [0.0, 1.0]}, "footprint"),
        ({"gripper_min": 0.1}, "gripper_min"),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused_by_name(changes, named):
    with pytest.raises(OptionError, match=named):
        describe("rover1", dataclasses.replace(ROVER, **changes))


@pytest.mark.parametrize(
    ("robot", "capabilities"), [("rover1", ("base",)), ("rover2", ("base",)), ("arm1", ("arm", "gripper"))]
)
def test_the_robots_of_the_default_launch_describe_themselves(robot, capabilities):
    values = yaml.safe_load((CONFIG / f"{robot}.yaml").read_text())["/**/driver"]["ros__parameters"]
    described = describe(robot, build(DriverOptions, values))
    assert described.capabilities == capabilities
    both = {"hand"} if {"arm", "gripper"} <= set(capabilities) else set()
    both |= {"sight"} if values.get("camera") else set()
    assert {skill.capability for skill in described.skills} == set(capabilities) | both
    kind = "arm" if robot == "arm1" else "rover"
    assert mismatch(described, kind, capabilities) == ""
    assert "lacks" in mismatch(described, kind, ())
    assert "says it is a boat" in mismatch(described, "boat", capabilities)


GOOD = [
    ("move", {"distance_m": 10}),
    ("move", {"distance_m": -0.5, "speed_mps": 0.2}),
    ("turn", {"angle_deg": -90}),
    ("navigate_to", {"place": "kitchen"}),
    ("navigate_to", {"x": 1.0, "y": 2.0}),
    ("wait", {"seconds": 2}),
    ("arm_pose", {"pose": "home"}),
    ("wave", {}),
    ("open_gripper", {}),
    ("follow_path", {"places": ["kitchen", "hall"]}),
    ("follow_path", {"points": [[1.0, 2.0], [3, 4]]}),
    ("dock", {}),
    ("look_at", {"robot": "rover2"}),
    ("look_at", {"x": 1.0, "y": 2.0}),
    ("grasp", {"object": "red_cube"}),
    ("place", {"spot": "tray"}),
    ("place", {"x": 1.0, "y": 2.0}),
]
BAD = [
    ("move", {}),
    ("move", {"distance_m": "10"}),
    ("move", {"distance_m": 1e9}),
    ("move", {"distance_m": 1, "speed_mps": 0}),
    ("move", {"distance_m": 1, "fast": True}),
    ("navigate_to", {}),
    ("navigate_to", {"x": 1.0}),
    ("navigate_to", {"place": "kitchen", "x": 1.0, "y": 2.0}),
    ("navigate_to", {"place": ""}),
    ("navigate_to", {"place": "kitchen", "x": 1.0}),
    ("wait", {"seconds": -1}),
    ("arm_pose", {"pose": "handstand"}),
    ("wave", {"times": 3}),
    ("follow_path", {}),
    ("follow_path", {"places": []}),
    ("follow_path", {"places": ["hall"], "points": [[1.0, 2.0]]}),
    ("follow_path", {"points": [[1.0]]}),
    ("follow_path", {"points": [[1.0, 1e9]]}),
    ("follow_path", {"places": ["hall"] * 21}),
    ("look_at", {}),
    ("look_at", {"robot": "rover2", "place": "hall"}),
    ("grasp", {}),
    ("place", {"x": 1.0}),
]


@pytest.mark.parametrize(("name", "arguments"), GOOD)
def test_arguments_that_fit_are_accepted(name, arguments):
    jsonschema.validate(arguments, skill(name).arguments_schema)


@pytest.mark.parametrize(("name", "arguments"), BAD)
def test_arguments_that_do_not_fit_are_refused(name, arguments):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(arguments, skill(name).arguments_schema)


def test_every_skill_is_strict_and_every_arm_pose_within_the_arms_range():
    for known in SKILLS:
        jsonschema.Draft202012Validator.check_schema(known.arguments_schema)
        assert known.arguments_schema["additionalProperties"] is False
    values = yaml.safe_load((CONFIG / "arm1.yaml").read_text())["/**/driver"]["ros__parameters"]
    assert tuple(values["joint_names"]) == ARM_JOINTS
    for pose in (*ARM_POSES, *WAVE):
        for position, low, high in zip(
            pose.positions_rad, values["joint_lower"], values["joint_upper"], strict=True
        ):
            assert low <= position <= high
    assert skills_of(()) == ()
    assert skill("stop") is None


def test_without_parameters_nothing_is_assumed_and_all_that_is_missing_is_named():
    absent = DriverOptions()
    assert missing(absent) == (
        "linear_speed",
        "linear_acceleration",
        "linear_deceleration",
        "linear_jerk",
        "angular_acceleration",
        "angular_jerk",
        "footprint",
    )
    told = describe("rover1", declared(absent))
    assert (told.capabilities, told.skills, told.footprint_m) == ((), (), ())
    assert "joint_speed" in missing(DriverOptions(kind="arm"))


@pytest.mark.parametrize(
    ("name", "absent"),
    [("linear_deceleration", 0.0), ("linear_jerk", 0.0), ("angular_acceleration", 0.0), ("footprint", [0.0])],
)
def test_a_base_that_lacks_one_limit_declares_none_and_does_not_fly(name, absent):
    lacking = dataclasses.replace(ROVER, altitude=5.0, kind="copter", **{name: absent})
    assert missing(lacking) == (name,)
    assert "flight" in describe("mav1", dataclasses.replace(ROVER, altitude=5.0)).capabilities
    assert describe("mav1", declared(lacking)).capabilities == ()
    assert declared(lacking).linear_speed == declared(lacking).angular_speed == 0.0


def conversation(session: Session, late_s: float, *, until_s: float = 2.0) -> float:
    """The robot hears at once and tells 20 times a second; what it says takes this long. When it ends."""
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    under_way = []
    for number in range(1, round(until_s / 0.05)):
        now_s = 0.05 * number
        under_way.append((now_s + late_s, acked(number, session.seq)))
        while under_way and under_way[0][0] <= now_s:
            session.take(under_way.pop(0)[1], now_s)
        session.due(now_s)
        session.command(Drive(0.1, 0.0, 0.0, 0.1), now_s)
    return now_s


def acked(seq: int, ack: int) -> bytes:
    return encode(dataclasses.replace(decode_reply(state(seq)), ack=ack))


@pytest.mark.parametrize(
    ("late_s", "up"), [(0.0, True), (0.1, True), (0.35, True), (0.7, False), (1.5, False)]
)
def test_states_that_were_long_on_their_way_are_not_fresh_however_often_they_come(session, late_s, up):
    """A robot that says more than is read, or a network that holds back: all of it comes in time, and is old."""
    now_s = conversation(session, late_s)
    assert session.up(now_s) is up
    assert session.late_s == pytest.approx(late_s, abs=0.06)


def test_a_state_is_stamped_when_the_robot_can_have_measured_it(session):
    conversation(session, 0.2)
    link = SimpleNamespace(late_s=session.late_s)
    told = seconds(measured(link, time_msg(1000.0)))
    assert 999.7 < told < 999.85
    assert seconds(measured(SimpleNamespace(late_s=1e12), time_msg(1000.0))) == 0.0
    assert seconds(measured(SimpleNamespace(measured_s=990.0), time_msg(1000.0))) == 990.0
    assert seconds(measured(SimpleNamespace(measured_s=2000.0), time_msg(1000.0))) == 1000.0
    assert seconds(measured(object(), time_msg(1000.0))) == 1000.0


def test_one_forged_number_keeps_no_robot_still_for_ever(session):
    """The states that follow count for nothing: the session begins anew, and counts anew."""
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 0.0)
    session.take(state(2**53 - 1), 0.1)
    for number in range(1, 30):
        session.take(state(number), 0.1 + 0.05 * number)
    assert not session.up(1.5)
    assert session.silent(1.5)
    session.open(1.5)
    session.take(encode(RobotHello("rover1", "rover", ("base",))), 1.5)
    session.take(state(40), 1.6)
    assert session.up(1.6)


EDGES = [0, 1, -1, 0.5, 1e-320, 1e12, -1e12, 1.1e12, 1e30, -1e39, 1e39, 1e300, -1e300, 1.7e308, 10**400]


def test_no_number_of_a_robot_ends_its_driver():
    """Whatever is believed can be stamped and told on; the driver died of a sigma's square, and of a time of long ago."""
    chance, described, believed = random.Random(3), describe("rover1", ROVER), 0

    def some() -> float:
        return chance.choice(EDGES if chance.random() < 0.3 else EDGES[:6])

    for number in range(4000):
        pose = {"x": some(), "y": some(), "yaw": some()}
        told = {
            **json.loads(state(number)),
            "t": some(),
            "pose": pose,
            "odom": pose,
            "twist": {"vx": some(), "vy": some(), "wz": some()},
            "battery": some(),
            "height": some(),
            "joints": {"names": ["a"], "positions": [some()], "velocities": [some()]},
        }
        scan = {"type": "scan", "seq": number, "t": some(), "angle_min": some(), "angle_step": some()}
        scan |= {"range_min": 0.0, "range_max": some(), "ranges": [some(), None, some()]}
        imu = {
            "type": "imu",
            "seq": number,
            "t": some(),
            "rates": [some()] * 3,
            "accelerations": [some()] * 3,
        }
        imu |= {"rate_sigma": some(), "acceleration_sigma": some()}
        for message in (told, scan, imu):
            try:
                reading = decode_reply(json.dumps(message).encode())
            except WireError:
                continue
            believed += 1
            clock = RobotClock()
            clock.heard(1.0, 5.0)
            stamp_s = 1.7e9 - clock.age_s(reading.t, 5.0)
            if not isinstance(reading, State):
                serialize_message(convert.measurement(reading, stamp_s, described))
                continue
            now = time_msg(1.7e9)
            serialize_message(convert.robot_state(reading, now, described))
            serialize_message(convert.odometry(reading, now, described))
            serialize_message(convert.joint_state(reading, now))
            serialize_message(convert.battery_state(reading, now))
            for edge in convert.transforms(reading, now, described, ROVER):
                serialize_message(edge)
    assert believed > 500

# SPDX-License-Identifier: Apache-2.0
"""The joint_trajectory back end against a controller that is a node of its own, in a process of its own."""

import itertools
import json
import random
import sys
import time
from pathlib import Path

import pytest

from tests.peers.control_msgs_package import environment

rclpy = pytest.importorskip("rclpy")

from rclpy.context import Context
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool
from trajectory_msgs.msg import JointTrajectory

from tektra.common.errors import OptionError
from tektra.driver.backends.joint_trajectory import JointTrajectoryLink, JointTrajectoryOptions
from tektra.driver.commands import Drive, MoveJoints, StandStill
from tektra.driver.contract import Bench, DriverContract, Look
from tektra.ros.qos import LATCHED
from tests.peers.ros_robot import PATIENCE_S, RosRobot

ARM = Path(__file__).parents[1] / "peers" / "joint_trajectory_controller.py"
JOINTS = ("pan", "lift", "elbow")
BRAKE, SPEED = 4.0, 0.8


def away(pan, *, speed=SPEED, ttl_s=0.15):
    return MoveJoints(("pan",), (pan,), (speed,), ttl_s)


class Arm(RosRobot):
    """Its joints' truth, and a controller's faults."""

    # It brakes for 0.2 s, and its servo lags; alone, it goes on for the ttl before that.
    motion, halt_s, orphan_s, capabilities = away(2.8), 0.2 + 0.15, 0.15 + 0.2 + 0.15, ("arm",)
    namespace = "/arm1"
    further_callbacks = 20  # as a driver does: whatever has come, and not one for each moment of the arm

    def __init__(self, context, domain):
        self.options = self.chosen()
        super().__init__(context, domain)

    @staticmethod
    def chosen(**more):
        return JointTrajectoryOptions(**{"joint_names": list(JOINTS), "deceleration": [BRAKE], **more})

    def command(self):
        return [sys.executable, str(ARM)]

    def environment(self):
        return environment()

    def make(self):
        link = JointTrajectoryLink("arm1", "", 0, self.options)
        link.attach(self.node())
        self.links.append(link)
        return link

    def tell(self, **what):
        self.socket.sendall(json.dumps(what).encode() + b"\n")

    def look(self):
        truth = self.truth()
        return Look(truth["t"], any(abs(rate) > 0.03 for rate in truth["velocity"]))


@pytest.fixture(scope="module")
def domain():
    environment()
    return str(random.randint(20, 220))


@pytest.fixture(scope="module")
def context(domain):
    """One for all: its nodes end with it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
        made = Context()
        rclpy.init(context=made, domain_id=int(domain))
    yield made
    rclpy.shutdown(context=made)


@pytest.fixture
def arm(context, domain):
    made = Arm(context, domain)
    yield made
    made.close()


def up(arm, **options):
    arm.options = arm.chosen(**options)
    bench = Bench(arm)
    bench.connect()
    return bench


def stands(bench):
    return bench.until(lambda look: not look.moving)


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, arm):
        return arm


def test_it_reaches_its_place_within_speed_and_stays_there(arm):
    bench, fastest = up(arm), 0.0
    aim = MoveJoints(JOINTS, (0.6, -0.3, 0.15), (SPEED, SPEED, SPEED), 0.15)
    end_s = time.monotonic() + PATIENCE_S
    shares = []
    while time.monotonic() < end_s:
        bench.poll()
        bench.send(aim)
        truth = arm.truth()
        fastest = max(fastest, *map(abs, truth["velocity"]))
        if 0.1 < truth["position"][0] < 0.5:
            shares.append(truth["position"][1] / truth["position"][0])
        if max(abs(a - b) for a, b in zip(truth["position"], aim.positions_rad, strict=True)) < 0.01:
            break
    else:
        raise AssertionError(f"it never came there: {truth}")
    assert fastest < 1.15 * SPEED
    assert all(abs(share + 0.5) < 0.1 for share in shares)  # the joints go together
    bench.send(StandStill())
    stands(bench)
    assert arm.truth()["position"][0] < 0.61  # not past it


def test_a_stop_of_category_1_brakes_and_one_of_category_0_cancels(arm):
    bench = up(arm)
    before = bench.moves() and arm.truth()
    bench.send(StandStill(1))
    stands(bench)
    truth = arm.truth()
    assert (
        truth["cancelled"] == before["cancelled"]
    )  # the brake was a goal of its own, carried out to its end
    bench.moves()
    bench.send(StandStill(0))
    stands(bench)
    assert arm.truth()["cancelled"] == truth["cancelled"] + 1
    assert arm.truth()["holding"]


def test_what_somebody_else_began_is_ended_by_the_first_halt(arm):
    first = up(arm)
    first.moves()
    other = up(arm)  # a driver that was started anew
    other.send(StandStill(1))
    stands(other)


def test_nothing_moves_while_others_send_trajectories_past_the_gate(arm):
    bench = up(arm)
    bench.moves()
    servo = arm.node("moveit_servo", "/")
    servo.create_publisher(JointTrajectory, "/arm1/joint_trajectory_controller/joint_trajectory", 10)
    bench.until(lambda _: "/moveit_servo also moves the arm" in bench.link.fault, sending=arm.motion)
    assert not bench.send(arm.motion)
    stands(bench)
    assert bench.link.up
    up(arm, exclusive=False).moves()


def test_a_goal_of_another_client_is_told_and_a_halt_ends_it(arm):
    from control_msgs.action import FollowJointTrajectory
    from trajectory_msgs.msg import JointTrajectoryPoint

    from tektra.ros.calls import action_client

    bench = up(arm)
    client = action_client(
        arm.node("moveit", "/"),
        FollowJointTrajectory,
        "/arm1/joint_trajectory_controller/follow_joint_trajectory",
    )
    bench.until(lambda _: client.server_is_ready())
    goal = FollowJointTrajectory.Goal()
    goal.trajectory.joint_names = list(JOINTS)
    goal.trajectory.points = [JointTrajectoryPoint(positions=[1.0, 0.0, 0.0], velocities=[0.0] * 3)]
    goal.trajectory.points[0].time_from_start.sec = 30
    client.send_goal_async(goal)
    bench.until(lambda _: "another client" in bench.link.fault)
    assert not bench.send(arm.motion)
    bench.until(lambda _: arm.truth()["cancelled"] > 0, sending=StandStill(1))
    client.destroy()


def test_what_the_controller_refuses_is_told_and_not_tried_again_at_once(arm):
    bench = up(arm)
    arm.tell(reject=True)
    bench.until(lambda _: "refuses goals" in bench.link.fault, sending=arm.motion)
    assert not bench.send(arm.motion)
    stands(bench)
    bench.stays_standing()
    arm.tell(reject=False)
    bench.moves()


def test_an_arm_that_is_pushed_off_its_way_is_given_up_and_that_is_told(arm):
    bench = up(arm)
    bench.moves()
    pushes = itertools.cycle(
        (0.5, -0.5)
    )  # a goal that comes in that very moment begins where it was pushed to
    bench.until(lambda _: arm.tell(push=next(pushes)) or "gave up" in bench.link.fault, sending=arm.motion)
    assert not bench.send(arm.motion)


def test_goals_that_waited_while_the_controller_hung_are_cancelled_as_it_goes_on(arm):
    bench = up(arm)
    bench.moves()
    bench.send(StandStill(1))
    stands(bench)
    before = arm.truth()["position"][0]
    arm.hang()
    end_s = bench.now_s() + 1.0
    while bench.now_s() < end_s:  # as a driver does: until it notices, and then it says halt again and again
        bench.poll()
        arm.executor.spin_once(timeout_sec=0.02)
        bench.send(random.choice((away(-2.8), away(2.8)))) or bench.send(StandStill(1))
    arm.resume()
    for _ in range(30):
        bench.poll()
        bench.send(StandStill(1))
        arm.look()
    stands(bench)
    bench.stays_standing()
    assert arm.truth()["position"][0] == pytest.approx(before, abs=0.04)  # carried out, one went 0.14 rad


def test_an_arm_whose_program_does_not_run_is_not_told_to_move(arm):
    bench = up(arm, ready_topic="program_running")
    assert "program_running does not say" in bench.link.fault
    assert not bench.send(arm.motion)
    robot = arm.node("io", "/arm1")
    running = robot.create_publisher(Bool, "program_running", LATCHED)
    running.publish(Bool(data=True))
    bench.until(lambda _: bench.link.fault == "")
    bench.moves()
    running.publish(Bool(data=False))
    bench.until(lambda _: bench.link.fault != "")
    assert not bench.send(arm.motion)


def test_joints_are_those_of_the_arm_and_no_others(arm):
    bench = up(arm)
    bench.told(lambda state: state.joints.positions[0] > 0.2, sending=away(2.0))
    bench.send(StandStill())
    stands(bench)
    bench.events.clear()
    state = bench.told()
    assert state.joints.names == JOINTS
    assert state.joints.positions == pytest.approx(arm.truth()["position"], abs=0.01)


def test_it_refuses_what_an_arm_cannot_do(arm):
    bench = up(arm)
    assert not bench.send(Drive(0.1, 0.0, 0.0, 0.15))
    assert not bench.send(MoveJoints(("finger",), (0.1,), (SPEED,), 0.15))
    assert not bench.send(MoveJoints(("pan",), (0.1,), (), 0.15))  # how fast, nobody said
    bench.stays_standing()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"joint_names": [""]}, "joint_names"),
        ({"joint_names": ["pan", "pan"]}, "joint_names"),
        ({"deceleration": [0.0]}, "deceleration"),
        ({"deceleration": [1.0, 1.0]}, "deceleration"),
        ({"joint_states_topic": "joint_states"}, "joint_states_topic"),
    ],
)
def test_options_that_cannot_be_are_named(arm, options, word):
    link = JointTrajectoryLink("arm1", "", 0, arm.chosen(**options))
    with pytest.raises(OptionError, match=word):
        link.attach(arm.node())


def test_joints_that_are_told_late_count_as_none_unless_the_arm_has_a_clock_of_its_own(arm):
    arm.tell(ahead=5.0)
    bench = up(arm, late_max_s=0.0)
    bench.moves()
    strict = arm.chosen()
    arm.options = strict
    other = Bench(arm)
    other.link.connect()
    other.until(lambda _: "stamped -" in other.link.fault)
    assert not other.send(arm.motion)


def test_a_motion_that_is_held_is_no_flood_of_goals(arm):
    bench = up(arm)
    bench.moves()
    before, began = arm.truth()["accepted"], bench.now_s()
    while bench.now_s() - began < 1.0:
        bench.poll()
        bench.send(arm.motion)
        bench.send(away(2.8, ttl_s=0.05))  # as a permit runs out, tick by tick
        arm.truth()
    assert arm.truth()["accepted"] - before < 60


def test_joints_of_two_are_none(arm):
    """A joint_state_publisher beside the arm tells zeros: from there the next trajectory would have begun."""
    bench = up(arm)
    bench.moves()
    other = arm.node("joint_state_publisher", "/")
    zeros = other.create_publisher(JointState, "/arm1/arm/joint_states", 10)

    def tell():
        message = JointState(name=list(JOINTS), position=[0.0] * 3, velocity=[0.0] * 3)
        message.header.stamp = other.get_clock().now().to_msg()
        zeros.publish(message)

    bench.until(lambda _: tell() or "several nodes tell" in bench.link.fault, sending=arm.motion)
    assert not bench.send(arm.motion)
    bench.until(lambda _: bench.link.up)  # the other says nothing more

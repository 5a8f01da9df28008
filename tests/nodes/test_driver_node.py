# SPDX-License-Identifier: Apache-2.0
"""The driver node in a process of its own, against the simulator; this test plays the safety gate.

Standing is judged by the simulator's own pose and clock; the wall clock only bounds how long a test may wait.
"""

import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

rclpy = pytest.importorskip("rclpy")

from diagnostic_msgs.msg import DiagnosticArray
from nav_msgs.msg import Odometry
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import Imu
from std_msgs.msg import Empty
from std_srvs.srv import Trigger

from tektra.common.skills import skills_of
from tektra.ros.clock import duration_msg, seconds, time_msg
from tektra.ros.qos import LATCHED, MOTION, RELIABLE, SAFETY_STATE
from tektra.sim.client import SimProcess, TruthClient
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    RobotDescription,
    RobotSafety,
    RobotState,
    SafetyState,
    StopRequest,
)

CONFIG = Path(__file__).parents[2] / "config/robots"
PATIENCE_S = 30.0
DRIVER = [sys.executable, "-c", "from tektra.driver.node import main; main()", "--ros-args"]
DOMAIN = str(random.randint(20, 220))
ENVIRONMENT = {**os.environ, "ROS_DOMAIN_ID": DOMAIN, "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}


class Stage:
    """A simulator, a driver process, and a gate that this test holds in its hand."""

    def __init__(self, sim, context, robot):
        self.sim, self.robot, self.context = sim, robot, context
        self.node = rclpy.create_node("gate_in_the_test", context=context)
        self.executor = SingleThreadedExecutor(context=context)
        self.executor.add_node(self.node)
        self.epoch, self.stopped, self.beating, self.speed = 3, False, True, 0.0
        self.permit_changes = {}
        self.beats = self.permits = 0
        self.requests, self.own_epoch, self.own_causes = [], 0, []
        self.state = self.description = self.odometry = self.diagnostics = None
        node = self.node
        self.safety = node.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self.stop = node.create_publisher(Empty, "/safety/stop", RELIABLE)
        self.permitted = node.create_publisher(MotionPermit, f"/{robot}/motion/permitted", MOTION)
        node.create_subscription(StopRequest, "/safety/stop_request", self.requests.append, RELIABLE)
        self.stop_request = node.create_publisher(StopRequest, "/safety/stop_request", RELIABLE)
        node.create_subscription(RobotState, f"/{robot}/state", lambda m: setattr(self, "state", m), MOTION)
        node.create_subscription(
            RobotDescription, f"/{robot}/description", lambda m: setattr(self, "description", m), LATCHED
        )
        node.create_subscription(Odometry, f"/{robot}/odom", lambda m: setattr(self, "odometry", m), MOTION)
        node.create_subscription(
            DiagnosticArray, "/diagnostics", lambda m: setattr(self, "diagnostics", m), 10
        )
        node.create_timer(0.04, self._beat)
        node.create_timer(0.05, self._permit)
        self.truth = TruthClient(sim.ports["truth"])
        self.truth.connect()
        self.process = None

    def _beat(self):
        if not self.beating:
            return
        self.beats += 1
        message = SafetyState(instance="test", sequence=self.beats, epoch=self.epoch, stopped=self.stopped)
        message.stamp = self.node.get_clock().now().to_msg()
        own = RobotSafety(robot=self.robot, stopped=bool(self.own_causes), epoch=self.own_epoch)
        own.causes = own.latched = self.own_causes
        message.robots = [own]
        self.safety.publish(message)

    def _permit(self):
        if not self.speed:
            return
        self.permits += 1
        message = MotionPermit(
            robot=self.robot,
            sequence=self.permits,
            epoch=max(self.epoch, self.own_epoch),
            kind=MotionRequest.VELOCITY,
        )
        message.stamp, message.valid_for = self.node.get_clock().now().to_msg(), duration_msg(0.12)
        message.twist.linear.x = self.speed
        for key, value in self.permit_changes.items():
            setattr(message, key, value)
        self.permitted.publish(message)

    def start_driver(self):
        file, port = CONFIG / f"{self.robot}.yaml", self.sim.ports[self.robot]
        command = [*DRIVER, "-r", f"__ns:=/{self.robot}", "--params-file", str(file), "-p", f"port:={port}"]
        self.process = subprocess.Popen(command, env=ENVIRONMENT)
        self.until(
            lambda _: self.state is not None and self.state.connected and self.state.epoch == self.epoch
        )

    def until(self, condition):
        """Plays the gate until condition(newest truth) holds; that truth."""
        end = time.monotonic() + PATIENCE_S
        newest = self.truth.latest()
        while time.monotonic() < end:
            self.executor.spin_once(timeout_sec=0.02)
            for newest in self.truth.poll():
                if condition(newest):
                    return newest
        raise AssertionError(f"never came true; driver says {self.state}")

    def body(self, truth):
        return truth.robots[self.robot]

    def at_full_speed(self):
        self.speed = 0.6
        return self.until(lambda truth: self.body(truth).vx_mps > 0.55)

    def standing_after(self, began):
        return self.until(lambda truth: self.body(truth).standing).t_s - began.t_s

    def stays_standing(self, seconds=0.5):
        """Plays on for so many simulated seconds, in which the robot must not move."""
        began = self.truth.latest()
        moved = []
        self.until(
            lambda truth: moved.append(not self.body(truth).standing) or truth.t_s - began.t_s > seconds
        )
        return not any(moved)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_S)
        self.truth.close()
        self.executor.shutdown()
        self.node.destroy_node()


@pytest.fixture(scope="module")
def context():
    made = Context()
    before = os.environ.get("ROS_AUTOMATIC_DISCOVERY_RANGE")
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    rclpy.init(context=made, domain_id=int(DOMAIN))
    yield made
    rclpy.shutdown(context=made)
    if before is None:
        del os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"]


def staged(context, robot):
    with SimProcess() as sim:
        stage = Stage(sim, context, robot)
        try:
            stage.start_driver()
            yield stage
        finally:
            stage.close()


@pytest.fixture
def stage(context):
    yield from staged(context, "rover1")


@pytest.fixture(params=["rover1", "rover2"])
def each_rover(request, context):
    yield from staged(context, request.param)


def test_a_stop_halts_latches_and_a_reset_starts_nothing(each_rover):
    stage = each_rover
    began = stage.at_full_speed()
    stage.stop.publish(Empty())
    assert stage.standing_after(began) < 0.3
    stage.until(lambda _: stage.state.stop_latched and stage.state.halt_reason == "stop heard")
    assert stage.stays_standing()  # though permits of the old epoch still come
    stage.epoch, stage.stopped = stage.epoch + 1, True
    stage.until(lambda _: stage.state.epoch == stage.epoch)
    assert stage.state.stop_latched
    stage.speed, stage.stopped, stage.epoch = 0.0, False, stage.epoch + 1
    stage.until(lambda _: not stage.state.stop_latched)
    assert stage.stays_standing()
    stage.at_full_speed()


def test_emergency_stop_halts_this_robot_alone_until_it_is_released(stage):
    client = stage.node.create_client(Trigger, f"/{stage.robot}/emergency_stop")
    stage.until(lambda _: client.service_is_ready())
    began = stage.at_full_speed()
    answer = client.call_async(Trigger.Request())
    assert stage.standing_after(began) < 0.3
    stage.until(lambda _: answer.done() and stage.requests)
    assert answer.result().success
    assert [(request.robot, request.cause) for request in stage.requests] == [(stage.robot, "operator")]
    stage.until(lambda _: stage.state.stop_latched and stage.state.stopped_alone)
    stage.epoch = 9  # as a gate does that was not there when stop was said
    stage.until(lambda _: stage.state.epoch == 9)
    assert stage.stays_standing()
    stage.own_causes, stage.own_epoch = ["operator"], 10
    stage.until(lambda _: stage.state.epoch == 10)
    assert stage.state.stop_latched
    stage.speed, stage.own_causes, stage.own_epoch = 0.0, [], 11
    stage.until(lambda _: not stage.state.stop_latched)
    assert stage.stays_standing()
    stage.at_full_speed()


def test_a_stop_request_for_this_robot_is_heard_without_the_gate_and_one_for_another_is_not(stage):
    began = stage.at_full_speed()
    stage.stop_request.publish(StopRequest(robot="rover9", cause="operator"))
    heard = len(stage.requests)
    stage.until(lambda truth: len(stage.requests) > heard and truth.t_s - began.t_s > 0.3)
    assert not stage.state.stop_latched
    began = stage.truth.latest()
    stage.stop_request.publish(StopRequest(robot=stage.robot, cause="operator"))
    assert stage.standing_after(began) < 0.3
    stage.until(lambda _: stage.state.stop_latched and stage.state.stopped_alone)


def test_without_permits_it_stands_with_them_it_moves_and_without_them_it_stands_again(stage):
    assert stage.stays_standing()
    assert stage.state.halted
    assert stage.state.halt_reason == "no permit"
    began = stage.at_full_speed()
    stage.speed = 0.0
    assert stage.standing_after(began) < 0.5
    stage.until(lambda _: not stage.state.moving)
    body = stage.body(stage.truth.latest())
    pose = stage.state.pose.position
    assert stage.state.localized
    assert body.distance_m(pose.x, pose.y) < 0.05
    assert stage.odometry.child_frame_id == "rover1/base_link"


def test_a_lost_safety_heartbeat_halts_though_permits_still_come(stage):
    began = stage.at_full_speed()
    stage.beating = False
    assert stage.standing_after(began) < 0.4
    stage.until(lambda _: stage.state.halt_reason == "safety heartbeat lost")


def test_a_stopped_safety_state_halts(stage):
    began = stage.at_full_speed()
    stage.stopped, stage.epoch = True, stage.epoch + 1
    assert stage.standing_after(began) < 0.3


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": 2},
        {"epoch": 4},
        {"robot": "rover2"},
        {"kind": 9},
        {"kind": MotionRequest.GRIPPER},
        {"stamp": time_msg(1.0)},
        {"stamp": time_msg(2.1e9)},  # the future; 4e9 would be the past on the wire
        {"valid_for": duration_msg(0.0)},
        {"sequence": 0},
    ],
    ids=str,
)
def test_a_permit_that_is_wrong_moves_nothing(stage, changes):
    if "sequence" in changes:
        stage.speed = 0.001  # a first good permit, so that number 0 is an old one
        stage.until(lambda _: stage.permits > 2)
    stage.permit_changes, stage.speed = changes, 0.6
    assert stage.stays_standing()
    stage.until(lambda _: stage.state.halted)


@pytest.mark.parametrize("speed", [math.nan, math.inf, 0.7, -0.7])
def test_a_permitted_speed_that_is_not_finite_or_too_fast_moves_nothing(stage, speed):
    stage.speed = speed
    assert stage.stays_standing()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL", "SIGSTOP"])
def test_the_robot_stands_when_its_driver_ends_dies_or_hangs(each_rover, name):
    stage = each_rover
    began = stage.at_full_speed()
    stage.process.send_signal(getattr(signal, name))
    assert stage.standing_after(began) < 0.4
    if name in ("SIGTERM", "SIGINT"):
        assert stage.process.wait(timeout=PATIENCE_S) == 0


def test_a_robot_that_dies_and_comes_back_is_reached_again_and_moves_only_when_permitted_anew(stage):
    stage.at_full_speed()
    stage.speed = 0.0
    ports = stage.sim.ports
    stage.sim.kill()
    stage.truth.close()
    end = time.monotonic() + PATIENCE_S
    while stage.state.connected and time.monotonic() < end:
        stage.executor.spin_once(timeout_sec=0.02)
    assert not stage.state.connected
    assert stage.state.moving
    assert stage.state.fault
    with SimProcess(ports=ports) as again:
        stage.truth = TruthClient(again.ports["truth"])
        stage.truth.connect()
        stage.until(lambda _: stage.state.connected)
        assert stage.stays_standing()
        stage.at_full_speed()


def test_it_announces_the_robot_and_its_health(stage):
    stage.at_full_speed()
    stage.until(lambda _: stage.description is not None)
    description = stage.description
    assert (description.robot, description.kind) == ("rover1", "rover")
    assert [skill.name for skill in description.skills] == [skill.name for skill in skills_of(("base",))]
    assert description.limits.linear_jerk > 0.0
    assert description.limits.stop_category == 1
    assert description.limits.linear_speed == 0.6
    assert len(description.footprint.points) == 4

    def timed(_):
        statuses = stage.diagnostics.status if stage.diagnostics else []
        return any(value.key == "permit_to_socket.p99_ms" for status in statuses for value in status.values)

    stage.until(timed)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["-r", "__ns:=/rover1", "-p", "port:=99999"], "port"),
        (["-r", "__ns:=/rover1", "-p", "speed:=1.0"], "speed"),
        (["-r", "__ns:=/rover1", "-p", "link:=pigeon"], "pigeon"),
        (["-r", "__ns:=/rover1", "-p", "pigeon.speed:=1.0"], "pigeon.speed"),
        (["-r", "__ns:=/rover1", "-p", "link:=ros_base", "-p", "ros_base.stampd:=true"], "ros_base.stampd"),
        (["-r", "__ns:=/rover1", "-p", "link:=ros_base", "-p", "ros_base.odom_topic:=odom"], "odom_topic"),
        (["-p", "port:=7101"], "namespace"),
        (["-r", "__ns:=/safety"], "'safety' in the driver's namespace: it is reserved"),
        (["-r", "__ns:=/home/rover1"], "home/rover1"),
        (["-r", "__ns:=/rover1", "-p", "footprint:=[1.0, 2.0]"], "footprint"),
    ],
)
def test_wrong_parameters_end_the_driver_with_the_one_to_correct(arguments, named):
    done = subprocess.run(
        [*DRIVER, *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert named in done.stderr
    assert "remedy" in done.stderr


def test_a_rover_tells_its_inertia_stamped_when_it_was_measured(stage):
    heard = []
    quality = QoSProfile(depth=50, reliability=ReliabilityPolicy.BEST_EFFORT)
    stage.node.create_subscription(Imu, "/rover1/imu", heard.append, quality)
    stage.at_full_speed()
    stage.until(lambda _: len(heard) >= 60)
    stamps = [seconds(message.header.stamp) for message in heard]
    gaps = sorted(after - before for before, after in zip(stamps, stamps[1:], strict=False))
    assert gaps[len(gaps) // 2] == pytest.approx(0.02, abs=0.005)  # though they come some at a time
    assert {message.header.frame_id for message in heard} == {"rover1/base_link"}
    lifts = sorted(message.linear_acceleration.z for message in heard)
    assert lifts[len(lifts) // 2] == pytest.approx(9.81, abs=0.3)
    assert heard[0].orientation_covariance[0] == -1.0 and heard[0].angular_velocity_covariance[8] > 0.0

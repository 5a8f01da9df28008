# SPDX-License-Identifier: Apache-2.0
"""A real gate that hung while `/clock` stood: what waited for it is as old as the middleware knows, whatever its stamp says."""

import pytest
from geometry_msgs.msg import Point32
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import LaserScan

from tektra.ros.clock import time_msg
from tektra.ros.lateness import boot_s
from tektra.ros.qos import LATCHED, MOTION, RELIABLE, SAFETY_STATE, SENSOR
from tektra.safety.node import SafetyNode
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    PeoplePositions,
    RobotDescription,
    RobotState,
    SafetyState,
)

RULES = """
version: 1
reaction_s: 0.2
separation_m: 0.0
sensors:
  lidar: {topic: /scan, type: sensor_msgs/msg/LaserScan, timeout_s: 0.9}
"""


class Others(Node):
    """Whoever speaks to the gate: the clock, rover1's driver and skills, a camera and a lidar."""

    def __init__(self) -> None:
        super().__init__("others")
        self.clock_s, self.runs, self.tells = 1000.0, True, True
        self.state, self.permits, self.sequence, self.goal = SafetyState(), 0, 0, "first"
        self._clock = self.create_publisher(ClockMessage, "/clock", 10)
        description = self.create_publisher(RobotDescription, "/rover1/description", LATCHED)
        self.states = self.create_publisher(RobotState, "/rover1/state", MOTION)
        self.requests = self.create_publisher(MotionRequest, "/rover1/motion/request", MOTION)
        self.people = self.create_publisher(PeoplePositions, "/humans/positions", RELIABLE)
        self.scans = self.create_publisher(LaserScan, "/scan", SENSOR)
        self.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)
        self.create_subscription(MotionPermit, "/rover1/motion/permitted", self._on_permit, MOTION)
        told = RobotDescription(robot="rover1", instance="1")
        told.limits.linear_speed, told.limits.angular_speed = 0.6, 1.5
        told.limits.linear_acceleration, told.limits.linear_deceleration = 1.0, 6.0
        told.limits.angular_acceleration = 3.0
        told.limits.linear_jerk, told.limits.angular_jerk = 5.0, 20.0
        told.footprint.points = [Point32(x=x, y=y) for x, y in ((0.2, 0.2), (-0.2, 0.2), (0.0, -0.2))]
        description.publish(told)
        self.create_timer(0.02, self._tick, clock=Clock(clock_type=ClockType.STEADY_TIME))

    @property
    def causes(self) -> list[str]:
        return [cause for robot in self.state.robots for cause in robot.causes]

    def ready(self) -> bool:
        return bool(self.state.robots) and not self.state.stopped and not self.causes

    def ask(self) -> None:
        self.sequence += 1
        asked = MotionRequest(robot="rover1", goal_id=self.goal, skill="move", kind=MotionRequest.VELOCITY)
        asked.sequence, asked.epoch, asked.stamp = self.sequence, self._epoch, time_msg(self.clock_s)
        asked.twist.linear.x = 0.05
        self.requests.publish(asked)

    def tell(self) -> None:
        state = RobotState(robot="rover1", connected=True, localized=True, epoch=self._epoch)
        state.header.stamp = time_msg(self.clock_s)
        self.states.publish(state)

    def see(self) -> None:
        seen = PeoplePositions(source="camera")
        seen.header.frame_id, seen.header.stamp = "map", time_msg(self.clock_s)
        seen.seen.points = [Point32(x=x, y=y) for x, y in ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))]
        self.people.publish(seen)

    def scan(self) -> None:
        scan = LaserScan()
        scan.header.stamp = time_msg(self.clock_s)
        self.scans.publish(scan)

    @property
    def _epoch(self) -> int:
        return max([self.state.epoch, *(robot.epoch for robot in self.state.robots)])

    def _tick(self) -> None:
        self.clock_s += 0.02 if self.runs else 0.0
        self._clock.publish(ClockMessage(clock=time_msg(self.clock_s)))
        if self.tells:
            self.tell()
            self.scan()

    def _on_state(self, message: SafetyState) -> None:
        self.state = message

    def _on_permit(self, _: MotionPermit) -> None:
        self.permits += 1


@pytest.fixture
def hung(spinner, tmp_path):
    """Makes a gate that was well, and then looks at nothing for a while, during which all that is given is said, once."""
    (tmp_path / "safety.yaml").write_text(RULES)
    files = {"state_file": tmp_path / "safety.json", "zones_file": tmp_path / "safety.yaml"}
    given = [Parameter(key, value=str(value)) for key, value in files.items()]
    given += [Parameter("use_sim_time", value=True), Parameter("driver_timeout_s", value=0.9)]
    gate = SafetyNode(parameter_overrides=given)
    others = Others()
    spinner.add(gate, others)
    spinner.until(others.ready, what="a gate that permits")
    spinner.until(lambda: others.ask() or spinner.during(0.03) or others.permits, what="a permit")
    others.runs = False
    spinner.during(0.2)
    assert others.ready(), "a clock that stands is no fault by itself"

    def hang(seconds: float, *say: str, silent: bool = True) -> Others:
        spinner._executor.remove_node(gate)
        spinner.during(0.1)
        others.tells, others.goal = not silent, "second"
        spinner.during(0.1)
        for what in say:
            getattr(others, what)()
        spinner.during(seconds)
        spinner._executor.add_node(gate)
        others.gate, others.permits, before = gate, 0, others.state.sequence
        spinner.until(lambda: others.state.sequence > before + 4, what="a gate that goes on")
        return others

    return hang


def test_a_request_that_waited_gets_no_permit(hung, spinner) -> None:
    others = hung(0.4, "ask", silent=False)
    assert others.permits == 0
    others.goal = "third"
    spinner.until(lambda: others.ask() or spinner.during(0.03) or others.permits, what="a permit of now")


def test_a_state_that_waited_makes_no_silent_driver_speak(hung) -> None:
    assert "driver silent" in hung(1.0, "tell").causes


def test_a_report_of_people_that_waited_has_seen_nothing(hung) -> None:
    assert "its stamp is" in hung(1.1, "see").gate._people_fault


def test_a_required_sensor_that_spoke_before_is_silent(hung) -> None:
    others = hung(1.0, "scan")
    assert others.gate._gate.sensors.stale(boot_s()) == ["lidar"]

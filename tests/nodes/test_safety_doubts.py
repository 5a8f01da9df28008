# SPDX-License-Identifier: Apache-2.0
"""The safety node in a graph that means it no good: names that are none, a second gate, clocks that stand, lost robots."""

import pytest
from geometry_msgs.msg import Point, Point32
from rclpy.node import Node
from rclpy.parameter import Parameter
from std_msgs.msg import Empty

from tektra.ros.clock import time_msg
from tektra.ros.qos import LATCHED, MOTION, RELIABLE, SAFETY_STATE, SENSOR
from tektra.safety.node import SafetyNode
from tektra_interfaces.msg import (
    MotionPermit,
    PeoplePositions,
    PersonPosition,
    RobotDescription,
    RobotState,
    SafetyState,
)
from tektra_interfaces.srv import StopRobot


class Watcher(Node):
    """Hears the gate, and may say anything."""

    def __init__(self) -> None:
        super().__init__("watcher")
        self.states: list[SafetyState] = []
        self.create_subscription(SafetyState, "/safety/state", self._hear, SAFETY_STATE)

    def _hear(self, message: SafetyState) -> None:
        if message.instance != "another":
            self.states.append(message)

    @property
    def state(self) -> SafetyState:
        return self.states[-1]

    def running(self) -> bool:
        return bool(self.states) and not self.state.stopped

    def call(self, spinner, name: str, **asked: str) -> StopRobot.Response:
        client = self.create_client(StopRobot, name)
        spinner.until(client.service_is_ready)
        future = client.call_async(StopRobot.Request(**asked))
        spinner.until(future.done)
        return future.result()


@pytest.fixture
def watched(spinner, tmp_path):
    def make(*, running: bool = True, **changes) -> Watcher:
        overrides = {"state_file": str(tmp_path / "safety.json"), **changes}
        node = SafetyNode(
            parameter_overrides=[Parameter(key, value=value) for key, value in overrides.items()]
        )
        watcher = Watcher()
        watcher.gate = node
        spinner.add(node, watcher)
        spinner.until(watcher.running if running else lambda: watcher.states, what="a gate")
        return watcher

    return make


def alive(watcher: Watcher, spinner) -> bool:
    before = watcher.state.sequence
    spinner.during(0.5)
    return watcher.state.sequence - before >= 8


@pytest.mark.parametrize("name", ["", "safety", "tektra_", "humans", "9lives", "a__b", "x" * 65])
def test_a_description_under_a_name_that_no_robot_can_have_harms_nobody(watched, spinner, name: str) -> None:
    watcher = watched()
    topic = f"/{name}/description".replace("//", "/")
    try:
        publisher = watcher.create_publisher(RobotDescription, topic, LATCHED)
    except Exception as error:
        pytest.skip(f"ROS itself refuses {topic}: {error}")
    publisher.publish(RobotDescription(robot=name, instance="1"))
    spinner.during(1.2)
    assert alive(watcher, spinner)
    assert name == "tektra_" or not any(entry.robot == name for entry in watcher.state.robots)


@pytest.mark.parametrize("limit", ["linear_speed", "linear_jerk"])
def test_a_limit_beyond_all_numbers_is_refused_and_ends_no_gate(watched, spinner, limit: str) -> None:
    """Its square is no number: each state of the gate, and of each that took its place, ended it."""
    watcher = watched()
    publisher = watcher.create_publisher(RobotDescription, "/rover1/description", LATCHED)
    told = RobotDescription(robot="rover1", instance="1", kind="rover")
    for name in ("linear_speed", "angular_speed", "linear_acceleration", "linear_deceleration"):
        setattr(told.limits, name, 1.0)
    told.limits.angular_acceleration = told.limits.linear_jerk = told.limits.angular_jerk = 1.0
    setattr(told.limits, limit, 1e200)
    publisher.publish(told)
    spinner.until(lambda: any(entry.robot == "rover1" for entry in watcher.state.robots))
    assert alive(watcher, spinner)
    assert "limits" in watcher.state.robots[0].causes


def test_a_second_gate_stops_all_and_is_named(watched, spinner) -> None:
    watcher = watched()
    other = Node("laptop_safety")
    spinner.add(other)
    states = other.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
    number = iter(range(10**6))
    timer = other.create_timer(
        0.04, lambda: states.publish(SafetyState(instance="another", sequence=next(number)))
    )
    spinner.until(lambda: watcher.state.causes == ["rival_gate"])
    refused = watcher.call(spinner, "/safety/reset_all", source="a")
    assert not refused.success and "/laptop_safety" in refused.message
    timer.cancel()
    spinner.until(lambda: not watcher.state.pending)
    assert watcher.call(spinner, "/safety/reset_all", source="a").success


def test_who_speaks_by_the_gates_own_name_is_a_second_gate_too(watched, spinner, stranger, matched) -> None:
    """The instance, the number and the epoch that a driver believes are there for all to hear."""
    watcher = watched()
    states, told = stranger.create_publisher(SafetyState, "/safety/state", SAFETY_STATE), watcher.state
    matched(states)
    spinner.during(1.2)
    assert not watcher.state.stopped, "its own words are no second gate's"
    for number in range(10**6, 10**6 + 5):
        now = stranger.get_clock().now().to_msg()
        states.publish(SafetyState(stamp=now, instance=told.instance, sequence=number, epoch=told.epoch))
        spinner.during(0.04)
    spinner.until(lambda: any(state.causes == ["rival_gate"] for state in watcher.states))


def test_whoever_else_publishes_permits_is_a_second_gate_too(watched, spinner) -> None:
    watcher = watched()
    description = watcher.create_publisher(RobotDescription, "/rover1/description", LATCHED)
    description.publish(RobotDescription(robot="rover1", instance="1"))
    other = Node("forger")
    spinner.add(other)
    other.create_publisher(MotionPermit, "/rover1/motion/permitted", MOTION)
    spinner.until(lambda: watcher.state.causes == ["rival_gate"], timeout_s=15.0)


@pytest.mark.parametrize("quality", [RELIABLE, SENSOR], ids=["reliable", "best effort"])
def test_an_emergency_button_is_heard_however_it_publishes(watched, spinner, quality) -> None:
    watcher = watched()
    button = watcher.create_publisher(Empty, "/safety/stop", quality)
    spinner.until(lambda: watcher.count_subscribers("/safety/stop") >= 2)
    spinner.during(0.3)
    button.publish(Empty())
    spinner.until(lambda: watcher.state.causes == ["topic"])


def test_a_clock_that_never_comes_stops_no_heartbeat(watched, spinner) -> None:
    watcher = watched(use_sim_time=True)
    assert alive(watcher, spinner)


def positions(watcher: Watcher, *people: tuple[float, float]) -> PeoplePositions:
    message = PeoplePositions(source="camera")
    message.header.frame_id = "map"
    message.header.stamp = time_msg(watcher.get_clock().now().nanoseconds * 1e-9)
    message.seen.points = [Point32(x=x, y=y) for x, y in ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))]
    message.people = [PersonPosition(position=Point(x=x, y=y)) for x, y in people]
    return message


def test_whom_a_silent_camera_saw_last_is_told_until_that_floor_is_seen_again(watched, spinner) -> None:
    watcher = watched()
    camera = watcher.create_publisher(PeoplePositions, "/humans/positions", RELIABLE)
    spinner.until(lambda: camera.get_subscription_count())
    camera.publish(positions(watcher, (3.0, 3.0)))
    spinner.until(
        lambda: any("camera told of people and fell silent" in words for words in watcher.state.doubts)
    )
    camera.publish(positions(watcher))
    spinner.until(lambda: not watcher.state.doubts)
    camera.publish(positions(watcher, (3.0, 3.0)))
    spinner.until(lambda: len(watcher.state.doubts) == 2)
    refused = watcher.call(spinner, "/safety/no_person", robot="camera#1")
    assert not refused.success and "does not stand still" in refused.message
    assert watcher.call(spinner, "/safety/forget_people", robot="camera").success
    spinner.until(lambda: not watcher.state.doubts)


def test_a_robot_that_vanishes_while_it_moves_is_told_until_it_is_forgotten(watched, spinner) -> None:
    watcher = watched()
    driver = Node("driver")
    spinner.add(driver)
    description = driver.create_publisher(RobotDescription, "/rover1/description", LATCHED)
    told = RobotDescription(robot="rover1", instance="1")
    told.limits.linear_deceleration = 1.0
    description.publish(told)
    states = driver.create_publisher(RobotState, "/rover1/state", MOTION)

    def speak() -> None:
        message = RobotState(robot="rover1", connected=True, localized=True, moving=True)
        message.header.stamp = driver.get_clock().now().to_msg()
        message.pose.position.x, message.pose.position.y, message.twist.linear.x = 4.0, 5.0, 0.4
        states.publish(message)

    driver.create_timer(0.05, speak)
    spinner.until(lambda: [entry.robot for entry in watcher.state.robots] == ["rover1"])
    spinner.during(0.5)
    refused = watcher.call(spinner, "/safety/forget_robot", robot="rover1")
    assert not refused.success and "is reached" in refused.message
    spinner.remove(driver)
    spinner.until(lambda: any("rover1 may be within" in words for words in watcher.state.doubts))
    spinner.until(lambda: watcher.state.robots[0].causes[-1] == "gone")
    spinner.during(1.2)
    spinner.remove(watcher.gate)  # killed: nothing of it is closed
    spinner.remove(watcher)
    watcher = watched(running=False)
    assert any("rover1 may be within" in words for words in watcher.state.doubts)
    assert [(entry.robot, entry.causes[-1]) for entry in watcher.state.robots] == [("rover1", "gone")]
    assert watcher.call(spinner, "/safety/forget_robot", robot="rover1").success
    spinner.until(lambda: not watcher.state.robots and not watcher.state.doubts)

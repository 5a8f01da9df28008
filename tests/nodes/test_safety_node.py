# SPDX-License-Identifier: Apache-2.0
"""The safety node on real topics, with a test node that plays driver and skill."""

import errno
import json
import math
import os
import uuid

import pytest
import rclpy
from geometry_msgs.msg import Point32
from rclpy.node import Node
from rclpy.parameter import Parameter
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Empty
from std_srvs.srv import Trigger

from tektra.ros.clock import time_msg
from tektra.ros.qos import LATCHED, MOTION, RELIABLE, SAFETY_STATE, SENSOR
from tektra.safety import kept
from tektra.safety.backends.audit_file import trail, verify_trail
from tektra.safety.node import SafetyNode
from tektra_interfaces.msg import (
    AuditRecord,
    MotionPermit,
    MotionRequest,
    PeoplePositions,
    PersonPosition,
    RobotDescription,
    RobotLimits,
    RobotSafety,
    RobotState,
    SafetyState,
    StopRequest,
)
from tektra_interfaces.srv import StopRobot


def described(*, linear_speed: float) -> RobotDescription:
    """rover1, as a driver that has just started announces it."""
    limits = RobotLimits(linear_speed=linear_speed, angular_speed=1.5)
    limits.linear_acceleration, limits.linear_deceleration, limits.angular_acceleration = 1.0, 6.0, 3.0
    limits.linear_jerk, limits.angular_jerk = 5.0, 20.0
    description = RobotDescription(robot="rover1", instance=uuid.uuid4().hex, limits=limits)
    description.footprint.points = [Point32(x=x, y=y) for x, y in ((0.2, 0.2), (-0.2, 0.2), (0.0, -0.2))]
    return description


class Player(Node):
    """A driver and a skill of `rover1` in one."""

    def __init__(self) -> None:
        super().__init__("player")
        self.states: list[SafetyState] = []
        self.permits: list[MotionPermit] = []
        self.audit: list[AuditRecord] = []
        self.latched = self.alone = self.collision = False
        self.place, self.speed = (4.0, 5.0), 0.0
        self._description = self.create_publisher(RobotDescription, "/rover1/description", LATCHED)
        self._state = self.create_publisher(RobotState, "/rover1/state", MOTION)
        self._request = self.create_publisher(MotionRequest, "/rover1/motion/request", MOTION)
        self.stop = self.create_publisher(Empty, "/safety/stop", RELIABLE)
        self.reset = self.create_client(Trigger, "/safety/reset")
        self.emergency_stop = self.create_client(Trigger, "/safety/emergency_stop")
        self.stop_request = self.create_publisher(StopRequest, "/safety/stop_request", RELIABLE)
        self.stop_robot = self.create_client(StopRobot, "/safety/stop_robot")
        self.reset_all = self.create_client(StopRobot, "/safety/reset_all")
        self.reset_robot = self.create_client(StopRobot, "/safety/reset_robot")
        self.create_subscription(SafetyState, "/safety/state", self.states.append, SAFETY_STATE)
        self.create_subscription(MotionPermit, "/rover1/motion/permitted", self.permits.append, MOTION)
        self.create_subscription(AuditRecord, "/safety/audit", self.audit.append, RELIABLE)
        self._description.publish(described(linear_speed=0.6))
        self.people = self.create_publisher(PeoplePositions, "/humans/positions", RELIABLE)
        self.create_timer(0.05, self._say_state)
        self.goal, self.sequence = "", 0

    @property
    def state(self) -> SafetyState | None:
        return self.states[-1] if self.states else None

    @property
    def robot(self) -> RobotSafety | None:
        """What the gate says of rover1."""
        return (
            next((entry for entry in self.state.robots if entry.robot == "rover1"), None)
            if self.state
            else None
        )

    @property
    def epoch(self) -> int:
        return max(self.state.epoch, self.robot.epoch) if self.robot else 0

    def ready(self) -> bool:
        return bool(self.robot and not self.state.stopped and not self.robot.stopped)

    def ask(self, vx: float = 0.05, ahead_s: float = 0.0) -> None:
        """The next request of the goal, under the newest epoch, by a clock that is so much ahead."""
        assert self.state is not None
        self.sequence += 1
        message = MotionRequest(robot="rover1", goal_id=self.goal, skill="move", kind=MotionRequest.VELOCITY)
        message.sequence, message.epoch = self.sequence, self.epoch
        message.stamp = time_msg(self.get_clock().now().nanoseconds * 1e-9 + ahead_s)
        message.twist.linear.x = vx
        self._request.publish(message)

    def _say_state(self) -> None:
        message = RobotState(robot="rover1", connected=True, stop_latched=self.latched)
        message.header.stamp = self.get_clock().now().to_msg()
        message.stopped_alone, message.collision, message.epoch = self.alone, self.collision, self.epoch
        message.localized, (message.pose.position.x, message.pose.position.y) = True, self.place
        message.twist.linear.x, message.moving = self.speed, bool(self.speed)
        self._state.publish(message)


@pytest.fixture
def node(spinner, tmp_path):
    def make() -> SafetyNode:
        made = SafetyNode(parameter_overrides=[Parameter("state_file", value=str(tmp_path / "safety.json"))])
        spinner.add(made)
        return made

    return make


SENSOR_RULES = """
version: 1
reaction_s: 0.2
separation_m: 0.0
sensors:
  lidar: {topic: /scan, type: sensor_msgs/msg/LaserScan, timeout_s: 0.5}
"""


def test_nothing_moves_without_a_required_sensor_and_a_silent_one_stops_all(spinner, tmp_path) -> None:
    rules = tmp_path / "safety.yaml"
    rules.write_text(SENSOR_RULES)
    files = {"state_file": str(tmp_path / "safety.json"), "zones_file": str(rules)}
    overrides = [Parameter(name, value=value) for name, value in files.items()]
    player = Player()
    spinner.add(SafetyNode(parameter_overrides=overrides), player)
    scans = player.create_publisher(LaserScan, "/scan", SENSOR)
    behind_s = 0.0

    def scan() -> None:
        message = LaserScan()
        message.header.stamp = time_msg(player.get_clock().now().nanoseconds * 1e-9 - behind_s)
        scans.publish(message)

    spinner.until(lambda: player.states)
    spinner.during(0.5)
    assert player.state.causes == player.state.pending == ["start_up"], "the sensor was never heard"
    timer = player.create_timer(0.1, scan)
    spinner.until(player.ready, what="a gate that permits")
    behind_s = 1.0  # it speaks, but of what was
    spinner.until(lambda: player.state.causes == ["sensor"])
    assert player.state.pending == ["sensor"]
    answer = call(spinner, player.reset)
    assert not answer.success and "nothing is heard of lidar" in answer.message
    behind_s = 0.0
    spinner.until(lambda: not player.state.pending)
    assert call(spinner, player.reset).success
    timer.cancel()
    spinner.until(lambda: player.state.causes == ["sensor"])


@pytest.fixture
def player(node, spinner) -> Player:
    node()
    made = Player()
    spinner.add(made)
    spinner.until(made.ready, what="a gate that permits")
    made.goal = "g1"
    return made


def call(spinner, client, **asked: str) -> Trigger.Response | StopRobot.Response:
    spinner.until(client.service_is_ready)
    future = client.call_async(StopRobot.Request(**asked) if asked else Trigger.Request())
    spinner.until(future.done)
    return future.result()


def permitted(player: Player, spinner) -> bool:
    """Asks for a while; true when a permit came."""
    before = len(player.permits)
    for _ in range(5):
        player.ask()
        spinner.during(0.05)
    return len(player.permits) > before


def test_the_first_state_is_a_stop_for_start_up(node, spinner) -> None:
    player = Player()
    spinner.add(player)
    node()
    spinner.until(lambda: player.states)
    assert player.states[0].stopped and player.states[0].causes == ["start_up"]


def test_a_request_becomes_a_permit_that_expires(player: Player, spinner) -> None:
    assert permitted(player, spinner)
    permit = player.permits[-1]
    assert permit.epoch == player.state.epoch and permit.goal_id == "g1"
    assert 0 < permit.valid_for.nanosec <= 150_000_000 and permit.valid_for.sec == 0
    assert permit.twist.linear.x == pytest.approx(0.05)


def test_a_stop_from_the_topic_latches_and_a_reset_starts_nothing(player: Player, spinner) -> None:
    assert permitted(player, spinner)
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    assert player.state.causes == ["topic"]
    assert not permitted(player, spinner)
    assert call(spinner, player.reset).success
    assert not permitted(player, spinner), "the old goal is revoked"
    player.goal = "g2"
    assert permitted(player, spinner), "a new one is not"


def test_a_reset_that_was_asked_before_a_cut_is_none(player: Player, spinner, monkeypatch) -> None:
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    monkeypatch.setattr("tektra.safety.operator_services.request_age_s", lambda node: 31.0)
    answer = call(spinner, player.reset)
    assert not answer.success and "31.0 s ago" in answer.message
    monkeypatch.undo()
    assert call(spinner, player.reset).success


def test_a_reset_that_was_passed_on_late_releases_no_newer_stop(player: Player, spinner) -> None:
    def reset(**asked):
        future = player.reset_all.call_async(StopRobot.Request(source="a relay", **asked))
        spinner.until(future.done)
        return future.result()

    spinner.until(player.reset_all.service_is_ready)
    asked, meant = player.get_clock().now().to_msg(), player.state.epoch
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    assert "after this reset was asked for" in reset(asked=asked).message
    assert "the newest stop is of epoch" in reset(epoch=meant).message
    assert player.state.stopped
    assert reset(epoch=player.state.epoch, asked=player.get_clock().now().to_msg()).success
    assert "/safety/reset_robot" in reset(robot="rover1").message


def test_the_service_stops_too_and_a_needless_reset_says_so(player: Player, spinner) -> None:
    answer = call(spinner, player.reset)
    assert not answer.success and "nothing is stopped" in answer.message
    assert call(spinner, player.emergency_stop).success
    spinner.until(lambda: player.state.stopped)
    assert player.state.causes == ["operator"]


def test_a_stop_survives_the_gates_own_end(spinner, node) -> None:
    first, player = node(), Player()
    spinner.add(player)
    spinner.until(player.ready)
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    epoch = player.state.epoch
    spinner.remove(first)
    player.states.clear()
    node()
    spinner.until(lambda: player.state and "start_up" not in player.state.causes)
    assert player.state.stopped and player.state.causes == ["topic"] and player.state.epoch > epoch


def test_a_driver_that_heard_a_stop_alone_stops_everyone(player: Player, spinner) -> None:
    player.latched = True
    spinner.until(lambda: player.state.stopped)
    assert player.state.causes == ["driver"]


def test_a_driver_whose_own_robot_was_stopped_stops_that_robot_alone(player: Player, spinner) -> None:
    player.latched = player.alone = True
    spinner.until(lambda: player.robot.latched == ["driver"])
    assert not player.state.stopped


def test_a_robot_is_stopped_alone_and_needs_its_own_reset(player: Player, spinner) -> None:
    assert permitted(player, spinner)
    everyone = player.state.epoch
    assert call(spinner, player.stop_robot, robot="rover1", source="a test").success
    spinner.until(lambda: player.robot.latched == ["operator"])
    assert not player.state.stopped and player.state.epoch == everyone
    assert not permitted(player, spinner)
    answer = call(spinner, player.reset)
    assert not answer.success and "stopped alone: rover1" in answer.message
    assert call(spinner, player.reset_robot, robot="rover1", source="a test").success
    spinner.until(player.ready)
    assert player.state.epoch == everyone and player.robot.epoch > everyone
    assert not permitted(player, spinner), "the old goal is revoked"
    player.goal = "g2"
    assert permitted(player, spinner)


def test_a_stop_request_names_its_cause_and_never_releases(player: Player, spinner) -> None:
    player.stop_request.publish(StopRequest(cause="voice", who="speech_in"))
    spinner.until(lambda: player.state.causes == ["voice"])
    player.stop_request.publish(StopRequest(cause="reset", who="nobody"))
    spinner.until(lambda: player.state.causes == ["topic", "voice"])
    assert call(spinner, player.reset).success


def test_without_a_name_both_services_mean_everyone(player: Player, spinner) -> None:
    assert call(spinner, player.stop_robot, robot="rover1", source="a").success
    assert call(spinner, player.stop_robot, robot="", source="a").success
    spinner.until(lambda: player.state.stopped and player.robot.latched)
    assert call(spinner, player.reset_robot, robot="", source="a").success
    spinner.until(player.ready)


def test_a_reset_of_everything_that_names_an_epoch_releases_nothing_newer(player: Player, spinner) -> None:
    assert call(spinner, player.stop_robot, robot="rover1", source="a").success
    spinner.until(lambda: player.robot.latched)
    seen = player.robot.epoch
    assert call(spinner, player.stop_robot, robot="", source="another").success
    answer = call(spinner, player.reset_robot, robot="", source="a", epoch=seen)
    assert not answer.success and f"not {seen}" in answer.message
    spinner.until(lambda: not player.robot.latched)
    assert player.state.stopped


def test_contact_stops_its_robot_and_keeps_a_reset_away_while_it_lasts(player: Player, spinner) -> None:
    player.collision = True
    spinner.until(lambda: player.robot.latched == ["collision"])
    answer = call(spinner, player.reset_robot, robot="rover1", source="a")
    assert not answer.success and "still reports contact" in answer.message
    player.collision = False
    spinner.during(0.2)
    assert call(spinner, player.reset_robot, robot="rover1", source="a").success


def test_motion_outside_of_its_place_stops_the_robot(player: Player, spinner) -> None:
    player.place, player.speed = (-1.0, 5.0), 0.3
    spinner.until(lambda: player.robot.latched == ["zone"])
    player.speed = 0.0
    spinner.during(0.2)
    answer = call(spinner, player.reset_robot, robot="rover1", source="a")
    assert not answer.success and "home" in answer.message


def test_garbage_numbers_are_refused_and_audited(player: Player, spinner) -> None:
    for value in (float("nan"), float("inf")):
        player.ask(vx=value)
        spinner.during(0.1)
    assert not player.permits
    spinner.until(
        lambda: any(record.event == "refusal" and "finite" in record.detail for record in player.audit)
    )


def test_a_request_of_the_future_is_none_though_the_middleware_has_just_brought_it(
    player: Player, spinner
) -> None:
    """How long it was on its way nobody knows, by a clock that is ahead."""
    for _ in range(5):
        player.ask(ahead_s=3.0)
        spinner.during(0.05)
    assert not player.permits
    spinner.until(lambda: any("stamp is -" in record.detail for record in player.audit))
    assert permitted(player, spinner)


def test_the_heartbeat_keeps_its_rate(player: Player, spinner) -> None:
    first = player.state.sequence
    spinner.during(2.0)
    assert player.state.sequence - first >= 40, "20 Hz at least"


def test_every_decision_is_in_the_trail_with_the_world_at_that_moment(
    player: Player, spinner, tmp_path
) -> None:
    assert permitted(player, spinner)
    player.ask(vx=5.0)
    spinner.during(0.1)
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    assert not permitted(player, spinner)
    assert call(spinner, player.reset).success

    def entries() -> list[dict]:
        files = trail(tmp_path / "audit")
        return [json.loads(line) for line in files[0].read_text().splitlines()] if files else []

    spinner.until(
        lambda: any(entry["event"] == "reset" for entry in entries()), what="the reset in the trail"
    )
    told = [entry for entry in entries() if entry["event"] != "start_up"]
    assert [entry["event"] for entry in told] == ["permit", "clamp", "stop", "refusal", "reset"]
    assert all(entry["world"]["rover1"]["pose"][:2] == [4.0, 5.0] for entry in told)
    assert told[0]["world"]["rover1"]["goal"] == "g1" and told[2]["who"] == "/safety/stop"
    assert verify_trail(tmp_path / "audit")[0] == ""


def test_a_full_disk_stops_no_stop(player: Player, spinner, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kept, "write", full)
    monkeypatch.setattr(os, "fsync", full)
    assert permitted(player, spinner)
    player.stop.publish(Empty())
    spinner.until(lambda: player.state.stopped)
    assert not permitted(player, spinner)
    first = player.state.sequence
    spinner.during(1.0)
    assert player.state.sequence - first >= 20, "the heartbeat goes on"
    assert call(spinner, player.reset).success


def seen(player: Player, *places: tuple[float, float], frame: str = "map", age_s: float = 0.0) -> None:
    """A sensor tells who stands where, with no velocities."""
    message = PeoplePositions(source="lidar")
    now_s = player.get_clock().now().nanoseconds * 1e-9
    message.header.frame_id, message.header.stamp = frame, time_msg(now_s - age_s)
    for x, y in places:
        person = PersonPosition(uncertainty=0.1)
        person.position.x, person.position.y, person.velocity.x = x, y, math.nan
        message.people.append(person)
    player.people.publish(message)


def test_nobody_drives_towards_a_person_whatever_the_clock_of_who_tells_of_them(
    player: Player, spinner
) -> None:
    seen(player, (4.6, 5.0), frame="rover1/odom")
    spinner.during(0.1)
    assert permitted(player, spinner), "in another frame nobody can be placed"
    for age_s in (2.0, -1.0):
        seen(player, (4.6, 5.0), age_s=age_s)
        spinner.during(0.1)
        assert not permitted(player, spinner), age_s
    seen(player, (9.0, 5.0))
    assert permitted(player, spinner), "far away"

    def refused() -> bool:
        seen(player, (4.6, 5.0))
        player.ask()
        return any("a person is in the way" in record.detail for record in player.audit)

    spinner.until(refused, what="a refusal for the person")
    seen(player, (4.6, 5.0))
    spinner.during(0.1)
    assert not permitted(player, spinner)
    seen(player)
    spinner.during(0.1)
    assert permitted(player, spinner), "the same goal goes on when the person is gone"


def test_a_second_driver_of_one_name_halts_it_and_leaves_nothing_of_its_own_behind(spinner, node) -> None:
    player, gate = Player(), node()
    spinner.add(player)
    spinner.until(player.ready, what="a robot that may move")
    stranger = rclpy.create_node("stranger")
    spinner.add(stranger)
    stranger.create_publisher(RobotDescription, "/rover1/description", LATCHED).publish(
        described(linear_speed=-1.0)
    )
    spinner.until(lambda: "duplicate" in player.robot.causes, what="two drivers of one name")
    spinner.remove(stranger)
    spinner.until(player.ready, what="the first driver's own limits again")
    assert gate.get_name() == "safety"


def gate(tmp_path, **changes) -> SafetyNode:
    values = {"state_file": str(tmp_path / "safety.json"), **changes}
    return SafetyNode(parameter_overrides=[Parameter(k, value=v) for k, v in values.items()])


def test_states_of_a_stranger_leave_the_robot_without_permits(spinner, stranger, matched, tmp_path) -> None:
    player, node = Player(), gate(tmp_path)
    spinner.add(node, player)
    spinner.until(player.ready)
    player.goal = "g1"
    states = stranger.create_publisher(RobotState, "/rover1/state", MOTION)
    matched(states)
    spinner.until(lambda: "duplicate" in player.robot.causes)
    stranger.destroy_publisher(states)
    spinner.until(player.ready, what="alone again")


def test_what_a_stranger_declares_in_a_robots_name_permits_nothing_before_it_is_noticed(
    spinner, stranger, matched, tmp_path
) -> None:
    """Until the robot's next state its limits and footprint were the stranger's, and a new goal moved by them."""
    player, node = Player(), gate(tmp_path)
    spinner.add(node, player)
    spinner.until(player.ready)
    told = stranger.create_publisher(RobotDescription, "/rover1/description", LATCHED)
    matched(told)
    before = node._gate._robots["rover1"].instance
    told.publish(described(linear_speed=5.0))
    spinner.until(
        lambda: node._gate._robots["rover1"].instance != before or "duplicate" in player.robot.causes
    )
    assert node._gate._robots["rover1"].duplicate


def test_scans_of_two_make_a_sensor_silent(spinner, stranger, matched, tmp_path) -> None:
    rules = tmp_path / "obstacles.yaml"
    rules.write_text(
        "obstacles: {robots: {rover1: {sensors: {lidar: {kind: scan, topic: /rover1/scan, timeout_s: 0.4}}}}}\n"
    )
    player, node = Player(), gate(tmp_path, obstacles_file=str(rules))
    spinner.add(node, player)
    wall = [player.create_publisher(LaserScan, "/rover1/scan", SENSOR)]

    def scans() -> None:
        for publisher in wall:
            scan = LaserScan(
                angle_min=-3.0, angle_max=3.0, angle_increment=0.1, range_min=0.05, range_max=8.0
            )
            scan.header.stamp = player.get_clock().now().to_msg()
            scan.ranges = [math.inf] * 61
            publisher.publish(scan)

    def permitted(seconds: float = 1.0) -> int:
        player.permits.clear()
        for _ in range(round(seconds / 0.05)):
            player.ask()
            spinner.during(0.05)
        return len(player.permits)

    player.create_timer(0.05, scans)
    spinner.until(player.ready)
    player.goal = "g1"
    spinner.until(lambda: permitted(0.2), what="permits with one scanner")
    wall.append(stranger.create_publisher(LaserScan, "/rover1/scan", SENSOR))
    matched(wall[1])
    spinner.during(1.0)
    player.goal = "g2"
    assert permitted() == 0

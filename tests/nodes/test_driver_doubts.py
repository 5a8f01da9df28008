# SPDX-License-Identifier: Apache-2.0
"""A real driver node in doubt: two real gates, a clock that is set back or stands, a name that does not resolve."""

import math

import pytest
from geometry_msgs.msg import PoseWithCovarianceStamped, TwistStamped
from nav_msgs.msg import Odometry
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rosgraph_msgs.msg import Clock as ClockMessage
from std_msgs.msg import Empty

from tektra.driver.node import DriverNode
from tektra.ros.clock import duration_msg, time_msg
from tektra.ros.qos import LATCHED, MOTION, SAFETY_STATE, SENSOR
from tektra.safety.node import SafetyNode
from tektra.skills.node import SkillsNode
from tektra_interfaces.msg import MotionPermit, MotionRequest, RobotSafety, RobotState, SafetyState

BASE = {
    "link": "ros_base",
    "linear_speed": 0.6,
    "angular_speed": 1.5,
    "linear_acceleration": 1.0,
    "linear_deceleration": 2.0,
    "angular_acceleration": 3.0,
    "linear_jerk": 5.0,
    "angular_jerk": 20.0,
    "footprint": [0.2, 0.2, -0.2, 0.2, -0.2, -0.2, 0.2, -0.2],
    "ros_base.map_x_m": 1.2,
    "ros_base.map_y_m": 4.4,
}


def steady() -> Clock:
    return Clock(clock_type=ClockType.STEADY_TIME)


def driver(**changes) -> DriverNode:
    values = {**BASE, **changes}
    return DriverNode(
        namespace="/base1", parameter_overrides=[Parameter(key, value=value) for key, value in values.items()]
    )


class Base(Node):
    """A base that does what it is told at once, and whoever else this test needs: a skill, a gate, a clock."""

    def __init__(self) -> None:
        super().__init__("base_in_the_test")
        self.speed = self.drift = self.way_m = self.aside_m = 0.0
        self.state = RobotState()
        self.states = 0
        self.stamp_s = None  # of the ROS clock; None: the machine's
        self.epochs, self.beats, self.permits, self.requests = {}, 0, 0, 0
        self.asks = self.beating = self.permitting = False
        self.late_s = 0.0  # of odometry
        self.create_subscription(TwistStamped, "/base1/base/cmd_vel", self._drive, MOTION)
        self.create_subscription(RobotState, "/base1/state", self._on_state, MOTION)
        self.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        self.odometry = self.create_publisher(Odometry, "/base1/base/odom", MOTION)
        self.request = self.create_publisher(MotionRequest, "/base1/motion/request", MOTION)
        self.clock = self.create_publisher(ClockMessage, "/clock", 10)
        self.safety = self.permitted = None
        for period_s, tick in ((0.02, self._tell), (0.05, self._ask), (0.04, self._play_gate)):
            self.create_timer(period_s, tick, clock=steady())

    def play_gate(self) -> None:
        """This test is the gate, and permits to drive."""
        self.safety = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self.permitted = self.create_publisher(MotionPermit, "/base1/motion/permitted", MOTION)
        self.beating = self.permitting = True

    @property
    def causes(self) -> list[str]:
        return sorted({cause for state in self.epochs.values() for cause in state.causes})

    def _stamp(self):
        return self.get_clock().now().to_msg() if self.stamp_s is None else time_msg(self.stamp_s)

    def _drive(self, message: TwistStamped) -> None:
        self.speed, self.drift = message.twist.linear.x, message.twist.linear.y

    def _on_state(self, message: RobotState) -> None:
        self.state, self.states = message, self.states + 1

    def _on_safety(self, message: SafetyState) -> None:
        self.epochs[message.instance] = message

    def _tell(self) -> None:
        self.way_m += 0.02 * self.speed
        self.aside_m += 0.02 * self.drift
        message = Odometry()
        message.header.stamp = self._stamp()
        if self.late_s:
            message.header.stamp = time_msg(self.get_clock().now().nanoseconds * 1e-9 - self.late_s)
        message.pose.pose.position.x, message.pose.pose.position.y = self.way_m, self.aside_m
        message.pose.pose.orientation.w = 1.0
        message.twist.twist.linear.x, message.twist.twist.linear.y = self.speed, self.drift
        self.odometry.publish(message)
        if self.stamp_s is not None:
            self.clock.publish(ClockMessage(clock=self._stamp()))

    def _ask(self) -> None:
        if not self.asks:
            return
        self.requests += 1
        message = MotionRequest(
            robot="base1", goal_id=f"goal{self.asks}", skill="move", sequence=self.requests
        )
        message.epoch = max((state.epoch for state in self.epochs.values()), default=0)
        message.stamp, message.kind = self._stamp(), MotionRequest.VELOCITY
        message.twist.linear.x, message.period = 0.2, duration_msg(0.05)
        self.request.publish(message)

    def _play_gate(self) -> None:
        if self.beating:
            self.beats += 1
            state = SafetyState(instance="test", sequence=self.beats, epoch=3, stamp=self._stamp())
            state.robots = [RobotSafety(robot="base1")]
            self.safety.publish(state)
        if self.permitting:
            self.permits += 1
            permit = MotionPermit(robot="base1", sequence=self.permits, epoch=3, kind=MotionRequest.VELOCITY)
            permit.stamp, permit.valid_for = self._stamp(), duration_msg(0.12)
            permit.twist.linear.x = 0.2
            self.permitted.publish(permit)


@pytest.fixture
def base(spinner) -> Base:
    made = Base()
    spinner.add(made)
    return made


def gate(tmp_path, name: str) -> SafetyNode:
    folder = tmp_path / name
    folder.mkdir()
    return SafetyNode(parameter_overrides=[Parameter("state_file", value=str(folder / "safety.json"))])


def test_between_two_living_gates_a_driver_stands_and_says_so(spinner, base, tmp_path) -> None:
    spinner.add(gate(tmp_path, "robot"), driver())
    spinner.until(lambda: base.state.connected and base.epochs)
    base.asks = 1
    spinner.until(lambda: base.speed > 0.1, what="motion under one gate")
    laptop = gate(tmp_path, "laptop")
    spinner.add(laptop)
    spinner.until(
        lambda: "two safety gates" in base.state.halt_reason or "nodes permit" in base.state.halt_reason
    )
    assert base.speed == 0.0
    moved_m = base.way_m
    base.asks = 2
    spinner.during(2.0)
    assert base.speed == 0.0 and base.way_m == pytest.approx(moved_m, abs=0.01)
    spinner.until(lambda: base.state.stop_latched)
    spinner.remove(laptop)
    spinner.until(
        lambda: base.state.halt_reason not in ("", "no permit") and "two" not in base.state.halt_reason
    )
    base.asks = 3
    spinner.during(1.0)
    assert base.way_m == pytest.approx(moved_m, abs=0.01)  # what the other gate held is not forgotten with it


def test_who_else_permits_is_named_and_nothing_is_permitted_meanwhile(spinner, base) -> None:
    base.play_gate()
    spinner.add(driver())
    spinner.until(lambda: base.speed > 0.1)
    other = Node("somebody")
    spinner.add(other)
    other.create_publisher(MotionPermit, "/base1/motion/permitted", MOTION)
    spinner.until(lambda: "/somebody" in base.state.halt_reason)
    assert base.speed == 0.0
    spinner.remove(other)
    spinner.until(lambda: base.speed > 0.1)


@pytest.mark.parametrize("step_s", [-6.0, 0.0], ids=["set back", "paused"])
def test_no_clock_keeps_a_driver_from_halting_its_robot(spinner, base, step_s) -> None:
    base.stamp_s = 1000.0
    base.play_gate()
    node = driver(use_sim_time=True)
    ticking = base.create_timer(0.02, lambda: setattr(base, "stamp_s", base.stamp_s + 0.02), clock=steady())
    spinner.add(node)
    spinner.until(lambda: base.speed > 0.1, what="motion by the clock of /clock")
    ticking.cancel()
    base.stamp_s += step_s
    spinner.during(0.2)
    base.permitting = base.beating = False
    states = base.states
    spinner.during(0.5)
    assert base.speed == 0.0
    assert base.state.halt_reason in ("safety heartbeat lost", "no permit")
    assert base.states - states >= 4


@pytest.mark.parametrize("ceased", [("permitting",), ("beating",), ("permitting", "beating")])
def test_what_waited_while_the_driver_hung_moves_nothing_though_the_clock_paused(
    spinner, base, ceased: tuple[str, ...]
) -> None:
    """By a `/clock` that stands a permit, or the gate's heartbeat, was as young as ever: after a second the robot went on for a
    tenth."""
    base.stamp_s = 1000.0
    base.play_gate()
    node = driver(use_sim_time=True)
    ticking = base.create_timer(0.02, lambda: setattr(base, "stamp_s", base.stamp_s + 0.02), clock=steady())
    spinner.add(node)
    spinner.until(lambda: base.speed > 0.1, what="motion by the clock of /clock")
    ticking.cancel()
    spinner.during(0.1)
    spinner._executor.remove_node(node)
    spinner.during(0.1)
    for what in ceased:
        setattr(base, what, False)
    spinner.during(1.0)
    base.speed = 0.0
    way_m = base.way_m
    spinner._executor.add_node(node)
    spinner.during(0.5)
    assert base.way_m == way_m
    base.permitting = base.beating = True
    spinner.until(lambda: base.way_m > way_m, what="motion by new permits")


def test_a_stop_from_a_best_effort_publisher_is_heard_once(spinner, base) -> None:
    base.play_gate()
    node = driver()
    spinner.add(node)
    spinner.until(lambda: base.speed > 0.1)
    loose = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
    button = base.create_publisher(Empty, "/safety/stop", loose)
    spinner.until(lambda: button.get_subscription_count() >= 1)
    heard = node._diagnostics.stage("stop_to_socket").count
    button.publish(Empty())
    spinner.until(lambda: base.state.stop_latched)
    assert base.speed == 0.0
    reliable = base.create_publisher(Empty, "/safety/stop", 10)
    spinner.until(lambda: reliable.get_subscription_count() >= 2)
    reliable.publish(Empty())  # reaches both of the driver's subscriptions
    spinner.until(lambda: node._diagnostics.stage("stop_to_socket").count >= heard + 2)
    spinner.during(0.3)
    assert node._diagnostics.stage("stop_to_socket").count == heard + 2


def test_a_name_that_does_not_resolve_is_said_and_ends_nothing(spinner, base) -> None:
    spinner.add(driver(link="json_tcp", host="no-such-host.invalid"))
    spinner.until(lambda: "no-such-host.invalid" in base.state.fault)
    states = base.states
    spinner.until(lambda: base.states > states + 5)
    assert not base.state.connected and base.state.halted


def test_without_limits_nothing_moves_and_the_missing_ones_are_named(spinner, base) -> None:
    absent = {key: 0.0 for key, value in BASE.items() if isinstance(value, float) and "map" not in key}
    base.play_gate()
    spinner.add(driver(**absent, footprint=[0.0]))
    spinner.until(lambda: "linear_deceleration" in base.state.fault)
    assert "footprint" in base.state.fault
    spinner.during(0.5)
    assert base.speed == 0.0 and base.way_m == 0.0
    assert math.isnan(base.state.altitude)


@pytest.mark.parametrize(("thresholds", "stands"), [({}, False), ({"standing_m": 0.5}, True)])
def test_a_robot_that_sways_where_it_is_stands_by_its_own_thresholds(
    spinner, base, thresholds: dict[str, float], stands: bool
) -> None:
    """As a copter that hovers, or a dog that balances: by the threshold of a rover nobody could ever reset."""
    spinner.add(driver(**thresholds))
    base.create_timer(0.1, lambda: setattr(base, "way_m", 0.1 - base.way_m), clock=steady())
    spinner.until(lambda: base.state.connected)
    spinner.during(1.0)
    assert base.state.connected and base.state.moving is not stands


class Localiser(Node):
    """As AMCL: it tells a pose once when it starts, latched, and then only when it finds a new one."""

    def __init__(self) -> None:
        super().__init__("amcl")
        self._poses = self.create_publisher(PoseWithCovarianceStamped, "/base1/amcl_pose", LATCHED)

    def tell(self, x: float, y: float, variance: float = 0.01, late_s: float = 0.0) -> None:
        message = PoseWithCovarianceStamped()
        message.header.frame_id = "map"
        message.header.stamp = time_msg(self.get_clock().now().nanoseconds * 1e-9 - late_s)
        message.pose.pose.position.x, message.pose.pose.position.y = x, y
        message.pose.pose.orientation.w = 1.0
        message.pose.covariance[0] = message.pose.covariance[7] = message.pose.covariance[35] = variance
        self._poses.publish(message)


@pytest.fixture
def localiser(spinner) -> Localiser:
    made = Localiser()
    made.tell(1.2, 4.4, late_s=30.0)
    spinner.add(made)
    spinner.during(0.2)
    return made


def test_a_pose_latched_before_the_driver_came_lets_the_default_zone_permit(
    spinner, base, localiser, tmp_path
) -> None:
    spinner.add(gate(tmp_path, "gate"), driver(**{"ros_base.pose_source": "pose"}))
    spinner.until(lambda: base.state.localized and base.epochs)
    base.asks = 1
    spinner.until(lambda: base.way_m > 0.1, what="motion under the default zone")
    place = base.state.pose.position
    assert (place.x, place.y) == pytest.approx((1.2 + base.way_m, 4.4), abs=0.03)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda localiser: None, "no pose on amcl_pose for"),
        (lambda localiser: localiser.tell(1.3, 4.4, variance=1.0), "unsure by 1.00"),
        (lambda localiser: localiser.tell(1.2, 4.4, late_s=3.0), "late"),
        (lambda localiser: localiser.tell(3.0, 4.4), "at once"),
    ],
)
def test_a_localiser_that_goes_wrong_ends_motion_with_words(spinner, base, localiser, end, words) -> None:
    base.play_gate()
    spinner.add(driver(**{"ros_base.pose_source": "pose", "ros_base.pose_way_max_m": 0.5}))
    spinner.until(lambda: base.state.localized and base.speed > 0.1)
    end(localiser)
    spinner.until(lambda: words in base.state.fault)
    # The halt comes by another topic than the words, and the place is the newest odometry's, which the words may come before.
    spinner.until(lambda: base.speed == 0.0 and not base.state.localized)


def test_a_state_is_stamped_when_it_was_measured_and_late_odometry_counts_as_none(spinner, base) -> None:
    base.play_gate()
    spinner.add(driver())
    spinner.until(lambda: base.speed > 0.1)
    now_s = base.get_clock().now().nanoseconds * 1e-9
    assert 0.0 <= now_s - (base.state.header.stamp.sec + base.state.header.stamp.nanosec * 1e-9) < 0.3
    base.late_s = 0.6
    spinner.until(lambda: "stamped 0.6" in base.state.fault)
    assert base.speed == 0.0 and not base.state.connected


def test_a_mecanum_base_is_driven_sideways_from_outside_under_the_gate(spinner, base, tmp_path) -> None:
    teleop = Node("teleop")
    spinner.add(gate(tmp_path, "gate"), driver(kind="mecanum"), SkillsNode(namespace="/base1"), teleop)
    sent = teleop.create_publisher(TwistStamped, "/base1/cmd_vel_request", 10)
    spinner.until(lambda: sent.get_subscription_count() and base.state.connected and base.epochs)
    pressed = [True]

    def tell() -> None:
        message = TwistStamped()
        message.header.stamp = teleop.get_clock().now().to_msg()
        message.twist.linear.y = 0.15 * pressed[0]
        sent.publish(message)

    pressed[0] = False
    teleop.create_timer(0.05, tell)
    spinner.during(1.0)
    pressed[0] = True
    spinner.until(lambda: base.aside_m > 0.1, what="sideways motion")
    assert base.state.twist.linear.y > 0.1
    assert base.state.moving
    assert base.state.pose.position.y == pytest.approx(4.4 + base.aside_m, abs=0.03)
    assert base.way_m == 0.0
    stop = teleop.create_publisher(Empty, "/safety/stop", 10)
    spinner.until(stop.get_subscription_count)
    stop.publish(Empty())
    spinner.until(lambda: base.state.stop_latched and base.drift == 0.0)
    spinner.until(lambda: not base.state.moving)


@pytest.mark.parametrize("gate", ["", "forged", "test"], ids=["none", "another", "the gate's own name"])
def test_permits_of_a_stranger_move_nothing_not_even_at_first(spinner, stranger, matched, gate: str) -> None:
    base, robot = Base(), driver()
    spinner.add(base, robot)
    base.play_gate()
    base.permitting = False
    spinner.until(lambda: base.state.connected and base.state.halt_reason == "no permit")
    permits = stranger.create_publisher(MotionPermit, "/base1/motion/permitted", MOTION)
    states = stranger.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
    matched(permits)
    matched(states)
    for number in range(10**6, 10**6 + 30):
        now = stranger.get_clock().now().to_msg()
        epoch = base.state.epoch
        if gate:
            own = RobotSafety(robot="base1", epoch=epoch)
            states.publish(SafetyState(stamp=now, instance=gate, sequence=number, epoch=epoch, robots=[own]))
        permit = MotionPermit(stamp=now, robot="base1", sequence=number, epoch=epoch)
        permit.kind, permit.valid_for = MotionRequest.VELOCITY, duration_msg(0.1)
        permit.twist.linear.x = 0.5
        permits.publish(permit)
        spinner.during(0.02)
    assert base.way_m == 0.0


def test_a_stranger_never_steers_a_held_robot(spinner, stranger, matched, tmp_path) -> None:
    base, robot, skills = Base(), driver(), SkillsNode(namespace="/base1")
    zones = tmp_path / "safety.yaml"
    zones.write_text("version: 1\nreaction_s: 0.2\nseparation_m: 0.0\n")
    spinner.add(
        base,
        robot,
        skills,
        SafetyNode(
            parameter_overrides=[
                Parameter("state_file", value=str(tmp_path / "safety.json")),
                Parameter("zones_file", value=str(zones)),
            ]
        ),
    )
    stick = base.create_publisher(TwistStamped, "/base1/cmd_vel_request", SENSOR)
    other = stranger.create_publisher(TwistStamped, "/base1/cmd_vel_request", SENSOR)

    def send(publisher, vx: float) -> None:
        message = TwistStamped()
        message.header.stamp, message.twist.linear.x = base.get_clock().now().to_msg(), vx
        publisher.publish(message)

    matched(other)
    stranger.destroy_publisher(other)  # it was there; the graph has forgotten it before the hold begins
    spinner.during(1.2)
    spinner.until(
        lambda: send(stick, 0.3) or spinner.during(0.05) or base.speed > 0.1, what="the stick drives"
    )
    other = stranger.create_publisher(TwistStamped, "/base1/cmd_vel_request", SENSOR)
    for _ in range(40):
        send(stick, 0.3)
        send(other, -0.3)
        spinner.during(0.03)
        assert base.speed >= 0.0

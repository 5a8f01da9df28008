# SPDX-License-Identifier: Apache-2.0
"""The ros_base back end against a base that is a node of its own, in a process of its own."""

import math
import os
import random
import sys
from pathlib import Path

import pytest

rclpy = pytest.importorskip("rclpy")

from geometry_msgs.msg import PoseWithCovarianceStamped, TwistStamped
from nav_msgs.msg import Odometry
from rclpy.context import Context

from tektra.common.errors import OptionError
from tektra.driver.backends.ros_base import RosBaseLink, RosBaseOptions
from tektra.driver.commands import Drive, MoveGripper, StandStill
from tektra.driver.contract import Bench, DriverContract, Look
from tests.peers.ros_robot import RosRobot

BASE = Path(__file__).parents[1] / "peers" / "ros_base.py"
AHEAD = Drive(0.4, 0.0, 0.0, 0.15)


class Base(RosRobot):
    """Its velocity's truth."""

    # its own timeout of 0.4 s, and what it takes to brake
    motion, halt_s, orphan_s, capabilities = AHEAD, 0.35, 0.4 + 0.3, ("base",)
    namespace = "/base1"

    def __init__(self, context, domain, *, stamped=True):
        self.stamped, self.options = stamped, RosBaseOptions(stamped=stamped)
        super().__init__(context, domain)

    def command(self):
        return [sys.executable, str(BASE), *(["--stamped"] if self.stamped else [])]

    def environment(self):
        return dict(os.environ)

    def make(self):
        link = RosBaseLink("base1", "", 0, self.options)
        link.attach(self.node())
        self.links.append(link)
        return link

    def look(self):
        truth = self.truth()
        return Look(truth["t"], abs(truth["vx"]) > 0.01 or abs(truth["wz"]) > 0.03)


@pytest.fixture(scope="module")
def domain():
    return str(random.randint(20, 220))


@pytest.fixture
def context(domain):
    """One for each test: in one participant a topic has one type."""
    before = os.environ.get("ROS_AUTOMATIC_DISCOVERY_RANGE")
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    made = Context()
    rclpy.init(context=made, domain_id=int(domain))
    yield made
    rclpy.shutdown(context=made)
    if before is None:
        del os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"]


@pytest.fixture(params=[True], ids=["TwistStamped"])
def base(request, context, domain):
    made = Base(context, domain, stamped=request.param)
    yield made
    made.close()


def up(base, **options):
    base.options = RosBaseOptions(**{"stamped": base.stamped, **options})
    bench = Bench(base)
    bench.connect()
    return bench


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, base):
        return base


@pytest.mark.parametrize("base", [False], ids=["Twist"], indirect=True)
def test_it_also_drives_with_plain_twists(base):
    bench = up(base)
    bench.moves()
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)


def test_a_base_that_takes_the_other_type_is_not_up_and_the_type_is_named(base):
    base.options = RosBaseOptions(stamped=False)
    bench = Bench(base)
    bench.link.connect()
    bench.until(lambda _: "nobody takes Twist on base/cmd_vel" in bench.link.fault)
    assert not bench.link.up
    assert not bench.send(AHEAD)


def test_nothing_moves_while_somebody_else_drives_past_the_gate(base):
    bench = up(base)
    bench.moves()
    rival = base.node("joystick", "/")
    rival.create_publisher(TwistStamped, "/base1/base/cmd_vel", 10)
    bench.until(lambda _: "/joystick also drives base/cmd_vel" in bench.link.fault, sending=AHEAD)
    assert not bench.send(AHEAD)
    bench.until(lambda look: not look.moving, sending=AHEAD)
    assert bench.send(StandStill())
    assert bench.link.up  # where it is, is still told
    tolerant = up(base, exclusive=False)
    tolerant.moves()


def test_poses_and_speeds_are_those_of_the_base(base):
    bench = up(base, map_x_m=2.0, map_y_m=1.0, map_yaw_rad=math.pi / 2)
    bench.told(lambda state: state.odom[0] > 0.2, sending=Drive(0.4, 0.0, 0.3, 0.15))
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    bench.events.clear()
    state, truth = bench.told(), base.truth()
    assert state.odom == pytest.approx((truth["x"], truth["y"], truth["yaw"]), abs=0.01)
    assert state.pose[:2] == pytest.approx((2.0 - truth["y"], 1.0 + truth["x"]), abs=0.01)
    assert abs(state.twist[0]) < 0.02


def test_a_localiser_says_where_it_is_and_odometry_carries_it_on(base):
    bench = up(base, pose_source="pose")
    assert bench.told().pose is None
    localiser = base.node("amcl", "/")
    poses = localiser.create_publisher(PoseWithCovarianceStamped, "/base1/amcl_pose", 10)

    def tell(frame, x):
        message = PoseWithCovarianceStamped()
        message.header.frame_id, message.header.stamp = frame, localiser.get_clock().now().to_msg()
        message.pose.pose.position.x, message.pose.pose.orientation.w = x, 1.0
        poses.publish(message)

    bench.until(lambda _: poses.get_subscription_count() > 0)
    tell("odom", 99.0)  # not the map
    tell("map", 7.0)
    began = bench.told(lambda state: state.pose is not None)
    assert began.pose[0] == pytest.approx(7.0, abs=0.05)
    newest = bench.told(lambda state: state.odom[0] - began.odom[0] > 0.2, sending=AHEAD)
    assert newest.pose[0] - began.pose[0] == pytest.approx(newest.odom[0] - began.odom[0], abs=0.01)


def test_the_drivers_own_odometry_is_not_taken_for_the_bases(base):
    link = RosBaseLink("base1", "", 0, RosBaseOptions(odom_topic="odom"))
    with pytest.raises(OptionError, match="odom_topic"):
        link.attach(base.node())


def test_it_refuses_what_a_base_cannot_do(base):
    bench = up(base)
    assert not bench.send(MoveGripper(0.0, 0.1))


def test_odometry_of_two_is_none_and_both_are_named(base):
    """A filter that also publishes the wheels' topic: the place went back and forth by less than what counts as a leap."""
    bench = up(base)
    bench.moves()
    ekf = base.node("ekf", "/")
    ekf.create_publisher(Odometry, "/base1/base/odom", 10)
    bench.until(lambda _: not bench.link.up, sending=AHEAD)
    assert "/base1/base_controller" in bench.link.fault and "/ekf" in bench.link.fault
    assert not bench.send(AHEAD)
    bench.until(lambda look: not look.moving)


def test_odometry_without_a_rotation_or_with_velocities_of_the_world_is_none(base):
    base.options = RosBaseOptions(odom_topic="wheels")
    bench = Bench(base)
    bench.link.connect()
    wheels = base.node("wheels", "/")
    odometry = wheels.create_publisher(Odometry, "/base1/wheels", 10)

    def tell(w, child):
        message = Odometry(child_frame_id=child)
        message.header.stamp = wheels.get_clock().now().to_msg()
        message.pose.pose.orientation.w = w
        odometry.publish(message)

    def until(word, w, child):
        bench.until(lambda _: tell(w, child) or (word in bench.link.fault if word else bench.link.up))

    until("its orientation is no rotation", 0.0, "base_link")  # what nobody set: a heading of 0 for ever
    assert not bench.send(AHEAD)
    until("", 1.0, "base1/base_link")
    until("its velocity is in the frame 'odom'", 1.0, "base1/odom")
    assert not bench.send(AHEAD)
    until("", 1.0, "")

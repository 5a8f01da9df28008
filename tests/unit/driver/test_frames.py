# SPDX-License-Identifier: Apache-2.0
"""Frames and odometry as REP-105 has them: one publisher for each edge, and covariances that say what is not known."""

import math
from dataclasses import replace

import pytest
from builtin_interfaces.msg import Time

from tektra.common.errors import OptionError
from tektra.common.robot_wire import ImuReading, JointReadings, Scan, State
from tektra.driver import convert
from tektra.driver.describe import describe
from tektra.driver.options import DriverOptions
from tektra.driver.planar import compose
from tektra.driver.urdf import made_urdf

STAMP = Time(sec=7)
OPTIONS = DriverOptions()
DESCRIBED = describe("rover1", OPTIONS)


def state(pose=(3.0, 4.0, 1.2), odom=(1.0, 0.5, -0.4)) -> State:
    return State(
        seq=1, t=0.0, pose=pose, odom=odom, twist=(0.1, 0.2), joints=JointReadings(), gripper=None,
        battery=1.0, halted=True, halt_reason="", ack=0, rejected=0, fault="",
    )  # fmt: skip


def edges(options: DriverOptions, said: State) -> dict[tuple[str, str], tuple[float, float, float]]:
    found = {}
    for edge in convert.transforms(said, STAMP, DESCRIBED, options):
        at, turned = edge.transform.translation, edge.transform.rotation
        assert edge.header.stamp == STAMP
        found[edge.header.frame_id, edge.child_frame_id] = (at.x, at.y, 2 * math.atan2(turned.z, turned.w))
    return found


def test_map_to_odom_to_base_is_where_the_robot_says_that_it_is() -> None:
    found = edges(OPTIONS, state())
    assert list(found) == [("rover1/odom", "rover1/base_link"), ("map", "rover1/odom")]
    there = compose(found["map", "rover1/odom"], found["rover1/odom", "rover1/base_link"])
    assert there == pytest.approx((3.0, 4.0, 1.2))


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"odom_to_base": False}, ["map"]),
        ({"map_to_odom": "no"}, ["rover1/odom"]),
        ({"link": "ros_base"}, ["rover1/odom"]),  # AMCL publishes the other
        ({"link": "ros_base", "map_to_odom": "yes"}, ["rover1/odom", "map"]),
        ({"odom_to_base": False, "map_to_odom": "no"}, []),
    ],
)
def test_each_edge_has_a_switch(changes: dict[str, object], left: list[str]) -> None:
    assert [parent for parent, _ in edges(replace(OPTIONS, **changes), state())] == left


def test_a_namespaced_tree_has_frames_without_a_prefix_and_a_topic_of_its_own() -> None:
    """As Nav2's bring-up of several robots expects them: whatever names a frame names these."""
    options = replace(
        OPTIONS, namespaced_tf=True, footprint=[0.2, 0.2, -0.2, 0.2, -0.2, -0.2], linear_speed=0.5
    )
    described = describe("rover1", options)
    assert described.tf_topic == "tf" and DESCRIBED.tf_topic == "/tf"
    named = [
        (e.header.frame_id, e.child_frame_id) for e in convert.transforms(state(), STAMP, described, options)
    ]
    assert named == [("odom", "base_link"), ("map", "odom")]
    odometry = convert.odometry(state(), STAMP, described)
    assert (odometry.header.frame_id, odometry.child_frame_id) == ("odom", "base_link")
    scan = Scan(seq=1, t=0.0, angle_min=0.0, angle_step=0.1, range_min=0.1, range_max=5.0, ranges=(1.0, None))
    inertial = ImuReading(1, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 9.8))
    assert {convert.measurement(one, 1.0, described).header.frame_id for one in (scan, inertial)} == {
        "base_link"
    }
    announced = convert.description(described, options)
    assert (announced.base_frame, announced.odom_frame) == ("base_link", "odom")
    assert 'link name="base_link"' in made_urdf(described, options)
    assert 'link name="rover1/base_link"' in made_urdf(DESCRIBED, OPTIONS)


def test_what_does_not_know_its_place_publishes_no_map_to_odom() -> None:
    assert list(edges(OPTIONS, state(pose=None))) == [("rover1/odom", "rover1/base_link")]


def test_odometry_says_how_wrong_it_may_be_and_what_it_does_not_know() -> None:
    sigmas = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    message = convert.odometry(state(), STAMP, DESCRIBED, sigmas)
    pose, twist = message.pose.covariance.reshape(6, 6), message.twist.covariance.reshape(6, 6)
    assert pose.diagonal() == pytest.approx([0.01, 0.04, 1e6, 1e6, 1e6, 0.09])
    assert twist.diagonal() == pytest.approx([0.16, 0.25, 1e6, 1e6, 1e6, 0.36])
    assert (pose - pose.T).any() == 0 and message.header.stamp == STAMP
    with pytest.raises(OptionError, match="odom_sigmas"):
        describe("rover1", replace(OPTIONS, odom_sigmas=[0.1]))


def test_an_inertial_sensor_is_told_as_rep_145_has_it() -> None:
    reading = ImuReading(1, 0.0, (0.01, -0.02, 0.5), (0.3, 0.0, 9.8), rate_sigma=0.1, acceleration_sigma=0.5)
    message = convert.measurement(reading, 7.25, DESCRIBED)
    assert message.header.frame_id == "rover1/base_link"
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (7, 250_000_000)
    assert message.orientation_covariance[0] == -1.0  # it tells none
    turned, felt = message.angular_velocity, message.linear_acceleration
    assert (turned.x, turned.y, turned.z, felt.x, felt.y, felt.z) == (*reading.rates, *reading.accelerations)
    spread = [0.01, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.01]
    assert message.angular_velocity_covariance.tolist() == pytest.approx(spread)
    assert message.linear_acceleration_covariance.tolist() == pytest.approx([25.0 * one for one in spread])


def test_covariances_that_nobody_told_are_unknown() -> None:
    message = convert.imu(ImuReading(1, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 9.8)), 1.0, DESCRIBED)
    assert not message.angular_velocity_covariance.any()
    assert not message.linear_acceleration_covariance.any()

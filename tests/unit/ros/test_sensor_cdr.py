# SPDX-License-Identifier: Apache-2.0
"""What the gate reads out of bytes is what ROS put into them; other bytes are an error, and nothing else."""

import math
import random

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from sensor_msgs.msg import LaserScan, PointCloud2, PointField, Range
from std_msgs.msg import Bool

from tektra.ros.sensor_cdr import read_bool, read_cloud, read_range, read_scan


def scan_message(frame: str = "rover1/scan") -> LaserScan:
    message = LaserScan(angle_min=-3.0, angle_max=3.0, angle_increment=0.5, range_min=0.05, range_max=8.0)
    message.header.frame_id, message.header.stamp.sec, message.header.stamp.nanosec = frame, 7, 500_000_000
    message.ranges = [1.0, math.inf, 2.5]
    return message


@pytest.mark.parametrize("frame", ["", "a", "ab", "abc", "abcd", "rover1/scan"])
def test_a_scan(frame: str) -> None:
    scan = read_scan(serialize_message(scan_message(frame)))
    assert scan.stamp_s == 7.5
    assert (scan.angle_min, scan.angle_increment) == (-3.0, 0.5)
    assert (scan.range_min, scan.range_max) == pytest.approx((0.05, 8.0))
    assert scan.ranges.tolist() == [1.0, math.inf, 2.5]


def test_a_range_and_a_bumper() -> None:
    message = Range(radiation_type=1, field_of_view=0.5, min_range=0.02, max_range=4.0, range=1.5)
    message.header.frame_id = "odd"
    stamp_s, cone, distance = read_range(serialize_message(message))
    assert (stamp_s, distance) == (0.0, 1.5) and cone == pytest.approx((0.5, 0.02, 4.0))
    assert read_bool(serialize_message(Bool(data=True))) and not read_bool(serialize_message(Bool()))


def cloud_message(points: np.ndarray, *, organised: bool = False) -> PointCloud2:
    """With an intensity between the axes, as many sensors have."""
    names = ("x", "y", "intensity", "z")
    table = np.zeros((len(points), 5), np.float32)
    table[:, [0, 1, 3]] = points
    height = 2 if organised else 1
    message = PointCloud2(height=height, width=len(points) // height, point_step=20, is_dense=True)
    message.row_step = 20 * message.width
    message.header.frame_id = "depth"
    message.fields = [
        PointField(name=name, offset=4 * i, datatype=7, count=1) for i, name in enumerate(names)
    ]
    message.data = table.tobytes()
    return message


@pytest.mark.parametrize("organised", [False, True])
def test_a_cloud(organised: bool) -> None:
    points = np.arange(12.0).reshape(4, 3)
    stamp_s, found = read_cloud(serialize_message(cloud_message(points, organised=organised)))
    assert stamp_s == 0.0
    np.testing.assert_allclose(found, points)


def test_a_large_cloud_keeps_every_point() -> None:
    points = np.ones((60_000, 3))
    points[31_337] = (0.5, 0.25, 0.125)  # a thin pole is one point of many
    _, found = read_cloud(serialize_message(cloud_message(points)))
    np.testing.assert_array_equal(found, points)


def test_a_cloud_that_lies_about_its_sizes_is_refused() -> None:
    for change in ({"width": 400}, {"point_step": 8}, {"row_step": 10_000}, {"height": 2**31}):
        message = cloud_message(np.ones((4, 3)))
        for key, value in change.items():
            setattr(message, key, value)
        with pytest.raises(ValueError, match="cloud|too few"):
            read_cloud(serialize_message(message))
    message = cloud_message(np.ones((4, 3)))
    message.fields = message.fields[:2]
    with pytest.raises(ValueError, match="without x, y and z"):
        read_cloud(serialize_message(message))


def test_other_bytes_are_an_error_and_nothing_else() -> None:
    rng = random.Random(1)
    whole = [serialize_message(m) for m in (scan_message(), cloud_message(np.ones((4, 3))), Range(), Bool())]
    refused = 0
    for _ in range(3_000):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.randrange(4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        cut = bytes(data[: rng.randrange(len(data) + 1)])
        for read in (read_scan, read_cloud, read_range, read_bool):
            try:
                read(cut)
            except ValueError:
                refused += 1
    assert refused > 1_000

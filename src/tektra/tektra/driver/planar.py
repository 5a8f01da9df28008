# SPDX-License-Identifier: Apache-2.0
"""Poses in the plane as (x m, y m, yaw rad), counter-clockwise."""

import math

Pose = tuple[float, float, float]


def wrapped(angle_rad: float) -> float:
    """The same direction between -pi and pi."""
    return math.atan2(math.sin(angle_rad), math.cos(angle_rad))


def compose(frame: Pose, pose: Pose) -> Pose:
    """A pose that is given in `frame`, in the frame in which `frame` is given."""
    cos, sin = math.cos(frame[2]), math.sin(frame[2])
    x, y = cos * pose[0] - sin * pose[1], sin * pose[0] + cos * pose[1]
    return frame[0] + x, frame[1] + y, wrapped(frame[2] + pose[2])


def inverse(pose: Pose) -> Pose:
    """compose(pose, inverse(pose)) is the origin."""
    cos, sin = math.cos(pose[2]), math.sin(pose[2])
    return -cos * pose[0] - sin * pose[1], sin * pose[0] - cos * pose[1], wrapped(-pose[2])

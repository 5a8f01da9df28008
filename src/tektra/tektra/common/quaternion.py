# SPDX-License-Identifier: Apache-2.0
"""What of a quaternion matters on a floor."""

import math


def yaw_of(x: float, y: float, z: float, w: float) -> float:
    """The heading of a unit quaternion in rad, counter-clockwise (REP-103): the yaw of its roll, pitch and yaw."""
    return math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))

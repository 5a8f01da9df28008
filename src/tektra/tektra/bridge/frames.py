# SPDX-License-Identifier: Apache-2.0
"""Where the robots are, as a tree of frames: map -> <robot>/odom -> <robot>/base_link (REP-105)."""

from __future__ import annotations

import math
from dataclasses import dataclass

MAP = "map"


@dataclass(frozen=True)
class Pose:
    """A pose on the floor: m and rad, counter-clockwise."""

    x_m: float = 0.0
    y_m: float = 0.0
    yaw_rad: float = 0.0

    def after(self, other: Pose) -> Pose:
        """`other` seen from the frame in which this pose is given (composition)."""
        c, s = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        return Pose(
            self.x_m + c * other.x_m - s * other.y_m,
            self.y_m + s * other.x_m + c * other.y_m,
            math.remainder(self.yaw_rad + other.yaw_rad, math.tau),
        )

    def inverse(self) -> Pose:
        """The pose of this frame's parent, seen from this frame."""
        c, s = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        return Pose(-c * self.x_m - s * self.y_m, s * self.x_m - c * self.y_m, -self.yaw_rad)


@dataclass(frozen=True)
class Transform:
    """Where `child` is in `parent` at `stamp_ns` (ns since the epoch)."""

    stamp_ns: int
    parent: str
    child: str
    pose: Pose


class RobotFrames:
    """The two transforms of one robot, from its odometry and from its own localisation, whichever comes when.

    Only finite numbers are taken. A robot that gives no odometry has its odom frame at the map's origin.
    """

    def __init__(self, robot: str) -> None:
        self._odom_frame = f"{robot}/odom"
        self._base_frame = f"{robot}/base_link"
        self._in_odom: Pose | None = None

    def odometry(self, stamp_ns: int, pose: Pose) -> tuple[Transform, ...]:
        """The base moved in the odom frame."""
        if not _finite(pose):
            return ()
        self._in_odom = pose
        return (Transform(stamp_ns, self._odom_frame, self._base_frame, pose),)

    def localization(self, stamp_ns: int, pose: Pose) -> tuple[Transform, ...]:
        """The robot knows where it is in the map: where its odom frame is follows from that."""
        if not _finite(pose):
            return ()
        if self._in_odom is None:
            still = Transform(stamp_ns, self._odom_frame, self._base_frame, pose)
            return (Transform(stamp_ns, MAP, self._odom_frame, Pose()), still)
        return (Transform(stamp_ns, MAP, self._odom_frame, pose.after(self._in_odom.inverse())),)


def _finite(pose: Pose) -> bool:
    return math.isfinite(pose.x_m) and math.isfinite(pose.y_m) and math.isfinite(pose.yaw_rad)

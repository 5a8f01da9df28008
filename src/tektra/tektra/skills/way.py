# SPDX-License-Identifier: Apache-2.0
"""What is left of a way, as a robot drives along it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tektra.skills.seen import Point, Pose


class Way:
    """Straight stretches from corner to corner. The first one is the one that the robot is on."""

    def __init__(self, points: Sequence[Point] = ()) -> None:
        self._points = list(points)

    def __bool__(self) -> bool:
        return bool(self._points)

    @property
    def end(self) -> Point:
        return self._points[-1]

    def left_from(self, pose: Pose) -> list[Point]:
        """The corners that are left, from the robot's foot on its stretch."""
        return [self._foot(pose), *self._points[1:]]

    def length(self, pose: Pose) -> float:
        """How far it is to the end, from the robot itself."""
        points = [(pose.x, pose.y), *self._points[1:]]
        return sum(math.dist(a, b) for a, b in zip(points, points[1:], strict=False))

    def ahead(self, pose: Pose, distance: float) -> Point:
        """The point so far ahead of the robot's foot, or the end."""
        points = self.left_from(pose)
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            length = math.hypot(bx - ax, by - ay)
            if length >= distance:
                share = distance / length
                return ax + (bx - ax) * share, ay + (by - ay) * share
            distance -= length
        return points[-1]

    def drop_passed(self, pose: Pose, near: float) -> None:
        """Forgets corners that lie behind, or are as near as `near`."""
        while len(self._points) > 2:
            if self._share(pose) < 1.0 and pose.distance(*self._points[1]) > near:
                return
            self._points.pop(0)

    def _share(self, pose: Pose) -> float:
        """How much of the first stretch lies behind."""
        (ax, ay), (bx, by) = self._points[0], self._points[1]
        length2 = (bx - ax) ** 2 + (by - ay) ** 2
        return ((pose.x - ax) * (bx - ax) + (pose.y - ay) * (by - ay)) / length2 if length2 else 1.0

    def _foot(self, pose: Pose) -> Point:
        """The robot's foot on the stretch that it is on."""
        if len(self._points) < 2:
            return pose.x, pose.y
        (ax, ay), (bx, by) = self._points[0], self._points[1]
        share = min(1.0, max(0.0, self._share(pose)))
        return ax + (bx - ax) * share, ay + (by - ay) * share

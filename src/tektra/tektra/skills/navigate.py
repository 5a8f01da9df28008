# SPDX-License-Identifier: Apache-2.0
"""Going to a place: a route on the map, followed by pure pursuit (Coulter 1992), planned anew when a robot is in the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tektra.skills.base import (
    CRAWL_MPS,
    NOT_LOCALIZED,
    SHARE,
    BaseLimits,
    StuckWatch,
    Turn,
    stopping_speed,
)
from tektra.skills.route import Circle, Floor
from tektra.skills.seen import Command, Drive, End, Hold, Outcome, Pose, Seen, clipped, wrapped

#: Another robot's centre is kept this far away by a route, and this far ahead before one waits for it.
KEEP_M, YIELD_M = 0.75, 1.1
#: Robots further away than this will have moved on before one comes there: a route takes no notice of them.
NEAR_M = 3.0
#: A spot is taken when another robot is nearer to it than this.
TAKEN_M = 0.7
#: Ahead, on the route, by which the robot steers.
LOOKAHEAD_M = 0.35
#: With its target further aside than this, the robot turns on the spot first.
ASIDE_RAD = 0.7
#: Where the place counts as reached; its heading is then taken up.
REACHED_M = 0.04
#: Who yields tries a way round after this; nobody waits longer than the second for a way at all.
YIELD_S, GIVE_UP_S = 2.5, 20.0


class NavigateTo:
    """Drives to the first of some poses that no other robot takes, round walls and robots.

    Of two robots in each other's way the one whose name sorts last waits a moment for the other.
    A pose with a yaw that is not finite leaves the heading as it is reached.
    """

    def __init__(
        self, robot: str, name: str, poses: Sequence[Pose], floor: Floor, limits: BaseLimits
    ) -> None:
        self.progress = -1.0
        self._robot, self._name, self._poses = robot, name, poses
        self._floor, self._limits = floor, limits
        self._route: list[tuple[float, float]] = []
        self._goal = poses[0]
        self._length = 0.0
        self._final: Turn | None = None
        self._waiting_s: float | None = None
        self._watch = StuckWatch()

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        if self._final is not None:
            step = self._final.step(seen)
            arrived = isinstance(step, End) and step.outcome is Outcome.SUCCEEDED
            return self._reached(seen.pose) if arrived else step
        blocker = self._blocker(seen.pose, seen.others)
        if blocker or not self._route:
            return self._find_a_way(blocker, seen, seen.pose)
        self._waiting_s = None
        return self._follow(seen, seen.pose)

    # -- the way -----------------------------------------------------------------------------------------------

    def _blocker(self, pose: Pose, others: Mapping[str, Pose]) -> str:
        """The robot that stands or comes on the next stretch of the route; empty when it is free."""
        ahead = self._ahead(pose, YIELD_M)
        for name, other in others.items():
            for x, y in ahead:
                if other.distance(x, y) < KEEP_M - 0.1 and pose.distance(other.x, other.y) < YIELD_M + KEEP_M:
                    return name
        return ""

    def _find_a_way(self, blocker: str, seen: Seen, pose: Pose) -> Command | End:
        self._waiting_s = seen.now_s if self._waiting_s is None else self._waiting_s
        waited_s = seen.now_s - self._waiting_s
        if blocker and self._robot > blocker and waited_s < YIELD_S:
            return Hold()
        self._goal = self._free_pose(seen)
        near = [other for other in seen.others.values() if pose.distance(other.x, other.y) < NEAR_M]
        circles: list[Circle] = [(other.x, other.y, KEEP_M) for other in near]
        route = self._floor.route(pose, self._goal, circles)
        if route is None:
            if waited_s > GIVE_UP_S:
                return End(
                    Outcome.FAILED,
                    f"found no way to {self._name}{f': {blocker} is in it' if blocker else ''}",
                )
            return Hold()
        self._route = route
        self._length = self._length or self._left(pose)
        self._waiting_s = None
        return Hold()

    def _free_pose(self, seen: Seen) -> Pose:
        for pose in self._poses:
            if all(other.distance(pose.x, pose.y) > TAKEN_M for other in seen.others.values()):
                return pose
        return self._goal

    # -- following it ------------------------------------------------------------------------------------------

    def _follow(self, seen: Seen, pose: Pose) -> Command | End:
        self._drop_passed(pose)
        left = self._left(pose)
        self.progress = max(0.0, 1.0 - left / self._length) if self._length else 1.0
        end_x, end_y = self._route[-1]
        if pose.distance(end_x, end_y) <= REACHED_M or (
            left < 2 * REACHED_M and self._behind(pose, end_x, end_y)
        ):
            return self._arrive(seen, pose)
        target = self._ahead(pose, LOOKAHEAD_M)[-1]
        aside = wrapped(pose.bearing(*target) - pose.yaw)
        if abs(aside) > ASIDE_RAD:
            rate = stopping_speed(
                abs(aside), SHARE * self._limits.turn_acceleration, self._limits.turn_rate, 0.1
            )
            asked = Drive(0.0, math.copysign(rate, aside))
        else:
            speed = stopping_speed(left, SHARE * self._limits.deceleration, self._limits.speed, CRAWL_MPS)
            speed *= max(0.25, 1.0 - abs(aside) / ASIDE_RAD)
            distance = max(0.1, pose.distance(*target))
            # Curvature of the arc through the target: 2 sin(alpha) / L.
            asked = Drive(speed, clipped(2.0 * speed * math.sin(aside) / distance, self._limits.turn_rate))
        if self._watch.stuck(asked, pose, seen.now_s):
            return End(Outcome.FAILED, f"blocked on the way to {self._name}, {left:.1f} m before it")
        return asked

    def _arrive(self, seen: Seen, pose: Pose) -> Command | End:
        self.progress = 1.0
        turn = wrapped(self._goal.yaw - pose.yaw) if math.isfinite(self._goal.yaw) else 0.0
        if abs(turn) < 0.05:
            return self._reached(pose)
        self._final = Turn(turn, self._limits)
        return self._final.step(seen)

    def _reached(self, pose: Pose) -> End:
        off = pose.distance(self._goal.x, self._goal.y)
        where = {
            "x": round(pose.x, 3),
            "y": round(pose.y, 3),
            "yaw": round(pose.yaw, 3),
            "off_m": round(off, 3),
        }
        return End(Outcome.SUCCEEDED, f"reached {self._name}", where)

    def _behind(self, pose: Pose, x: float, y: float) -> bool:
        return abs(wrapped(pose.bearing(x, y) - pose.yaw)) > math.pi / 2

    def _drop_passed(self, pose: Pose) -> None:
        """Forgets corners that lie behind: the route's first stretch is the one the robot is on."""
        while len(self._route) > 2:
            (ax, ay), (bx, by) = self._route[0], self._route[1]
            length2 = (bx - ax) ** 2 + (by - ay) ** 2
            share = ((pose.x - ax) * (bx - ax) + (pose.y - ay) * (by - ay)) / length2 if length2 else 1.0
            if share < 1.0 and pose.distance(bx, by) > 0.5 * LOOKAHEAD_M:
                return
            self._route.pop(0)

    def _left(self, pose: Pose) -> float:
        points = [(pose.x, pose.y), *self._route[1:]]
        return sum(math.dist(a, b) for a, b in zip(points, points[1:], strict=False))

    def _ahead(self, pose: Pose, distance: float) -> list[tuple[float, float]]:
        """Points on the route from the robot on, a cell apart, up to `distance`; the last one lies at it or at the end."""
        points = [self._on_route(pose), *self._route[1:]] if self._route else []
        found: list[tuple[float, float]] = []
        left = distance
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            length = math.hypot(bx - ax, by - ay)
            stretch = min(left, length)
            for step in range(1, max(1, math.ceil(stretch / 0.1)) + 1):
                share = min(step * 0.1, stretch) / length if length else 1.0
                found.append((ax + (bx - ax) * share, ay + (by - ay) * share))
            left -= stretch
            if left <= 0:
                break
        return found or points[-1:]

    def _on_route(self, pose: Pose) -> tuple[float, float]:
        """The robot's foot on the stretch that it is on."""
        if len(self._route) < 2:
            return pose.x, pose.y
        (ax, ay), (bx, by) = self._route[0], self._route[1]
        length2 = (bx - ax) ** 2 + (by - ay) ** 2
        share = ((pose.x - ax) * (bx - ax) + (pose.y - ay) * (by - ay)) / length2 if length2 else 1.0
        share = min(1.0, max(0.0, share))
        return ax + (bx - ax) * share, ay + (by - ay) * share

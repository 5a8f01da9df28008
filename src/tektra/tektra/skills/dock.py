# SPDX-License-Identifier: Apache-2.0
"""Into the dock: to a point before it by the map, then slowly and exactly along its axis, backwards where there is room."""

from __future__ import annotations

import math

from tektra.common.errors import InputError
from tektra.skills.base import NOT_LOCALIZED, SHARE, BaseLimits, StuckWatch, stopping_speed, where
from tektra.skills.in_turn import InTurn
from tektra.skills.navigate import Driver, NavigateTo
from tektra.skills.route import Floor
from tektra.skills.seen import Command, Drive, End, Outcome, Point, Pose, Seen, Ticket, clipped, wrapped

#: From how far, and how fast, the dock is entered.
STAGE_M, SPEED_MPS, CRAWL_MPS = 0.6, 0.15, 0.02
#: Where it counts as docked: along the axis, aside of it, and in heading.
ALONG_M, ASIDE_M, HEADING_RAD = 0.01, 0.03, 0.06
#: The axis is steered for as if it were so far away: the smaller, the harder.
AXIS_M = 0.25


class Approach:
    """Drives straight into a pose along its own axis; `way` +1 ahead, -1 backwards. `claim` is its caller's affair."""

    def __init__(self, goal: Pose, way: int, limits: BaseLimits) -> None:
        self.progress = 0.0
        self._goal, self._way, self._limits = goal, way, limits
        self._watch = StuckWatch()

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        pose, goal = seen.pose, self._goal
        if seen.barred:
            return End(Outcome.FAILED, f"{seen.barred} is in the way, before the dock")
        dx, dy = goal.x - pose.x, goal.y - pose.y
        left = self._way * (dx * math.cos(goal.yaw) + dy * math.sin(goal.yaw))
        aside = dy * math.cos(goal.yaw) - dx * math.sin(goal.yaw)
        heading = wrapped(goal.yaw - pose.yaw)
        self.progress = clipped(1.0 - left / STAGE_M, 1.0)
        if left <= ALONG_M:
            return self._arrived(pose, aside, heading)
        speed = stopping_speed(
            left, SHARE * self._limits.deceleration, min(SPEED_MPS, self._limits.speed), CRAWL_MPS
        )
        turn = 2.0 * (heading + self._way * math.atan2(aside, AXIS_M))
        asked = Drive(self._way * speed, clipped(turn, 0.4 * self._limits.turn_rate))
        if self._watch.stuck(asked, pose, seen.now_s):
            return End(Outcome.FAILED, f"blocked {left:.2f} m before the dock")
        return asked

    def _arrived(self, pose: Pose, aside: float, heading: float) -> End:
        off = pose.distance(self._goal.x, self._goal.y)
        there = {**where(pose), "off_m": round(off, 3)}
        if abs(aside) > ASIDE_M or abs(heading) > HEADING_RAD:
            text = f"missed the dock by {100 * abs(aside):.0f} cm and {math.degrees(abs(heading)):.0f}°"
            return End(Outcome.FAILED, text, there)
        return End(Outcome.SUCCEEDED, "docked", there)


class Dock:
    """See the module. Raises InputError for a dock with no free floor before or behind it."""

    def __init__(self, driver: Driver, floor: Floor, name: str, dock: Pose) -> None:
        self._pose: Pose | None = None
        self._dock = dock
        for way in (-1, 1):  # backwards first: then it leaves ahead
            x, y = (
                dock.x - way * STAGE_M * math.cos(dock.yaw),
                dock.y - way * STAGE_M * math.sin(dock.yaw),
            )
            if floor.free(x, y):
                break
        else:
            raise InputError(
                f"there is no free floor before or behind {name}", "move the dock in the world's file"
            )
        stage = Pose(x, y, dock.yaw)
        drive = NavigateTo(driver, floor, name, [stage], beyond=[(dock.x, dock.y)])
        self._drive = drive
        self._parts = InTurn([lambda _: drive, lambda _: Approach(dock, way, driver.limits)])

    @property
    def progress(self) -> float:
        return self._parts.progress

    @property
    def claim(self) -> tuple[Ticket, tuple[Point, ...]] | None:
        """See Claiming: the way there, with the dock at its end."""
        claimed = self._drive.claim
        if self._parts.part is self._drive or claimed is None or self._pose is None:
            return claimed
        return claimed[0], ((self._pose.x, self._pose.y), (self._dock.x, self._dock.y))

    def step(self, seen: Seen) -> Command | End:
        self._pose = seen.pose
        return self._parts.step(seen)

# SPDX-License-Identifier: Apache-2.0
"""Skills of a wheeled base that need no map: move, turn, wait."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tektra.skills.seen import Command, Drive, End, Hold, Outcome, Pose, Seen, clipped, wrapped

#: A base that was asked to move and came less far than this within STUCK_S is blocked.
STUCK_M, STUCK_RAD, STUCK_S = 0.03, 0.05, 3.0
#: Where a straight move or a turn counts as done.
REACHED_M, REACHED_RAD = 0.015, 0.01
#: Commanded speeds below this are not worth a permit.
CRAWL_MPS, CRAWL_RPS = 0.03, 0.08
#: Speed is planned so that a deceleration of this share of the robot's own suffices.
SHARE = 0.15
#: A robot of which nothing was heard for so long cannot be looked at; nor can a point as near as this.
LOST_S, HERE_M = 3.0, 0.1
#: Wheels may tell of a longer way than was asked, by this share and so much more, and of a larger turn.
ASTRAY, ASTRAY_M, ASTRAY_RAD = 1.25, 0.5, 0.7
NOT_LOCALIZED = End(Outcome.FAILED, "the robot does not know where it is")


@dataclass(frozen=True)
class BaseLimits:
    """What the base may do, as its driver declares it."""

    speed: float
    turn_rate: float
    deceleration: float
    turn_acceleration: float


class StuckWatch:
    """Notices a base that is asked to move and does not."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._pose = Pose(0.0, 0.0)

    def stuck(self, asked: Drive, pose: Pose, now_s: float) -> bool:
        moved = (
            self._pose.distance(pose.x, pose.y) > STUCK_M
            or abs(wrapped(pose.yaw - self._pose.yaw)) > STUCK_RAD
        )
        idle = math.hypot(asked.vx, asked.vy) < CRAWL_MPS / 2 and abs(asked.wz) < CRAWL_RPS / 2
        if self._since_s is None or moved or idle:
            self._since_s, self._pose = now_s, pose
        return now_s - self._since_s > STUCK_S


class Odometer:
    """How far a base went, or turned, by the speeds that it told, whatever its place says: a localiser may leap back again and
    again. Where its place stays, its wheels slip."""

    def __init__(self) -> None:
        self._went, self._since_s = 0.0, math.inf

    def beyond(self, rate: float, moved: float, most: float, now_s: float) -> bool:
        """It told this rate (m/s, or rad/s), and its place moved by so much since the last call (m, or rad): whether it has
        gone farther than `most` by now."""
        passed_s, self._since_s = max(now_s - self._since_s, 0.0), now_s
        self._went += min(abs(rate) * passed_s, 2.0 * abs(moved))
        return self._went > most


def stopping_speed(distance: float, deceleration: float, most: float, least: float) -> float:
    """The speed from which `distance` is enough to stop: v = sqrt(2 a d), held between least and most."""
    return max(least, min(most, math.sqrt(2.0 * deceleration * max(0.0, distance))))


class Move:
    """Drives straight by a signed distance, holding its line and heading."""

    def __init__(self, distance: float, limits: BaseLimits, speed: float | None = None) -> None:
        self.progress = 0.0
        self._distance = distance
        self._limits = limits
        self._speed = min(speed or limits.speed, limits.speed)
        self._start: Pose | None = None
        self._before: Pose | None = None
        self._watch, self._odometer = StuckWatch(), Odometer()

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        before, self._before = self._before or seen.pose, seen.pose
        moved, most = before.distance(seen.pose.x, seen.pose.y), ASTRAY * abs(self._distance) + ASTRAY_M
        if self._odometer.beyond(seen.speed, moved, most, seen.now_s):
            return End(Outcome.FAILED, "its wheels tell of a longer way than its place does")
        if seen.barred:
            return End(Outcome.FAILED, f"{seen.barred} is in the way")
        start = self._start = self._start or seen.pose
        dx, dy = seen.pose.x - start.x, seen.pose.y - start.y
        along = dx * math.cos(start.yaw) + dy * math.sin(start.yaw)
        aside = dy * math.cos(start.yaw) - dx * math.sin(start.yaw)
        left = abs(self._distance) - along * math.copysign(1.0, self._distance)
        self.progress = clipped(1.0 - left / abs(self._distance), 1.0)
        if left <= REACHED_M:
            text = f"moved {along:.2f} m"
            return End(Outcome.SUCCEEDED, text, {"moved_m": round(along, 3), **where(seen.pose)})
        speed = stopping_speed(left, SHARE * self._limits.deceleration, self._speed, CRAWL_MPS)
        forward = math.copysign(1.0, self._distance)
        heading = wrapped(start.yaw - seen.pose.yaw) - forward * math.atan2(aside, 0.6)
        asked = Drive(forward * speed, clipped(1.5 * heading, 0.5 * self._limits.turn_rate))
        if self._watch.stuck(asked, seen.pose, seen.now_s):
            return End(Outcome.FAILED, f"blocked after {along:.2f} m", {"moved_m": round(along, 3)})
        return asked


class Turn:
    """Turns on the spot by a signed angle; more than a whole turn is fine."""

    def __init__(self, angle: float, limits: BaseLimits) -> None:
        self.progress = 0.0
        self._angle = angle
        self._limits = limits
        self._turned = 0.0
        self._yaw: float | None = None
        self._watch, self._odometer = StuckWatch(), Odometer()

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        turned = wrapped(seen.pose.yaw - self._yaw) if self._yaw is not None else 0.0
        self._turned, self._yaw = self._turned + turned, seen.pose.yaw
        if self._odometer.beyond(seen.turn_rate, turned, ASTRAY * abs(self._angle) + ASTRAY_RAD, seen.now_s):
            return End(Outcome.FAILED, "it tells of a larger turn than its heading does")
        left = self._angle - self._turned
        self.progress = clipped(1.0 - abs(left / self._angle), 1.0)
        if abs(left) <= REACHED_RAD:
            turned = math.degrees(self._turned)
            return End(
                Outcome.SUCCEEDED,
                f"turned {turned:.0f}°",
                {"turned_deg": round(turned, 1), **where(seen.pose)},
            )
        rate = stopping_speed(
            abs(left), SHARE * self._limits.turn_acceleration, self._limits.turn_rate, CRAWL_RPS
        )
        asked = Drive(0.0, math.copysign(rate, left))
        if self._watch.stuck(asked, seen.pose, seen.now_s):
            return End(Outcome.FAILED, f"blocked after {math.degrees(self._turned):.0f}°")
        return asked


class LookAt:
    """Turns on the spot to face a point, or another robot where it is then."""

    def __init__(self, name: str, target: tuple[float, float] | str, limits: BaseLimits) -> None:
        self.progress = 0.0
        self._name, self._target, self._limits = name, target, limits
        self._turn: Turn | None = None
        self._since_s: float | None = None

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        self._since_s = seen.now_s if self._since_s is None else self._since_s
        if self._turn is None:
            target = self._target
            if isinstance(target, str):
                other = seen.others.get(target)
                if other is None:
                    lost = seen.now_s - self._since_s > LOST_S
                    return End(Outcome.FAILED, f"where {target} is, is not known") if lost else Hold()
                target = (other.x, other.y)
            if seen.pose.distance(*target) < HERE_M:
                return End(Outcome.SUCCEEDED, f"stands at {self._name} itself", where(seen.pose))
            angle = wrapped(seen.pose.bearing(*target) - seen.pose.yaw)
            if abs(angle) <= REACHED_RAD:
                return End(Outcome.SUCCEEDED, f"faces {self._name}", where(seen.pose))
            self._turn = Turn(angle, self._limits)
        step = self._turn.step(seen)
        self.progress = self._turn.progress
        if isinstance(step, End) and step.outcome is Outcome.SUCCEEDED:
            return End(Outcome.SUCCEEDED, f"faces {self._name}", step.result)
        return step


class Wait:
    """Stands still for a while."""

    def __init__(self, seconds: float) -> None:
        self.progress = 0.0
        self._seconds = seconds
        self._since_s: float | None = None

    def step(self, seen: Seen) -> Command | End:
        self._since_s = seen.now_s if self._since_s is None else self._since_s
        waited_s = seen.now_s - self._since_s
        self.progress = min(1.0, waited_s / self._seconds) if self._seconds else 1.0
        return End(Outcome.SUCCEEDED, f"waited {waited_s:.0f} s") if waited_s >= self._seconds else Hold()


def where(pose: Pose) -> dict[str, object]:
    """Where a skill left its robot, for its result."""
    return {"x": round(pose.x, 3), "y": round(pose.y, 3), "yaw": round(pose.yaw, 3)}

# SPDX-License-Identifier: Apache-2.0
"""What sensors see of things and people that no map knows, and how fast a robot may move for it.

Judged is what the robot's own footprint would sweep along the permitted motion until it stands, in `base_link` as it was
when the sensor looked, so that no map and no localisation is needed: the way since then, the reaction time at the speed
that it has, and v^2/(2a); then the rest of the turn. The speed is the largest at which it stands before anything is
nearer than `margin`. What has moved since it was seen last may come on at `moving_speed` until the robot stands.
Fail-closed: a sensor that is named and does not speak, speaks late or nonsense, leaves its robot without a permit to
move. Units: m, s, rad.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tektra.safety.motion import Twist
from tektra.safety.obstacle_rules import OPEN, SHUT, ObstacleRules, ObstacleSensor, Watched
from tektra.safety.sight import NOTHING, Scan, Sight, see_cloud, see_range, see_scan
from tektra.safety.sweep import Floats, Footprint, arc, free
from tektra.safety.zones import RETREAT_MPS, STANDING_MPS, Judgement

#: Who is too near to something turns no faster than this, away from it.
RETREAT_RADPS = 0.3
#: A scan is compared with the one nearest to so long before, and kept no longer than the second.
EARLIER_S, KEPT_S = 0.3, 0.8
#: How wrong odometry may be over the way since a sensor looked.
ODOMETRY_SHARE = 0.1
#: Slower than this share of what was asked is standing.
SLOWEST, HALVINGS = 0.02, 5
AHEAD_S = 0.05  # clocks of two computers differ
#: A place no further outside the footprint than this needs no sensor that looks at it.
OWN_M = 0.01


@dataclass
class _Eye:
    """One sensor, and what it saw last."""

    sensor: ObstacleSensor
    sight: Sight = NOTHING
    seen_s: float = -math.inf
    scans: deque[tuple[float, Scan]] = field(default_factory=deque)

    def fresh(self, now_s: float) -> bool:
        return -AHEAD_S <= now_s - self.seen_s <= self.sensor.timeout_s

    def before(self, seen_s: float) -> tuple[float, Scan] | None:
        """The scan of about EARLIER_S before."""
        while self.scans and seen_s - self.scans[0][0] > KEPT_S:
            self.scans.popleft()
        near = [scan for scan in self.scans if seen_s - scan[0] >= EARLIER_S]
        return near[-1] if near else self.scans[0] if self.scans else None


@dataclass
class _Robot:
    """One robot's sensors, and how it moved of late by its own word."""

    watched: Watched
    eyes: dict[str, _Eye]
    footprint: Footprint = field(default_factory=lambda: Footprint((), 0.5))
    told: deque[tuple[float, Twist]] = field(default_factory=deque)
    granted: deque[tuple[float, Twist]] = field(default_factory=deque)

    def moved(self, since_s: float, now_s: float) -> tuple[float, float, float]:
        """Where the base is now, as seen from where it was then: x, y, yaw."""
        x = y = yaw = 0.0
        for index, (at_s, twist) in enumerate(self.told):
            until_s = self.told[index + 1][0] if index + 1 < len(self.told) else now_s
            lasts_s = min(until_s, now_s) - max(at_s if index else since_s, since_s)
            if lasts_s > 0.0:
                half = yaw + twist.wz * lasts_s / 2.0
                x += (twist.vx * math.cos(half) - twist.vy * math.sin(half)) * lasts_s
                y += (twist.vx * math.sin(half) + twist.vy * math.cos(half)) * lasts_s
                yaw += twist.wz * lasts_s
        return x, y, yaw


class Obstacles:
    """Holds the newest sight of each sensor. One thread uses it; `judge` takes a bounded number of steps."""

    def __init__(self, rules: ObstacleRules) -> None:
        self._rules = rules
        self._robots = {
            name: _Robot(watched, {sensor.name: _Eye(sensor) for sensor in watched.sensors})
            for name, watched in rules.robots.items()
        }

    def shaped(self, robot: str, corners: Sequence[tuple[float, float]], radius: float) -> None:
        """A robot's outline, as its driver declares it; without corners, a circle."""
        if (known := self._robots.get(robot)) is not None and math.isfinite(radius):
            known.footprint = Footprint(corners, radius)

    def moves(self, robot: str, twist: Twist, at_s: float) -> None:
        """How its driver says that it moved at that time."""
        known = self._robots.get(robot)
        if known is None or not all(map(math.isfinite, (twist.vx, twist.vy, twist.wz))):
            return
        known.told.append((at_s, twist))
        while len(known.told) > 1 and at_s - known.told[1][0] > 2.0 * KEPT_S:
            known.told.popleft()

    def granted(self, robot: str, twist: Twist, now_s: float) -> None:
        """What was permitted."""
        if robot in self._robots:
            self._robots[robot].granted.append((now_s, twist))

    # -- what is seen ------------------------------------------------------------------------------------------

    def scanned(self, robot: str, name: str, scan: Scan, now_s: float, age_s: float) -> None:
        """A LaserScan. Raises ValueError for one that is none."""
        known = self._robots[robot]
        eye, seen_s = known.eyes[name], now_s - max(age_s, 0.0)
        if not self._believes(eye, seen_s, age_s):
            return
        before = eye.before(seen_s)
        turned = known.moved(before[0], seen_s) if before else (0.0, 0.0, 0.0)
        sight = see_scan(eye.sensor, scan, before[1] if before else None, turned)
        eye.sight, eye.seen_s = sight, seen_s
        eye.scans.append((seen_s, scan))

    def ranged(
        self,
        robot: str,
        name: str,
        cone: tuple[float, float, float],
        distance: float,
        *,
        now_s: float,
        age_s: float,
    ) -> None:
        """A Range: its cone (width rad, nearest, furthest), and how far something is. Raises ValueError."""
        self._saw(
            robot, name, see_range(self._robots[robot].eyes[name].sensor, *cone, distance), now_s, age_s
        )

    def clouded(self, robot: str, name: str, points: Floats, now_s: float, age_s: float) -> None:
        """A PointCloud2, as (n, 3) in the sensor's frame."""
        self._saw(robot, name, see_cloud(self._robots[robot].eyes[name].sensor, points), now_s, age_s)

    def felt(self, robot: str, name: str, now_s: float) -> None:
        """A bumper spoke. What it says is the caller's affair."""
        self._saw(robot, name, NOTHING, now_s, 0.0)

    def silent(self, robot: str, now_s: float) -> list[str]:
        """Its sensors that are named and do not speak."""
        eyes = self._robots[robot].eyes if robot in self._robots else {}
        return [name for name, eye in eyes.items() if not eye.fresh(now_s)]

    # -- the decision ------------------------------------------------------------------------------------------

    def judge(self, robot: str, asked: Twist, deceleration: float, now_s: float) -> Judgement:
        """The largest share of the asked speed at which it stands before it is too near to anything."""
        known = self._robots.get(robot)
        if known is None or asked == Twist():
            return Judgement()
        if silent := self.silent(robot, now_s):
            return Judgement(0.0, f"the silence of its sensor {silent[0]}")
        if not deceleration > 0.0:
            return Judgement(0.0, "not knowing how it brakes")
        course = _Course(self._rules, known, asked, deceleration, now_s)
        judged = [course.past(eye) for eye in known.eyes.values() if len(eye.sight.points)]
        if known.watched.unseen != OPEN:
            judged.append(course.unseen())
        return min(judged, key=lambda judgement: judgement.factor, default=Judgement())

    def judge_parts(self, robot: str, reach: float, now_s: float) -> Judgement:
        """What moves on a base that stands: no part does while anything that moves could come within its reach."""
        if (known := self._robots.get(robot)) is None:
            return Judgement()
        if silent := self.silent(robot, now_s):
            return Judgement(0.0, f"the silence of its sensor {silent[0]}")
        for name, eye in known.eyes.items():
            come = self._rules.moving_speed * (now_s - eye.seen_s + self._rules.reaction_s)
            moving = eye.sight.points[eye.sight.moving]
            if (np.hypot(moving[:, 0], moving[:, 1]) < reach + self._rules.margin + come).any():
                return Judgement(0.0, f"something that {name} sees", passing=True)
        return Judgement()

    # -- inside ------------------------------------------------------------------------------------------------

    def _saw(self, robot: str, name: str, sight: Sight, now_s: float, age_s: float) -> None:
        eye = self._robots[robot].eyes[name]
        if self._believes(eye, now_s - max(age_s, 0.0), age_s):
            eye.sight, eye.seen_s = sight, now_s - max(age_s, 0.0)

    def _believes(self, eye: _Eye, seen_s: float, age_s: float) -> bool:
        """Neither from the future, nor too old, nor older than what it said before."""
        return -AHEAD_S <= age_s <= eye.sensor.timeout_s and seen_s > eye.seen_s


class _Course:
    """One motion that is asked for, against what one robot's sensors see."""

    def __init__(
        self, rules: ObstacleRules, robot: _Robot, asked: Twist, deceleration: float, now_s: float
    ) -> None:
        self._rules, self._robot, self._asked, self._now_s = rules, robot, asked, now_s
        self._footprint, self._deceleration = robot.footprint, deceleration
        self._speed = math.hypot(asked.vx, asked.vy)
        self._turns = self._speed < STANDING_MPS
        had = self._had()
        # On the spot the way is an angle, and all along it a length; by what it has now it is at least so long.
        self._pace, self._brake = (
            (abs(asked.wz), rules.turn_deceleration) if self._turns else (self._speed, deceleration)
        )
        self._bound = had * rules.reaction_s
        self._needs = max(had, self._pace) * rules.reaction_s + self._pace**2 / (2.0 * self._brake)
        self._stops_s = rules.reaction_s + self._pace / self._brake

    def past(self, eye: _Eye) -> Judgement:
        """The share at which it keeps off what this sensor sees."""
        rules, start = self._rules, self._robot.moved(eye.seen_s, self._now_s)
        went = math.hypot(start[0], start[1])
        points, late_s = eye.sight.points, max(self._now_s - eye.seen_s, 0.0)
        keep = np.full(len(points), rules.margin + ODOMETRY_SHARE * went)
        keep[eye.sight.moving] += rules.moving_speed * (late_s + self._stops_s)
        reach = (0.0 if self._turns else self._needs) + self._footprint.radius + rules.slow_within
        near = np.hypot(points[:, 0] - start[0], points[:, 1] - start[1]) <= reach + keep + 0.05
        if not near.any():
            return Judgement()
        points, keep, cause = points[near], keep[near], f"something that {eye.sensor.name} sees"
        way = arc(self._asked, self._needs, self._footprint.radius, start)
        length, too_near = free(way, self._footprint, points, keep)
        factor = self._share(length)
        if too_near:
            most = RETREAT_RADPS if self._turns else RETREAT_MPS
            factor = min(factor, most / self._pace)
        factor = self._with_rest_of_turn(factor, start, points, keep)
        if factor <= SLOWEST:
            return Judgement(0.0, cause, passing=True)
        if rules.slow_within and not self._turns and self._speed > rules.slow_speed:
            off = self._footprint.off(*way.in_pose(points[:, 0], points[:, 1]))
            if (off < rules.slow_within).any():
                factor = min(factor, rules.slow_speed / self._speed)
        return Judgement(factor, cause if factor < 1.0 else "")

    def unseen(self) -> Judgement:
        """The share at which it keeps off floor that none of its sensors look at, or enters it slowly."""
        corners = self._footprint.corners
        way = arc(self._asked, self._needs, self._footprint.radius)
        cos, sin = np.cos(way.yaw)[:, None], np.sin(way.yaw)[:, None]
        xs = way.x[:, None] + cos * corners[:, 0] - sin * corners[:, 1]
        ys = way.y[:, None] + sin * corners[:, 0] + cos * corners[:, 1]
        dark = self._footprint.off(xs, ys) > OWN_M
        for eye in self._robot.eyes.values():
            dark &= ~eye.sight.looked_at(xs, ys)
        first = np.flatnonzero(dark.any(axis=1))
        if not len(first):
            return Judgement()
        if self._robot.watched.unseen == SHUT:
            factor = self._share(float(way.length[max(first[0] - 1, 0)]))
        else:
            factor = min((RETREAT_RADPS if self._turns else RETREAT_MPS) / self._pace, 1.0)
        return Judgement(factor if factor > SLOWEST else 0.0, "floor that none of its sensors look at")

    def _had(self) -> float:
        """The fastest that it goes, or was permitted within the reaction time."""
        granted, now_s = self._robot.granted, self._now_s
        while granted and granted[0][0] < now_s - self._rules.reaction_s:
            granted.popleft()
        twists = [twist for _, twist in granted] + [twist for _, twist in list(self._robot.told)[-1:]]
        if self._turns:
            return max((abs(twist.wz) for twist in twists), default=0.0)
        return max((math.hypot(twist.vx, twist.vy) for twist in twists), default=0.0)

    def _share(self, length: float) -> float:
        """The share of the asked speed at which it stands within this length: v T + v^2 / 2a, with v T at least what it has."""
        late, brake = self._rules.reaction_s, self._brake
        if length >= self._needs:
            return 1.0
        pace = -brake * late + math.sqrt((brake * late) ** 2 + 2.0 * brake * length)
        if pace * late < self._bound:
            pace = math.sqrt(max(2.0 * brake * (length - self._bound), 0.0))
        return min(pace / self._pace, 1.0)

    def _with_rest_of_turn(
        self, factor: float, start: tuple[float, float, float], points: Floats, keep: Floats
    ) -> float:
        """A base stands before its turn has ended: the share at which the rest of the turn is free as well."""
        for _ in range(HALVINGS):
            speed, rate = self._speed * factor, abs(self._asked.wz) * factor
            braking = speed**2 / (2.0 * self._deceleration)
            rest = rate**2 / (2.0 * self._rules.turn_deceleration) - (
                braking * rate / speed if speed else 0.0
            )
            if self._turns or factor <= SLOWEST or rest * self._footprint.radius < self._rules.margin / 4.0:
                return factor
            driven = arc(self._asked, speed * self._rules.reaction_s + braking, 0.0, start)
            there = (float(driven.x[-1]), float(driven.y[-1]), float(driven.yaw[-1]))
            turn = arc(Twist(wz=math.copysign(1.0, self._asked.wz)), rest, self._footprint.radius, there)
            if free(turn, self._footprint, points, keep)[0] >= rest:
                return factor
            factor /= 2.0
        return 0.0

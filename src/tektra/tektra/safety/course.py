# SPDX-License-Identifier: Apache-2.0
"""How fast one motion may be for what one robot's sensors see: the formula is told in obstacles.py. Units: m, s, rad."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tektra.safety.eyes import Eye, Watch
from tektra.safety.motion import Twist
from tektra.safety.obstacle_rules import SHUT, ObstacleRules
from tektra.safety.onward import leads_elsewhere, onward
from tektra.safety.ramp import STANDING_MPS
from tektra.safety.sweep import Arc, Floats, arc, free
from tektra.safety.zones import RETREAT_MPS, Judgement

#: Places and radii (m).
Circles = Sequence[tuple[float, float, float]]
#: Who is too near to something turns no faster than this, away from it.
RETREAT_RADPS = 0.3
#: How wrong odometry may be over the way since a sensor looked.
ODOMETRY_SHARE = 0.1
#: Slower than this share of what was asked is standing.
SLOWEST, HALVINGS = 0.02, 5
#: How a base may pass to another way, and then brake: straight from one velocity to the other, and along its bend; one that
#: does not go sideways does the first alone.
SIDEWAYS = ((False, False), (True, False), (False, True), (True, True))
#: A place no further outside the footprint than this needs no sensor that looks at it.
OWN_M = 0.01


class Course:
    """One motion that is asked for, against what one robot's sensors see."""

    def __init__(
        self,
        rules: ObstacleRules,
        robot: Watch,
        asked: Twist,
        deceleration: float,
        now_s: float,
        fellows: Circles,
    ) -> None:
        self._fellows = fellows
        self._rules, self._robot, self._asked, self._now_s = rules, robot, asked, now_s
        self._footprint, self._deceleration = robot.footprint, deceleration
        self._speed = math.hypot(asked.vx, asked.vy)
        self._turns = self._speed < STANDING_MPS
        # What it has of late: granted within the reaction time, and told last.
        self._granted = [twist for _, twist in robot.granted_since(now_s - rules.reaction_s)]
        self._told = [twist for _, twist in list(robot.told)[-1:]]
        had = self._had()
        self._changes = self._elsewhere()
        # On the spot the way is an angle, and all along it a length; by what it has now it is at least so long.
        self._pace, self._brake = (
            (abs(asked.wz), rules.turn_deceleration) if self._turns else (self._speed, deceleration)
        )
        self._bound = had * rules.reaction_s
        self._needs = max(had, self._pace) * rules.reaction_s + self._pace**2 / (2.0 * self._brake)
        self._carried = max(map(self._way_of, self._changes), default=0.0)
        self._stops_s = rules.reaction_s + self._pace / self._brake

    def past(self, eye: Eye) -> Judgement:
        """The share at which it keeps off what this sensor sees."""
        rules, start = self._rules, self._robot.moved(eye.seen_s, self._now_s)
        went = math.hypot(start[0], start[1])
        points, late_s = eye.sight.points, max(self._now_s - eye.seen_s, 0.0)
        keep = np.full(len(points), rules.margin + ODOMETRY_SHARE * went)
        keep[eye.sight.moving & ~self._on_fellows(points, start)] += rules.moving_speed * (
            late_s + self._stops_s
        )
        reach = (
            max(0.0 if self._turns else self._needs, self._carried)
            + self._footprint.radius
            + rules.slow_within
        )
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
        factor = self._with_what_it_has(factor, start, points, ODOMETRY_SHARE * went)
        if factor <= SLOWEST:
            return Judgement(0.0, cause, passing=True)
        if rules.slow_within and not self._turns and self._speed > rules.slow_speed:
            off = self._footprint.off(*way.in_pose(points[:, 0], points[:, 1]))
            if (off < rules.slow_within).any():
                factor = min(factor, rules.slow_speed / self._speed)
        return Judgement(factor, cause if factor < 1.0 else "")

    def unseen(self) -> Judgement:
        """The share at which it keeps off floor that none of its sensors look at, or enters it slowly."""
        way = arc(self._asked, self._needs, self._footprint.radius)
        dark = self._footprint.off(*self._corners_on(way)) > OWN_M
        for eye in self._robot.eyes.values():
            start = self._robot.moved(eye.seen_s, self._now_s)
            seen_from = arc(self._asked, self._needs, self._footprint.radius, start)
            dark &= ~eye.sight.looked_at(*self._corners_on(seen_from))
        first = np.flatnonzero(dark.any(axis=1))
        if not len(first):
            return Judgement()
        if self._robot.watched.unseen == SHUT:
            factor = self._share(float(way.length[max(first[0] - 1, 0)]))
        else:
            factor = min((RETREAT_RADPS if self._turns else RETREAT_MPS) / self._pace, 1.0)
        return Judgement(factor if factor > SLOWEST else 0.0, "floor that none of its sensors look at")

    def _corners_on(self, way: Arc) -> tuple[Floats, Floats]:
        """Where the corners of the footprint come to: two arrays (poses, corners)."""
        corners = self._footprint.corners
        cos, sin = np.cos(way.yaw)[:, None], np.sin(way.yaw)[:, None]
        xs = way.x[:, None] + cos * corners[:, 0] - sin * corners[:, 1]
        return xs, way.y[:, None] + sin * corners[:, 0] + cos * corners[:, 1]

    def _on_fellows(self, points: Floats, start: tuple[float, float, float]) -> npt.NDArray[np.bool_]:
        found, (x, y, yaw) = np.zeros(len(points), bool), start
        for ahead, left, radius in self._fellows:
            at_x = x + math.cos(yaw) * ahead - math.sin(yaw) * left
            at_y = y + math.sin(yaw) * ahead + math.cos(yaw) * left
            found |= np.hypot(points[:, 0] - at_x, points[:, 1] - at_y) < radius
        return found

    def _had(self) -> float:
        """The fastest that it goes, or was permitted within the reaction time."""
        twists = self._granted + self._told
        if self._turns:
            return max((abs(twist.wz) for twist in twists), default=0.0)
        return max((math.hypot(twist.vx, twist.vy) for twist in twists), default=0.0)

    def _elsewhere(self) -> list[Twist]:
        """What it has, or was permitted last, where that leads off the way that is asked for."""
        has = self._told + self._granted[-1:]
        return [one for one in has if leads_elsewhere(one, self._asked, self._footprint.radius)]

    def _way_of(self, has: Twist) -> float:
        speed = math.hypot(has.vx, has.vy)
        return max(speed, self._speed) * self._rules.reaction_s + speed**2 / (2.0 * self._deceleration)

    def _with_what_it_has(
        self, factor: float, start: tuple[float, float, float], points: Floats, error: float
    ) -> float:
        """The share at which it touches nothing while it passes from the motion that it has to the one that is asked for."""
        keep = np.full(len(points), self._rules.margin / 2.0 + error)
        # A base that goes sideways changes its velocity part by part, or straight from one to the other.
        passes = [
            (has, together, bends)
            for has in self._changes
            for together, bends in SIDEWAYS[: len(SIDEWAYS) if has.vy or self._asked.vy else 1]
        ]
        for has, together, bends in passes:
            for _ in range(HALVINGS):
                way = onward(
                    has,
                    self._asked.scaled(factor),
                    reaction_s=self._rules.reaction_s,
                    deceleration=self._deceleration,
                    turn_deceleration=self._rules.turn_deceleration,
                    radius=self._footprint.radius,
                    start=start,
                    together=together,
                    bends=bends,
                )
                if free(way, self._footprint, points, keep)[0] >= way.length[-1]:
                    break
                factor /= 2.0
            else:
                return 0.0
        return factor

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

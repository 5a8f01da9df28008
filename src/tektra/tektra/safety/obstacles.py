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
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from tektra.safety.cloud_motion import as_rays, came
from tektra.safety.course import Circles, Course
from tektra.safety.eyes import AHEAD_S, Eye, Watch
from tektra.safety.limits import BEYOND_ALL
from tektra.safety.motion import Twist
from tektra.safety.obstacle_rules import OPEN, ObstacleRules, ObstacleSensor
from tektra.safety.seats import Seats
from tektra.safety.sight import NOTHING, Points, Scan, Sight, scan_of_range, see_cloud, see_scan
from tektra.safety.sweep import Footprint
from tektra.safety.zones import Judgement


@lru_cache(maxsize=64)
def _round(radius: float) -> Footprint:
    return Footprint((), radius)


class Obstacles:
    """Holds the newest sight of each sensor. One thread uses it; `judge` takes a bounded number of steps."""

    def __init__(self, rules: ObstacleRules) -> None:
        self._rules = rules
        self.seats = Seats({name: watched.base_frame for name, watched in rules.robots.items()})
        self._robots = {
            name: Watch(watched, {sensor.name: Eye(sensor) for sensor in watched.sensors})
            for name, watched in rules.robots.items()
        }

    def watches(self, robot: str) -> bool:
        """Whether sensors are named for this robot."""
        return robot in self._robots

    def shaped(self, robot: str, corners: Sequence[tuple[float, float]], radius: float) -> None:
        """A robot's outline, as its driver declares it; without corners, a circle."""
        if (known := self._robots.get(robot)) is not None and radius <= BEYOND_ALL:  # not for NaN
            known.footprint = Footprint(corners, radius)

    def moves(self, robot: str, twist: Twist | None, at_s: float) -> None:
        """How its driver says that it moved at that time. None, or not finite: how far it came since its sensors looked is
        not known, and each of them must look anew."""
        if (known := self._robots.get(robot)) is None:
            return
        if twist is None or not all(map(math.isfinite, (twist.vx, twist.vy, twist.wz))):
            for eye in known.eyes.values():
                eye.seen_s = -math.inf
            return
        known.tell(twist, at_s)

    def granted(self, robot: str, twist: Twist, now_s: float) -> None:
        """What was permitted."""
        if (known := self._robots.get(robot)) is not None:
            known.granted.append((now_s, twist))
            known.granted_since(now_s - self._rules.reaction_s)

    # -- what is seen ------------------------------------------------------------------------------------------

    def scanned(self, robot: str, name: str, scan: Scan, now_s: float, age_s: float) -> None:
        """A LaserScan. Raises ValueError for one that is none."""
        eye, seen_s = self._robots[robot].eyes[name], now_s - max(age_s, 0.0)
        if not self._believes(eye, seen_s, age_s):
            return
        earlier, turned, then = self._earlier(robot, eye, seen_s)
        eye.sight, eye.seen_s = see_scan(eye.sensor, scan, earlier, turned, then), seen_s
        eye.scans.append((seen_s, scan, eye.sensor))

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
        self.scanned(robot, name, scan_of_range(*cone, distance), now_s, age_s)

    def clouded(self, robot: str, name: str, points: Points, now_s: float, age_s: float) -> None:
        """A PointCloud2, as (n, 3) in the sensor's frame. Raises ValueError."""
        eye, seen_s = self._robots[robot].eyes[name], now_s - max(age_s, 0.0)
        places = see_cloud(eye.sensor, points).points
        if not self._believes(eye, seen_s, age_s):
            return
        earlier, turned, then = self._earlier(robot, eye, seen_s)
        moving = came(eye.sensor, then, places, earlier, turned) if earlier else np.zeros(len(places), bool)
        eye.sight, eye.seen_s = Sight(places, moving), seen_s
        eye.scans.append((seen_s, as_rays(eye.sensor, places, eye.looked), eye.sensor))

    def framed(self, robot: str, name: str, frame: str) -> None:
        """In which frame a message of this sensor is. Raises ValueError for another than is named, or than it spoke in first:
        where that sensor sits nobody has told."""
        eye = self._robots[robot].eyes[name]
        eye.frame = eye.frame or eye.sensor.frame or frame
        if frame != eye.frame:
            raise ValueError(f"it speaks in the frame {frame[:40]!r}, not {eye.frame[:40]!r}")

    def sits(self, robot: str, name: str, at_s: float) -> float:
        """Its newest message was measured then (s, by its own clock), in its frame. How much older what it tells is for not knowing
        better where it sat. Raises ValueError where nobody knows: it has seen nothing then."""
        eye = self._robots[robot].eyes[name]
        if eye.sensor.seated:
            return 0.0
        place, age_s = self.seats.of(robot, name, eye.frame, at_s)
        if age_s > eye.sensor.timeout_s:
            raise ValueError(f"where its frame {eye.frame[:40]!r} sits was told {age_s:.2f} s away from then")
        eye.put(place)
        return age_s

    def troubled(self, robot: str, name: str, why: str) -> None:
        """Its newest word is not believed, since; empty: it is."""
        self._robots[robot].eyes[name].trouble = why

    def felt(self, robot: str, name: str, now_s: float, age_s: float = 0.0) -> bool:
        """A bumper spoke, `age_s` ago. What it says is the caller's affair; whether that is of now."""
        self._saw(robot, name, NOTHING, now_s, age_s)
        return age_s <= self._robots[robot].eyes[name].sensor.timeout_s

    def place_of(self, robot: str, name: str) -> tuple[float, float]:
        """Where this sensor sits in base_link, m."""
        sensor = self._robots[robot].eyes[name].sensor
        return sensor.x, sensor.y

    def silent(self, robot: str, now_s: float) -> list[str]:
        """Its sensors that are named and do not speak."""
        eyes = self._robots[robot].eyes if robot in self._robots else {}
        return [name for name, eye in eyes.items() if not eye.fresh(now_s)]

    # -- the decision ------------------------------------------------------------------------------------------

    def judge(
        self,
        robot: str,
        asked: Twist,
        deceleration: float,
        turn_deceleration: float = math.inf,
        *,
        now_s: float,
        fellows: Circles = (),
        reach: float = 0.0,
    ) -> Judgement:
        """The largest share of the asked speed at which it stands before it is too near to anything. The decelerations are
        the robot's; it ends no turn better than the rules have it. `fellows`: where in its base_link robots are of which
        the gate knows; what is seen there is no stranger who comes on. `reach`: of an arm that it carries outside its
        footprint."""
        known, asked = self._robots.get(robot), asked.settled()
        if known is None or asked == Twist():
            return Judgement()
        if silent := self.silent(robot, now_s):
            return Judgement(0.0, f"the silence of its sensor {known.name(silent[0])}")
        if not deceleration > 0.0:
            return Judgement(0.0, "not knowing how it brakes")
        if reach > known.footprint.radius:
            known = replace(known, footprint=_round(reach))
        turns = min(turn_deceleration, self._rules.turn_deceleration)
        rules = replace(self._rules, turn_deceleration=turns)
        course = Course(rules, known, asked, deceleration, now_s, fellows)
        judged = [course.past(eye) for eye in known.eyes.values() if len(eye.sight.points)]
        if known.watched.unseen != OPEN:
            judged.append(course.unseen())
        return min(judged, key=lambda judgement: judgement.factor, default=Judgement())

    def judge_parts(self, robot: str, reach: float, now_s: float) -> Judgement:
        """What moves on a base that stands: no part does while anything that moves could come within its reach."""
        if (known := self._robots.get(robot)) is None:
            return Judgement()
        if silent := self.silent(robot, now_s):
            return Judgement(0.0, f"the silence of its sensor {known.name(silent[0])}")
        for name, eye in known.eyes.items():
            come = self._rules.moving_speed * (now_s - eye.seen_s + self._rules.reaction_s)
            moving = eye.sight.points[eye.sight.moving]
            if (np.hypot(moving[:, 0], moving[:, 1]) < reach + self._rules.margin + come).any():
                return Judgement(0.0, f"something that {name} sees", passing=True)
        return Judgement()

    # -- inside ------------------------------------------------------------------------------------------------

    def _earlier(
        self, robot: str, eye: Eye, seen_s: float
    ) -> tuple[Scan | None, tuple[float, float, float], ObstacleSensor]:
        """A look to compare one of that time with, how the base has moved since, and where the sensor sat then."""
        if (before := eye.before(seen_s)) is None:
            return None, (0.0, 0.0, 0.0), eye.sensor
        then_s, scan, sensor = before
        return scan, self._robots[robot].moved(then_s, seen_s), sensor

    def _saw(self, robot: str, name: str, sight: Sight, now_s: float, age_s: float) -> None:
        eye = self._robots[robot].eyes[name]
        if self._believes(eye, now_s - max(age_s, 0.0), age_s):
            eye.sight, eye.seen_s = sight, now_s - max(age_s, 0.0)

    def _believes(self, eye: Eye, seen_s: float, age_s: float) -> bool:
        """Neither from the future, nor too old, nor older than what it said before."""
        return -AHEAD_S <= age_s <= eye.sensor.timeout_s and seen_s > eye.seen_s

# SPDX-License-Identifier: Apache-2.0
"""Where a base is on the map: a localiser's pose, carried on by odometry, and never believed for longer than it deserves.

A plain class; one thread. Times are passed in; stamps are those of the messages, in s, by whatever clock stamps them:
a pose is only ever compared with the odometry of its moment. AMCL tells a pose only after some way (0.2 m), and once,
latched, when it starts: a base that stands needs no new pose, and one that drives for long without one is lost.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from tektra.driver.backends.link_options import RosBaseOptions
from tektra.driver.planar import Pose, compose, inverse

KEPT = 200  # odometry kept for poses that come late
#: After a leap whoever moved must ask anew: the link is down for so long.
LEAP_S = 1.0
#: A pose this much newer than the newest odometry is of another clock.
AHEAD_S = 0.5
#: Odometry may go farther than the speed that it tells, by this; and in so long it may have turned any way round.
SPEED_SHARE, TURNS_S = 1.5, 0.5
#: A base that nobody drives stands by then (s), so no longer silence explains a way; and no speed beyond this (m/s) does.
UNHEARD_S, FASTEST_MPS = 2.0, 5.0
#: After a pause of TURNS_S odometry that counts from so near to nothing (m, rad) was begun anew, if it was farther before.
ANEW, ELSEWHERE = 1e-3, 0.05


@dataclass(frozen=True)
class Fix:
    """A localiser's pose in `frame`: x m, y m, yaw rad, when it was measured, and its standard deviations (0: not told)."""

    pose: Pose
    stamp_s: float
    frame: str = "map"
    deviation_m: float = 0.0
    deviation_rad: float = 0.0


class Localization:
    """Takes odometry and, from a localiser, fixes. `pose` is None while it is not known, or no longer.

    Without a localiser (`pose_source: odom`) the pose is the odometry's, from a known start.
    """

    def __init__(self, options: RosBaseOptions) -> None:
        self._options = options
        self._heard: deque[tuple[float, Pose]] = deque(maxlen=KEPT)
        start = (options.map_x_m, options.map_y_m, options.map_yaw_rad)
        self._map_to_odom: Pose | None = start if options.pose_source == "odom" else None
        self._last: Fix | None = None
        self._waiting: Fix | None = None  # came before any odometry
        self._driven_m = self._turned_rad = 0.0  # since the newest fix was measured
        self._wrong = ""  # what is wrong with the newest fix
        self._leapt = ""
        self._leapt_s = -math.inf
        self._speed = 0.0
        self._origin_s = -math.inf  # since this stamp odometry counts from where it does now

    @property
    def pose(self) -> Pose | None:
        """On the map, now."""
        if self._map_to_odom is None or self.fault or not self._heard:
            return None
        return compose(self._map_to_odom, self._heard[-1][1])

    @property
    def fault(self) -> str:
        """Why the pose that was known is not believed; empty while it is, and before there was one."""
        options = self._options
        if self._wrong:
            return self._wrong
        if options.pose_source != "pose" or self._map_to_odom is None:
            return ""
        topic = options.pose_topic
        if self._driven_m > options.pose_way_max_m:
            return f"no pose on {topic} for {self._driven_m:.1f} m of driving: is the localiser alive?"
        if self._turned_rad > options.pose_turn_max_rad:
            return f"no pose on {topic} for {self._turned_rad:.1f} rad of turning: is the localiser alive?"
        return ""

    def leapt(self, now_s: float) -> str:
        """Why what is under way must end, though the pose may be right from now on; empty when it need not."""
        return self._leapt if 0.0 <= now_s - self._leapt_s < LEAP_S else ""

    def odometry(self, pose: Pose, stamp_s: float, speed: float = 0.0, now_s: float = 0.0) -> None:
        """From the wheels, in the frame odom, with the speed (m/s) that they tell."""
        self._lose_after_odometry_leapt(pose, stamp_s, speed, now_s)
        if self._heard and stamp_s > self._heard[-1][0]:
            before = self._heard[-1][1]
            self._driven_m += math.dist(before[:2], pose[:2])
            self._turned_rad += abs(math.remainder(pose[2] - before[2], math.tau))
        elif self._heard and stamp_s < self._heard[-1][0]:
            self._heard.clear()  # a clock was set back, or the base was started anew
        self._heard.append((stamp_s, pose))
        self._speed = speed
        if (waiting := self._waiting) is not None:
            self._waiting = None
            self.fix(waiting, 0.0)

    def fix(self, fix: Fix, now_s: float) -> None:
        """From the localiser. One that cannot be believed also ends the belief in the one before."""
        if not self._heard:
            self._waiting = fix
            return
        if fix == self._last:
            return  # heard twice
        first, self._last = self._map_to_odom is None, fix
        self._wrong = self._why_not(fix, first=first)
        if self._wrong:
            return
        stamp_s, odometry = min(self._heard, key=lambda known: abs(known[0] - fix.stamp_s))
        anew = compose(fix.pose, inverse(odometry))
        if self._map_to_odom is not None:
            self._notice_leap(self._map_to_odom, anew, now_s)
        self._map_to_odom = anew
        self._driven_m, self._turned_rad = self._since(stamp_s)

    def _why_not(self, fix: Fix, *, first: bool) -> str:
        options, topic = self._options, self._options.pose_topic
        if fix.frame.lstrip("/") != "map":
            return f"the pose on {topic} is in the frame {fix.frame[:40]!r}, not map"
        if not all(map(math.isfinite, (*fix.pose, fix.stamp_s, fix.deviation_m, fix.deviation_rad))):
            return f"the pose on {topic} is not finite"
        if fix.stamp_s < self._origin_s:
            return f"the pose on {topic} was measured before odometry leapt"
        late_s = self._heard[-1][0] - fix.stamp_s
        if late_s < -AHEAD_S:
            return f"the pose on {topic} is stamped {-late_s:.1f} s after the odometry: compare their clocks"
        if late_s > options.pose_late_max_s and not first:  # the first may have been latched for long
            return f"the pose on {topic} came {late_s:.1f} s late"
        if fix.deviation_m > options.pose_deviation_max_m:
            return f"the localiser is unsure by {fix.deviation_m:.2f} m"
        if fix.deviation_rad > options.pose_deviation_max_rad:
            return f"the localiser is unsure by {fix.deviation_rad:.2f} rad"
        return ""

    def _lose_after_odometry_leapt(self, pose: Pose, stamp_s: float, speed: float, now_s: float) -> None:
        """Farther than its speed leads it, odometry counts from elsewhere now: the base was started anew, or two tell it."""
        if not self._heard:
            return
        before_s, before = self._heard[-1]
        fast, lasts_s = (
            min(max(speed, self._speed), FASTEST_MPS),
            min(max(stamp_s - before_s, 0.0), UNHEARD_S),
        )
        way_m = fast * SPEED_SHARE * lasts_s
        leap_m, leap_rad = math.dist(before[:2], pose[:2]), abs(math.remainder(pose[2] - before[2], math.tau))
        turns = stamp_s - before_s > TURNS_S
        anew = turns and max(map(abs, pose)) <= ANEW and max(leap_m, leap_rad) > ELSEWHERE
        if (
            not anew
            and leap_m <= self._options.pose_leap_max_m + way_m
            and (turns or leap_rad <= self._options.pose_leap_max_rad)
        ):
            return
        self._leapt = f"odometry leapt by {leap_m:.2f} m and {leap_rad:.2f} rad"
        self._leapt_s, self._origin_s = now_s, stamp_s
        self._heard.clear()
        if self._map_to_odom is not None:
            again = "a new pose of the localiser" if self._options.pose_source == "pose" else "a new start"
            self._map_to_odom, self._wrong = None, f"{self._leapt}: where it is, {again} must tell"

    def _notice_leap(self, before: Pose, after: Pose, now_s: float) -> None:
        here = self._heard[-1][1]
        was, now = compose(before, here), compose(after, here)
        leap_m = math.dist(was[:2], now[:2])
        leap_rad = abs(math.remainder(now[2] - was[2], math.tau))
        if leap_m > self._options.pose_leap_max_m or leap_rad > self._options.pose_leap_max_rad:
            self._leapt = f"the localiser moved the robot by {leap_m:.2f} m and {leap_rad:.2f} rad at once"
            self._leapt_s = now_s

    def _since(self, stamp_s: float) -> tuple[float, float]:
        """How far it drove and turned after that moment."""
        after = [pose for at_s, pose in self._heard if at_s >= stamp_s]
        way_m = sum(math.dist(one[:2], other[:2]) for one, other in zip(after, after[1:], strict=False))
        turns = (
            math.remainder(other[2] - one[2], math.tau) for one, other in zip(after, after[1:], strict=False)
        )
        return way_m, sum(map(abs, turns))

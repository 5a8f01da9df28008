# SPDX-License-Identifier: Apache-2.0
"""Whether a robot stands, judged by how far it came and not by one sample of its speed. A plain class; one thread.

A servo's wrist trembles by a milliradian and reports some hundredths of a rad/s meanwhile; a copter that hovers never
reports zero. Both stand for their purpose: neither gets anywhere. How far is still standing, and over which time,
belongs to the robot (`standing_m`, `standing_rad`, `standing_time_s`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from tektra.common.robot_wire import State
from tektra.driver.options import DriverOptions

#: A robot may talk faster than this many states in `time_s`; those between are passed over.
STATES = 100


class Standing:
    """Takes a robot's states, and tells whether it has stayed where it is for the whole of `time_s`.

    How far it came counts twice: by the positions that it reports, and by its reported speeds added up, since some
    robots report but one of the two. Height counts as a way, each joint as an angle.
    """

    def __init__(self, way_m: float, angle_rad: float, time_s: float) -> None:
        self._way_m, self._angle_rad, self._time_s = way_m, angle_rad, time_s
        # Time, then ways (two of x, y each, and the height), then angles.
        self._seen: deque[tuple[float, tuple[float, ...], tuple[float, ...]]] = deque()
        self._since_s = math.inf  # states came without a gap
        self._names: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: DriverOptions) -> Standing:
        """As the robot's parameters have it."""
        return cls(options.standing_m, options.standing_rad, options.standing_time_s)

    def take(self, state: State, now_s: float, height_m: float = 0.0) -> None:
        """A new state of the robot. `now_s`: monotonic. After a gap it is watched anew."""
        joints = state.joints
        watched = self._seen and 0.0 <= now_s - self._seen[-1][0] <= self._time_s
        if joints.names != self._names or not watched:
            self._seen.clear()
        self._names = joints.names
        if not self._seen:
            self._since_s = now_s
        elif now_s - self._seen[-1][0] < self._time_s / STATES:
            return
        if not _finite(state):  # nor may it count on in what is added up
            self._seen.clear()
            return
        added, turned = self._added(state, now_s)
        x, y, yaw = state.odom
        ways = (x, y, *added, height_m if math.isfinite(height_m) else 0.0)
        angles = (self._unwrapped(yaw), *joints.positions, *turned)
        self._seen.append((now_s, ways, angles))
        while len(self._seen) > 2 and self._seen[1][0] <= now_s - self._time_s:
            self._seen.popleft()

    def stands(self, now_s: float) -> bool:
        """False as well while it has not been watched for long enough."""
        if not self._seen or now_s - self._since_s < self._time_s:
            return False
        ways = [_spread(column) for column in zip(*(seen[1] for seen in self._seen), strict=True)]
        angles = [_spread(column) for column in zip(*(seen[2] for seen in self._seen), strict=True)]
        farthest = max(math.hypot(*ways[0:2]), math.hypot(*ways[2:4]), ways[4])
        # Not so for NaN.
        return farthest <= self._way_m and all(angle <= self._angle_rad for angle in angles)

    def _added(self, state: State, now_s: float) -> tuple[tuple[float, float], tuple[float, ...]]:
        """How far its speeds brought it since it is watched: the base's way, and the angles of base and joints."""
        rates = (state.twist[1], *state.joints.velocities)
        if not self._seen:
            return (0.0, 0.0), (0.0,) * len(rates)
        then_s, ways, angles = self._seen[-1]
        passed_s = now_s - then_s
        way = (ways[2] + state.twist[0] * passed_s, ways[3] + state.vy * passed_s)
        before = angles[-len(rates) :]
        return way, tuple(angle + rate * passed_s for angle, rate in zip(before, rates, strict=True))

    def _unwrapped(self, yaw: float) -> float:
        """The heading without a leap where it passes half a turn."""
        if not self._seen:
            return yaw
        before = self._seen[-1][2][0]
        return before + math.remainder(yaw - before, math.tau)


def _finite(state: State) -> bool:
    joints = state.joints
    return all(
        map(math.isfinite, (*state.odom, *state.twist, state.vy, *joints.positions, *joints.velocities))
    )


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)

# SPDX-License-Identifier: Apache-2.0
"""Going to a place by a navigation stack of another make: it plans and steers, we ask the gate for its velocities."""

from __future__ import annotations

import math

from tektra.skills.backends import Navigator, Stage
from tektra.skills.base import NOT_LOCALIZED, BaseLimits
from tektra.skills.seen import Command, Drive, End, Hold, Outcome, Pose, Seen

#: A navigator that took no goal within this is not there.
ANSWER_S = 5.0
#: A velocity is driven by for so long.
FRESH_S = 0.3
#: Nobody waits longer for what the gate says is in the way.
GIVE_UP_S = 20.0


class Navigated:
    """One goal of a navigator. `close` ends it there, too, however this run ends."""

    def __init__(self, navigator: Navigator, name: str, goal: Pose, limits: BaseLimits) -> None:
        self.progress = -1.0
        self._navigator, self._name, self._goal, self._limits = navigator, name, goal, limits
        self._since_s: float | None = None
        self._barred_s: float | None = None
        self._whole_m = 0.0

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        if self._since_s is None:
            self._since_s = seen.now_s
            self._navigator.go(self._goal.x, self._goal.y, self._goal.yaw)
        told, navigator = self._navigator.tell(), self._navigator.name
        if told.stage is Stage.REACHED:
            off = seen.pose.distance(self._goal.x, self._goal.y)
            where = {"x": round(seen.pose.x, 3), "y": round(seen.pose.y, 3), "off_m": round(off, 3)}
            return End(Outcome.SUCCEEDED, f"reached {self._name}", where)
        if told.stage is Stage.FAILED:
            return End(Outcome.FAILED, f"{navigator} did not get to {self._name}: {told.message}")
        if told.stage is Stage.REFUSED:
            return End(Outcome.REFUSED, told.message)
        if told.stage is Stage.ASKED and seen.now_s - self._since_s > ANSWER_S:
            return End(Outcome.FAILED, f"{navigator} does not answer; start it, or set navigator to own")
        if told.left_m >= 0.0:
            self._whole_m = max(self._whole_m, told.left_m, 0.01)
            self.progress = 1.0 - told.left_m / self._whole_m
        self._barred_s = (seen.now_s if self._barred_s is None else self._barred_s) if seen.barred else None
        if self._barred_s is not None and seen.now_s - self._barred_s > GIVE_UP_S:
            return End(Outcome.FAILED, f"{seen.barred} is in the way to {self._name}")
        if seen.barred or seen.now_s - told.velocity_s > FRESH_S:
            return Hold()
        return self._within_limits(*told.velocity)

    def _within_limits(self, vx: float, vy: float, wz: float) -> Drive:
        """One factor for all keeps the curve that was asked for; what does not go sideways is refused that by the gate."""
        speed, rate = math.hypot(vx, vy), abs(wz)
        factor = min(
            1.0,
            self._limits.speed / speed if speed else 1.0,
            self._limits.turn_rate / rate if rate else 1.0,
        )
        return Drive(vx * factor, wz * factor, vy * factor)

    def close(self) -> None:
        """See Closing."""
        self._navigator.cancel()

# SPDX-License-Identifier: Apache-2.0
"""Skills of what flies, and of tools: to a height, to the ground, and a tool for a while."""

from __future__ import annotations

import math

from tektra.skills.seen import Command, Descend, End, Outcome, Rise, Seen, Use

#: As near as this to a height is there, and as low as this is on the ground (m).
REACHED_M, GROUND_M = 0.25, 0.2
#: What comes no nearer than NEARER_M within STUCK_S does not fly: rotors take a while to start.
NEARER_M, STUCK_S = 0.05, 8.0


class Climb:
    """Watches a height on its way to another: whether it comes nearer by `nearer_m` within `stuck_s`."""

    def __init__(self, *, nearer_m: float = NEARER_M, stuck_s: float = STUCK_S) -> None:
        self.progress = 0.0
        self._nearer_m, self._stuck_s = nearer_m, stuck_s
        self._from: float | None = None
        self._nearest, self._nearer_s = math.inf, 0.0

    def left(self, altitude: float, goal: float, now_s: float) -> float:
        """How far it is from there (m). Notes whether it comes nearer."""
        self._from = altitude if self._from is None else self._from
        left, whole = abs(goal - altitude), abs(goal - self._from)
        self.progress = min(1.0, max(0.0, 1.0 - left / whole)) if whole else 1.0
        if left < self._nearest - self._nearer_m:
            self._nearest, self._nearer_s = left, now_s
        return left

    def stuck(self, now_s: float) -> bool:
        return now_s - self._nearer_s > self._stuck_s


class ToHeight:
    """To a height above where it stood. `from_ground`: whether it may begin there."""

    def __init__(self, altitude: float, *, from_ground: bool) -> None:
        self._altitude, self._from_ground, self._climb = altitude, from_ground, Climb()

    @property
    def progress(self) -> float:
        return self._climb.progress

    def step(self, seen: Seen) -> Command | End:
        if not math.isfinite(seen.altitude):
            return End(Outcome.FAILED, "the robot does not tell how high it is")
        if not self._from_ground and seen.altitude < GROUND_M:
            return End(Outcome.FAILED, "it is on the ground: have it take off")
        if seen.barred:
            return End(Outcome.FAILED, f"{seen.barred} is in the way")
        self._from_ground = True
        if self._climb.left(seen.altitude, self._altitude, seen.now_s) <= REACHED_M:
            return End(Outcome.SUCCEEDED, f"is {seen.altitude:.1f} m high", _high(seen))
        if self._climb.stuck(seen.now_s):
            return End(Outcome.FAILED, f"stays at {seen.altitude:.1f} m", _high(seen))
        return Rise(self._altitude)


class ToGround:
    """Down, until it is there."""

    def __init__(self) -> None:
        self._climb = Climb()

    @property
    def progress(self) -> float:
        return self._climb.progress

    def step(self, seen: Seen) -> Command | End:
        if not math.isfinite(seen.altitude):
            return End(Outcome.FAILED, "the robot does not tell how high it is")
        self._climb.left(seen.altitude, 0.0, seen.now_s)
        if seen.altitude <= GROUND_M:
            return End(Outcome.SUCCEEDED, "landed")
        if seen.barred:
            return End(Outcome.FAILED, f"cannot land here: {seen.barred} is in the way", _high(seen))
        if self._climb.stuck(seen.now_s):
            return End(Outcome.FAILED, f"stays at {seen.altitude:.1f} m", _high(seen))
        return Descend()


class ForAWhile:
    """A tool, for some seconds; then it goes off."""

    def __init__(self, tool: str, value: float, seconds: float) -> None:
        self.progress = 0.0
        self._use, self._seconds = Use(tool, value), seconds
        self._since_s: float | None = None

    def step(self, seen: Seen) -> Command | End:
        self._since_s = seen.now_s if self._since_s is None else self._since_s
        if seen.barred:
            return End(Outcome.FAILED, f"{seen.barred} is in the way")
        ran_s = seen.now_s - self._since_s
        self.progress = min(1.0, ran_s / self._seconds)
        if ran_s >= self._seconds:
            return End(Outcome.SUCCEEDED, f"ran {self._use.tool} for {self._seconds:g} s")
        return self._use


def _high(seen: Seen) -> dict[str, object]:
    return {"altitude_m": round(seen.altitude, 2)}

# SPDX-License-Identifier: Apache-2.0
"""The sensors of one robot that see obstacles: what each saw last, and how the robot moved since. Units: m, s, rad."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from tektra.common.rotations import Place
from tektra.safety.cloud_motion import Looked, looked_nowhere
from tektra.safety.motion import Twist
from tektra.safety.obstacle_rules import ObstacleSensor, Watched
from tektra.safety.seats import moved, put
from tektra.safety.sight import NOTHING, Scan, Sight
from tektra.safety.sweep import Footprint

#: A scan is compared with the one nearest to so long before, and kept no longer than the second, or than its sensor may be
#: silent.
EARLIER_S, KEPT_S = 0.3, 0.8
AHEAD_S = 0.05  # clocks of two computers differ


@dataclass
class Eye:
    """One sensor, and what it saw last."""

    sensor: ObstacleSensor
    sight: Sight = NOTHING
    seen_s: float = -math.inf
    frame: str = ""  # in which it speaks
    trouble: str = ""  # why its newest word is not believed
    scans: deque[tuple[float, Scan, ObstacleSensor]] = field(default_factory=deque)  # and where it sat
    looked: Looked = field(default_factory=looked_nowhere)  # of a cloud's sensor

    @property
    def kept_s(self) -> float:
        """For so long a scan is one to compare with."""
        return max(KEPT_S, self.sensor.timeout_s)

    def put(self, place: Place) -> None:
        """Here it sits now. Raises ValueError where it cannot."""
        sensor = put(self.sensor, place)
        if moved(self.sensor, sensor):
            self.sensor, self.looked = sensor, looked_nowhere()

    def fresh(self, now_s: float) -> bool:
        return -AHEAD_S <= now_s - self.seen_s <= self.sensor.timeout_s

    def before(self, seen_s: float) -> tuple[float, Scan, ObstacleSensor] | None:
        """The scan of about EARLIER_S before; of a sensor that looks seldom, its last one."""
        while self.scans and seen_s - self.scans[0][0] > self.kept_s:
            self.scans.popleft()
        near = [scan for scan in self.scans if seen_s - scan[0] >= EARLIER_S]
        return near[-1] if near else self.scans[0] if self.scans else None


@dataclass
class Watch:
    """One robot's sensors, and how it moved of late by its own word."""

    watched: Watched
    eyes: dict[str, Eye]
    footprint: Footprint = field(default_factory=lambda: Footprint((), 0.5))
    told: deque[tuple[float, Twist]] = field(default_factory=deque)
    granted: deque[tuple[float, Twist]] = field(default_factory=deque)

    def name(self, name: str) -> str:
        """This sensor, and why it is not believed."""
        trouble = self.eyes[name].trouble
        return f"{name} ({trouble})" if trouble else name

    def granted_since(self, since_s: float) -> deque[tuple[float, Twist]]:
        """What it was permitted since, the oldest first; what is older is forgotten."""
        while self.granted and self.granted[0][0] < since_s:
            self.granted.popleft()
        return self.granted

    @property
    def kept_s(self) -> float:
        """For so long it must be known how it moved: since the oldest look that counts, and the one that it is compared with."""
        return 2.0 * max((eye.kept_s for eye in self.eyes.values()), default=KEPT_S)

    def tell(self, twist: Twist, at_s: float) -> None:
        """So it moved at that time."""
        self.told.append((at_s, twist))
        while len(self.told) > 1 and at_s - self.told[1][0] > self.kept_s:
            self.told.popleft()

    def moved(self, since_s: float, now_s: float) -> tuple[float, float, float]:
        """Where the base is now, as seen from where it was then: x, y, yaw."""
        x = y = yaw = 0.0
        pieces: list[tuple[float, float, Twist]] = []  # the newest first
        for at_s, twist in reversed(self.told):
            pieces.append((at_s, pieces[-1][0] if pieces else now_s, twist))
            if at_s <= since_s:
                break
        for index, (at_s, until_s, twist) in enumerate(reversed(pieces)):
            lasts_s = min(until_s, now_s) - max(at_s if index else since_s, since_s)
            if lasts_s > 0.0:
                half = yaw + twist.wz * lasts_s / 2.0
                x += (twist.vx * math.cos(half) - twist.vy * math.sin(half)) * lasts_s
                y += (twist.vx * math.sin(half) + twist.vy * math.cos(half)) * lasts_s
                yaw += twist.wz * lasts_s
        return x, y, yaw

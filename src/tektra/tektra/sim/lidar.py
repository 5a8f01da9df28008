# SPDX-License-Identifier: Apache-2.0
"""A rover's 2D lidar as one is: it errs, it drops rays, and now and then it sees dust. Sans-I/O."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tektra.common.robot_messages import UNMEASURED_M, Scan


@dataclass(frozen=True)
class LidarLimits:
    """Distances in m, angles in rad, from the lidar in the middle of the base, straight ahead at 0."""

    rays: int = 180
    near_m: float = 0.05
    far_m: float = 8.0
    noise_m: float = 0.01
    dropped: float = 0.005  # the share of rays that measure nothing
    dust: float = 0.0002  # the share of rays that end at nothing, near by

    @property
    def angles_rad(self) -> list[float]:
        return [math.tau * ray / self.rays - math.pi for ray in range(self.rays)]


class Lidar:
    """Turns true distances into a scan."""

    def __init__(self, limits: LidarLimits, noise: random.Random) -> None:
        self.limits, self._noise, self._seq = limits, noise, 0

    def measure(self, t_s: float, true_m: Sequence[float]) -> Scan:
        """`true_m`: by ray, negative where there is nothing."""
        self._seq += 1
        return Scan(
            seq=self._seq,
            t=round(t_s, 4),
            angle_min=round(-math.pi, 6),
            angle_step=round(math.tau / self.limits.rays, 8),
            range_min=self.limits.near_m,
            range_max=self.limits.far_m,
            ranges=tuple(map(self._ray, true_m)),
        )

    def _ray(self, true_m: float) -> float | None:
        limits, chance = self.limits, self._noise.random()
        if chance < limits.dropped:
            return UNMEASURED_M
        if chance > 1.0 - limits.dust:
            return round(self._noise.uniform(0.3, 2.0), 3)
        if not 0.0 <= true_m < limits.far_m:
            return None
        return round(max(limits.near_m, true_m + self._noise.gauss(0.0, limits.noise_m)), 3)

# SPDX-License-Identifier: Apache-2.0
"""What of a cloud of points has moved: as of a scan, by the rays along which it was seen.

A cloud tells where something is, and not where its sensor looked and saw nothing. But a sensor that is fixed to its base and told of
something in some direction looks there ever after: a direction in which it once told of anything, and does not now, is seen through.
One in which it never did was not looked at. Units: m, rad, in `base_link`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tektra.safety.obstacle_rules import ObstacleSensor
from tektra.safety.sight import MOVING_RAYS, NEIGHBOURS, Floats, Scan, as_seen_before

#: Directions round the sensor; what moves farther away than `FAR_M` matters to nobody.
RAYS, FAR_M = 360, 20.0
STEP = math.tau / RAYS
Looked = npt.NDArray[np.bool_]


def looked_nowhere() -> Looked:
    """Of a sensor that has told nothing yet."""
    return np.zeros(RAYS, bool)


def as_rays(sensor: ObstacleSensor, places: Floats, looked: Looked) -> Scan:
    """How far it saw in each direction from where it sits. `looked`: where it ever told of anything; these places are added."""
    ray, distance = _rays(sensor, places)
    nearest = np.full(RAYS, np.inf)
    np.minimum.at(nearest, ray, distance)
    looked |= np.isfinite(nearest)
    return Scan(0.0, STEP, 0.0, FAR_M, np.where(looked, nearest, np.nan))


def came(
    sensor: ObstacleSensor,
    seat: ObstacleSensor,
    places: Floats,
    before: Scan,
    turned: tuple[float, float, float],
) -> npt.NDArray[np.bool_]:
    """Which of these places were seen through at the look of `before`, since which the base moved by `turned` (x, y, yaw), and at
    which the sensor sat as `seat`; one alone is noise."""
    if not len(places):
        return np.zeros(0, bool)
    then = as_seen_before(replace(seat, yaw=0.0), before, places[:, 0], places[:, 1], turned)
    through = then.through
    ray, _ = _rays(sensor, places)
    count = np.bincount(ray[through], minlength=RAYS)
    near = np.sum([np.roll(count, apart) for apart in range(-NEIGHBOURS, NEIGHBOURS + 1)], axis=0)
    moving: npt.NDArray[np.bool_] = through & (near[ray] >= MOVING_RAYS)
    return moving


def _rays(sensor: ObstacleSensor, places: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    dx, dy = places[:, 0] - sensor.x, places[:, 1] - sensor.y
    ray = np.rint(np.mod(np.arctan2(dy, dx), math.tau) / STEP).astype(np.int64) % RAYS
    return ray, np.hypot(dx, dy)

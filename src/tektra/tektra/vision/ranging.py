# SPDX-License-Identifier: Apache-2.0
"""Things whose range is measured, by a depth image or a marker of known size: where on the map they are, and what that makes of the
estimate that rests on the floor.

Both estimates of one camera err alike where its pose is wrong, so they make each other no surer than the surer one nearly is: with
weights by the inverse of the squared uncertainty, the sum is off by no more than the weighed sum of what each may be off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tektra.vision.ground import CameraPose, Spot
from tektra.vision.surfaces import POSE_M, POSE_RAD, Standing, Surfaces, on_map

#: What ends so near above or below a surface (m) stands on it.
STANDS_M = 0.08


@dataclass(frozen=True)
class Ranged:
    """A thing `ahead` m along the optical axis, in the line of sight `ray` (right, down, 1); `foot`: that to its lower edge, None
    where that is not seen. Off by `uncertainty` (m) at most, as far as the camera's pose is right."""

    ray: tuple[float, float]
    foot: tuple[float, float] | None
    ahead: float
    uncertainty: float


def spot_of(camera: CameraPose, ranged: Ranged) -> Spot:
    """Where on the floor it is."""
    dx, dy, dz = (ranged.ahead * part for part in on_map(camera, ranged.ray))
    off = ranged.uncertainty + POSE_M + POSE_RAD * math.hypot(dx, dy, dz)
    return Spot(camera.x + dx, camera.y + dy, off)


def standing_of(camera: CameraPose, ranged: Ranged, surfaces: Surfaces) -> Standing:
    """Where it is, and on what it stands, where its foot is seen near to something of the map."""
    spot = spot_of(camera, ranged)
    z = camera.height + ranged.ahead * on_map(camera, ranged.ray)[2]
    on = ""
    if ranged.foot is not None:
        far = math.dist((spot.x, spot.y), (camera.x, camera.y))
        dx, dy, dz = on_map(camera, ranged.foot)
        z = camera.height + far * dz / max(1e-6, math.hypot(dx, dy))
        top, name = surfaces.below(spot.x, spot.y, z + STANDS_M + spot.uncertainty)
        if abs(z - top) <= STANDS_M + spot.uncertainty:
            z, on = top, name
    return Standing(spot.x, spot.y, max(0.0, z), spot.uncertainty, on, surfaces.room(spot.x, spot.y))


def joined(supposed: Standing | None, measured: Standing | None) -> Standing | None:
    """One place of a thing. Where the two are apart, it does not stand on what it was supposed to stand on: what is measured counts."""
    if supposed is None or measured is None:
        return measured or supposed
    if _gap(supposed, measured) > 0.0:
        return measured
    x, y, off = _weighed(supposed, measured)
    level = abs(supposed.z - measured.z) <= STANDS_M + measured.uncertainty
    best = supposed if level and supposed.on else measured
    return replace(best, x=x, y=y, uncertainty=off)


def joined_spots(supposed: Spot | None, measured: Spot | None) -> Spot | None:
    """One place of a person. Where the two are apart it is as wide as both: whom robots must not touch may stand at either."""
    if supposed is None or measured is None:
        return measured or supposed
    gap = _gap(supposed, measured)
    if gap <= 0.0:
        return Spot(*_weighed(supposed, measured))
    apart = math.dist((supposed.x, supposed.y), (measured.x, measured.y))
    radius = (apart + supposed.uncertainty + measured.uncertainty) / 2.0
    share = (radius - supposed.uncertainty) / apart
    x = supposed.x + share * (measured.x - supposed.x)
    return Spot(x, supposed.y + share * (measured.y - supposed.y), radius)


def _gap(one: Spot | Standing, other: Spot | Standing) -> float:
    """How far (m) the two circles are from each other; below 0 where they meet."""
    return math.dist((one.x, one.y), (other.x, other.y)) - one.uncertainty - other.uncertainty


def _weighed(one: Spot | Standing, other: Spot | Standing) -> tuple[float, float, float]:
    a, b = (1.0 / max(each.uncertainty, 0.01) ** 2 for each in (one, other))
    share = a / (a + b)
    off = share * one.uncertainty + (1.0 - share) * other.uncertainty
    return share * one.x + (1.0 - share) * other.x, share * one.y + (1.0 - share) * other.y, off

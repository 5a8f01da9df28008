# SPDX-License-Identifier: Apache-2.0
"""Which way of a base is free of points that a sensor saw, by its real footprint. Units: m, s, rad, in `base_link`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely import MultiPoint, Polygon
from shapely.geometry.polygon import orient

from tektra.safety.motion import Twist
from tektra.safety.ramp import STANDING_MPS

Floats = npt.NDArray[np.float64]
#: Poses of a way are this far apart, at the corner that moves most, and so many at most.
STEP_M, POSES = 0.02, 40
#: What was too near already must not come nearer by more than this, or this share of the way; and what would be touched
#: then, not at all.
NEARER_M, NEARER_SHARE, TOUCH_M = 0.002, 0.05, 1e-6
#: Corners of the circle that stands for a footprint that is not told.
ROUND = 12
#: An outline of more corners is taken for what holds it, of so many: each of them costs each decision.
MOST_CORNERS = 32


class Footprint:
    """A convex outline round `base_link`: the hull of what the robot declared, or a circle where it declared none."""

    def __init__(self, corners: Sequence[tuple[float, float]], radius: float = 0.0) -> None:
        hull = MultiPoint(_held(corners)).convex_hull if len(corners) >= 3 else None
        if not isinstance(hull, Polygon) or hull.area <= 0.0:
            around = [math.tau * corner / ROUND for corner in range(ROUND)]
            grown = radius / math.cos(math.pi / ROUND)
            hull = Polygon([(grown * math.cos(a), grown * math.sin(a)) for a in around])
        ring = np.array(orient(hull).exterior.coords)  # counter-clockwise
        edges = np.diff(ring, axis=0)
        lengths = np.hypot(edges[:, 0], edges[:, 1])
        kept = lengths > 1e-9
        self.corners: Floats = ring[:-1][kept]
        self._normals: Floats = np.stack((edges[kept, 1], -edges[kept, 0]), axis=1) / lengths[kept, None]
        self._offsets: Floats = np.einsum("ij,ij->i", self._normals, self.corners)
        self.radius = float(np.hypot(self.corners[:, 0], self.corners[:, 1]).max(initial=0.0))

    def off(self, xs: Floats, ys: Floats) -> Floats:
        """How far places are from the outline, negative inside; beside a corner less than they are."""
        nearest = np.full(xs.shape, -np.inf)
        for (nx, ny), offset in zip(self._normals, self._offsets, strict=True):
            np.maximum(nearest, nx * xs + ny * ys - offset, out=nearest)
        return nearest


def _held(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same where they are few; else the corners of a polygon that holds them all, and touches them in each direction that
    one of its sides faces."""
    if len(corners) <= MOST_CORNERS:
        return list(corners)
    turn = math.tau / MOST_CORNERS
    facing = turn * np.arange(MOST_CORNERS)
    cos, sin = np.cos(facing), np.sin(facing)
    far = (np.asarray(corners) @ np.stack((cos, sin))).max(axis=0)
    along = (np.roll(far, -1) - far * math.cos(turn)) / math.sin(turn)
    x, y = far * cos - along * sin, far * sin + along * cos
    return list(zip(x.tolist(), y.tolist(), strict=True))


@dataclass(frozen=True)
class Arc:
    """The poses of a way, and how long it is at each: m of the base's middle, or rad where it turns on the spot."""

    x: Floats
    y: Floats
    yaw: Floats
    length: Floats
    turns: bool
    step: float  # m, how far any corner moves from one pose to the next at most

    def in_pose(self, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
        """Places as seen from each pose: two arrays (poses, places)."""
        dx, dy = xs[None, :] - self.x[:, None], ys[None, :] - self.y[:, None]
        cos, sin = np.cos(self.yaw)[:, None], np.sin(self.yaw)[:, None]
        return cos * dx + sin * dy, cos * dy - sin * dx


def arc(
    twist: Twist, length: float, radius: float, start: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Arc:
    """The way of this length that a twist leads, from a pose. `radius`: of the corner that moves most."""
    speed = math.hypot(twist.vx, twist.vy)
    turns = speed < STANDING_MPS
    bend = (math.copysign(1.0, twist.wz) if twist.wz else 0.0) if turns else twist.wz / speed
    corner = length * (radius if turns else 1.0 + abs(bend) * radius)
    poses = min(max(2, math.ceil(corner / STEP_M) + 1), POSES)
    along = np.linspace(0.0, length, poses)
    half = bend * along / 2.0
    heading = start[2] + (0.0 if turns else math.atan2(twist.vy, twist.vx)) + half
    chord = np.zeros(poses) if turns else along * np.sinc(half / math.pi)
    return Arc(
        start[0] + chord * np.cos(heading),
        start[1] + chord * np.sin(heading),
        start[2] + 2.0 * half,
        along,
        turns,
        corner / (poses - 1),
    )


def free(way: Arc, footprint: Footprint, points: Floats, keep: Floats) -> tuple[float, bool]:
    """How far along this way the footprint stays off each point by what `keep` (m) says of it; and whether it is too near
    to one already, from which then it must only not come nearer. Takes poses * points * corners steps."""
    if not len(points):
        return float(way.length[-1]), False
    off = footprint.off(*way.in_pose(points[:, 0], points[:, 1]))
    least = keep[None, :] + way.step / 2.0
    near = off[0] <= keep
    slack = min(NEARER_M, NEARER_SHARE * way.step * (len(way.x) - 1))
    nearest = off[:1] - np.where(off[:1] > slack, slack, TOUCH_M)
    hit = off <= np.where(near[None, :], np.minimum(nearest, least), least)
    hit[0] = False
    first = np.flatnonzero(hit.any(axis=1))
    reached = float(way.length[-1]) if not len(first) else float(way.length[first[0] - 1])
    return reached, bool(near.any())

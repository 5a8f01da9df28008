# SPDX-License-Identifier: Apache-2.0
"""What a sensor of obstacles saw at one moment, as points in `base_link` and as floor that it looked at.

Values that are no distance mean what REP-117 says: +inf is nothing within range, -inf something nearer than the sensor
can measure, NaN no measurement, so that nothing is known in that direction. Units: m, rad.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tektra.safety.obstacle_rules import UNMEASURED, ObstacleSensor

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.float32] | npt.NDArray[np.float64]
#: A return counts when a ray so many further has one as near, or the look before had one there: dust is alone.
NEIGHBOURS = 2
SAME_M = 0.15
#: Something has moved into a place where the earlier look saw through by more than this, and a share of the distance.
THROUGH_M, THROUGH_SHARE = 0.15, 0.06
#: So many rays side by side must say so.
MOVING_RAYS = 3
#: A cone is taken for so many rays at least: what it sees has moved where some of them say so, though the base has turned since.
CONE_RAYS = 9
#: Rays that are nearer to each other are none, nor is a cone that is narrower; a sensor that sees only what is further is
#: none of obstacles.
STEP_MIN_RAD, WIDTH_MIN_RAD, NEAR_MAX_M = 1e-4, 0.01, 2.0
#: A scan with fewer measurements than this share of its rays sees nothing.
MEASURED_SHARE = 0.1
#: Of a cloud, one point of each cell of this size is kept.
CELL_M = 0.03
#: What is further away is none of a robot's; and so many cells there are from there to there, and places in the table by
#: which a cell is known to be taken.
CLOUD_FAR_M, CELLS, TABLE = 1000.0, 1 << 20, 1 << 18
#: Spreads neighbouring cells over that table (Knuth: the golden ratio of 2^64).
SPREAD = 0x9E3779B97F4A7C15
#: The last ray may lie so many steps, or so much of the whole, from where the scan says that it does.
ENDS_STEPS, ENDS_SHARE = 3.0, 0.05


@dataclass(frozen=True)
class Scan:
    """A sensor_msgs/LaserScan: `ranges` at `angle_min` + i * `step`, believed within `near` to `far`. `angle_max`: where its
    last ray is to lie; NaN: not told."""

    angle_min: float
    step: float
    near: float
    far: float
    ranges: Floats
    angle_max: float = math.nan


@dataclass(frozen=True)
class Sight:
    """`points`: (n, 2) in base_link, each the end of the ray `rays[i]`; `looks`: by ray, how far it is known (0: not at
    all), whole turns apart by `step` from `angle_min` as seen from (x, y). `moving`: which of the points moved here."""

    points: Floats
    moving: npt.NDArray[np.bool_]
    x: float = 0.0
    y: float = 0.0
    angle_min: float = 0.0
    step: float = 0.0
    looks: Floats | None = None

    def looked_at(self, xs: Floats, ys: Floats) -> npt.NDArray[np.bool_]:
        """Which of these places it looked at. What lies behind something that it saw counts as looked at."""
        if self.looks is None or not len(self.looks):
            return np.zeros(xs.shape, bool)
        dx, dy = xs - self.x, ys - self.y
        ray = np.rint(np.mod(np.arctan2(dy, dx) - self.angle_min, math.tau) / self.step).astype(int)
        ray[ray == round(math.tau / self.step)] = 0
        known = ray < len(self.looks)
        far = self.looks[np.where(known, ray, 0)]
        seen: npt.NDArray[np.bool_] = known & (np.hypot(dx, dy) <= far)
        return seen


NOTHING = Sight(np.empty((0, 2)), np.empty(0, bool))


def see_scan(
    sensor: ObstacleSensor,
    scan: Scan,
    before: Scan | None,
    turned: tuple[float, float, float],
    then: ObstacleSensor | None = None,
) -> Sight:
    """A scan, with the help of the one `before`, since which the base moved by `turned` (x, y, yaw in the base's frame
    of then), and at which the sensor sat as `then`. Without one before, every return counts, and nothing moves. Raises ValueError
    for what is no scan."""
    if fault := _fault(scan):
        raise ValueError(fault)
    if sensor.zero == UNMEASURED:
        scan = replace(scan, ranges=np.where(scan.ranges == 0.0, np.nan, scan.ranges))
    seat = then or sensor
    scan, before = _forward(sensor, scan), None if before is None else _forward(seat, before)
    ranges = scan.ranges
    known = ~np.isnan(ranges)
    if known.mean() < MEASURED_SHARE:
        raise ValueError(f"a scan of {len(ranges)} rays with {known.sum()} measurements: the sensor is blind")
    hit = known & (ranges < scan.far) & ~(ranges == np.inf)
    distances = np.where(hit, np.maximum(ranges, scan.near), np.inf)
    angles = sensor.yaw + scan.angle_min + scan.step * np.arange(len(ranges))
    xs, ys = np.zeros(len(ranges)), np.zeros(len(ranges))
    xs[hit] = sensor.x + distances[hit] * np.cos(angles[hit])
    ys[hit] = sensor.y + distances[hit] * np.sin(angles[hit])
    counts, moving = hit, np.zeros(len(ranges), bool)
    if before is not None:
        earlier = as_seen_before(seat, before, xs, ys, turned)
        counts = hit & (_accompanied(distances) | (np.abs(earlier.range - earlier.distance) < SAME_M))
        moving = _together(counts & earlier.through)
    looks = np.where(known, scan.far, 0.0)
    points = np.stack((xs[counts], ys[counts]), axis=1)
    return Sight(points, moving[counts], sensor.x, sensor.y, float(angles[0]), scan.step, looks)


def scan_of_range(width: float, near: float, far: float, distance: float) -> Scan:
    """A sensor_msgs/Range: something may be anywhere on an arc `width` rad wide. Raises ValueError."""
    if not all(map(math.isfinite, (width, near, far))) or not 0.0 < width <= math.tau or math.isnan(distance):
        raise ValueError("a range without a measurement, or whose cone or limits are not finite")
    width, rays = max(width, WIDTH_MIN_RAD), max(CONE_RAYS, math.ceil(width / 0.1))
    ranges = np.full(rays, min(max(distance, near), 1e6) if distance < far else np.inf)
    return Scan(-width / 2.0, width / (rays - 1), near, far, ranges)


def see_cloud(sensor: ObstacleSensor, points: Points) -> Sight:
    """A sensor_msgs/PointCloud2 as (n, 3) in the sensor's frame; points that are not finite are none. It tells where
    something is, and not where it looked: it covers no floor."""
    ahead, left, up = _rotation(sensor).tolist()
    # Part by part: a product of matrices wakes threads for it, and waits for them.
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is at no height
        height = _along(points, up, sensor.z)
        points = points[(height >= sensor.low) & (height <= sensor.high)]
        if not len(points) and len(height) and not np.isfinite(height).any():
            raise ValueError("a cloud without one finite point: the sensor is blind")
        xs, ys = _along(points, ahead, sensor.x), _along(points, left, sensor.y)
        here = (np.abs(xs) < CLOUD_FAR_M) & (np.abs(ys) < CLOUD_FAR_M)
    base = np.stack((xs[here], ys[here]), axis=1).astype(np.float64)
    kept = base[_first_of_cells(base)]
    return Sight(kept, np.zeros(len(kept), bool))


def _along(points: Points, axis: Sequence[float], offset: float) -> Points:
    """How far along an axis each of them lies, from `offset` on."""
    x, y, z = axis
    found: Points = points[:, 0] * x + points[:, 1] * y + points[:, 2] * z + offset
    return found


def _first_of_cells(places: Floats) -> npt.NDArray[np.bool_]:
    """One of the places in each cell of CELL_M or, seldom, more of them. Takes as many steps as there are places."""
    cells = np.floor(places / CELL_M).astype(np.int64)
    cell = cells[:, 0] * CELLS + cells[:, 1]
    at = (cell.astype(np.uint64) * np.uint64(SPREAD) >> np.uint64(64 - TABLE.bit_length() + 1)).astype(
        np.int64
    )
    number, table = np.arange(len(cell)), np.empty(TABLE, np.int64)  # only what is written is read
    table[at] = number
    owner = table[at]
    kept: npt.NDArray[np.bool_] = (owner == number) | (cell[owner] != cell)
    return kept


def _fault(scan: Scan) -> str:
    """Why this is no scan; empty when it is one. Angles in degrees and ranges in millimetres leave places out."""
    rays = len(scan.ranges)
    if not rays or not all(map(math.isfinite, (scan.angle_min, scan.step, scan.near, scan.far))):
        return "a scan without rays, or with an angle or range that is not finite"
    if not abs(scan.step) >= STEP_MIN_RAD or not abs(scan.step) * (rays - 2) <= math.tau:
        return f"a scan of {rays} rays that are {scan.step:g} rad apart is no single turn"
    if not abs(scan.angle_min) <= 2.0 * math.tau:
        return f"a scan that begins at {scan.angle_min:g} rad"
    wide, told = scan.step * (rays - 1), scan.angle_max - scan.angle_min
    if abs(told - wide) > max(ENDS_STEPS * abs(scan.step), ENDS_SHARE * abs(wide)):  # not for NaN
        return f"a scan of {rays} rays that are {scan.step:g} rad apart, and says it is {told:g} rad wide"
    if not 0.0 <= scan.near <= NEAR_MAX_M or not scan.near < scan.far:
        return f"a scan of what is {scan.near:g} to {scan.far:g} m away: nearer than {NEAR_MAX_M:g} m must be seen"
    return ""


@dataclass(frozen=True)
class Then:
    """Of each point of now: how far it was from the sensor at the earlier look, and how far that saw in its direction."""

    distance: Floats
    range: Floats

    @property
    def through(self) -> npt.NDArray[np.bool_]:
        """Where it then saw nothing, and farther than that."""
        seen: npt.NDArray[np.bool_] = self.range - self.distance > THROUGH_M + THROUGH_SHARE * self.distance
        return seen


def as_seen_before(
    sensor: ObstacleSensor, before: Scan, xs: Floats, ys: Floats, turned: tuple[float, float, float]
) -> Then:
    """What a look of `before` tells of these places; `turned` as in see_scan."""
    moved_x, moved_y, yaw = turned
    then_x = moved_x + math.cos(yaw) * xs - math.sin(yaw) * ys - sensor.x
    then_y = moved_y + math.sin(yaw) * xs + math.cos(yaw) * ys - sensor.y
    angle = np.mod(np.arctan2(then_y, then_x) - sensor.yaw - before.angle_min, math.tau)
    ray = np.rint(angle / before.step).astype(int)
    ranges = np.where(np.isnan(before.ranges), 0.0, np.minimum(before.ranges, before.far))
    nearest = ranges.copy()  # of each ray and the next ones: an edge is no place that was seen through
    for apart in range(1, NEIGHBOURS + 1):
        nearest[apart:] = np.minimum(nearest[apart:], ranges[:-apart])
        nearest[:-apart] = np.minimum(nearest[:-apart], ranges[apart:])
    inside = ray < len(nearest)
    return Then(np.hypot(then_x, then_y), np.where(inside, nearest[np.where(inside, ray, 0)], 0.0))


def _accompanied(distances: Floats) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(distances), bool)
    for apart in range(1, NEIGHBOURS + 1):
        with np.errstate(invalid="ignore"):  # inf - inf: neither is a return
            same = np.abs(distances[apart:] - distances[:-apart]) < SAME_M
        found[apart:] |= same
        found[:-apart] |= same
    return found


def _together(rays: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Those of them in a row of MOVING_RAYS or more."""
    runs = np.convolve(rays, np.ones(MOVING_RAYS, int), "valid") >= MOVING_RAYS
    found: npt.NDArray[np.bool_] = np.convolve(runs, np.ones(MOVING_RAYS, int), "full") > 0
    return found[: len(rays)]


def _forward(sensor: ObstacleSensor, scan: Scan) -> Scan:
    """Mounted upside down: the same rays, the other way round."""
    if sensor.mirrored:
        scan = Scan(-scan.angle_min, -scan.step, scan.near, scan.far, scan.ranges)
    if scan.step > 0.0:
        return scan
    last = scan.angle_min + scan.step * (len(scan.ranges) - 1)
    return Scan(last, -scan.step, scan.near, scan.far, scan.ranges[::-1])


def _rotation(sensor: ObstacleSensor) -> Floats:
    """Of fixed axes: roll about x, then pitch about y, then yaw about z (REP-103)."""
    (cr, sr), (cp, sp), (cy, sy) = (
        (math.cos(a), math.sin(a)) for a in (sensor.roll, sensor.pitch, sensor.yaw)
    )
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )

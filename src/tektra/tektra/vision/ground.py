# SPDX-License-Identifier: Apache-2.0
"""From an image to the floor: where on the map something stands whose foot a camera sees.

Without a calibration it is the pinhole model with square pixels, the principal point in the middle, and no distortion (Hartley and
Zisserman, Multiple View Geometry, 2nd ed., 6.1): a pixel (u, v) looks along ((u - w/2) / f, (v - h/2) / f, 1) in the optical frame
(x right, y down, z forward; REP-103), f = w/2 / tan(hfov/2); with one, along Intrinsics.ray. The floor is the plane z = 0 of the
map. The pose of the camera is taken to be exact: how wrong it is must be known to whoever relies on this.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely import LineString, Point, Polygon, unary_union

from tektra.vision.intrinsics import Intrinsics
from tektra.vision.sightings import Box

#: The edge of a box is wrong by this at least.
EDGE_PX = 2.0
#: So many times the range is as good as the horizon.
FAR = 100.0
#: The floor is looked along in so many directions for what stands in the way.
RAYS = 180
#: The edges of a picture are bent by a lens: so many points of each are looked along.
EDGE_POINTS = 9
#: What is so near to the camera on the map holds it, and does not stand in its way.
MOUNT_M = 0.15


@dataclass(frozen=True)
class CameraPose:
    """A fixed camera: m and rad in the frame `map`; it looks along `yaw`, and down by `pitch`. `hfov` counts without `intrinsics`."""

    x: float
    y: float
    height: float
    yaw: float
    pitch: float
    hfov: float
    intrinsics: Intrinsics | None = None

    def ray(self, u: float, v: float, size: tuple[int, int]) -> tuple[float, float]:
        """Along which (right, down, 1) of the optical frame the pixel looks. Raises InputError for a picture of a wrong shape."""
        if self.intrinsics is not None:
            return self.intrinsics.at(size).ray(u, v)
        focal = self.focal(size)
        return (u - size[0] / 2.0) / focal, (v - size[1] / 2.0) / focal

    def focal(self, size: tuple[int, int]) -> float:
        """Focal length across, px."""
        if self.intrinsics is not None:
            return self.intrinsics.fx * size[0] / self.intrinsics.width
        return size[0] / 2.0 / math.tan(self.hfov / 2.0)


@dataclass(frozen=True)
class Spot:
    """Somebody stands within `uncertainty` (m) of (x, y)."""

    x: float
    y: float
    uncertainty: float


class Ground:
    """The floor before one camera, as far as `range_m` of it. `blocks` are corners of walls and furniture.

    `edge_error`: by which share of its width or height the edge of a box may be wrong. Immutable.
    """

    def __init__(
        self,
        camera: CameraPose,
        range_m: float,
        edge_error: float,
        blocks: Sequence[Sequence[tuple[float, float]]] = (),
    ) -> None:
        self.camera = self._camera = camera
        self._range = range_m
        self._error = edge_error
        self._open = _open(camera, range_m, blocks)

    def point(self, u: float, v: float, size: tuple[int, int]) -> tuple[float, float] | None:
        """Where the pixel shows the floor, on the map; None at and above the horizon. `size`: width and height, px."""
        reach = self._reach(u, v, size)
        return self._on_map(reach) if reach else None

    def foot(self, box: Box, size: tuple[int, int]) -> Spot | None:
        """Where somebody stands who fills this box; None when that is surely beyond the range.

        The foot is the middle of the lower edge. Where the image may cut the box off, they stand anywhere from below the
        camera to there.
        """
        u, low, error = box.x + box.width / 2.0, box.y + box.height, max(EDGE_PX, self._error * box.height)
        cut = low + error >= size[1]  # the image may cut it off, as far as anybody knows
        near = (0.0, 0.0) if cut else self._reach(u, low + error, size)
        if near is None or math.hypot(*near) > self._range:
            return None
        far = self._reach(u, low - error, size) or self._horizon(u, size)
        far = _clipped(near, far, self._range)
        sideways = max(EDGE_PX, self._error * box.width) / self._camera.focal(size) * self._slant(far)
        along = math.hypot(far[0] - near[0], far[1] - near[1]) / 2.0
        x, y = self._on_map(((near[0] + far[0]) / 2.0, (near[1] + far[1]) / 2.0))
        return Spot(x, y, math.hypot(along, sideways))

    def within(self, spot: Spot) -> Spot | None:
        """None for one that is surely beyond the range."""
        far = math.dist((spot.x, spot.y), (self._camera.x, self._camera.y))
        return spot if far - spot.uncertainty <= self._range else None

    def seen(self, size: tuple[int, int], boxes: Sequence[Box] = ()) -> list[tuple[float, float]]:
        """The corners of the floor on which somebody's feet would be seen; empty when it is none.

        Neither beyond walls and furniture, nor behind what fills these boxes. Of several pieces it is the largest.
        """
        seen = self._floor(0.0, float(size[0]), float(size[1]), size).intersection(self._open)
        for box in boxes:
            wide, high = max(EDGE_PX, self._error * box.width), max(EDGE_PX, self._error * box.height)
            shadow = self._floor(box.x - wide, box.x + box.width + wide, box.y + box.height + high, size)
            seen = seen.difference(shadow)
        pieces = [piece for piece in getattr(seen, "geoms", [seen]) if isinstance(piece, Polygon)]
        largest = max(pieces, key=lambda piece: piece.area, default=Polygon())
        return [(x, y) for x, y in largest.exterior.coords[:-1]]

    # -- inside ------------------------------------------------------------------------------------------------

    def _floor(self, left: float, right: float, low: float, size: tuple[int, int]) -> Polygon:
        """What the columns from `left` to `right` show of the floor, from the row `low` up to the horizon."""
        lens = self._camera.intrinsics
        steps = 1 if lens is None or lens.straight else EDGE_POINTS - 1
        shares = [index / steps for index in range(steps + 1)]
        across = [left + share * (right - left) for share in shares]
        near = [self._reach(u, low, size) for u in across]
        upwards = [self._reach(right, low * (1.0 - share), size) for share in shares[1:-1]]
        top = [self._reach(u, 0.0, size) for u in reversed(across)]
        far = [
            reach if reach and reach[0] < FAR * self._range else self._horizon(u, size)
            for reach, u in zip(top, reversed(across), strict=True)
        ]
        downwards = [self._reach(left, low * share, size) for share in shares[1:-1]]
        if not all(near):
            return Polygon()
        outline = Polygon([self._on_map(reach) for reach in (*near, *upwards, *far, *downwards) if reach])
        return outline if outline.is_valid else outline.buffer(0)

    def _reach(self, u: float, v: float, size: tuple[int, int]) -> tuple[float, float] | None:
        """How far ahead of the camera, and how far to its right, the pixel shows the floor; None from the horizon on."""
        right, down = self._camera.ray(u, v, size)
        falls = math.sin(self._camera.pitch) + down * math.cos(self._camera.pitch)
        return self._at(right, falls) if falls > self._camera.height / (FAR * self._range) else None

    def _horizon(self, u: float, size: tuple[int, int]) -> tuple[float, float]:
        """The same for the last row below the horizon, so to speak: beyond every range."""
        right, _ = self._camera.ray(u, size[1] / 2.0, size)
        return self._at(right, self._camera.height / (FAR * self._range))

    def _at(self, right: float, falls: float) -> tuple[float, float]:
        """The same for a line of sight that goes and falls by so much for each unit along the optical axis."""
        pitch, length = self._camera.pitch, self._camera.height / falls
        b = (falls - math.sin(pitch)) / math.cos(pitch)
        return length * (math.cos(pitch) - b * math.sin(pitch)), length * right

    def _on_map(self, reach: tuple[float, float]) -> tuple[float, float]:
        (ahead, right), c, s = reach, math.cos(self._camera.yaw), math.sin(self._camera.yaw)
        return self._camera.x + ahead * c + right * s, self._camera.y + ahead * s - right * c

    def _slant(self, reach: tuple[float, float]) -> float:
        return math.hypot(*reach, self._camera.height)


def _open(camera: CameraPose, range_m: float, blocks: Sequence[Sequence[tuple[float, float]]]) -> Polygon:
    """The floor round the camera that lies within the range, and not beyond anything that stands on it."""
    here = Point(camera.x, camera.y)
    shapes = [Polygon(corners) for corners in blocks]
    blocked = unary_union([shape for shape in shapes if shape.distance(here) > MOUNT_M])
    free = []
    for index in range(RAYS):
        angle = 2.0 * math.pi * index / RAYS
        end = (camera.x + range_m * math.cos(angle), camera.y + range_m * math.sin(angle))
        hit = LineString([here, end]).intersection(blocked)
        free.append(range_m if hit.is_empty else hit.distance(here))
    # Between two rays nothing is seen beyond the nearest thing that they and their neighbours meet.
    safe = [min(free[index - 1], free[index], free[(index + 1) % RAYS]) for index in range(RAYS)]
    angles = [2.0 * math.pi * index / RAYS for index in range(RAYS)]
    ends = zip(angles, safe, strict=True)
    return Polygon([(camera.x + m * math.cos(angle), camera.y + m * math.sin(angle)) for angle, m in ends])


def _clipped(near: tuple[float, float], far: tuple[float, float], range_m: float) -> tuple[float, float]:
    """`far`, or where the way there from `near`, which lies within the range, leaves it."""
    if math.hypot(*far) <= range_m:
        return far
    dx, dy = far[0] - near[0], far[1] - near[1]
    square, half = dx * dx + dy * dy, near[0] * dx + near[1] * dy
    share = (math.sqrt(half * half + square * (range_m**2 - near[0] ** 2 - near[1] ** 2)) - half) / square
    return near[0] + share * dx, near[1] + share * dy

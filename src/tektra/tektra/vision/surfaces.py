# SPDX-License-Identifier: Apache-2.0
"""On what a thing stands that a camera sees: the floor, or a piece of furniture of the map, and where on the map.

The line of sight to the middle of a box's lower edge meets what the thing stands on. The edge may be wrong, and so may the pose: all
that lines of sight within that error meet is where the thing may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tektra.common.world_parts import Box as Block
from tektra.common.world_parts import World
from tektra.vision.ground import EDGE_PX, CameraPose
from tektra.vision.sightings import Box

#: Lines of sight are followed so far, and each within its error is tried in so many steps.
RANGE_M, STEPS = 10.0, 5
FLOOR = "floor"
#: A pose is wrong by so much at least (m, rad): half a degree is 9 cm at 10 m.
POSE_M, POSE_RAD = 0.03, 0.01


@dataclass(frozen=True)
class Standing:
    """A thing stands within `uncertainty` (m) of (x, y, z), on `on`: a piece of furniture, `floor`, or "" where it may be either."""

    x: float
    y: float
    z: float
    uncertainty: float
    on: str
    room: str


class Surfaces:
    """Floor and furniture of a map. Immutable."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tops = [piece.box for piece in world.furniture.values()]
        self._walls = [wall.box(world.wall_height_m) for wall in world.walls.values()]

    def stands(
        self, camera: CameraPose, box: Box, size: tuple[int, int], edge_error: float
    ) -> Standing | None:
        """Where the thing in this box stands; None where nobody can tell: cut off below, beyond the range, or before a wall.

        Raises InputError for a picture that the camera's calibration is not for.
        """
        error = max(EDGE_PX, 0.5 * edge_error * box.height)
        low = box.y + box.height
        if low + 1.0 >= size[1]:
            return None  # the picture may cut it off: how far down it goes nobody sees
        hits = []
        for step in range(STEPS):
            v = low + error * (2.0 * step / (STEPS - 1) - 1.0)
            hit = self._hit(camera, camera.ray(box.x + box.width / 2.0, min(v, size[1] - 1.0), size))
            if hit is not None:
                hits.append(hit)
        if len(hits) < (STEPS + 1) // 2:
            return None
        return self._of(hits, camera, error, size)

    def pixel(
        self, camera: CameraPose, x: float, y: float, z: float, size: tuple[int, int]
    ) -> tuple[float, float] | None:
        """Where a point of the map shows in a picture, as far as a pinhole tells; None outside, and behind what stands there."""
        ahead, right, up = _in_camera(camera, x, y, z)
        if ahead < 0.2:
            return None
        focal = camera.focal(size)
        u, v = size[0] / 2.0 + focal * right / ahead, size[1] / 2.0 - focal * up / ahead
        if not (0.0 <= u < size[0] and 0.0 <= v < size[1]):
            return None
        hit = self._hit(camera, (right / ahead, -up / ahead))
        far = math.dist((x, y), (camera.x, camera.y))
        return None if hit is None or math.dist(hit[:2], (camera.x, camera.y)) < far - 0.3 else (u, v)

    def below(self, x: float, y: float, z: float) -> tuple[float, str]:
        """The highest surface at a place that is no higher than z (m): how high, and what it is."""
        tops = [
            (top.height_m, top.name)
            for top in self._tops
            if top.height_m <= z and top.distance_m(x, y) <= 0.0
        ]
        return max([(0.0, FLOOR), *tops])

    def room(self, x: float, y: float) -> str:
        """The name of the room that a place is in; empty: none."""
        room = self._world.room_at(x, y)
        return room.name if room else ""

    # -- inside ------------------------------------------------------------------------------------------------

    def _of(
        self,
        hits: Sequence[tuple[float, float, float, str]],
        camera: CameraPose,
        error: float,
        size: tuple[int, int],
    ) -> Standing | None:
        x, y, z, on = hits[len(hits) // 2]
        far = math.dist((x, y), (camera.x, camera.y))
        spread = max(math.dist((x, y), hit[:2]) for hit in hits)
        aside = far * (POSE_RAD + error / camera.focal(size)) + POSE_M
        names = {hit[3] for hit in hits}
        return Standing(x, y, z, math.hypot(spread, aside), on if len(names) == 1 else "", self.room(x, y))

    def _hit(self, camera: CameraPose, ray: tuple[float, float]) -> tuple[float, float, float, str] | None:
        """What a line of sight meets first from above: the point, and on what. None for walls, sides and the sky."""
        dx, dy, dz = on_map(camera, ray)
        flat = math.hypot(dx, dy)
        best: tuple[float, str, bool] | None = None  # how far, what, from above
        if dz < 0.0:
            best = (-camera.height / dz, FLOOR, True)
        for block, is_top in [*((top, True) for top in self._tops), *((wall, False) for wall in self._walls)]:
            found = _through(block, camera, (dx, dy, dz))
            if found is not None and (best is None or found[0] < best[0]):
                best = (found[0], block.name, found[1] and is_top)
        if best is None or not best[2] or best[0] * flat > RANGE_M:
            return None
        return (
            camera.x + best[0] * dx,
            camera.y + best[0] * dy,
            max(0.0, camera.height + best[0] * dz),
            best[1],
        )


def _through(
    block: Block, camera: CameraPose, along: tuple[float, float, float]
) -> tuple[float, bool] | None:
    """Where a line enters a block (in units of `along`), and whether through its top; None when it passes by (slab method, Kay and
    Kajiya, "Ray tracing complex scenes", 1986)."""
    c, s = math.cos(block.yaw_rad), math.sin(block.yaw_rad)
    ox, oy = camera.x - block.x_m, camera.y - block.y_m
    starts = (c * ox + s * oy, -s * ox + c * oy, camera.height)
    steps = (c * along[0] + s * along[1], -s * along[0] + c * along[1], along[2])
    lows, highs = (
        (-block.length_m / 2.0, -block.width_m / 2.0, 0.0),
        (block.length_m / 2.0, block.width_m / 2.0, block.height_m),
    )
    enter, leave, axis = -math.inf, math.inf, -1
    for index, (start, step, low, high) in enumerate(zip(starts, steps, lows, highs, strict=True)):
        if abs(step) < 1e-9:
            if not low <= start <= high:
                return None
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        if near > enter:
            enter, axis = near, index
        leave = min(leave, far)
    return (enter, axis == 2) if 0.0 < enter <= leave else None


def on_map(camera: CameraPose, ray: tuple[float, float]) -> tuple[float, float, float]:
    """The direction of (right, down, 1) of the optical frame, as seen on the map; as long as it is there."""
    right, down = ray
    level = math.cos(camera.pitch) - down * math.sin(camera.pitch)
    c, s = math.cos(camera.yaw), math.sin(camera.yaw)
    return (
        level * c + right * s,
        level * s - right * c,
        -math.sin(camera.pitch) - down * math.cos(camera.pitch),
    )


def _in_camera(camera: CameraPose, x: float, y: float, z: float) -> tuple[float, float, float]:
    """How far ahead along the optical axis, to the right and up a point of the map is."""
    dx, dy, dz = x - camera.x, y - camera.y, z - camera.height
    c, s = math.cos(camera.yaw), math.sin(camera.yaw)
    level, right = dx * c + dy * s, dx * s - dy * c
    cp, sp = math.cos(camera.pitch), math.sin(camera.pitch)
    return level * cp - dz * sp, right, level * sp + dz * cp

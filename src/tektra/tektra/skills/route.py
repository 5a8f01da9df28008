# SPDX-License-Identifier: Apache-2.0
"""Routes round walls, zones and robots on a grid of the floor: A* (Hart, Nilsson, Raphael 1968), then corners cut."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from tektra.common.areas import Area
from tektra.common.world import Box, World
from tektra.skills.seen import Point, Pose

#: Edge of a cell in m.
CELL_M = 0.1
#: Cells nearer to an obstacle than this beyond what is needed cost more, so that routes keep to the middle.
COMFORT_M = 0.25
#: As much more as this costs a cell that is only just free.
TIGHT = 2.0
#: Where another robot will drive counts as tight floor: one goes round it where that is no long way.
LANE_SPARE_M = 0.02
#: Start and goal are moved to the nearest free cell within this distance.
SNAP_M = 0.45
Cell = tuple[int, int]
Circle = tuple[float, float, float]
Grid = NDArray[np.float64]


class Floor:
    """Where a robot of a radius may stand. Made once for a world; robots that stand about are passed in later."""

    def __init__(self, world: World, radius: float, areas: Sequence[Area] = ()) -> None:
        bounds = world.bounds
        self._origin = (bounds.x_min_m, bounds.y_min_m)
        columns = math.ceil((bounds.x_max_m - bounds.x_min_m) / CELL_M)
        rows = math.ceil((bounds.y_max_m - bounds.y_min_m) / CELL_M)
        x = self._origin[0] + (np.arange(columns) + 0.5) * CELL_M
        y = self._origin[1] + (np.arange(rows) + 0.5) * CELL_M
        self._x, self._y = np.meshgrid(x, y, indexing="ij")
        self._spare = np.full(self._x.shape, np.inf)
        for box in world.obstacles():
            np.minimum(self._spare, distance_to(box, self._x, self._y) - radius, out=self._spare)
        for area in areas:
            np.minimum(self._spare, self._within(area) - radius, out=self._spare)

    def free(self, x: float, y: float, *, slack: float = 0.0) -> bool:
        """True where the robot may stand; with `slack`, also where it would be nearer to something by that."""
        columns, rows = self._x.shape
        i, j = (x - self._origin[0]) / CELL_M, (y - self._origin[1]) / CELL_M
        return 0 <= i < columns and 0 <= j < rows and bool(self._spare[int(i), int(j)] > -slack)

    def route(
        self,
        start: Pose,
        goal: Pose,
        others: Iterable[Circle] = (),
        lanes: Iterable[tuple[Sequence[Point], float]] = (),
    ) -> list[Point] | None:
        """Points from start to goal that keep off walls and the circles (x, y, radius to keep); None when there is none.

        `lanes`: where others will drive, with the distance to keep; crossing them is dear, and not forbidden.
        """
        spare = self._spare.copy()
        for points, radius in lanes:
            for x, y in points:
                self._stamp(spare, (x, y, radius), LANE_SPARE_M)
        for circle in others:
            self._stamp(spare, circle, -math.inf)
        first, last, there = self._snap(spare, start), self._snap(spare, goal), self._cell(goal)
        # A goal too near to a wall is taken as near as can be; one that a robot takes is waited for.
        if first is None or last is None or (self._spare[there] > 0 >= spare[there]):
            return None
        cells = _astar(spare, first, last)
        if cells is None:
            return None
        corners = _cut_corners(spare, cells)
        inner = [(float(self._x[cell]), float(self._y[cell])) for cell in corners[1:-1]]
        exact = (goal.x, goal.y) if self._cell(goal) == last else (float(self._x[last]), float(self._y[last]))
        return [(start.x, start.y), *inner, exact]

    def _within(self, area: Area) -> Grid:
        """How far each cell's middle is from where the area forbids to be; negative where it does."""
        polygon = shapely.Polygon(area.corners)
        points = shapely.points(self._x, self._y)
        edge, inside = shapely.distance(polygon.exterior, points), shapely.contains(polygon, points)
        allowed = inside if area.keep_in else ~inside
        return np.asarray(np.where(allowed, edge, -edge), dtype=np.float64)

    def _stamp(self, spare: Grid, circle: Circle, least: float) -> None:
        """Takes the circle's floor away, down to `least`, as an obstacle does."""
        x, y, radius = circle
        reach = math.ceil((radius + COMFORT_M) / CELL_M)
        i, j = self._cell(Pose(x, y))
        near = (slice(max(0, i - reach), i + reach + 1), slice(max(0, j - reach), j + reach + 1))
        away = np.maximum(np.hypot(self._x[near] - x, self._y[near] - y) - radius, least)
        # What a wall forbids stays forbidden, whatever `least` is.
        np.copyto(spare[near], away, where=(away < spare[near]) & (spare[near] > 0))

    def _cell(self, pose: Pose) -> Cell:
        i, j = int((pose.x - self._origin[0]) / CELL_M), int((pose.y - self._origin[1]) / CELL_M)
        return min(max(i, 0), self._spare.shape[0] - 1), min(max(j, 0), self._spare.shape[1] - 1)

    def _snap(self, spare: Grid, pose: Pose) -> Cell | None:
        cell = self._cell(pose)
        if spare[cell] > 0:
            return cell
        away = np.hypot(self._x - pose.x, self._y - pose.y)
        away[spare <= 0] = np.inf
        i, j = np.unravel_index(int(np.argmin(away)), away.shape)
        return (int(i), int(j)) if away[i, j] <= SNAP_M else None


def distance_to(box: Box, x: Grid, y: Grid) -> Grid:
    """Distances of points from a turned rectangle; 0 inside."""
    c, s = math.cos(box.yaw_rad), math.sin(box.yaw_rad)
    dx, dy = x - box.x_m, y - box.y_m
    out_l = np.maximum(np.abs(c * dx + s * dy) - box.length_m / 2, 0.0)
    out_w = np.maximum(np.abs(c * dy - s * dx) - box.width_m / 2, 0.0)
    return np.asarray(np.hypot(out_l, out_w), dtype=np.float64)


def _astar(spare: Grid, first: Cell, last: Cell) -> list[Cell] | None:
    """Cells from first to last. On flat lists with a blocked rim: three times as quick as pairs in dicts."""
    columns, width = spare.shape[0], spare.shape[1] + 2
    weights = np.zeros((columns + 2, width))
    weights[1:-1, 1:-1] = np.where(spare > 0, 1.0 + TIGHT * np.clip(1.0 - spare / COMFORT_M, 0.0, 1.0), 0.0)
    weight: list[float] = weights.ravel().tolist()
    goal_i, goal_j = last[0] + 1, last[1] + 1
    start, goal = (first[0] + 1) * width + first[1] + 1, goal_i * width + goal_j
    moves = [(i * width + j, math.hypot(i, j)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    costs = [math.inf] * len(weight)
    came = [-1] * len(weight)
    costs[start] = 0.0
    heap = [(0.0, start)]
    pop, push, hypot = heapq.heappop, heapq.heappush, math.hypot
    done = bytearray(len(weight))
    while heap:
        cell = pop(heap)[1]
        if cell == goal:
            return _traced(came, goal, width)
        if done[cell]:
            continue
        done[cell] = 1
        so_far = costs[cell]
        for move, length in moves:
            there = cell + move
            dear = weight[there]
            if dear and not done[there]:
                cost = so_far + length * dear
                if cost < costs[there]:
                    costs[there], came[there] = cost, cell
                    i, j = divmod(there, width)
                    push(heap, (cost + hypot(i - goal_i, j - goal_j), there))
    return None


def _traced(came: Sequence[int], goal: int, width: int) -> list[Cell]:
    cells = []
    while goal >= 0:
        i, j = divmod(goal, width)
        cells.append((i - 1, j - 1))
        goal = came[goal]
    return cells[::-1]


def _cut_corners(spare: Grid, cells: list[Cell]) -> list[Cell]:
    """The corners that remain when every stretch is as long as the free line of sight allows."""
    along = np.array([spare[cell] for cell in cells])
    corners = [cells[0]]
    at, end = 0, len(cells) - 1
    while at < end:
        # A straight line may be as tight as the route it replaces, and no tighter.
        least = np.minimum(COMFORT_M, np.minimum.accumulate(along[at:]))

        def seen(ahead: int, at: int = at, least: Grid = least) -> bool:
            return _tightest(spare, cells[at], cells[at + ahead]) >= least[ahead]

        low, high = 1, 2  # twice as far as long as it is seen, then halfway between
        while at + high <= end and seen(high):
            low, high = high, 2 * high
        high = min(high, end - at + 1)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if seen(middle) else (low, middle)
        at += low
        corners.append(cells[at])
    return corners


def _tightest(spare: Grid, start: Cell, end: Cell) -> float:
    """The least spare distance on the straight line between two cells, looked at twice a cell."""
    steps = 2 * max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    share = np.linspace(0.0, 1.0, steps + 1)
    i = np.rint(start[0] + (end[0] - start[0]) * share).astype(np.intp)
    j = np.rint(start[1] + (end[1] - start[1]) * share).astype(np.intp)
    return float(spare[i, j].min())

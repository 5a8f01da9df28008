# SPDX-License-Identifier: Apache-2.0
"""Routes round walls and robots on a grid of the floor: A* (Hart, Nilsson, Raphael 1968), then corners cut."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tektra.common.world import Box, World
from tektra.skills.seen import Pose

#: Edge of a cell in m.
CELL_M = 0.1
#: Cells nearer to an obstacle than this beyond what is needed cost more, so that routes keep to the middle.
COMFORT_M = 0.25
#: Start and goal are moved to the nearest free cell within this distance.
SNAP_M = 0.45
Cell = tuple[int, int]
Circle = tuple[float, float, float]
NEIGHBOURS = [(i, j, math.hypot(i, j)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]


class Floor:
    """Where a robot of a radius may stand. Made once for a world; robots that stand about are passed in later."""

    def __init__(self, world: World, radius: float) -> None:
        bounds = world.bounds
        self._origin = (bounds.x_min_m, bounds.y_min_m)
        columns = math.ceil((bounds.x_max_m - bounds.x_min_m) / CELL_M)
        rows = math.ceil((bounds.y_max_m - bounds.y_min_m) / CELL_M)
        x = self._origin[0] + (np.arange(columns) + 0.5) * CELL_M
        y = self._origin[1] + (np.arange(rows) + 0.5) * CELL_M
        self._x, self._y = np.meshgrid(x, y, indexing="ij")
        self._spare = np.full(self._x.shape, np.inf)
        for box in world.obstacles():
            np.minimum(self._spare, _distance(box, self._x, self._y) - radius, out=self._spare)

    def route(
        self, start: Pose, goal: Pose, others: Sequence[Circle] = ()
    ) -> list[tuple[float, float]] | None:
        """Points from start to goal that keep off walls and the circles (x, y, radius to keep); None when there is none."""
        spare = self._spare.copy()
        for x, y, radius in others:
            np.minimum(spare, np.hypot(self._x - x, self._y - y) - radius, out=spare)
        first, last = self._snap(spare, start), self._snap(spare, goal)
        if first is None or last is None:
            return None
        cells = _astar(spare, first, last)
        if cells is None:
            return None
        corners = _cut_corners(spare, cells)
        inner = [(float(self._x[cell]), float(self._y[cell])) for cell in corners[1:-1]]
        exact = (goal.x, goal.y) if self._cell(goal) == last else (float(self._x[last]), float(self._y[last]))
        return [(start.x, start.y), *inner, exact]

    def _cell(self, pose: Pose) -> Cell:
        i, j = int((pose.x - self._origin[0]) / CELL_M), int((pose.y - self._origin[1]) / CELL_M)
        return min(max(i, 0), self._spare.shape[0] - 1), min(max(j, 0), self._spare.shape[1] - 1)

    def _snap(self, spare: NDArray[np.float64], pose: Pose) -> Cell | None:
        cell = self._cell(pose)
        if spare[cell] > 0:
            return cell
        away = np.hypot(self._x - pose.x, self._y - pose.y)
        away[spare <= 0] = np.inf
        i, j = np.unravel_index(int(np.argmin(away)), away.shape)
        return (int(i), int(j)) if away[i, j] <= SNAP_M else None


def _distance(box: Box, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of points from a turned rectangle; 0 inside."""
    c, s = math.cos(box.yaw_rad), math.sin(box.yaw_rad)
    dx, dy = x - box.x_m, y - box.y_m
    out_l = np.maximum(np.abs(c * dx + s * dy) - box.length_m / 2, 0.0)
    out_w = np.maximum(np.abs(c * dy - s * dx) - box.width_m / 2, 0.0)
    return np.asarray(np.hypot(out_l, out_w), dtype=np.float64)


def _astar(spare: NDArray[np.float64], first: Cell, last: Cell) -> list[Cell] | None:
    weights = (1.0 + 2.0 * np.clip(1.0 - spare / COMFORT_M, 0.0, 1.0)).tolist()
    free = (spare > 0).tolist()
    columns, rows = spare.shape
    costs = {first: 0.0}
    came: dict[Cell, Cell] = {}
    heap: list[tuple[float, Cell]] = [(0.0, first)]
    done: set[Cell] = set()
    while heap:
        cell = heapq.heappop(heap)[1]
        if cell == last:
            return _traced(came, last)
        if cell in done:
            continue
        done.add(cell)
        for di, dj, length in NEIGHBOURS:
            i, j = cell[0] + di, cell[1] + dj
            if not (0 <= i < columns and 0 <= j < rows and free[i][j]):
                continue
            cost = costs[cell] + length * weights[i][j]
            if cost < costs.get((i, j), math.inf):
                costs[i, j], came[i, j] = cost, cell
                heapq.heappush(heap, (cost + math.hypot(i - last[0], j - last[1]), (i, j)))
    return None


def _traced(came: dict[Cell, Cell], last: Cell) -> list[Cell]:
    cells = [last]
    while cells[-1] in came:
        cells.append(came[cells[-1]])
    return cells[::-1]


def _cut_corners(spare: NDArray[np.float64], cells: list[Cell]) -> list[Cell]:
    """The corners that remain when every stretch is as long as the free line of sight allows."""
    corners = [cells[0]]
    at = 0
    while at < len(cells) - 1:
        reach = at + 1
        for candidate in range(len(cells) - 1, at, -1):
            # A straight line may be as tight as the route it replaces, and no tighter.
            least = min(COMFORT_M, *(float(spare[cell]) for cell in cells[at : candidate + 1]))
            if all(spare[cell] >= least for cell in _line(cells[at], cells[candidate])):
                reach = candidate
                break
        corners.append(cells[reach])
        at = reach
    return corners


def _line(start: Cell, end: Cell) -> Iterator[Cell]:
    steps = 2 * max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for step in range(steps + 1):
        share = step / steps
        yield round(start[0] + (end[0] - start[0]) * share), round(start[1] + (end[1] - start[1]) * share)

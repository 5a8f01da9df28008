# SPDX-License-Identifier: Apache-2.0
"""A map as nav2's map_server has it (`map.yaml` and its PGM) as the world's walls: what is not known to be free is wall.

Cells are joined to rectangles, rows first. Units: m, rad; the picture's first row is the map's north.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tektra.common.world_parts import Box, Furniture, Room
from tektra.common.world_yaml import Reader

MOST_CELLS, MOST_BOXES, MOST_BYTES = 25_000_000, 5_000, 120_000_000
WALL_HEIGHT_M = 1.2
#: How map_saver paints what it does not know. With the free_thresh that it writes itself, 0.25, it would read as free.
UNKNOWN = 205.0
Cells = npt.NDArray[np.bool_]


def read_map(top: Reader, path: Path) -> tuple[Room, dict[str, Furniture]]:
    """The bounds of a map file, and what stands in them. Blocks on the disk. Raises WorldError."""
    resolution = top.number("resolution", low=0.001, high=10.0)
    x, y, yaw = top.numbers("origin", 3)
    negate = bool(top.number("negate", low=0, high=1, default=0.0))
    free = top.number("free_thresh", low=0.0, high=1.0)
    top.number("occupied_thresh", low=0.0, high=1.0)
    mode = top.text("mode", among=("trinary", "scale", "raw"), default="trinary")
    image = path.parent / top.text("image")  # an absolute path stays one
    top.finish()
    if mode == "raw":
        raise top.error("mode", "is raw; save the map as trinary (nav2's map_saver does)")
    try:
        pixels = _pgm(image)
    except (OSError, ValueError) as error:
        raise top.error("image", f"{str(image)!r} cannot be read: {error}") from error
    share = pixels / 255.0 if negate else 1.0 - pixels / 255.0
    taken: Cells = (~(share < free) | (pixels == UNKNOWN))[::-1]
    try:
        boxes = _boxes(taken)
    except ValueError as error:
        raise top.error("image", str(error)) from error
    walls = {
        name: Furniture(_placed(name, box, (x, y, yaw), resolution))
        for name, box in ((f"wall {number}", box) for number, box in enumerate(boxes, 1))
    }
    rows, columns = taken.shape
    corners = [_point(i * resolution, j * resolution, (x, y, yaw)) for i in (0, columns) for j in (0, rows)]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return Room("bounds", min(xs), max(xs), min(ys), max(ys)), walls


def _pgm(path: Path) -> npt.NDArray[np.float64]:
    """The grey values of a PGM, 0 to 255, first row first. Raises ValueError."""
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes")
    data = path.read_bytes()
    head = re.match(rb"(P[25])(?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)\s", data)
    if head is None:
        raise ValueError("it is no PGM (P5 or P2)")
    columns, rows, most = (int(number) for number in head.groups()[1:])
    if not 0 < columns * rows <= MOST_CELLS or not 0 < most < 256:
        raise ValueError(
            f"{columns} x {rows} cells of up to {most}: up to {MOST_CELLS} cells of one byte are read"
        )
    if head[1] == b"P5":
        cells = np.frombuffer(data, np.uint8, offset=head.end())
    else:
        cells = np.array(data[head.end() :].split()[: columns * rows], dtype=np.uint8)
    if len(cells) < columns * rows:
        raise ValueError(f"{len(cells)} cells where {columns * rows} are told")
    return cells[: columns * rows].reshape(rows, columns).astype(np.float64) * (255.0 / most)


def _boxes(taken: Cells) -> list[tuple[int, int, int, int]]:
    """Rectangles that cover the cells: first column, first row, columns, rows. Raises ValueError for too many."""
    done: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(taken.shape[0] + 1):
        line = taken[row] if row < taken.shape[0] else np.zeros(taken.shape[1], bool)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False]))))
        runs = {(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)}
        for run in [run for run in open_runs if run not in runs]:
            first = open_runs.pop(run)
            done.append((run[0], first, run[1] - run[0], row - first))
        for run in runs:
            open_runs.setdefault(run, row)
        if len(done) > MOST_BOXES:
            raise ValueError(
                f"its walls are more than {MOST_BOXES} rectangles: clean the map, or make its cells larger"
            )
    return done


def _placed(
    name: str, box: tuple[int, int, int, int], origin: tuple[float, float, float], resolution: float
) -> Box:
    column, row, columns, rows = box
    x, y = _point((column + columns / 2.0) * resolution, (row + rows / 2.0) * resolution, origin)
    return Box(name, x, y, columns * resolution, rows * resolution, WALL_HEIGHT_M, origin[2])


def _point(along: float, up: float, origin: tuple[float, float, float]) -> tuple[float, float]:
    x, y, yaw = origin
    c, s = math.cos(yaw), math.sin(yaw)
    return x + c * along - s * up, y + s * along + c * up

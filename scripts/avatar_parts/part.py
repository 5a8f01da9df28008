# SPDX-License-Identifier: Apache-2.0
"""A piece of the avatar (one mesh, one material), and the few geometry tools that all pieces share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass
class Part:
    """positions (N, 3) m; triangles (T, 3); colours (N, 3) linear multipliers; deltas name -> (N, 3) m;
    joint_weights (N, J) for torso, neck, head, and the joints of the arms."""

    mesh: str
    material: str
    positions: FloatArray
    triangles: IntArray
    joint_weights: FloatArray
    colours: FloatArray | None = None
    deltas: Mapping[str, FloatArray] = field(default_factory=dict)


def triangulated(quads: IntArray) -> IntArray:
    """Triangles of quads (F, 4); a quad whose last corners are one is one triangle."""
    triangles = np.concatenate((quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]))
    distinct = (triangles[:, 0] != triangles[:, 1]) & (triangles[:, 1] != triangles[:, 2])
    return np.asarray(triangles[distinct & (triangles[:, 0] != triangles[:, 2])])


def grid_triangles(rows: int, columns: int, *, closed: bool) -> IntArray:
    """Triangles over a grid of points numbered row by row; `closed` joins the last column to the first."""
    row, column = np.meshgrid(
        np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij"
    )
    a = row * columns + column
    b = row * columns + (column + 1) % columns
    quads = np.stack((a, b, b + columns, a + columns), axis=-1).reshape(-1, 4)
    return triangulated(quads)


def only_used(triangles: IntArray) -> tuple[IntArray, IntArray]:
    """The vertex numbers that `triangles` use, sorted, and the triangles in the new numbers."""
    used, renumbered = np.unique(triangles, return_inverse=True)
    return used, renumbered.reshape(triangles.shape)


def vertex_normals(positions: FloatArray, triangles: IntArray) -> FloatArray:
    """Unit normals (N, 3), weighted by area."""
    a, b, c = (positions[triangles[:, corner]] for corner in range(3))
    face = np.cross(b - a, c - a)
    out = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(out, triangles[:, corner], face)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12))


def neighbour_means(values: FloatArray, triangles: IntArray) -> FloatArray:
    """The mean of the neighbours' values, for each vertex (N, ...)."""
    edges = np.concatenate((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]))
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    edges = np.concatenate((edges, edges[:, ::-1]))
    total = np.zeros_like(values)
    np.add.at(total, edges[:, 0], values[edges[:, 1]])
    count = np.bincount(edges[:, 0], minlength=len(values)).astype(float)
    return np.asarray(total / np.maximum(count, 1.0).reshape((-1,) + (1,) * (values.ndim - 1)))


@dataclass(frozen=True)
class Hits:
    """Where rays met a surface: distance (R,) (nan: nowhere), triangle (R,), barycentric (R, 3)."""

    distance: FloatArray
    triangle: IntArray
    barycentric: FloatArray


def cast(
    origins: FloatArray, directions: FloatArray, positions: FloatArray, triangles: IntArray, *, last: bool
) -> Hits:
    """Meet rays (R, 3) with a surface: the last crossing of each ray, or the first (Moeller and Trumbore,
    1997).
    """
    a = positions[triangles[:, 0]]
    e1, e2 = positions[triangles[:, 1]] - a, positions[triangles[:, 2]] - a
    distance = np.full(len(origins), np.nan)
    triangle = np.zeros(len(origins), np.int64)
    barycentric = np.zeros((len(origins), 3))
    for ray in range(len(origins)):
        p = np.cross(directions[ray], e2)
        det = np.einsum("ij,ij->i", e1, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            s = origins[ray] - a
            u = np.einsum("ij,ij->i", s, p) / det
            q = np.cross(s, e1)
            v = q @ directions[ray] / det
            t = np.einsum("ij,ij->i", e2, q) / det
        met = np.flatnonzero((u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (t > 1e-9))
        if len(met):
            best = met[np.argmax(t[met]) if last else np.argmin(t[met])]
            distance[ray], triangle[ray] = t[best], best
            barycentric[ray] = (1 - u[best] - v[best], u[best], v[best])
    return Hits(distance, triangle, barycentric)


def smoothstep(low: float, high: float, x: FloatArray) -> FloatArray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))

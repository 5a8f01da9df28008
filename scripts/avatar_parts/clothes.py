# SPDX-License-Identifier: Apache-2.0
"""The garment: a sweater with a ribbed collar over a shirt, drawn off the body."""

from __future__ import annotations

import numpy as np
from avatar_parts.face import Head
from avatar_parts.part import (
    FloatArray,
    IntArray,
    Part,
    cast,
    grid_triangles,
    neighbour_means,
    only_used,
    smoothstep,
    triangulated,
    vertex_normals,
)  # fmt: skip

LOWEST_M, WIDEST_M = 0.33, 0.285  # where chest and sleeves end, outside the picture
NECK_AXIS_Z_M = 0.012
COLLAR_SEGMENTS = 40


def garment_parts(head: Head, sleeves: IntArray) -> list[Part]:
    """Sweater and collar; the collar follows the neck a little. `sleeves` (F,) bool: faces of the body under them."""
    source = head.source
    quads = source.faces["body"]
    centre = source.vertices[quads].mean(axis=1)
    collar = _collar_line(head)
    low = float(collar[:, 1].min())
    body = (centre[:, 1] > LOWEST_M) & (centre[:, 1] < low + 0.05) & (
        np.abs(centre[:, 0]) < WIDEST_M
    ) | sleeves
    triangles = triangulated(quads[body])
    used, triangles = only_used(triangles)
    points = source.vertices[used].copy()
    for _ in range(6):
        points = 0.4 * points + 0.6 * neighbour_means(points, triangles)
    points = 0.35 * source.vertices[used] + 0.65 * points
    away = np.hypot(points[:, 0], points[:, 2] - NECK_AXIS_Z_M)
    angle = np.arctan2(points[:, 0], points[:, 2] - NECK_AXIS_Z_M)
    rim_angle = np.linspace(-np.pi, np.pi, COLLAR_SEGMENTS, endpoint=False)
    rim_y = np.interp(angle, rim_angle, collar[:, 1], period=2 * np.pi)
    rim_away = np.interp(
        angle, rim_angle, np.hypot(collar[:, 0], collar[:, 2] - NECK_AXIS_Z_M), period=2 * np.pi
    )
    thickness = 0.003 + 0.007 * smoothstep(0.0, 0.04, away - rim_away)
    points += vertex_normals(points, triangles) * thickness[:, None]
    inside = (points[:, 1] > rim_y + 0.001) & (away < rim_away + 0.004)
    triangles = triangles[~inside[triangles].all(axis=1)]
    triangles = triangles[
        ((points[:, 1] - rim_y)[triangles] < 0.014).all(axis=1) | (away[triangles] > 0.1).any(axis=1)
    ]
    kept, triangles = only_used(triangles)
    weights = head.joint_weights[used][kept].copy()
    weights[:, 0] += weights[:, 1:3].sum(axis=1)
    weights[:, 1:3] = 0.0
    fold = 0.9 + 0.1 * smoothstep(LOWEST_M, 0.5, points[kept][:, 1])
    out = [Part("garment", "garment", points[kept], triangles, weights, np.repeat(fold[:, None], 3, axis=1))]
    out.append(_roll(collar, 0.0115, "trim", head.joint_weights.shape[1]))
    return out


def _collar_line(head: Head) -> FloatArray:
    """The line (S, 3) around the root of the neck where the collar lies: lower in front."""
    out = []
    for angle in np.linspace(-np.pi, np.pi, COLLAR_SEGMENTS, endpoint=False):
        front = 0.5 + 0.5 * np.cos(angle)
        height = 0.572 - 0.034 * front**1.5
        direction = np.array([[np.sin(angle), 0.0, np.cos(angle)]])
        origin = np.array([[0.0, height, NECK_AXIS_Z_M]])
        hits = cast(origin, direction, head.source.vertices, head.triangles, last=False)
        out.append(origin[0] + direction[0] * (float(np.nan_to_num(hits.distance[0], nan=0.07)) + 0.004))
    line = np.array(out)
    for _ in range(2):
        line = 0.5 * line + 0.25 * (np.roll(line, 1, axis=0) + np.roll(line, -1, axis=0))
    return line


def _roll(line: FloatArray, radius: float, material: str, joints: int) -> Part:
    """A soft ring along a closed line, higher than thick, with ribs; it follows the torso, and the neck a little."""
    tangent = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    up = np.array([0.0, 1.0, 0.0])
    out = np.cross(tangent, up)
    out *= np.sign(np.einsum("ij,ij->i", out, line - line.mean(axis=0)))[:, None]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    ring = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    points = np.stack([
        line + out * (0.5 * radius * np.cos(a) - 0.25 * radius * np.sin(a)) + up * radius * np.sin(a) for a
        in ring
    ])  # fmt: skip
    shade = np.tile(np.where(np.arange(len(line)) % 2, 1.0, 0.88), (len(ring), 1))
    triangles = grid_triangles(len(ring) + 1, len(line), closed=True) % (len(ring) * len(line))
    flat = points.reshape(-1, 3)
    a, b, c = (flat[triangles[:, k]] for k in range(3))
    centres = np.tile(line, (len(ring), 1))[triangles].mean(axis=1)
    if np.einsum("ij,ij->i", np.cross(b - a, c - a), (a + b + c) / 3 - centres).sum() < 0:
        triangles = triangles[:, ::-1]
    weights = np.zeros((len(flat), joints))
    weights[:, :2] = 0.8, 0.2
    return Part("garment", material, flat, triangles, weights, np.repeat(shade.reshape(-1, 1), 3, axis=1))

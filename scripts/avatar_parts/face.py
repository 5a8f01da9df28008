# SPDX-License-Identifier: Apache-2.0
"""Skin, lips, mouth, eyes, lashes, brows, teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
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
from avatar_parts.source import EYE_HEIGHT_M, Source, sample_mask

from tektra.avatar.body import rotation
from tektra.avatar.head_joints import GAZE_PITCH_RAD, GAZE_YAW_RAD
from tektra.avatar.state import HeadPose

LOWEST_SKIN_M = 0.500  # below this the garment covers everything
# Teeth further in, so that no white line shows between closed lips; the tongue lower, so that it does not fill the mouth.
MOUTH_SHIFTS = {"teeth": np.array([0.0, 0.0, -0.003]), "tongue": np.array([0.0, -0.005, -0.002])}
LASH_LENGTH = 0.30  # of what the base mesh has
BLUSHES = (  # centre (x mirrored, y from the eyes), radius, strength
    ((0.042, -0.036, 0.118), 0.021, 0.26),
    ((0.0, -0.032, 0.150), 0.013, 0.16),
    ((0.075, -0.02, 0.03), 0.03, 0.16),
)
EYE_SEGMENTS = 24
EYE_RINGS_DEG = (0.0, 7.0, 12.5, 13.5, 18.0, 25.0, 29.5, 32.0, 35.0, 48.0, 64.0, 85.0)
PUPIL_EDGE_DEG, IRIS_EDGE_DEG = 12.5, 32.0  # both are rings


@dataclass(frozen=True)
class Head:
    """The skin's surface, for what is put on it. triangles (T, 3) index all the source's vertices."""

    source: Source
    triangles: IntArray
    joint_weights: FloatArray

    def front_point(self, x: float, y: float) -> tuple[FloatArray, IntArray, FloatArray]:
        """The foremost point of the skin at (x, y): place, its triangle's vertices, barycentric weights."""
        hits = cast(
            np.array([[x, y, 0.5]]),
            np.array([[0.0, 0.0, -1.0]]),
            self.source.vertices,
            self.triangles,
            last=False,
        )
        corners = self.triangles[hits.triangle[0]]
        return hits.barycentric[0] @ self.source.vertices[corners], corners, hits.barycentric[0]


def head_surface(source: Source, joint_weights: FloatArray) -> Head:
    """The body's skin from the chest up, arms cut off."""
    quads = source.faces["body"]
    centre = source.vertices[quads].mean(axis=1)
    kept = (centre[:, 1] > LOWEST_SKIN_M) & (np.abs(centre[:, 0]) < 0.2)
    return Head(source, triangulated(quads[kept]), joint_weights)


def skin_parts(head: Head) -> list[Part]:
    """Skin, lips and the inside of the mouth: three materials of the mesh "head"."""
    source = head.source
    quads, quads_uv = source.faces["body"], source.faces_uv["body"]
    centre = source.vertices[quads].mean(axis=1)
    uv = source.uv[quads_uv].mean(axis=1)
    lips = sample_mask(source.masks["lips"], uv) > 0.5
    mouth = ~lips & (sample_mask(source.masks["inside-mouth"], uv) > 0.5)
    kept = (centre[:, 1] > LOWEST_SKIN_M) & (np.abs(centre[:, 0]) < 0.2)
    colours = _skin_colours(head)
    seam = np.intersect1d(
        quads[lips], quads[mouth]
    )  # where the lips meet: without this they catch the light inside
    colours[seam] *= 0.3
    inner = np.full((len(source.vertices), 3), 1.0)
    depth = smoothstep(0.105, 0.14, source.vertices[:, 2])[:, None]
    inner *= 0.25 + 0.75 * depth
    out = []
    for material, chosen, tint in (
        ("skin", ~lips & ~mouth, colours),
        ("lips", lips, colours),
        ("mouth", mouth, inner),
    ):
        triangles = triangulated(quads[kept & chosen])
        out.append(on_source(head, "head", material, triangles, tint))
    return out


def on_source(
    head: Head, mesh: str, material: str, triangles: IntArray, colours: FloatArray | None = None
) -> Part:
    """A part made of the source's own vertices; it takes their deltas and joint weights."""
    used, triangles = only_used(triangles)
    deltas = {name: delta[used] for name, delta in head.source.deltas.items()}
    tint = None if colours is None else colours[used]
    return Part(mesh, material, head.source.vertices[used], triangles, head.joint_weights[used], tint, deltas)


def _skin_colours(head: Head) -> FloatArray:
    """Creases darker, cheeks, nose and ears redder: multipliers (V, 3)."""
    points = head.source.vertices
    normals = vertex_normals(points, head.triangles)
    hollow = np.einsum("ij,ij->i", normals, neighbour_means(points, head.triangles) - points)
    hollow = np.clip(hollow * 900.0, 0.0, 1.0)
    for _ in range(2):
        hollow = 0.5 * hollow + 0.5 * neighbour_means(hollow, head.triangles)
    away = (np.abs(points[:, 0]) - 0.033) ** 2 + (points[:, 1] - EYE_HEIGHT_M) ** 2
    hollow *= 1.0 - 0.6 * np.exp(-away / 0.018**2)  # a lid's fold is stretched out when the eye is closed
    out = np.ones_like(points) - np.outer(hollow, (0.45, 0.60, 0.62))
    mirrored = np.abs(points[:, 0])
    for (x, y, z), radius, strength in BLUSHES:
        away = (
            (mirrored - x) ** 2 + (points[:, 1] - EYE_HEIGHT_M - y) ** 2 + (points[:, 2] - z) ** 2
        ) / radius**2
        out *= 1.0 - np.outer(np.exp(-away) * strength, (0.0, 1.0, 0.85))
    return np.clip(out, 0.05, 1.0)


def eye_parts(head: Head, joint_weights_head: FloatArray) -> list[Part]:
    """Two eyeballs: sclera, iris and pupil of the mesh "eyes", turned by the eyeLook shapes."""
    out = []
    for side, group in (("Left", "helper-l-eye"), ("Right", "helper-r-eye")):
        vertices = np.unique(head.source.faces[group])
        points = head.source.vertices[vertices]
        centre, radius = _sphere(points[points[:, 2] < np.median(points[:, 2]) + 0.004])
        outward = 1.0 if side == "Left" else -1.0
        turns = {
            f"eyeLookOut{side}": rotation(HeadPose(yaw_rad=outward * GAZE_YAW_RAD)),
            f"eyeLookIn{side}": rotation(HeadPose(yaw_rad=-outward * GAZE_YAW_RAD)),
            f"eyeLookDown{side}": rotation(HeadPose(pitch_rad=GAZE_PITCH_RAD)),
            f"eyeLookUp{side}": rotation(HeadPose(pitch_rad=-GAZE_PITCH_RAD)),
        }
        out += _eyeball(centre, radius, turns, joint_weights_head)
    return out


def _eyeball(
    centre: FloatArray, radius: float, turns: dict[str, FloatArray], weights: FloatArray
) -> list[Part]:
    around = np.arange(EYE_SEGMENTS) * 2 * np.pi / EYE_SEGMENTS
    polar = np.radians(EYE_RINGS_DEG)
    bulge = 1.0 + 0.035 * (1.0 - smoothstep(0.0, np.radians(36.0), polar))  # the cornea stands out a little
    ring = np.stack(
        (np.outer(np.sin(polar), np.cos(around)), np.outer(np.sin(polar), np.sin(around)),
         np.repeat(np.cos(polar)[:, None], EYE_SEGMENTS, axis=1)), axis=-1,
    )  # fmt: skip
    local = (ring * (radius * bulge)[:, None, None]).reshape(-1, 3)
    degrees = np.repeat(EYE_RINGS_DEG, EYE_SEGMENTS)
    triangles = grid_triangles(len(polar), EYE_SEGMENTS, closed=True)[:, ::-1]
    outermost = degrees[triangles].mean(axis=1)
    streak = 0.88 + 0.12 * np.cos(np.tile(around, len(polar)) * 7) * np.cos(
        np.tile(around, len(polar)) * 11 + 1.0
    )
    iris = np.interp(degrees, (12.5, 15.0, 24.0, 29.5, 32.0), (0.5, 1.0, 0.7, 0.25, 0.15)) * streak
    high = smoothstep(0.1, 0.8, local[:, 1] / radius)
    iris *= 1.15 - 0.60 * high + 0.35 * smoothstep(0.0, 0.5, -local[:, 1] / radius)  # lit through from above
    white = (1.0 - 0.35 * high)[:, None] * np.array([1.0, 0.985, 0.97])
    white *= np.interp(degrees, (31.0, 36.0), (0.45, 1.0))[:, None]
    tints = {"pupil": np.ones((len(local), 3)), "iris": np.repeat(iris[:, None], 3, axis=1), "sclera": white}
    out = []
    edges = (-1.0, PUPIL_EDGE_DEG, IRIS_EDGE_DEG, 180.0)
    for material, low, top in zip(tints, edges[:-1], edges[1:], strict=True):
        used, chosen = only_used(triangles[(outermost > low) & (outermost <= top)])
        deltas = {name: local[used] @ turn.T - local[used] for name, turn in turns.items()}
        out.append(
            Part(
                "eyes",
                material,
                centre + local[used],
                chosen,
                np.tile(weights, (len(used), 1)),
                tints[material][used],
                deltas,
            )
        )
    return out


def _sphere(points: FloatArray) -> tuple[FloatArray, float]:
    """Centre and radius of the sphere nearest to the points (linear least squares)."""
    system = np.column_stack((2 * points, np.ones(len(points))))
    solution = np.linalg.lstsq(system, (points**2).sum(axis=1), rcond=None)[0]
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


def brow_parts(head: Head) -> list[Part]:
    """Two brows of soft tufts, lying on the skin and moving with it."""
    out = []
    along = np.linspace(0.0, 1.0, 16)
    x = np.interp(along, (0, 0.5, 1), (0.0125, 0.0345, 0.0545))
    y = (
        EYE_HEIGHT_M
        + 0.0185
        + 0.0062 * np.sin(np.pi * np.clip(along * 0.86 + 0.06, 0, 1))
        - 0.0035 * along**2
    )
    half = 0.0036 * np.interp(along, (0, 0.12, 0.5, 1), (0.5, 1.0, 0.85, 0.12))
    for sign in (1.0, -1.0):
        points, deltas_at, weights = [], [], []
        for row in (-1.0, -0.35, 0.35, 1.0):
            for number in range(len(along)):
                rough = 0.00025 * (1 if (number % 2) else -1) if abs(row) == 1.0 else 0.0
                place, corners, mix = head.front_point(
                    sign * x[number], y[number] + row * half[number] + rough
                )
                lift = 0.0004 if abs(row) == 1.0 else 0.0022
                points.append(place + np.array([sign * 0.25, 0.1, 1.0]) * lift)
                deltas_at.append((corners, mix))
                weights.append(mix @ head.joint_weights[corners])
        deltas = {
            name: np.array([mix @ delta[corners] for corners, mix in deltas_at])
            for name, delta in head.source.deltas.items()
        }
        triangles = grid_triangles(4, len(along), closed=False)
        triangles = triangles if sign > 0 else triangles[:, ::-1]
        shade = np.tile(0.8 + 0.2 * np.cos(np.arange(len(along)) * 2.3), 4)
        out.append(
            Part(
                "brows",
                "brows",
                np.array(points),
                triangles,
                np.array(weights),
                np.repeat(shade[:, None], 3, 1),
                deltas,
            )
        )
    return out


def small_parts(head: Head) -> list[Part]:
    """Lashes, teeth and tongue."""
    faces = head.source.faces
    out = [_upper_lashes(head)]
    for mesh, material, groups in (
        ("teeth", "teeth", ("helper-upper-teeth", "helper-lower-teeth")),
        ("tongue", "tongue", ("helper-tongue",)),
    ):  # fmt: skip
        quads = np.concatenate([faces[group] for group in groups])
        part = on_source(head, mesh, material, triangulated(quads))
        depth = part.positions[:, 2].max() - part.positions[:, 2]
        light = np.interp(depth, (0.0, 0.012, 0.035), (0.95, 0.60, 0.12))  # the further in, the darker
        part.colours = np.repeat(light[:, None], 3, axis=1)
        part.positions = part.positions + MOUTH_SHIFTS[mesh]
        out.append(part)
    return out


def _upper_lashes(head: Head) -> Part:
    """The upper lashes, drawn in towards the lid: at their full length, without a texture, they look like a
    mask.
    """
    names = [f"helper-{side}-eyelashes-{row}" for side in "lr" for row in "12"]
    triangles = triangulated(np.concatenate([head.source.faces[name] for name in names]))
    height = head.source.vertices[triangles].mean(axis=1)[:, 1]
    part = on_source(head, "lashes", "lashes", triangles[height > EYE_HEIGHT_M])
    skin = head.source.vertices[np.unique(head.triangles)]
    nearest = np.array([skin[np.argmin(((skin - point) ** 2).sum(axis=1))] for point in part.positions])
    drawn_in = nearest + LASH_LENGTH * (part.positions - nearest)
    part.positions = 0.4 * drawn_in + 0.6 * neighbour_means(drawn_in, part.triangles)
    return part

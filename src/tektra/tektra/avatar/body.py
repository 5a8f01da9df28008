# SPDX-License-Identifier: Apache-2.0
"""Moves the avatar's vertices: morph targets, then the body's sliders, neck, head and arms, then normals. Plain numpy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tektra.avatar.arkit import Weights
from tektra.avatar.arms import Angles
from tektra.avatar.glb import AvatarModel, Joint
from tektra.avatar.physique import Shape, shaped
from tektra.avatar.state import HeadPose

NECK_SHARE = 0.4  # of a head turn is made by the neck joint, the rest by the head joint, as people do
HEAD_SHARES = {"neck": NECK_SHARE, "head": 1.0 - NECK_SHARE}

Placed = tuple[NDArray[np.float64], NDArray[np.float64]]


class Body:
    """Deforms one AvatarModel. Not thread-safe: it reuses its buffers."""

    def __init__(self, model: AvatarModel) -> None:
        self._model = model
        self._flat_morphs = model.morphs.reshape(len(model.morphs), -1)
        self._corners = model.weld[model.triangles].T.reshape(-1)
        self._weld_count = int(model.weld.max()) + 1
        self._followers = [np.flatnonzero(column) for column in model.joint_weights.T]
        self._shape: tuple[Mapping[str, float], Shape | None] = ({}, None)

    def deformed(
        self,
        weights: Weights,
        pose: HeadPose,
        arms: Angles | None = None,
        physique: Mapping[str, float] | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Positions and unit normals, both (N, 3) f32, in metres, for weights (52,), a head pose, arms (30,) or None, and the body's
        sliders by name.

        Some 2 ms for 10,000 vertices.
        """
        active = np.flatnonzero(weights)
        moved = self._model.positions
        if len(active):
            moved = moved + (weights[active] @ self._flat_morphs[active]).reshape(-1, 3)
        moved = self._posed(moved, pose, arms, self._shaped(physique or {}))
        return moved, self._normals(moved)

    def _shaped(self, physique: Mapping[str, float]) -> Shape | None:
        """None: as it was made."""
        if physique != self._shape[0]:
            self._shape = (dict(physique), shaped(self._model.joints, physique) if physique else None)
        return self._shape[1]

    def _posed(
        self, points: NDArray[np.float32], pose: HeadPose, arms: Angles | None, shape: Shape | None
    ) -> NDArray[np.float32]:
        if pose == HeadPose() and arms is None and shape is None:
            return points
        out = points.copy()
        placed: list[Placed | None] = []  # None: where it rests
        for number, joint in enumerate(self._model.joints):
            local = _local(joint, pose, arms)
            above = placed[joint.parent] if joint.parent >= 0 else None
            if local is None:
                placed.append(above)
            else:
                turn, shift = above or (np.eye(3), np.zeros(3))
                origin = np.array(joint.origin_m) if shape is None else shape.origins_m[number]
                placed.append((turn @ local, turn @ (origin - local @ origin) + shift))
            here = placed[-1] if shape is None else _grown(placed[-1], joint, shape, number)
            if here is not None:
                rows = self._followers[number]
                turn32, shift32 = here[0].T.astype(np.float32), here[1].astype(np.float32)
                gone = points[rows] @ turn32 + shift32 - points[rows]
                out[rows] += self._model.joint_weights[rows, number, None] * gone
        return out

    def _normals(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        a, b, c = (points[self._model.triangles[:, corner]] for corner in range(3))
        u, v = (b - a).T, (c - a).T
        sums = np.empty((self._weld_count, 3), np.float32)
        for axis, (i, j) in enumerate(
            ((1, 2), (2, 0), (0, 1))
        ):  # the cross product: three times faster than np.cross
            sums[:, axis] = np.bincount(
                self._corners, np.tile(u[i] * v[j] - u[j] * v[i], 3), self._weld_count
            )
        normals = sums[self._model.weld]
        lengths = np.sqrt(np.einsum("ij,ij->i", normals, normals))
        return np.asarray(normals / np.maximum(lengths, 1e-12)[:, None], np.float32)


def _grown(placed: Placed | None, joint: Joint, shape: Shape, number: int) -> Placed:
    """Where a joint's flesh goes from where it was made: it grows about the joint, moves with it, and is turned then."""
    turn, shift = placed or (np.eye(3), np.zeros(3))
    growth = shape.growth[number]
    moved = shape.origins_m[number] - growth @ np.array(joint.origin_m)
    return turn @ growth, turn @ moved + shift


def _local(joint: Joint, pose: HeadPose, arms: Angles | None) -> NDArray[np.float64] | None:
    """The turn (3, 3) of one joint against its parent; None where it rests."""
    if share := HEAD_SHARES.get(joint.name, 0.0):
        return rotation(pose, share)
    if arms is None or not any(arms[number] for number, _, _ in joint.turns):
        return None
    out = np.eye(3)
    for number, axis, part in joint.turns:
        out = out @ about(axis, part * float(arms[number]))
    return out


def about(axis: tuple[float, float, float], angle_rad: float) -> NDArray[np.float64]:
    """The turn (3, 3) about a unit axis (O. Rodrigues, 1840)."""
    x, y, z = axis
    across = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle_rad) * across + (1.0 - np.cos(angle_rad)) * across @ across)


def rotation(pose: HeadPose, share: float = 1.0) -> NDArray[np.float64]:
    """The turn (3, 3) of `share` of a head pose in glTF axes: yaw about +Y, then pitch about +X, then roll
    about +Z.
    """
    yaw, pitch, roll = pose.yaw_rad * share, pose.pitch_rad * share, pose.roll_rad * share
    cy, sy, cp, sp, cr, sr = (
        np.cos(yaw),
        np.sin(yaw),
        np.cos(pitch),
        np.sin(pitch),
        np.cos(roll),
        np.sin(roll),
    )
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float64)

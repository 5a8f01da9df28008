# SPDX-License-Identifier: Apache-2.0
"""Where the arm's finger tips are, and how its joints must stand for them to be somewhere.

Frame: the arm's mount, x ahead, z up; metres and radians. The inverse is damped least squares,
dq = J^T (J J^T + lambda^2 I)^-1 e (Wampler 1986; Nakamura and Hanafusa 1986), each step held to the joints' ranges.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.common.arm_geometry import ARM_CHAIN, TIP_M

Array = NDArray[np.float64]
AXES = {"x": np.array([1.0, 0.0, 0.0]), "y": np.array([0.0, 1.0, 0.0]), "z": np.array([0.0, 0.0, 1.0])}
#: Damping: small enough to get there in few steps, large enough to stay calm where the arm is stretched.
LAMBDA = 0.03
STEPS = 120
#: No step turns a joint further.
STEP_RAD = 0.3
#: What counts as there: finger tips in m, and their direction in rad.
CLOSE_M, CLOSE_RAD = 0.0005, 0.005


@dataclass(frozen=True)
class Tip:
    """Where the finger tips are, and the hand's turn as a rotation matrix: its z points from wrist to tips."""

    at: Array
    turned: Array


def forward(joints: Sequence[float]) -> Tip:
    """The finger tips of an arm whose joints, in the order of ARM_CHAIN, stand so."""
    return _chain(joints)[0]


def inverse(
    at: Sequence[float],
    closing_rad: float,
    ranges: Sequence[tuple[float, float]],
    start: Sequence[float],
) -> tuple[float, ...] | None:
    """Joints that hold the hand straight down with its tips at a point; None when there are none within the ranges.

    `closing_rad`: direction in the mount's plane along which the fingers close. `start`: where the search begins.
    """
    goal_at, goal_turned = np.asarray(at, dtype=np.float64), pointing_down(closing_rad)
    low, high = np.array([pair[0] for pair in ranges]), np.array([pair[1] for pair in ranges])
    joints = np.clip(np.asarray(start, dtype=np.float64), low, high)
    for _ in range(STEPS):
        tip, jacobian = _chain(joints)
        off, twist = goal_at - tip.at, _rotation_vector(goal_turned @ tip.turned.T)
        if np.linalg.norm(off) <= CLOSE_M and np.linalg.norm(twist) <= CLOSE_RAD:
            return tuple(joints.tolist())
        error = np.concatenate([off, twist])
        damped = jacobian @ jacobian.T + LAMBDA**2 * np.eye(6)
        step = jacobian.T @ np.linalg.solve(damped, error)
        step *= min(1.0, STEP_RAD / max(float(np.abs(step).max()), 1e-9))
        joints = np.clip(joints + step, low, high)
    return None


def pointing_down(closing_rad: float) -> Array:
    """The hand straight down, its y axis (along which the fingers close) at that angle in the plane."""
    c, s = math.cos(closing_rad), math.sin(closing_rad)
    y, z = np.array([c, s, 0.0]), np.array([0.0, 0.0, -1.0])
    return np.column_stack([np.cross(y, z), y, z])


def _chain(joints: Sequence[float] | Array) -> tuple[Tip, Array]:
    """The tip, and the geometric Jacobian: how it moves (upper three rows) and turns with each joint."""
    at, turned = np.zeros(3), np.eye(3)
    places, axes = [], []
    for joint, angle in zip(ARM_CHAIN, joints, strict=True):
        at = at + turned @ np.array([0.0, 0.0, joint.above_m])
        places.append(at)
        axes.append(turned @ AXES[joint.axis])
        turned = turned @ _about(joint.axis, float(angle))
    at = at + turned @ np.array([0.0, 0.0, TIP_M])
    columns = [
        np.concatenate([np.cross(axis, at - place), axis]) for place, axis in zip(places, axes, strict=True)
    ]
    return Tip(at, turned), np.column_stack(columns)


def _about(axis: str, angle: float) -> Array:
    c, s = math.cos(angle), math.sin(angle)
    if axis == "y":
        return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _rotation_vector(matrix: Array) -> Array:
    """Axis times angle of a rotation (Rodrigues)."""
    angle = math.acos(max(-1.0, min(1.0, (float(np.trace(matrix)) - 1.0) / 2.0)))
    axis = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]])
    length = float(np.linalg.norm(axis))
    if length < 1e-9:  # no turn, or half a turn about an axis that the matrix' diagonal tells
        axis = np.sqrt(np.maximum(0.0, (np.diag(matrix) + 1.0) / 2.0)) if angle > 1.0 else axis
        return np.asarray(angle * axis, dtype=np.float64)
    return np.asarray(angle / length * axis, dtype=np.float64)

# SPDX-License-Identifier: Apache-2.0
"""View and projection matrices, (4, 4) f64, for column vectors, OpenGL clip space."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Point = tuple[float, ...]


def look_at(eye: Point, target: Point) -> Matrix:
    """The view from `eye` to `target`, +Y up."""
    back = np.subtract(eye, target)
    back = back / np.linalg.norm(back)
    right = np.cross((0.0, 1.0, 0.0), back)
    right /= np.linalg.norm(right)
    out = np.eye(4)
    out[:3, :3] = np.stack((right, np.cross(back, right), back))
    out[:3, 3] = -out[:3, :3] @ np.asarray(eye)
    return out


def perspective(field_of_view_deg: float, aspect: float, near_m: float = 0.2, far_m: float = 5.0) -> Matrix:
    """A perspective of the given vertical field of view."""
    scale = 1.0 / math.tan(math.radians(field_of_view_deg) / 2)
    out = np.zeros((4, 4))
    out[0, 0], out[1, 1] = scale / aspect, scale
    out[2, 2], out[2, 3] = (far_m + near_m) / (near_m - far_m), 2 * far_m * near_m / (near_m - far_m)
    out[3, 2] = -1.0
    return out


def orthographic(half_m: float, near_m: float, far_m: float) -> Matrix:
    """A parallel projection of a square of 2 * half_m."""
    out = np.eye(4)
    out[0, 0] = out[1, 1] = 1.0 / half_m
    out[2, 2], out[2, 3] = -2.0 / (far_m - near_m), -(far_m + near_m) / (far_m - near_m)
    return out

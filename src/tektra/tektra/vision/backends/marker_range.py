# SPDX-License-Identifier: Apache-2.0
"""How far away a marker of known size is, by OpenCV (Collins and Bartoli, "Infinitesimal plane-based pose estimation", 2014, and from
there on by least squares)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tektra.vision.ground import CameraPose
from tektra.vision.ranging import Ranged
from tektra.vision.sightings import Marker

Vector = NDArray[np.float64]
#: A corner is wrong by this much (px, standard deviation); the range by twice what all corners make of it, and by what share of it the
#: printed side and the focal length may be wrong.
CORNER_PX, SIGMAS, SCALE = 0.5, 2.0, 0.02
#: Pixels between the corners and where the marker's plane puts them, beyond which it is no square.
MISFIT_PX = 3.0


def marker_range(marker: Marker, camera: CameraPose, size: tuple[int, int]) -> Ranged | None:
    """Where the middle of a marker is, in a picture of this width and height; None where its corners are no square's. Some 0.5 ms.

    Raises InputError for a picture that the camera's calibration is not for.
    """
    rays = np.array([camera.ray(u, v, size) for u, v in marker.corners], np.float64)
    half, focal = marker.side_m / 2.0, camera.focal(size)
    # With y downwards, as in the picture: SOLVEPNP_IPPE_SQUARE wants it upwards, and loses itself in the half turn between the two.
    square = np.array([(-half, -half, 0.0), (half, -half, 0.0), (half, half, 0.0), (-half, half, 0.0)])
    best = _poses(square, rays)
    if best is None or best[0] * focal > MISFIT_PX:
        return None
    _, turn, middle = best
    squares = 0.0
    for corner in range(4):
        for axis in range(2):
            moved = rays.copy()
            moved[corner, axis] += CORNER_PX / focal
            squares += float(np.sum((_refined(square, moved, turn, middle) - middle) ** 2))
    x, y, ahead = (float(part) for part in middle)
    off = SIGMAS * float(np.sqrt(squares)) + SCALE * float(np.linalg.norm(middle))
    return Ranged((x / ahead, y / ahead), None, ahead, off)


def _poses(square: Vector, rays: Vector) -> tuple[float, Vector, Vector] | None:
    """The better of the two that a square may have: how far its corners are off (of the focal length), its rotation and middle."""
    try:
        _, turns, middles, errors = cv2.solvePnPGeneric(
            square, rays, np.eye(3), None, flags=cv2.SOLVEPNP_IPPE
        )
    except cv2.error:  # corners on one line
        return None
    told: list[tuple[float, Vector, Vector]] = [
        (float(error), np.asarray(turn, np.float64).ravel(), np.asarray(middle, np.float64).ravel())
        for turn, middle, error in zip(
            turns, middles, np.asarray(errors).ravel(), strict=False
        )  # one error too many without any
    ]
    good = [one for one in told if np.isfinite(one[2]).all() and one[2][2] > 0.0 and np.isfinite(one[0])]
    if not good:
        return None
    error, turn, middle = min(good, key=lambda one: one[0])
    middle = _refined(square, rays, turn, middle)
    return (error, turn, middle) if np.isfinite(middle).all() and middle[2] > 0.0 else None


def _refined(square: Vector, rays: Vector, turn: Vector, middle: Vector) -> Vector:
    _, _, found = cv2.solvePnP(
        square,
        rays,
        np.eye(3),
        None,
        rvec=turn.reshape(3, 1).copy(),
        tvec=middle.reshape(3, 1).copy(),
        useExtrinsicGuess=True,
        flags=cv2.SOLVEPNP_ITERATIVE,
    )
    return np.asarray(found, np.float64).ravel()

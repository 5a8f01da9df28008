# SPDX-License-Identifier: Apache-2.0
"""What a hand's landmarks tell beside its gesture: whether it points, and where to on the floor.

The line goes along the index finger. Where the hand is comes from how large it looks (weak perspective: DeMenthon and Davis, Model-based
object pose in 25 lines of code, 1995): its metric landmarks against those in the picture. Directions are relative to the ray through
the hand, since the landmarks are those of a picture of the hand alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tektra.vision.ground import CameraPose
from tektra.vision.sightings import Hand

Vector = NDArray[np.float64]
#: Landmarks in the model's order: the wrist, then knuckle, two joints and tip of thumb, index, middle, ring and little finger.
WRIST, KNUCKLE, JOINT, TIP = 0, 5, 6, 8
OTHERS = ((10, 12), (14, 16), (18, 20))
#: A finger is stretched when its tip is further from the wrist than its joint by this factor, and curled when it is not by that.
STRETCHED, CURLED = 1.25, 1.1
#: The finger bends by no more than this (rad).
STRAIGHT_RAD = 0.7
#: By how much the line of a finger is wrong (rad), and how far away a hand seems (share). Assumed: nothing here measures them.
ANGLE_RAD, DEPTH = 0.17, 0.15
#: A hand that seems nearer or further than this (m) was not measured well.
NEAREST_M, FURTHEST_M = 0.2, 8.0


@dataclass(frozen=True)
class Target:
    """Where on the floor somebody points, m on the map; covariance (xx, xy, yy), m²; `uncertainty`: the larger standard deviation, m."""

    x: float
    y: float
    covariance: tuple[float, float, float]
    uncertainty: float


def points(hand: Hand) -> bool:
    """The index finger is stretched, and the others are not."""
    world = np.asarray(hand.world)
    reach = np.linalg.norm(world - world[WRIST], axis=1)
    knuckle, end = world[JOINT] - world[KNUCKLE], world[TIP] - world[JOINT]
    bend = math.acos(float(np.clip(_unit(knuckle) @ _unit(end), -1.0, 1.0)))
    curled = all(reach[tip] < CURLED * reach[joint] for joint, tip in OTHERS)
    return bool(reach[TIP] > STRETCHED * reach[JOINT] and bend < STRAIGHT_RAD and curled)


def upwards(hand: Hand) -> bool:
    """The index finger points rather up than elsewhere."""
    world = np.asarray(hand.world)
    return bool(_unit(world[TIP] - world[KNUCKLE])[1] < -0.7)


class Pointer:
    """Before one camera whose pose on the map is known. Immutable. `range_m`: how far from it a place may be pointed at."""

    def __init__(self, camera: CameraPose, range_m: float) -> None:
        self._camera = camera
        self._range = range_m
        cos_y, sin_y = math.cos(camera.yaw), math.sin(camera.yaw)
        cos_p, sin_p = math.cos(camera.pitch), math.sin(camera.pitch)
        ahead = np.array([cos_y * cos_p, sin_y * cos_p, -sin_p])
        right = np.array([sin_y, -cos_y, 0.0])
        self._axes = np.column_stack(
            [right, np.cross(ahead, right), ahead]
        )  # optical frame (x right, y down) to map

    def target(self, hand: Hand, size: tuple[int, int]) -> Target | None:
        """Where the finger points; None where that is no floor within the range. `size`: width and height of the picture, px. Raises
        InputError as CameraPose.ray does."""
        found = self._line(hand, size)
        hit = self._floor(*found, 1.0) if found is not None else None
        if found is None or hit is None:
            return None
        tip, along = found
        axis = _unit(np.cross(along, [0.0, 0.0, 1.0]))
        wrong = [_turned(along, around, ANGLE_RAD * sign) for around in (axis, _unit(np.cross(axis, along)))
                 for sign in (-1.0, 1.0)]  # fmt: skip
        ends = [self._floor(tip, line, 1.0) for line in wrong]
        ends += [self._floor(tip, along, 1.0 + sign * DEPTH) for sign in (-1.0, 1.0)]
        if any(end is None for end in ends):
            return None  # as likely as not it is beyond the range
        spread = np.array([end for end in ends if end is not None])
        halves = (spread[1::2] - spread[::2]) / 2.0
        covariance = halves.T @ halves
        largest = math.sqrt(float(np.linalg.eigvalsh(covariance)[-1]))
        told = (float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1]))
        return Target(float(hit[0]), float(hit[1]), told, largest)

    def _line(self, hand: Hand, size: tuple[int, int]) -> tuple[Vector, Vector] | None:
        """Where the knuckle is, and along what the finger points: in the optical frame, m."""
        focal = self._camera.focal(size)
        image, world = np.asarray(hand.image), np.asarray(hand.world)
        seen, own = image - image.mean(axis=0), world - world.mean(axis=0)
        spread = float((own[:, :2] ** 2).sum())
        scale = float((seen * own[:, :2]).sum()) / spread if spread > 1e-9 else 0.0
        away = focal / scale if scale > 0.0 else math.inf
        if not NEAREST_M <= away <= FURTHEST_M:
            return None
        u, v = image.mean(axis=0)
        middle = np.array([*self._camera.ray(float(u), float(v), size), 1.0])
        turn = _towards(_unit(middle))
        line = _unit(own[TIP] - own[KNUCKLE]) + _unit(own[TIP] - own[WRIST])
        return away * middle + turn @ own[KNUCKLE], turn @ _unit(line)

    def _floor(self, start: Vector, along: Vector, depth: float) -> Vector | None:
        """Where a line of the optical frame meets the floor, on the map; None where it does not within the range."""
        camera = np.array([self._camera.x, self._camera.y, self._camera.height])
        origin, direction = camera + self._axes @ (start * depth), self._axes @ along
        if origin[2] <= 0.0 or direction[2] > -1e-3:
            return None
        hit = origin - direction * (origin[2] / direction[2])
        return hit[:2] if math.dist(hit[:2], camera[:2]) <= self._range else None


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float64)


def _turned(vector: Vector, around: Vector, angle: float) -> Vector:
    """Rodrigues' formula, for an axis that is at right angles to the vector."""
    return np.asarray(vector * math.cos(angle) + np.cross(around, vector) * math.sin(angle), np.float64)


def _towards(ray: Vector) -> NDArray[Any]:
    """The rotation that takes the optical axis to a ray."""
    x, y, z = ray
    if z > 1.0 - 1e-9:
        return np.eye(3)
    cross = np.array([[0.0, 0.0, x], [0.0, 0.0, y], [-x, -y, 0.0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1.0 + z))

# SPDX-License-Identifier: Apache-2.0
"""Rotations in space by unit quaternions (x, y, z, w), what they make of axes (REP-103), and places of frames in others."""

from __future__ import annotations

import math
from dataclasses import dataclass

Quaternion = tuple[float, float, float, float]
Vector = tuple[float, float, float]
IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)
#: A quaternion whose length is farther from 1 than this turns nothing.
UNIT_OFF = 0.01
#: An axis that is nearer to upright than this (m, of a unit) tells no heading.
UPRIGHT = 1e-6


def unit(rotation: Quaternion) -> bool:
    """Whether it is one; not so for NaN."""
    return abs(math.hypot(*rotation) - 1.0) <= UNIT_OFF


def about(axis: Vector, angle_rad: float) -> Quaternion:
    """A turn about an axis of length 1."""
    sine = math.sin(angle_rad / 2.0)
    return axis[0] * sine, axis[1] * sine, axis[2] * sine, math.cos(angle_rad / 2.0)


def product(one: Quaternion, other: Quaternion) -> Quaternion:
    """First `other`, then `one`; of length 1."""
    ax, ay, az, aw = one
    bx, by, bz, bw = other
    x = aw * bx + ax * bw + ay * bz - az * by
    y = aw * by - ax * bz + ay * bw + az * bx
    z = aw * bz + ax * by - ay * bx + az * bw
    w = aw * bw - ax * bx - ay * by - az * bz
    length = math.hypot(x, y, z, w)
    return x / length, y / length, z / length, w / length


def turned(rotation: Quaternion, vector: Vector) -> Vector:
    """The vector, turned."""
    (x, y, z, w), (a, b, c) = rotation, vector
    # v + 2 q x (q x v + w v), for a unit quaternion.
    i, j, k = y * c - z * b + w * a, z * a - x * c + w * b, x * b - y * a + w * c
    square = x * x + y * y + z * z + w * w
    share = 2.0 / square
    return a + share * (y * k - z * j), b + share * (z * i - x * k), c + share * (x * j - y * i)


def turned_back(rotation: Quaternion, vector: Vector) -> Vector:
    """The vector, turned the other way round."""
    x, y, z, w = rotation
    return turned((-x, -y, -z, w), vector)


def between(one: Quaternion, other: Quaternion) -> float:
    """The angle from one to the other (rad)."""
    lengths = math.hypot(*one) * math.hypot(*other)
    alike = abs(sum(a * b for a, b in zip(one, other, strict=True))) / lengths
    return 2.0 * math.acos(min(alike, 1.0))


def roll_pitch_yaw(rotation: Quaternion) -> Vector:
    """Of fixed axes: roll about x, then pitch about y, then yaw about z. Of what looks straight up or down, no roll."""
    ahead, left, up = (turned(rotation, axis) for axis in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    flat = math.hypot(ahead[0], ahead[1])
    pitch = math.atan2(-ahead[2], flat)
    if flat < UPRIGHT:
        return 0.0, pitch, math.atan2(-left[0], left[1])
    return math.atan2(left[2], up[2]), pitch, math.atan2(ahead[1], ahead[0])


@dataclass(frozen=True)
class Place:
    """A frame in another: where its origin is, and how it is turned (x, y, z, w)."""

    at: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = IDENTITY

    def of(self, inner: Place) -> Place:
        """A place that is given in this frame, in the one in which this frame is given."""
        x, y, z = turned(self.rotation, inner.at)
        at = (self.at[0] + x, self.at[1] + y, self.at[2] + z)
        return Place(at, product(self.rotation, inner.rotation))

    def inverse(self) -> Place:
        x, y, z = turned_back(self.rotation, self.at)
        return Place(
            (-x, -y, -z), (-self.rotation[0], -self.rotation[1], -self.rotation[2], self.rotation[3])
        )

    def off(self, other: Place) -> tuple[float, float]:
        """How far from another it is, and turned (m, rad)."""
        return math.dist(self.at, other.at), between(self.rotation, other.rotation)

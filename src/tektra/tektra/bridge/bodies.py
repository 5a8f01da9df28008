# SPDX-License-Identifier: Apache-2.0
"""A robot's solids where its joints have them now: forward kinematics over a shape. Plain numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.common.urdf_shape import Joint, Shape, Solid

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class PlacedSolid:
    """A box (length, width, height), a cylinder (radius, length along z) or a ball (radius), in m, in the robot's base:
    where its middle is, and how it is turned (x, y, z, w). `depth`: how many joints hold it, from 0 on."""

    kind: Solid
    size: tuple[float, ...]
    position_m: tuple[float, float, float]
    rotation: tuple[float, float, float, float]
    depth: int = 0


def placed(shape: Shape, joints: Mapping[str, float]) -> tuple[PlacedSolid, ...]:
    """All of a shape at these positions of its joints (rad or m); one that is not told, or is no number, is at its zero."""
    return tuple(_link(shape, shape.base, joints, np.eye(4), (shape.base,)))


def tip(shape: Shape, joints: Mapping[str, float]) -> tuple[float, float, float] | None:
    """The far end of the last solid along its own z axis, in the base, in m: an arm's finger tips. None where nothing hangs on a
    joint."""
    found = [solid for solid in placed(shape, joints) if solid.depth]
    if not found:
        return None
    last = max(found, key=lambda solid: solid.depth)
    x, y, z, w = last.rotation
    up = (2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y))
    half = last.size[1 if last.kind == "cylinder" else -1] / (1.0 if last.kind == "sphere" else 2.0)
    px, py, pz = (at + half * along for at, along in zip(last.position_m, up, strict=True))
    return px, py, pz


def _link(
    shape: Shape, link: str, joints: Mapping[str, float], at: Matrix, above: tuple[str, ...]
) -> Iterator[PlacedSolid]:
    for part in shape.parts:
        if part.link == link:
            where = at @ _placed(part.xyz, part.rpy)
            x, y, z = (float(value) for value in where[:3, 3])
            yield PlacedSolid(part.kind, tuple(part.size), (x, y, z), _rotation(where), len(above) - 1)
    for joint in shape.joints:
        if joint.parent == link and joint.child not in above:
            turned = at @ _placed(joint.xyz, joint.rpy) @ _moved(joint, joints.get(joint.name, 0.0))
            yield from _link(shape, joint.child, joints, turned, (*above, joint.child))


def _placed(xyz: list[float], rpy: list[float]) -> Matrix:
    (cr, sr), (cp, sp), (cy, sy) = ((math.cos(angle), math.sin(angle)) for angle in rpy)
    out = np.eye(4)
    out[:3, :3] = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    out[:3, 3] = xyz
    return out


def _moved(joint: Joint, at: float) -> Matrix:
    """A joint's own motion."""
    out = np.eye(4)
    axis = np.asarray(joint.axis, dtype=float)
    length = float(np.linalg.norm(axis))
    if joint.kind == "fixed" or length == 0.0 or not math.isfinite(at):
        return out
    axis = axis / length
    if joint.kind == "slides":
        out[:3, 3] = axis * at
        return out
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    out[:3, :3] = np.eye(3) + math.sin(at) * cross + (1.0 - math.cos(at)) * cross @ cross
    return out


def _rotation(matrix: Matrix) -> tuple[float, float, float, float]:
    """x, y, z, w of a rotation (Shepperd's method, by the largest of the four)."""
    m = matrix[:3, :3]
    squares = (
        1.0 + m[0, 0] - m[1, 1] - m[2, 2],
        1.0 - m[0, 0] + m[1, 1] - m[2, 2],
        1.0 - m[0, 0] - m[1, 1] + m[2, 2],
    )
    trace = 1.0 + m[0, 0] + m[1, 1] + m[2, 2]
    largest = max((*squares, trace))
    s = 2.0 * math.sqrt(largest)
    if largest == trace:
        q = ((m[2, 1] - m[1, 2]) / s, (m[0, 2] - m[2, 0]) / s, (m[1, 0] - m[0, 1]) / s, s / 4.0)
    elif largest == squares[0]:
        q = (s / 4.0, (m[0, 1] + m[1, 0]) / s, (m[0, 2] + m[2, 0]) / s, (m[2, 1] - m[1, 2]) / s)
    elif largest == squares[1]:
        q = ((m[0, 1] + m[1, 0]) / s, s / 4.0, (m[1, 2] + m[2, 1]) / s, (m[0, 2] - m[2, 0]) / s)
    else:
        q = ((m[0, 2] + m[2, 0]) / s, (m[1, 2] + m[2, 1]) / s, s / 4.0, (m[1, 0] - m[0, 1]) / s)
    x, y, z, w = (float(value) for value in q)
    return x, y, z, w

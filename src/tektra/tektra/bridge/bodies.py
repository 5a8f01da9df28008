# SPDX-License-Identifier: Apache-2.0
"""A robot's solids where its joints have them now: forward kinematics over a shape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tektra.common.rotations import Place, Quaternion, Vector, about, product
from tektra.common.urdf_shape import Joint, Shape, Solid


@dataclass(frozen=True)
class PlacedSolid:
    """A box (length, width, height), a cylinder (radius, length along z) or a ball (radius), in m, in the robot's base:
    where its middle is, and how it is turned (x, y, z, w). `depth`: how many joints hold it, from 0 on."""

    kind: Solid
    size: tuple[float, ...]
    position_m: Vector
    rotation: Quaternion
    depth: int = 0


def placed(shape: Shape, joints: Mapping[str, float]) -> tuple[PlacedSolid, ...]:
    """All of a shape at these positions of its joints (rad or m); one that is not told, or is no number, is at its zero."""
    return tuple(_link(shape, shape.base, joints, Place(), (shape.base,)))


def tip(shape: Shape, joints: Mapping[str, float]) -> Vector | None:
    """The far end of the last solid along its own z axis, in the base, in m: an arm's finger tips. None where nothing hangs on a
    joint."""
    found = [solid for solid in placed(shape, joints) if solid.depth]
    if not found:
        return None
    last = max(found, key=lambda solid: solid.depth)
    half = last.size[1 if last.kind == "cylinder" else -1] / (1.0 if last.kind == "sphere" else 2.0)
    return Place(last.position_m, last.rotation).of(Place((0.0, 0.0, half))).at


def _link(
    shape: Shape, link: str, joints: Mapping[str, float], at: Place, above: tuple[str, ...]
) -> Iterator[PlacedSolid]:
    for part in shape.parts:
        if part.link == link:
            where = at.of(_placed(part.xyz, part.rpy))
            yield PlacedSolid(part.kind, tuple(part.size), where.at, where.rotation, len(above) - 1)
    for joint in shape.joints:
        if joint.parent == link and joint.child not in above:
            moved = at.of(_placed(joint.xyz, joint.rpy)).of(_moved(joint, joints.get(joint.name, 0.0)))
            yield from _link(shape, joint.child, joints, moved, (*above, joint.child))


def _placed(xyz: list[float], rpy: list[float]) -> Place:
    (x, y, z), (roll, pitch, yaw) = xyz, rpy
    level = product(about((0.0, 1.0, 0.0), pitch), about((1.0, 0.0, 0.0), roll))
    return Place((x, y, z), product(about((0.0, 0.0, 1.0), yaw), level))


def _moved(joint: Joint, at: float) -> Place:
    """A joint's own motion."""
    length = math.hypot(*joint.axis)
    if joint.kind == "fixed" or length == 0.0 or not math.isfinite(at):
        return Place()
    x, y, z = (part / length for part in joint.axis)
    if joint.kind == "slides":
        return Place((x * at, y * at, z * at))
    return Place(rotation=about((x, y, z), at))

# SPDX-License-Identifier: Apache-2.0
"""Robots, their ways, small things and a notice as drawings for Foxglove's 3D panel."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from foxglove.messages import (
    ArrowPrimitive,
    Color,
    CubePrimitive,
    CylinderPrimitive,
    Duration,
    LinePrimitive,
    LinePrimitiveLineType,
    Point3,
    Pose,
    Quaternion,
    SceneEntity,
    SpherePrimitive,
    Timestamp,
    Vector3,
)

from tektra.bridge.backends.foxglove_parts import FLOOR_M, TEXT, pose, text
from tektra.bridge.bodies import PlacedSolid
from tektra.bridge.drawn import Drawing, Notice, RobotShape, ThingAt, Way
from tektra.common.world_parts import Color as Rgb

#: Colours of robots that the home's file does not know, chosen by their names so that two differ.
ROBOTS = ((0.90, 0.35, 0.15), (0.15, 0.60, 0.40), (0.45, 0.30, 0.75), (0.85, 0.60, 0.05), (0.10, 0.55, 0.75))
#: Every second joint's solids, so that an arm's links are told apart.
DARK = (0.36, 0.40, 0.45)
HEIGHT_M, NAME_M = 0.22, 0.25
#: A way is told five times a second while it holds.
WAY_S = 2
GOAL_M, WAY_M = 0.18, 0.05
#: Height of a letter, m.
NOTICE_M = 1.1
NOTICE = Color(r=0.82, g=0.10, b=0.10, a=1.0)


@singledispatch
def entity_of(drawing: Drawing, stamp: Timestamp) -> SceneEntity:
    """A drawing as the panel takes it; a later one with the same id takes its place."""
    raise TypeError(f"nobody draws {type(drawing).__name__}")


@entity_of.register
def _(shape: RobotShape, stamp: Timestamp) -> SceneEntity:
    """In its own frame, so that it moves with it: its solids, or a box over its footprint; an arrow ahead, its name above."""
    rgb = shape.color or _named(shape.robot)
    made = _solids(shape, rgb) if shape.solids else {"cubes": [_block(shape, rgb)]}
    ahead = [] if not shape.footprint_m else [_ahead(shape)]
    top_m = max([solid.position_m[2] for solid in shape.solids], default=HEIGHT_M)
    return SceneEntity(
        timestamp=stamp,
        frame_id=f"{shape.robot}/base_link",
        frame_locked=True,
        id=shape.key,
        arrows=ahead,
        lines=[_outline(shape)] if shape.footprint_m else [],
        texts=[text(shape.robot, 0.0, 0.0, NAME_M, z_m=shape.lift_m + top_m + 0.5)],
        **made,
    )


@entity_of.register
def _(way: Way, stamp: Timestamp) -> SceneEntity:
    """A line in the robot's colour, and a disc where it ends. Gone by itself when nobody tells it any more."""
    color = _color(way.color or _named(way.robot))
    points = [Point3(x=x, y=y, z=2 * FLOOR_M) for x, y in way.points_m]
    goal_x, goal_y = way.points_m[-1]
    return SceneEntity(
        timestamp=stamp,
        frame_id="map",
        id=way.key,
        lifetime=Duration(sec=WAY_S, nsec=0),
        lines=[
            LinePrimitive(
                type=LinePrimitiveLineType.LineStrip,
                pose=pose(0.0, 0.0, 0.0, 0.0),
                thickness=WAY_M,
                scale_invariant=False,
                points=points,
                color=color,
            )
        ],
        cylinders=[_disc(goal_x, goal_y, 2 * GOAL_M, 2 * FLOOR_M, color)],
    )


@entity_of.register
def _(thing: ThingAt, stamp: Timestamp) -> SceneEntity:
    """A box, on the map or in the frame of whoever holds it."""
    length, width, height = thing.size_m
    return SceneEntity(
        timestamp=stamp,
        frame_id=f"{thing.robot}/base_link" if thing.robot else "map",
        frame_locked=True,
        id=thing.key,
        cubes=[
            CubePrimitive(
                pose=pose(*thing.at_m, 0.0),
                size=Vector3(x=length, y=width, z=height),
                color=_color(thing.color),
            )
        ],
    )


@entity_of.register
def _(notice: Notice, stamp: Timestamp) -> SceneEntity:
    """Large, over everything."""
    x, y, z = notice.at_m
    return SceneEntity(
        timestamp=stamp,
        frame_id="map",
        id=notice.key,
        texts=[text(notice.words, x, y, NOTICE_M, z_m=z, color=NOTICE)],
    )


def _solids(shape: RobotShape, rgb: Rgb) -> dict[str, list[Any]]:
    made: dict[str, list[Any]] = {"cubes": [], "cylinders": [], "spheres": []}
    for solid in shape.solids:
        color, where = _color(rgb if solid.depth % 2 == 0 else DARK), _where(solid, shape.lift_m)
        if solid.kind == "box":
            length, width, height = solid.size
            size = Vector3(x=length, y=width, z=height)
            made["cubes"].append(CubePrimitive(pose=where, size=size, color=color))
        elif solid.kind == "cylinder":
            radius, length = solid.size
            size = Vector3(x=2 * radius, y=2 * radius, z=length)
            made["cylinders"].append(
                CylinderPrimitive(pose=where, size=size, bottom_scale=1.0, top_scale=1.0, color=color)
            )
        else:
            size = Vector3(x=2 * solid.size[0], y=2 * solid.size[0], z=2 * solid.size[0])
            made["spheres"].append(SpherePrimitive(pose=where, size=size, color=color))
    return made


def _where(solid: PlacedSolid, lift_m: float) -> Pose:
    (x, y, z), (qx, qy, qz, qw) = solid.position_m, solid.rotation
    return Pose(position=Vector3(x=x, y=y, z=z + lift_m), orientation=Quaternion(x=qx, y=qy, z=qz, w=qw))


def _block(shape: RobotShape, rgb: Rgb) -> CubePrimitive:
    (low_x, high_x), (low_y, high_y) = _bounds(shape)
    return CubePrimitive(
        pose=pose((low_x + high_x) / 2.0, (low_y + high_y) / 2.0, shape.lift_m + HEIGHT_M / 2.0, 0.0),
        size=Vector3(x=high_x - low_x, y=high_y - low_y, z=HEIGHT_M),
        color=_color(rgb),
    )


def _bounds(shape: RobotShape) -> tuple[tuple[float, float], tuple[float, float]]:
    xs, ys = zip(*shape.footprint_m, strict=True) if shape.footprint_m else ((-0.2, 0.2), (-0.2, 0.2))
    return (min(xs), max(xs)), (min(ys), max(ys))


def _ahead(shape: RobotShape) -> ArrowPrimitive:
    return ArrowPrimitive(
        pose=pose(_bounds(shape)[0][1], 0.0, shape.lift_m + HEIGHT_M / 2.0, 0.0),
        shaft_length=0.12,
        shaft_diameter=0.06,
        head_length=0.12,
        head_diameter=0.14,
        color=_color(shape.color or _named(shape.robot)),
    )


def _outline(shape: RobotShape) -> LinePrimitive:
    return LinePrimitive(
        type=LinePrimitiveLineType.LineLoop,
        pose=pose(0.0, 0.0, shape.lift_m + FLOOR_M, 0.0),
        thickness=0.02,
        scale_invariant=False,
        points=[Point3(x=x, y=y, z=0.0) for x, y in shape.footprint_m],
        color=TEXT,
    )


def _disc(x_m: float, y_m: float, wide_m: float, high_m: float, color: Color) -> CylinderPrimitive:
    return CylinderPrimitive(
        pose=pose(x_m, y_m, high_m / 2.0, 0.0),
        size=Vector3(x=wide_m, y=wide_m, z=high_m),
        bottom_scale=1.0,
        top_scale=1.0,
        color=color,
    )


def _named(robot: str) -> Rgb:
    return ROBOTS[sum(robot.encode()) % len(ROBOTS)]


def _color(rgb: Rgb) -> Color:
    return Color(r=rgb[0], g=rgb[1], b=rgb[2], a=1.0)

# SPDX-License-Identifier: Apache-2.0
"""The home and its robots as drawings for Foxglove's 3D panel."""

from __future__ import annotations

import math

from foxglove.messages import (
    ArrowPrimitive,
    Color,
    CubePrimitive,
    CylinderPrimitive,
    LinePrimitive,
    LinePrimitiveLineType,
    Point3,
    Pose,
    Quaternion,
    SceneEntity,
    TextPrimitive,
    Timestamp,
    Vector3,
)

from tektra.bridge.frames import RobotShape
from tektra.common.world import Box, Pose2, Room, World

FLOOR_M = 0.02
PLACE_RADIUS_M = 0.25
FLOOR_COLORS = (
    (0.80, 0.76, 0.70),
    (0.72, 0.76, 0.80),
    (0.80, 0.80, 0.72),
    (0.76, 0.72, 0.78),
    (0.72, 0.80, 0.76),
)
# Opaque, all of it: one transparent box makes Foxglove draw its whole entity after the floor, or not at all.
WALL = Color(r=0.93, g=0.92, b=0.90, a=1.0)
PLACE = Color(r=0.10, g=0.45, b=0.85, a=0.6)
#: Colours of robots, chosen by their names so that rover1 and rover2 differ.
ROBOTS = ((0.90, 0.35, 0.15), (0.15, 0.60, 0.40), (0.45, 0.30, 0.75), (0.85, 0.60, 0.05), (0.10, 0.55, 0.75))
ROBOT_HEIGHT_M = 0.22
TEXT = Color(r=0.10, g=0.12, b=0.16, a=1.0)


def scene_of(world: World, stamp: Timestamp) -> SceneEntity:
    """Floors, walls, furniture and named places, as one entity in the world's frame."""
    rooms = list(world.rooms.values())
    cubes = [_floor(room, index) for index, room in enumerate(rooms)]
    cubes += [_cube(wall.box(world.wall_height_m), WALL) for wall in world.walls.values()]
    cubes += [
        _cube(piece.box, Color(r=piece.color[0], g=piece.color[1], b=piece.color[2], a=1.0))
        for piece in world.furniture.values()
    ]
    places = list(world.places.values())
    return SceneEntity(
        timestamp=stamp,
        frame_id=world.frame,
        id=world.name,
        cubes=cubes,
        cylinders=[_disc(place.pose) for place in places],
        arrows=[_arrow(place.pose) for place in places],
        texts=[
            _text(place.name.replace("_", " "), place.pose.x_m, place.pose.y_m - 0.45, 0.28)
            for place in places
        ],
    )


def robot_of(shape: RobotShape, stamp: Timestamp) -> SceneEntity:
    """A robot as a box over its footprint with an arrow ahead and its name, in its own frame: it moves with
    it."""
    r, g, b = ROBOTS[sum(shape.robot.encode()) % len(ROBOTS)]
    xs, ys = zip(*shape.footprint_m, strict=True) if shape.footprint_m else ((-0.2, 0.2), (-0.2, 0.2))
    length, width = max(xs) - min(xs), max(ys) - min(ys)
    middle = ((max(xs) + min(xs)) / 2.0, (max(ys) + min(ys)) / 2.0)
    return SceneEntity(
        timestamp=stamp,
        frame_id=f"{shape.robot}/base_link",
        frame_locked=True,
        id=shape.robot,
        cubes=[
            CubePrimitive(
                pose=_pose(*middle, ROBOT_HEIGHT_M / 2.0, 0.0),
                size=Vector3(x=length, y=width, z=ROBOT_HEIGHT_M),
                color=Color(r=r, g=g, b=b, a=1.0),
            )
        ],
        arrows=[
            ArrowPrimitive(
                pose=_pose(max(xs), 0.0, ROBOT_HEIGHT_M / 2.0, 0.0),
                shaft_length=0.12,
                shaft_diameter=0.06,
                head_length=0.12,
                head_diameter=0.14,
                color=Color(r=r, g=g, b=b, a=1.0),
            )
        ],
        lines=[
            LinePrimitive(
                type=LinePrimitiveLineType.LineLoop,
                pose=_pose(0.0, 0.0, FLOOR_M, 0.0),
                thickness=0.02,
                scale_invariant=False,
                points=[Point3(x=x, y=y, z=0.0) for x, y in shape.footprint_m],
                color=TEXT,
            )
        ],
        texts=[_text(shape.robot, 0.0, 0.0, 0.25, z_m=1.0)],
    )


def _floor(room: Room, index: int) -> CubePrimitive:
    x_m, y_m = room.center_m
    r, g, b = FLOOR_COLORS[index % len(FLOOR_COLORS)]
    return CubePrimitive(
        pose=_pose(x_m, y_m, -FLOOR_M, 0.0),
        size=Vector3(x=room.x_max_m - room.x_min_m, y=room.y_max_m - room.y_min_m, z=FLOOR_M),
        color=Color(r=r, g=g, b=b, a=1.0),
    )


def _cube(box: Box, color: Color) -> CubePrimitive:
    return CubePrimitive(
        pose=_pose(box.x_m, box.y_m, box.height_m / 2.0, box.yaw_rad),
        size=Vector3(x=box.length_m, y=box.width_m, z=box.height_m),
        color=color,
    )


def _disc(pose: Pose2) -> CylinderPrimitive:
    size = Vector3(x=2 * PLACE_RADIUS_M, y=2 * PLACE_RADIUS_M, z=FLOOR_M)
    return CylinderPrimitive(
        pose=_pose(pose.x_m, pose.y_m, FLOOR_M / 2, 0.0),
        size=size,
        bottom_scale=1.0,
        top_scale=1.0,
        color=PLACE,
    )


def _arrow(pose: Pose2) -> ArrowPrimitive:
    return ArrowPrimitive(
        pose=_pose(pose.x_m, pose.y_m, FLOOR_M, pose.yaw_rad),
        shaft_length=0.25,
        shaft_diameter=0.06,
        head_length=0.15,
        head_diameter=0.15,
        color=PLACE,
    )


def _text(words: str, x_m: float, y_m: float, size_m: float, z_m: float = 0.1) -> TextPrimitive:
    return TextPrimitive(
        pose=_pose(x_m, y_m, z_m, 0.0),
        billboard=True,
        font_size=size_m,
        scale_invariant=False,
        color=TEXT,
        text=words,
    )


def _pose(x_m: float, y_m: float, z_m: float, yaw_rad: float) -> Pose:
    return Pose(
        position=Vector3(x=x_m, y=y_m, z=z_m),
        orientation=Quaternion(x=0.0, y=0.0, z=math.sin(yaw_rad / 2.0), w=math.cos(yaw_rad / 2.0)),
    )

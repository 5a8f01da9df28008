# SPDX-License-Identifier: Apache-2.0
"""The home as a drawing for Foxglove's 3D panel."""

from __future__ import annotations

from foxglove.messages import (
    ArrowPrimitive,
    Color,
    CubePrimitive,
    CylinderPrimitive,
    SceneEntity,
    Timestamp,
    Vector3,
)

from tektra.bridge.backends.foxglove_parts import FLOOR_M, pose, text
from tektra.common.world import Box, Pose2, Room, World

PLACE_RADIUS_M = 0.25
FLOOR_COLORS = (
    (0.80, 0.76, 0.70),
    (0.72, 0.76, 0.80),
    (0.80, 0.80, 0.72),
    (0.76, 0.72, 0.78),
    (0.72, 0.80, 0.76),
)
# Boxes are opaque, all of them: a transparent one makes Foxglove draw its whole entity after the floor, or not at all.
WALL = Color(r=0.93, g=0.92, b=0.90, a=1.0)
PLACE = Color(r=0.10, g=0.45, b=0.85, a=0.6)


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
            text(place.name.replace("_", " "), place.pose.x_m, place.pose.y_m - 0.45, 0.28)
            for place in places
        ],
    )


def _floor(room: Room, index: int) -> CubePrimitive:
    x_m, y_m = room.center_m
    r, g, b = FLOOR_COLORS[index % len(FLOOR_COLORS)]
    return CubePrimitive(
        pose=pose(x_m, y_m, -FLOOR_M, 0.0),
        size=Vector3(x=room.x_max_m - room.x_min_m, y=room.y_max_m - room.y_min_m, z=FLOOR_M),
        color=Color(r=r, g=g, b=b, a=1.0),
    )


def _cube(box: Box, color: Color) -> CubePrimitive:
    return CubePrimitive(
        pose=pose(box.x_m, box.y_m, box.height_m / 2.0, box.yaw_rad),
        size=Vector3(x=box.length_m, y=box.width_m, z=box.height_m),
        color=color,
    )


def _disc(at: Pose2) -> CylinderPrimitive:
    size = Vector3(x=2 * PLACE_RADIUS_M, y=2 * PLACE_RADIUS_M, z=FLOOR_M)
    return CylinderPrimitive(
        pose=pose(at.x_m, at.y_m, FLOOR_M / 2, 0.0),
        size=size,
        bottom_scale=1.0,
        top_scale=1.0,
        color=PLACE,
    )


def _arrow(at: Pose2) -> ArrowPrimitive:
    return ArrowPrimitive(
        pose=pose(at.x_m, at.y_m, FLOOR_M, at.yaw_rad),
        shaft_length=0.25,
        shaft_diameter=0.06,
        head_length=0.15,
        head_diameter=0.15,
        color=PLACE,
    )

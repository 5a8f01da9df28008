# SPDX-License-Identifier: Apache-2.0
"""The bridge's own channels in Foxglove's messages (protobuf), by foxglove-sdk: frames, the home, its robots."""

from __future__ import annotations

import math
from collections.abc import Sequence

from foxglove.messages import (
    FrameTransform,
    FrameTransforms,
    Quaternion,
    SceneEntityDeletion,
    SceneEntityDeletionType,
    SceneUpdate,
    Timestamp,
    Vector3,
)

from tektra.bridge.backends.foxglove_map import robot_of, scene_of
from tektra.bridge.frames import RobotShape, Transform
from tektra.bridge.wire import Schema
from tektra.common.world import World

TRANSFORMS = "/tektra/bridge/transforms"
MAP = "/tektra/bridge/map"


def schemas() -> dict[str, Schema]:
    """The own channels and what their messages look like."""
    found = {TRANSFORMS: FrameTransforms.get_schema(), MAP: SceneUpdate.get_schema()}
    return {topic: Schema(schema.name, schema.encoding, schema.data) for topic, schema in found.items()}


def transforms(entries: Sequence[Transform]) -> bytes:
    """Where frames are."""
    return FrameTransforms(transforms=[_message(entry) for entry in entries]).encode()


def home(world: World, stamp_ns: int) -> bytes:
    """Floors, walls, furniture, named places. They stay until they are drawn again."""
    return SceneUpdate(entities=[scene_of(world, _stamp(stamp_ns))]).encode()


def robot(shape: RobotShape, stamp_ns: int) -> bytes:
    """A robot in its own frame."""
    return SceneUpdate(entities=[robot_of(shape, _stamp(stamp_ns))]).encode()


def gone(name: str, stamp_ns: int) -> bytes:
    """A robot that left."""
    erased = SceneEntityDeletion(timestamp=_stamp(stamp_ns), type=SceneEntityDeletionType.MatchingId, id=name)
    return SceneUpdate(deletions=[erased]).encode()


def _message(entry: Transform) -> FrameTransform:
    half = entry.pose.yaw_rad / 2.0
    return FrameTransform(
        timestamp=_stamp(entry.stamp_ns),
        parent_frame_id=entry.parent,
        child_frame_id=entry.child,
        translation=Vector3(x=entry.pose.x_m, y=entry.pose.y_m, z=0.0),
        rotation=Quaternion(x=0.0, y=0.0, z=math.sin(half), w=math.cos(half)),
    )


def _stamp(stamp_ns: int) -> Timestamp:
    seconds, nanoseconds = divmod(stamp_ns, 1_000_000_000)
    return Timestamp(sec=seconds, nsec=nanoseconds)

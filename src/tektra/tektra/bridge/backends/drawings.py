# SPDX-License-Identifier: Apache-2.0
"""The bridge's own channels: frames, the home and what is in it, a picture of it in Foxglove's messages (protobuf), by
foxglove-sdk; plan and safety in words as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from foxglove.messages import (
    CompressedImage,
    FrameTransform,
    FrameTransforms,
    Quaternion,
    SceneEntityDeletion,
    SceneEntityDeletionType,
    SceneUpdate,
    Timestamp,
    Vector3,
)

from tektra.bridge.backends.foxglove_map import scene_of
from tektra.bridge.backends.foxglove_robots import entity_of
from tektra.bridge.drawn import Drawing
from tektra.bridge.frames import Transform
from tektra.bridge.wire import Schema
from tektra.common.world import World

TRANSFORMS = "/tektra/bridge/transforms"
MAP = "/tektra/bridge/map"
PLAN, SAFETY = "/tektra/bridge/plan", "/tektra/bridge/safety"
HOME = "/tektra/bridge/home"
_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}


def schemas(*, home: bool) -> dict[str, Schema]:
    """The own channels and what their messages look like. `home`: there is a picture of the home to be had."""
    made = {TRANSFORMS: FrameTransforms.get_schema(), MAP: SceneUpdate.get_schema()}
    made |= {HOME: CompressedImage.get_schema()} if home else {}
    found = {topic: Schema(schema.name, schema.encoding, schema.data) for topic, schema in made.items()}
    step = dict.fromkeys(("step", "who", "does", "state", "why"), _TEXT)
    plan: dict[str, Any] = dict.fromkeys(("state", "when", "asked", "why"), _TEXT) | {"steps": _rows(step)}
    safety: dict[str, Any] = {
        "state": _TEXT,
        "short": _TEXT,
        "words": _TEXT,
        "pending": _TEXTS,
        "doubts": _TEXTS,
    }
    safety |= {"robots": _rows({"robot": _TEXT, "why": _TEXT})}
    return found | {PLAN: _json("tektra.PlanInWords", plan), SAFETY: _json("tektra.SafetyInWords", safety)}


def _rows(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": dict(properties)}}


def _json(name: str, properties: Mapping[str, Any]) -> Schema:
    return Schema(name, "jsonschema", json.dumps({"type": "object", "properties": dict(properties)}))


def told(words: Mapping[str, Any]) -> bytes:
    """What is told in words."""
    return json.dumps(words, ensure_ascii=False).encode()


def picture(jpeg: bytes, stamp_ns: int) -> bytes:
    """A picture of the home."""
    return CompressedImage(timestamp=_stamp(stamp_ns), frame_id="home", data=jpeg, format="jpeg").encode()


def transforms(entries: Sequence[Transform]) -> bytes:
    """Where frames are."""
    return FrameTransforms(transforms=[_message(entry) for entry in entries]).encode()


def home(world: World, stamp_ns: int) -> bytes:
    """Floors, walls, furniture, named places. They stay until they are drawn again."""
    return SceneUpdate(entities=[scene_of(world, _stamp(stamp_ns))]).encode()


def drawn(drawing: Drawing, stamp_ns: int) -> bytes:
    """A robot, a way, a thing or a notice."""
    return SceneUpdate(entities=[entity_of(drawing, _stamp(stamp_ns))]).encode()


def erased(key: str, stamp_ns: int) -> bytes:
    """A drawing that is no more."""
    gone = SceneEntityDeletion(timestamp=_stamp(stamp_ns), type=SceneEntityDeletionType.MatchingId, id=key)
    return SceneUpdate(deletions=[gone]).encode()


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

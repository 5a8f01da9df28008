# SPDX-License-Identifier: Apache-2.0
"""The avatar, and what is seen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tektra.web.models.base import Base64, JsonObject, Model, Name, Seen, Words

ARM_ANGLES = 30
Weights = Annotated[list[float], Field(min_length=52, max_length=52)]


class Vector(Seen):
    """x, y, z."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


class AvatarState(Seen):
    """52 ARKit blendshape weights (order: /avatar/blendshapes), head in rad (roll, pitch, yaw), gaze in the head's frame; arms:
    30 angles in rad (the model's joints say which), empty while they hang."""

    stamp_ms: int
    weights: Weights
    head: Vector
    gaze: Vector
    expression: str
    viseme: str
    gesture: str
    mode: str
    look: JsonObject = {}
    arms: Annotated[list[float], Field(max_length=ARM_ANGLES)] = []


class ExpressionAsked(Model):
    """`duration_s` 0: until another one."""

    expression: Name
    intensity: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    duration_s: Annotated[float, Field(ge=0.0, le=600.0)] = 0.0


class GestureAsked(Model):
    """A gesture by its name."""

    gesture: Name


class SpeakAsked(Model):
    """Said aloud, without the planner. `interrupt`: ends what is being said."""

    text: Words
    voice: Name | Literal[""] = ""
    interrupt: bool = False


class Look(Model):
    """Colours, hair and body, as the avatar's docs list them."""

    look: JsonObject


class LookWorn(Seen):
    """The look as it is now."""

    look: JsonObject


class Picture(Seen):
    """A picture in base64 (JPEG or PNG)."""

    image: str
    format: str
    width: int
    height: int


class PictureToSee(Model):
    """`image`: a JPEG or PNG in base64, at most 4096 by 4096; empty: what the camera sees now."""

    image: Base64 | Literal[""] = ""
    question: Annotated[str, StringConstraints(max_length=1000)] = ""


class Detection(Seen):
    """Something found: its class, certainty 0..1, and box in px."""

    class_id: str
    score: float
    x: float
    y: float
    width: float
    height: float
    track_id: str = ""


class Analysis(Seen):
    """What is in a picture."""

    description: str
    detections: list[Detection]


class SceneObject(Seen):
    """Things of one class that are in view."""

    class_id: str
    count: int
    confidence: float
    where: str


class Scene(Seen):
    """What the camera saw in the last seconds."""

    description: str
    objects: list[SceneObject]
    frames: int
    stamp_ms: int


class LookField(Seen):
    """What a look is made of: a `colour` is "#rrggbb", a `choice` one of `choices`, a `slider` a number of `low` to `high`, the `figure` the
    id of one that was brought (/avatar/figures); empty: Tektra's own."""

    name: str
    kind: Literal["colour", "choice", "slider", "figure"]
    default: str | float
    choices: list[str]
    low: float
    high: float

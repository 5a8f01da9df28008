# SPDX-License-Identifier: Apache-2.0
"""From the graph's messages (mappings of their fields) to what the gateway says. Plain functions."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from tektra.common.graph import Message
from tektra.common.picture_size import size_of
from tektra.common.quaternion import yaw_of
from tektra.web.models.base import JsonObject
from tektra.web.models.face import Analysis, AvatarState, Detection, Picture, Scene, SceneObject, Vector
from tektra.web.models.robots import (
    AuditRecord,
    Joint,
    Lease,
    Point,
    Pose,
    RobotSafety,
    RobotStatus,
    SafetyState,
    Skill,
)
from tektra.web.models.talk import (
    STEP_STATUS,
    AiModel,
    ConversationInfo,
    Fact,
    Outcome,
    Plan,
    PlanStep,
    StepStatus,
    Viseme,
)

OUTCOMES = get_args(Outcome)
LEVELS: tuple[Literal["ok", "warn", "error", "stale"], ...] = ("ok", "warn", "error", "stale")


def ms(stamp: Any) -> int:
    """A time of a message in ms since the epoch; 0 where there is none."""
    return int(stamp["sec"]) * 1000 + int(stamp["nanosec"]) // 1_000_000 if isinstance(stamp, Mapping) else 0


def json_object(text: Any) -> JsonObject:
    """A JSON object in a message's text; empty where it is none."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def number(value: Any) -> float | None:
    """A finite number, or None."""
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def finite(value: Any) -> float:
    """A finite number; 0 for what is none."""
    return number(value) or 0.0


def plan(message: Message) -> Plan | None:
    """A plan; None for the empty one of a request that led to none."""
    if not message["plan_id"]:
        return None
    return Plan(
        plan_id=message["plan_id"],
        request_id=message["request_id"],
        conversation_id=message["conversation_id"],
        text=message["text"],
        status=_status(message["status"]),
        message=message["message"],
        steps=[_step(entry) for entry in message["steps"]],
        stamp_ms=ms(message["stamp"]),
    )


def _step(message: Message) -> PlanStep:
    return PlanStep(
        id=message["id"],
        who=message["who"],
        skill=message["skill"],
        arguments=json_object(message["arguments"]),
        after=list(message["after"]),
        status=_status(message["status"]),
        message=message["message"],
        started_ms=ms(message["started"]) or None,
        ended_ms=ms(message["ended"]) or None,
    )


def _status(value: int) -> StepStatus:
    return STEP_STATUS[value] if 0 <= value < len(STEP_STATUS) else "failed"


def outcome(text: str) -> Outcome:
    """A known outcome; `failed` for any other."""
    return cast(Outcome, text) if text in OUTCOMES else "failed"


def ai_model(message: Message) -> AiModel:
    """A model."""
    return AiModel.model_validate(dict(message))


def conversation(message: Message) -> ConversationInfo:
    """A conversation in a list."""
    return ConversationInfo(
        conversation_id=message["conversation_id"],
        title=message["title"],
        messages=message["messages"],
        created_ms=ms(message["created"]),
        updated_ms=ms(message["updated"]),
    )


def fact(message: Message) -> Fact:
    """Something that is remembered."""
    told = {name: message[name] for name in ("fact_id", "text", "person", "conversation_id")}
    return Fact(**told, stamp_ms=ms(message["stamp"]))


def visemes(entries: list[Message]) -> list[Viseme]:
    """Mouth shapes, counted from the first."""
    begin_s = _s(entries[0]["stamp"]) if entries else 0.0
    return [
        Viseme(
            shape=entry["shape"],
            weight=finite(entry["weight"]),
            at_s=_s(entry["stamp"]) - begin_s,
            duration_s=_s(entry["duration"]),
        )
        for entry in entries
    ]


def _s(stamp: Any) -> float:
    return float(stamp["sec"]) + float(stamp["nanosec"]) * 1e-9


def avatar(message: Message) -> AvatarState:
    """The avatar's state."""
    return AvatarState(
        stamp_ms=ms(message["stamp"]),
        weights=[finite(value) for value in message["weights"]],
        head=_vector(message["head"]),
        gaze=_vector(message["gaze"]),
        expression=message["expression"],
        viseme=message["viseme"],
        gesture=message["gesture"],
        mode=message["mode"],
        look=json_object(message["look"]),
        arms=[finite(value) for value in message.get("arms", ())],
    )


def _vector(message: Message) -> Vector:
    return Vector(x=finite(message["x"]), y=finite(message["y"]), z=finite(message["z"]))


def picture(message: Message) -> Picture:
    """A compressed image. Raises InputError for one that is no picture."""
    data = bytes(message["data"])
    size = size_of(data)
    return Picture(
        image=base64.b64encode(data).decode(), format=size.format, width=size.width, height=size.height
    )


def analysis(message: Message) -> Analysis:
    """What is in a picture."""
    found = [_detection(entry) for entry in message["detections"]["detections"]]
    return Analysis(description=message["description"], detections=found)


def _detection(message: Message) -> Detection:
    best = max(
        (result["hypothesis"] for result in message["results"]), key=lambda h: h["score"], default=None
    )
    box, center = message["bbox"], message["bbox"]["center"]["position"]
    width, height = finite(box["size_x"]), finite(box["size_y"])
    return Detection(
        class_id=best["class_id"] if best else "",
        score=finite(best["score"]) if best else 0.0,
        x=finite(center["x"]) - width / 2,
        y=finite(center["y"]) - height / 2,
        width=width,
        height=height,
        track_id=message["id"],
    )


def scene(message: Message) -> Scene:
    """What the camera saw lately."""
    objects = [
        SceneObject(
            class_id=o["class_id"], count=o["count"], confidence=finite(o["confidence"]), where=o["where"]
        )
        for o in message["objects"]
    ]
    return Scene(
        description=message["description"],
        objects=objects,
        frames=message["frames"],
        stamp_ms=ms(message["header"]["stamp"]),
    )


def skills(message: Message) -> list[Skill]:
    """What a robot announced that it can do."""
    return [
        Skill(
            name=entry["name"],
            description=entry["description"],
            arguments_schema=json_object(entry["arguments_schema"]),
        )
        for entry in message["skills"]
    ]


def footprint(message: Message) -> list[Point]:
    """A robot's outline in m, in its own frame."""
    return [Point(x=finite(p["x"]), y=finite(p["y"])) for p in message["footprint"]["points"]]


def robot_status(message: Message, kind: str, causes: list[str], lease: Lease) -> RobotStatus:
    """A robot as it is now. `causes`: why the gate permits it nothing; empty when it does."""
    joints, twist = message["joints"], message["twist"]
    return RobotStatus(
        robot=message["robot"],
        kind=kind,
        connected=message["connected"],
        moving=message["moving"],
        halted=message["halted"],
        halt_reason=message["halt_reason"],
        stopped=bool(causes) or message["stop_latched"],
        stop_causes=causes,
        localized=message["localized"],
        pose=pose(message["pose"]) if message["localized"] else None,
        speed_m_s=math.hypot(finite(twist["linear"]["x"]), finite(twist["linear"]["y"])),
        turn_rad_s=finite(twist["angular"]["z"]),
        battery=number(message["battery"]),
        joints=[
            Joint(name=name, position=finite(at))
            for name, at in zip(joints["name"], joints["position"], strict=False)
        ],
        gripper_opening_m=number(message["gripper_opening"]),
        gripper_holding=message["gripper_holding"],
        altitude_m=number(message["altitude"]),
        collision=message["collision"],
        fault=message["fault"],
        stamp_ms=ms(message["header"]["stamp"]),
        lease=lease,
    )


def pose(message: Message) -> Pose:
    """A pose on the floor (yaw from the quaternion)."""
    position, q = message["position"], message["orientation"]
    yaw = yaw_of(*(finite(q[axis]) for axis in "xyzw"))
    return Pose(x=finite(position["x"]), y=finite(position["y"]), z=finite(position["z"]), yaw=yaw)


def safety(message: Message, *, fresh: bool) -> SafetyState:
    """What the gate says."""
    return SafetyState(
        stopped=message["stopped"] or not fresh,
        causes=list(message["causes"]) + ([] if fresh else ["gate_silent"]),
        pending=list(message["pending"]),
        epoch=message["epoch"],
        robots=[
            RobotSafety(robot=r["robot"], stopped=r["stopped"], causes=list(r["causes"]), epoch=r["epoch"])
            for r in message["robots"]
        ],
        fresh=fresh,
        stamp_ms=ms(message["stamp"]),
    )


def audit(message: Message) -> AuditRecord:
    """A line of the audit."""
    return AuditRecord(
        stamp_ms=ms(message["stamp"]),
        who=message["who"],
        event=message["event"],
        robot=message["robot"],
        skill=message["skill"],
        detail=message["detail"],
        epoch=message["epoch"],
    )

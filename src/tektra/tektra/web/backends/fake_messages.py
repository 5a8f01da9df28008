# SPDX-License-Identifier: Apache-2.0
"""Messages and answers of the stand-in for the graph."""

from __future__ import annotations

import io
import json
import math
import wave
from dataclasses import dataclass
from typing import Any

from tektra.common.graph import Message

SPEED = 0.9
VOICE = {"name": "joe", "backend": "fake", "locale": "en", "sample_rate": 16000}
#: As config/world.yaml has them, which the gateway shows.
PLACES = {"kitchen": (12.2, 1.9), "hall": (7.2, 5.6), "living_room": (5.7, 2.0)}


@dataclass
class Rover:
    """Where one is and where it wants to be, in m; `goal` None: it stands."""

    name: str
    x: float
    y: float
    yaw: float = 0.0
    goal: tuple[float, float] | None = None


def face(at_s: float, stamp: Message, *, stopped: bool) -> Message:
    """The avatar's state at a time, without what it wears: it blinks every four seconds."""
    weights = [0.0] * 52
    blink = max(0.0, 1.0 - abs((at_s % 4.0) - 0.1) / 0.1)
    weights[0] = weights[1] = blink
    return {
        "stamp": stamp,
        "weights": weights,
        "head": {"x": 0.0, "y": 0.0, "z": 0.1 * math.sin(at_s)},
        "gaze": {"x": 1.0, "y": 0.0, "z": 0.0},
        "expression": "neutral",
        "viseme": "sil",
        "gesture": "",
        "mode": "stopped" if stopped else "idle",
        "arms": [],
    }


def robot_state(rover: Rover, stamp: Message, *, stopped: bool) -> Message:
    """A rover as it tells of itself."""
    half = rover.yaw / 2
    moving = rover.goal is not None
    return {
        "header": {"stamp": stamp, "frame_id": "map"},
        "robot": rover.name,
        "connected": True,
        "moving": moving,
        "halted": not moving,
        "halt_reason": "stopped" if stopped else "",
        "stop_latched": stopped,
        "localized": True,
        "pose": {
            "position": {"x": rover.x, "y": rover.y, "z": 0.0},
            "orientation": {"x": 0.0, "y": 0.0, "z": math.sin(half), "w": math.cos(half)},
        },
        "twist": {"linear": {"x": SPEED if moving else 0.0, "y": 0.0}, "angular": {"z": 0.0}},
        "joints": {"name": [], "position": []},
        "gripper_opening": math.nan,
        "gripper_holding": False,
        "battery": 0.8,
        "collision": False,
        "altitude": math.nan,
        "fault": "",
    }


def description(robot: str) -> Message:
    """A rover as it announces itself."""
    schema = {
        "type": "object",
        "properties": {"place": {"type": "string", "enum": list(PLACES)}},
        "required": ["place"],
    }
    corners = [(-0.2, -0.15), (0.2, -0.15), (0.2, 0.15), (-0.2, 0.15)]
    return {
        "robot": robot,
        "kind": "rover",
        "skills": [
            {
                "name": "navigate_to",
                "description": "drives to a place",
                "arguments_schema": json.dumps(schema),
            },
            {"name": "stop", "description": "stands still", "arguments_schema": '{"type": "object"}'},
        ],
        "footprint": {"points": [{"x": x, "y": y} for x, y in corners]},
        "limits": {"linear_speed": SPEED, "angular_speed": 1.5, "joint_names": []},
    }


def claim(rover: Rover, stamp: Message) -> Message:
    """The way that a rover claims: straight to where it wants to be; where it stands it claims none."""
    ends = [(rover.x, rover.y), *([rover.goal] if rover.goal is not None else [])]
    none = {"sec": 0, "nanosec": 0}
    return {
        "header": {"stamp": none if rover.goal is None else stamp, "frame_id": "map"},
        "poses": [{"pose": {"position": {"x": x, "y": y, "z": 0.0}}} for x, y in ends],
    }


def audit_record(event: str, detail: str, stamp: Message, epoch: int) -> Message:
    """A line of the audit."""
    return {
        "stamp": stamp,
        "who": detail,
        "event": event,
        "robot": "",
        "skill": "",
        "detail": detail,
        "epoch": epoch,
    }


def model(name: str, kind: str) -> Message:
    """A model in a list."""
    return {
        "name": name,
        "kind": kind,
        "backend": "fake",
        "available": True,
        "loaded": True,
        "selected": True,
        "size_bytes": 1,
        "licence": "Apache-2.0",
    }


#: A mouth shape of what is synthesized.
MOUTH = {
    "shape": "aa",
    "weight": 1.0,
    "stamp": {"sec": 0, "nanosec": 0},
    "duration": {"sec": 0, "nanosec": 10**8},
}


class FakeFacts:
    """What is remembered, the oldest first."""

    def __init__(self) -> None:
        self.known = [
            _fact("f1", "The keys hang by the door.", "guest"),
            _fact("f2", "Tea at four.", "operator"),
        ]

    def answer(self, service: str, request: Message) -> dict[str, Any]:
        """What a service answers besides that it went well."""
        if service == "/tektra/facts/list":
            return {"facts": [fact for fact in self.known if request["person"] in ("", fact["person"])]}
        others = [fact for fact in self.known if fact["fact_id"] != request["fact_id"]]
        if len(others) == len(self.known):
            return {"success": False, "message": f"there is no fact {request['fact_id']}"}
        if service == "/tektra/facts/correct":
            for fact in self.known:
                if fact["fact_id"] == request["fact_id"]:
                    fact["text"] = request["text"]
        else:
            self.known = others
        return {}


def _fact(fact_id: str, text: str, person: str) -> dict[str, Any]:
    stamp = {"sec": 1_760_000_000, "nanosec": 0}
    return {"fact_id": fact_id, "text": text, "person": person, "conversation_id": "c1", "stamp": stamp}


def conversation(id: str) -> Message:
    """A conversation in a list."""
    stamp = {"sec": 1_700_000_000, "nanosec": 0}
    return {"conversation_id": id, "title": "hello", "messages": 1, "created": stamp, "updated": stamp}


def silence(seconds: float) -> bytes:
    """A WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(int(seconds * 16000) * 2))
    return out.getvalue()


#: One grey pixel as PNG.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6368000000820081a40b7cf60000000049454e44ae426082"
)


def fits(pattern: str, topic: str) -> bool:
    """True where `*` stands for exactly one part of a topic."""
    wanted, parts = pattern.split("/"), topic.split("/")
    return len(wanted) == len(parts) and all(w in ("*", p) for w, p in zip(wanted, parts, strict=True))

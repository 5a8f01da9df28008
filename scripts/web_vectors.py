# SPDX-License-Identifier: Apache-2.0
"""tests/data/web/vectors.json: messages of the socket that both ends are tested against, and avatar.json: faces, arms and bodies that
page and offscreen renderer must make alike; `--check` says if they are fresh.

Each entry: what the message says, its JSON or bytes (hex), and whether it is to be taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "data" / "web" / "vectors.json"
AVATAR_FILE = FILE.with_name("avatar.json")
sys.path.insert(0, str(ROOT / "src" / "tektra"))
from tektra.avatar import glb
from tektra.avatar.arm_gestures import TRACKS, pose_at
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.physique import shaped
from tektra.avatar.visemes import SHAPES
from tektra.common.look import SLIDERS
from tektra.web.socket import binary

BODIES: list[dict[str, float]] = [
    {},
    dict.fromkeys(SLIDERS, 1.0),
    dict.fromkeys(SLIDERS, -1.0),
    {"build": 0.5},
]
TAKEN: list[dict[str, Any]] = [
    {"type": "chat_message", "id": "q1", "text": "go to the kitchen"},
    {"type": "chat_message", "text": "und zurück", "conversation_id": "c-1", "sent_at_ms": 1700000000000},
    {"type": "cancel_chat", "id": "q1"},
    {"type": "voice_data", "audio": "AQD//w==", "sample_rate": 16000, "sequence": 3, "last": True},
    {"type": "camera_frame", "image": "iVBORw0KGgo="},
    {"type": "stop"},
    {"type": "stop", "robot": "rover1", "reason": "a child"},
    {
        "type": "robot_command",
        "id": "c1",
        "robot": "rover1",
        "skill": "navigate_to",
        "arguments": {"place": "hall"},
    },
    {"type": "cancel_command", "id": "c1"},
    {
        "type": "drive",
        "robot": "rover1",
        "linear_m_s": 0.5,
        "angular_rad_s": -0.25,
        "sent_at_ms": 1700000000000,
    },
    {"type": "lease", "robot": "rover1", "action": "hand_over", "to": "anna"},
    {"type": "subscribe", "streams": ["safety", "robots", "avatar_binary"]},
    {"type": "renew", "ticket": "abc"},
    {"type": "ping", "number": 7},
]
REFUSED: list[tuple[str, Any]] = [
    ("no type", {"text": "hello"}),
    ("an unknown type", {"type": "stopp"}),
    ("no text", {"type": "chat_message", "id": "q1"}),
    ("an empty text", {"type": "chat_message", "text": ""}),
    ("a text of blanks", {"type": "chat_message", "text": "   "}),
    ("a field too many", {"type": "ping", "force": True}),
    ("a number as text", {"type": "ping", "number": "7"}),
    ("a robot's name that is a path", {"type": "lease", "action": "take", "robot": "../rover1"}),
    ("a robot's name with capitals", {"type": "lease", "action": "take", "robot": "Rover1"}),
    ("a text with a NUL", {"type": "chat_message", "text": "go\0"}),
    (
        "a speed beyond any",
        {"type": "drive", "robot": "rover1", "linear_m_s": 50.0, "angular_rad_s": 0.0, "sent_at_ms": 1},
    ),
    (
        "a velocity without a time",
        {"type": "drive", "robot": "rover1", "linear_m_s": 0.5, "angular_rad_s": 0.0},
    ),
    ("a stream that is none", {"type": "subscribe", "streams": ["everything"]}),
    ("a sample rate that is none", {"type": "voice_data", "audio": "AQD//w==", "sample_rate": 1}),
    ("a list", ["stop"]),
]
SERVED: list[dict[str, Any]] = [
    {
        "seq": 10,
        "type": "question",
        "request_id": "r1",
        "conversation_id": "c1",
        "options": ["rover1", "rover2"],
    },
    {"seq": 4, "type": "ai_response", "id": "q1", "index": 0, "delta": "I am "},
    {
        "seq": 9,
        "type": "ai_response",
        "id": "q1",
        "request_id": "r1",
        "conversation_id": "c1",
        "index": 2,
        "last": True,
        "reply": "I am there.",
        "outcome": "done",
    },
    {
        "seq": 2,
        "type": "safety_state",
        "state": {
            "stopped": True,
            "causes": ["operator"],
            "pending": [],
            "epoch": 5,
            "robots": [{"robot": "rover1", "stopped": True, "causes": ["operator"]}],
            "fresh": True,
            "stamp_ms": 1700000000000,
        },
    },
    {
        "seq": 3,
        "type": "avatar_action",
        "expression": "happy",
        "gesture": "wave",
        "mode": "speaking",
        "look": {},
    },
    {"seq": 11, "type": "ears", "state": "muted"},
    {
        "seq": 5,
        "type": "error",
        "id": "c1",
        "problem": {"code": "held", "message": "rover1 is held by anna", "remedy": "ask"},
    },
    {"seq": 6, "type": "caption", "who": "tektra", "text": "I am there.", "final": True, "language": "en"},
    {"seq": 7, "type": "pong", "number": 7, "server_time_ms": 1700000000000},
    {
        "seq": 8,
        "type": "lease_changed",
        "lease": {"robot": "rover1", "holder": "anna", "holder_id": "a1", "since_ms": 1},
    },
]


def vectors() -> dict[str, Any]:
    """All of them."""
    weights = [number / 64 for number in range(52)]
    arms = [number / 32 for number in range(30)]
    frames = [
        binary.Frame(binary.Kind.VOICE_IN, 0, 16000, 3, 1_700_000_000_000, b"\x01\x00\xff\xff"),
        binary.Frame(binary.Kind.CAMERA_IN, 0, 0, 9, 0, b"\xff\xd8\xff"),
        binary.Frame(binary.Kind.VOICE_OUT, binary.LAST, 22050, 4, 1_700_000_000_250, b"\x00\x80"),
        binary.Frame(binary.Kind.CAMERA_OUT, 0, 1, 1, 1, b"\x89PNG"),
    ]
    state = binary.avatar(
        weights, (0.5, 0.25, -0.5), (1.0, 0.0, 0.0), viseme="aa", sequence=11, when_ms=1_700_000_000_000
    )
    avatar = binary.pack(state)
    waving = binary.avatar(
        weights, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), arms, viseme="sil", sequence=12, when_ms=1
    )
    return {
        "from_client": TAKEN,
        "refused_from_client": [{"why": why, "message": message} for why, message in REFUSED],
        "from_server": SERVED,
        "binary": [
            {
                "hex": binary.pack(frame).hex(),
                "kind": int(frame.kind),
                "last": frame.last,
                "param": frame.param,
                "sequence": frame.sequence,
                "when_ms": frame.when_ms,
                "content_hex": frame.content.hex(),
            }
            for frame in frames
        ],
        "avatar": {
            "hex": avatar.hex(),
            "weights": weights,
            "head": [0.5, 0.25, -0.5],
            "gaze": [1.0, 0.0, 0.0],
            "viseme": "aa",
            "sequence": 11,
            "when_ms": 1_700_000_000_000,
        },
        "avatar_with_arms": {"hex": binary.pack(waving).hex(), "arms": arms},
        "refused_binary_hex": ["", "01", "0100803e0300000000", "ff" + "00" * 15],
    }


def avatar_vectors() -> dict[str, Any]:
    """What the avatar's stage makes of mouths, feelings, arms and bodies."""
    joints = glb.read(ROOT / "urdf" / "meshes" / "tektra_avatar.glb").joints
    bodies = []
    for sliders in BODIES:
        shape = shaped(joints, sliders)
        told = {
            joint.name: {"origin": _rounded(origin), "growth": _rounded(growth.reshape(-1))}
            for joint, origin, growth in zip(joints, shape.origins_m, shape.growth, strict=True)
        }
        bodies.append({"sliders": sliders, "joints": told})
    return {
        "visemes": {name: _rounded(weights) for name, weights in SHAPES.items()},
        "expressions": {name: _rounded(weights) for name, weights in EXPRESSIONS.items()},
        "arms": [_rounded(pose_at(name, at_s)) for name in TRACKS for at_s in (0.55, 1.06)],
        "bodies": bodies,
    }


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 6) + 0.0 for value in values]


def main() -> int:
    """Writes the files, or says whether they are fresh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    texts = {
        FILE: json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n",
        AVATAR_FILE: json.dumps(avatar_vectors()) + "\n",
    }
    if parser.parse_args().check:
        return int(
            any(
                not file.is_file() or file.read_text(encoding="utf-8") != text for file, text in texts.items()
            )
        )
    FILE.parent.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

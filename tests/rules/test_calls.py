# SPDX-License-Identifier: Apache-2.0
"""Services and actions are made in one place, whose queues lose nothing in a burst of calls."""

import ast
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "src" / "tektra" / "tektra"
MAKERS = {"create_service", "create_client", "ActionServer", "ActionClient"}
FILES = sorted(file for file in CODE.rglob("*.py") if file != CODE / "ros" / "calls.py")


def made_in(file: Path) -> list[str]:
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    names = [getattr(call, "attr", getattr(call, "id", "")) for call in calls]
    return [name for name in names if name in MAKERS]


def test_the_check_itself_works() -> None:
    assert set(made_in(CODE / "ros" / "calls.py")) == MAKERS


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CODE)))
def test_services_and_actions_are_made_by_ros_calls(file: Path) -> None:
    assert not made_in(file), "use serve, service_client, action_server, action_client of tektra.ros.calls"

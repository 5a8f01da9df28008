# SPDX-License-Identifier: Apache-2.0
"""`tektra models ...` against a planner that runs, with an endpoint behind it: what it changes, and how it says no."""

import json
import sys
import time

import pytest

from tests.nodes.test_cli import tektra  # noqa: F401
from tests.nodes.test_planner_node import SCRIPTED, World, ask
from tests.peers.chat_endpoint import UNKNOWN, endpoint

START_S = 60.0


@pytest.fixture
def world(spinner):
    made = World()
    spinner.add(made.node)
    return made


@pytest.fixture
def planner(spinner, world, tmp_path, monkeypatch):
    """A planner whose own model is a script, with an endpoint of three models: one of them it does not serve."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(SCRIPTED)])
    from rclpy.parameter import Parameter

    from tektra.planner.node import PlannerNode

    script, file = tmp_path / "script.json", tmp_path / "models.yaml"
    script.write_text(json.dumps([["about the sea", '{"reply":"The sea is salty.","steps":[]}']]))
    with endpoint() as (url, asked):
        models = f"[tea, coffee, {UNKNOWN}]"
        file.write_text(f"endpoints:\n  garage: {{base_url: '{url}', timeout_s: 20, models: {models}}}\n")
        values = {
            "backend": "scripted", "model": str(script), "store_file": str(tmp_path / "planner.sqlite"),
            "models_file": str(file),
        }  # fmt: skip
        node = PlannerNode(parameter_overrides=[Parameter(key, value=each) for key, each in values.items()])
        node.asked, node.script = asked, str(script)
        spinner.add(node)
        spinner.until(lambda: node.active, START_S, "the planner is active")
        safety = node._dialogue.safety
        spinner.until(lambda: not safety.halted(time.monotonic(), safety.epoch), START_S, "it hears the gate")
        yield node
        node.close()
        spinner.remove(node)


def told(tektra, *words: str) -> tuple[int, str]:  # noqa: F811
    command = tektra("models", *words)
    status = command.end()
    assert "Traceback" not in command.err, command.err
    return status, command.out + command.err


def test_models_are_listed_selected_asked_loaded_and_unloaded(spinner, world, planner, tektra) -> None:  # noqa: F811
    status, out = told(tektra, "running", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert status == 0
    assert rows["tea"]["backend"] == "openai" and not rows["tea"]["loaded"]
    assert rows[planner.script]["selected"]
    assert told(tektra, "select", "tea") == (0, "tea answers from now on\n")
    assert ask(spinner, world, "tell me about the sea").reply == "Many people like tea."
    assert planner.asked[-1]["model"] == "tea"
    assert told(tektra, "load", "coffee") == (0, "coffee is loaded\n")
    assert told(tektra, "unload", "tea")[0] == 1, "it is in use"
    assert told(tektra, "unload", "coffee") == (0, "coffee is unloaded\n")
    assert told(tektra, "select", planner.script)[0] == 0
    assert ask(spinner, world, "tell me about the sea").reply == "The sea is salty."


def test_what_cannot_be_done_is_said_with_its_remedy_and_changes_nothing(
    spinner,
    world,
    planner,
    tektra,  # noqa: F811
) -> None:
    for words in (("select", "nobody"), ("load", "nobody"), ("unload", "coffee")):
        status, out = told(tektra, *words)
        assert status == 1 and words[1] in out, out
    assert planner._registry.selected == planner.script
    assert told(tektra, "select", UNKNOWN)[0] == 0, "an endpoint is only asked by a request"
    result = ask(spinner, world, "tell me about the sea")
    assert result.outcome == "failed"
    assert "404" in result.reply
    assert "sesame" not in result.reply + result.message, "an endpoint's words are neither spoken nor kept"


@pytest.mark.parametrize("action", ["pull", "verify", "remove"])
def test_a_model_that_nobody_knows_is_refused_without_a_planner(ros, spinner, tektra, action) -> None:  # noqa: F811
    status, out = told(tektra, action, "no-such-model")
    assert status == 1
    assert "no-such-model" in out and "remedy" in out


def test_without_a_planner_it_is_said_that_none_answers(ros, spinner, tektra) -> None:  # noqa: F811
    status, out = told(tektra, "running")
    assert status != 0
    assert "planner" in out or "/tektra/models/list" in out

# SPDX-License-Identifier: Apache-2.0
"""Under `ros2 launch`, too, a deaf process is noticed and started anew, as far as that can be read off the launch files: the
watchdog runs whatever is chosen, whatever it ends comes back, and every program answers it. Nothing here is launched."""

import ast
import configparser
import importlib.util
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tektra.common.paths import share_dir
from tektra.watchdog.options import WatchdogOptions

FILES = sorted((share_dir() / "launch").glob("*.launch.xml"))
#: In tektra/ros: what runs a node so that it answers the watchdog.
RUNNERS = {"run_body", "run_mind", "run_front", "run_fleet"}
SETUP = Path(__file__).parents[3] / "src" / "tektra" / "setup.cfg"


def processes(file: Path) -> list[ElementTree.Element]:
    root = ElementTree.parse(file).getroot()
    return [*root.iter("node"), *root.iter("executable")]


def calls_of(program: str) -> set[str]:
    """The names of what the function behind a program calls."""
    read = configparser.ConfigParser()
    read.read(SETUP)
    lines = read["options.entry_points"]["console_scripts"].strip().splitlines()
    module, function = dict(line.replace(" ", "").split("=") for line in lines)[program].split(":")
    found = importlib.util.find_spec(module)
    assert found is not None and found.origin is not None
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    (main,) = (one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == function)
    calls = (node.func for node in ast.walk(main) if isinstance(node, ast.Call))
    return {call.id for call in calls if isinstance(call, ast.Name)}


def test_all_launch_files_are_looked_at() -> None:
    assert {file.name for file in FILES} == {"tektra.launch.xml", "robot.launch.xml", "fleet.launch.xml"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_whatever_is_ended_comes_back(file: Path) -> None:
    assert processes(file)
    for process in processes(file):
        name = process.get("exec") or process.get("name")
        assert process.get("respawn") == "true", name
        assert 0.0 < float(process.get("respawn_delay", "0")) <= 1.0, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_program_answers_the_watchdog(file: Path) -> None:
    programs = {node.get("exec") for node in processes(file) if node.tag == "node"}
    assert programs
    for program in programs:
        assert calls_of(program) & RUNNERS, program


def test_the_watchdog_runs_whatever_is_chosen_and_ends_what_is_deaf() -> None:
    root = ElementTree.parse(share_dir() / "launch" / "tektra.launch.xml").getroot()
    (watchdog,) = (node for node in root if node.get("exec") == "watchdog")  # within no group
    assert {"if", "unless"}.isdisjoint(watchdog.keys())
    assert {param.get("from") for param in watchdog} == {"$(var params)"}
    assert WatchdogOptions().end_deaf and WatchdogOptions().deaf_s <= 10.0
    assert "watchdog" not in (share_dir() / "config" / "tektra.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["robot.launch.xml", "fleet.launch.xml"])
def test_robots_on_a_computer_of_their_own_may_have_a_watchdog_there(name: str) -> None:
    root = ElementTree.parse(share_dir() / "launch" / name).getroot()
    (watchdog,) = (node for node in root.iter("node") if node.get("exec") == "watchdog")
    (argument,) = (arg for arg in root.iter("arg") if arg.get("name") == "watchdog")
    assert watchdog.get("if") == "$(var watchdog)" and argument.get("default") == "false"

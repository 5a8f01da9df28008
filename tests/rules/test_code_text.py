# SPDX-License-Identifier: Apache-2.0
"""How files look: licence line, length, and calls that have no place here."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 300
MOST_NODE_LINES = 250  # they want to stay under 150
MOST_FUNCTION_LINES = 60  # they want to stay under 40; a table of cases or of parameters may be longer

# Never: what runs text as code, what loads code with data, what hides a shell, what burns a core and delivers nothing.
FORBIDDEN = {
    r"\bpickle\b": "a pickle runs code when it is loaded",
    r"(?<![\w.])(eval|exec)\(": "text is not code",
    r"shell\s*=\s*True": "give a list of words",
    r"yaml\.(unsafe_|full_)?load\(": "yaml.safe_load",
    r"\bEventsExecutor\b": "in these wheels it delivers nothing and ignores SIGTERM",
    r"\b(TODO|FIXME|XXX)\b": "finish it or leave it out",
}


@cache
def tracked() -> list[Path]:
    """Files under version control, and new ones that are not ignored; in an archive without git, all sources."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        return sorted(
            path for name in ("src", "tests", "scripts", "bench") for path in (ROOT / name).rglob("*.py")
        )
    return sorted(path for line in asked.stdout.splitlines() if (path := ROOT / line).is_file())


def code() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def ours() -> list[Path]:
    return [path for path in code() if path.is_relative_to(ROOT / "src")]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_check() -> None:
    assert len(ours()) > 50


@pytest.mark.parametrize("path", [path for path in tracked() if path.suffix in (".py", ".sh")], ids=name)
def test_the_first_line_names_the_licence(path: Path) -> None:
    lines = path.read_text().splitlines()[:2]
    assert any(line == "# SPDX-License-Identifier: Apache-2.0" for line in lines)


def test_modules_stay_short() -> None:
    long = {
        name(path): count for path in ours() if (count := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_nodes_only_wire() -> None:
    nodes = [path for path in ours() if path.name == "node.py"]
    long = {
        name(path): count for path in nodes if (count := len(path.read_text().splitlines())) > MOST_NODE_LINES
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name} {length}"
        for path in ours()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=str)
def test_forbidden_calls_and_words_stay_out(pattern: str) -> None:
    hits = [
        f"{name(path)}:{number}: {FORBIDDEN[pattern]}"
        for path in code()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line.split("#")[0] if "TODO" not in pattern else line)
    ]
    assert hits == []


def test_requirements_name_no_index() -> None:
    files = [path for path in tracked() if path.is_relative_to(ROOT / "requirements")]
    hits = [
        f"{name(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"https?://|--(extra-)?index-url|--find-links", line)
    ]
    assert files
    assert hits == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    texts = [
        path
        for path in tracked()
        if path.suffix in (".py", ".md", ".xml", ".yaml", ".toml", ".sh", ".in", ".cfg", "")
    ]
    hits = [
        f"{name(path)}:{number}"
        for path in texts
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if re.search(r"(?<![\w.~])/(root|work|Users)/\w", line)
    ]
    assert hits == []


def modules_of_tests() -> list[Path]:
    return [path for path in code() if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")]


@pytest.mark.parametrize("path", modules_of_tests(), ids=name)
def test_every_test_file_asserts(path: Path) -> None:
    assert _asserts(ast.parse(path.read_text()))


def test_every_test_does_something_that_can_fail() -> None:
    """It asserts, or calls something that raises when it is wrong ("is accepted" has nothing else to show)."""
    idle = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules_of_tests()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not _asserts(node)
        and not any(isinstance(part, ast.Call) for statement in node.body for part in ast.walk(statement))
    ]
    assert idle == []


def _asserts(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Attribute) and node.attr in ("raises", "warns", "fail"))
        or (isinstance(node, ast.Name) and node.id == "AssertionError")
        for node in ast.walk(function)
    )

# SPDX-License-Identifier: Apache-2.0
"""docs/interfaces.md and docs/parameters.md say what the messages and the options say now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["interfaces.md", "parameters.md"])
def test_the_generated_page_is_fresh(generator: ModuleType, page: str) -> None:
    path = ROOT / "docs" / page
    assert path.read_text() == generator.pages()[path], "run `make docs` and commit the pages"


def test_every_field_of_every_interface_has_a_meaning(generator: ModuleType) -> None:
    rows = [row for row in generator.interfaces().splitlines() if row.startswith("| `")]
    assert len(rows) > 200
    self_evident = ("success", "message", "stamp", "header")
    bare = [
        row
        for row in rows
        if row.endswith("|  |") and not row.startswith(tuple(f"| `{name}`" for name in self_evident))
    ]
    assert len(bare) < len(rows) // 4


def test_every_option_of_every_stage_is_listed(generator: ModuleType) -> None:
    text = generator.parameters()
    stages = {path.parent.name for path in (ROOT / "src" / "tektra" / "tektra").glob("*/options.py")} - {
        "common"
    }
    assert stages
    assert all(f"\n## {stage}\n" in text for stage in stages)

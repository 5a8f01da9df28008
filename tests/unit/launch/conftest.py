# SPDX-License-Identifier: Apache-2.0
"""A prefix with one package of two programs, and launch files as text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tektra.launch.reader import read_launch
from tektra.launch.spec import LaunchPlan

Read = Callable[..., LaunchPlan]


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    root = tmp_path / "prefix"
    marker = root / "share/ament_index/resource_index/packages/demo"
    marker.parent.mkdir(parents=True)
    marker.touch()
    (root / "share/demo").mkdir()
    for name in ("talker", "driver"):
        program = root / "lib/demo" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return root


@pytest.fixture
def read(tmp_path: Path, prefix: Path) -> Read:
    """Reads the text between <launch> and </launch>, which begins on line 2."""

    def reader(text: str, arguments: dict[str, str] | None = None, *, whole: bool = False) -> LaunchPlan:
        file = tmp_path / "x.launch.xml"
        file.write_text(text if whole else f"<launch>\n{text}\n</launch>\n")
        return read_launch(file, arguments or {}, {"AMENT_PREFIX_PATH": str(prefix), "PATH": "/usr/bin"})

    return reader

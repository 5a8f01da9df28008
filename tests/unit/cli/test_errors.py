# SPDX-License-Identifier: Apache-2.0
"""What is told where nobody answers."""

from pathlib import Path

import pytest

from tektra.cli.errors import NoAnswer
from tektra.common import run_record
from tektra.common.run_record import ProcessRecord


def test_whoever_asks_while_tektra_starts_is_not_told_to_start_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tektra.cli.errors.state_dir", lambda: tmp_path)
    assert "start it" in NoAnswer("nobody offers the action /tektra/ask").remedy
    run_record.write_processes(tmp_path, [ProcessRecord("planner", ["/tektra/planner"], "running", pid=1)])
    assert "not all of it is ready" in NoAnswer("nobody offers the action /tektra/ask").remedy
    run_record.remove_processes(tmp_path)
    assert "start it" in NoAnswer("nobody offers the action /tektra/ask").remedy
    assert NoAnswer("it went away", "look there").remedy == "look there"

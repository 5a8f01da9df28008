# SPDX-License-Identifier: Apache-2.0
"""`tektra models ...` as a person meets it, with a folder of its own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tektra.cli import models as command
from tektra.common import models


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["models", *words])
    return int(args.run(args))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))
    return tmp_path


def test_the_list_says_what_is_here_and_what_is_not(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    file = models.lock().models["goforward"].files[0]
    (own_home / "models" / "goforward").mkdir(parents=True)
    (own_home / "models" / "goforward" / file.path).write_bytes(b"\0" * file.size)
    assert run("list", "--json") == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["goforward"]["here"]
    assert not rows["piper-joe"]["here"]
    assert rows["piper-joe"]["size_mb"] == pytest.approx(63.2, abs=0.1)


def test_verify_fails_over_a_file_of_the_right_size_with_wrong_bytes(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    file = models.lock().models["goforward"].files[0]
    (own_home / "models" / "goforward").mkdir(parents=True)
    (own_home / "models" / "goforward" / file.path).write_bytes(b"\0" * file.size)
    assert run("verify", "goforward") == 1
    said = capsys.readouterr().out
    assert "another sha256" in said
    assert "tektra models pull goforward" in said


def test_an_unknown_name_fails_and_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pull", "gpt-9000") == 1
    said = capsys.readouterr().err
    assert "'gpt-9000'" in said
    assert "remedy: use one of qwen2.5-coder-1.5b" in said


def test_remove_deletes_the_files_of_what_the_lock_names_alone(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    (own_home / "models" / "goforward").mkdir(parents=True)
    assert run("remove", "goforward") == 0
    assert not (own_home / "models" / "goforward").exists()
    assert run("remove", "goforward") == 0
    assert run("remove", "../../etc") == 1
    said = capsys.readouterr()
    assert "removed goforward" in said.out and "goforward is not here" in said.out
    assert "no model is called '../../etc'" in said.err

# SPDX-License-Identifier: Apache-2.0
"""`tektra models ...` as a person meets it, with a folder of its own."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
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


def test_a_model_that_somebody_has_open_is_not_removed_and_who_it_is_is_told(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    held = own_home / "models" / "goforward"
    held.mkdir(parents=True)
    (held / "goforward.raw").write_bytes(b"sound")
    waits = "import sys; held = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waits, str(held / "goforward.raw")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        assert run("remove", "goforward") == 1
        said = capsys.readouterr().err
        assert f"({other.pid})" in said and "remedy: have it given back first" in said
        other.communicate()
    assert run("remove", "goforward") == 0
    assert not held.exists()


def test_a_link_in_a_models_place_is_removed_and_what_it_leads_to_is_kept(own_home: Path) -> None:
    (own_home / "models").mkdir()
    (own_home / "precious").mkdir()
    (own_home / "models" / "goforward").symlink_to(own_home / "precious")
    assert run("remove", "goforward") == 0
    assert (own_home / "precious").is_dir()
    assert not (own_home / "models" / "goforward").is_symlink()


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    capsys: pytest.CaptureFixture[str], own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_home / "file").touch()
    monkeypatch.setenv("TEKTRA_HOME", str(own_home / "file"))
    assert run("pull", "goforward") == 1
    said = capsys.readouterr().err
    assert str(own_home / "file") in said and "remedy:" in said and "TEKTRA_HOME" in said


def test_what_is_missing_is_told_in_a_line_a_model_and_what_is_cut_short_is_called_broken(
    capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    (own_home / "models" / "goforward").mkdir(parents=True)
    assert run("verify", "goforward", "librivox", "librivox") == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("goforward: goforward.raw is missing")
    assert said[1] == "librivox: is not here"
    assert said[2].strip() == "remedy: tektra models pull goforward librivox"
    assert said[3] == "2 models verified, 2 broken or missing"
    assert run("list") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert {row[0]: row[2] for row in rows}["goforward"] == "broken"

# SPDX-License-Identifier: Apache-2.0
"""Starts a planner in a process of its own and carries cases through it: of this tree, or of a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mind.cases import Came, Case
from mind.setting import Setting
from mind.steps import Made

ROOT = Path(__file__).resolve().parents[2]
#: The commit that the baseline is taken from: the last one before requests were read by rules.
RELEASE = "d20e9a0256ab"


@contextmanager
def planner(which: str, model: str = "", *, tree: Path = ROOT) -> Iterator[Planner]:
    """`which`: present, reader (its rules alone) or release. `model`: name of a language model; empty: none."""
    with TemporaryDirectory() as folder:
        root = tree if which != "release" else _exported(Path(folder))
        made = Planner(which, root, model)
        try:
            yield made
        finally:
            made.close()


def _exported(folder: Path) -> Path:
    """The release's tree as it was. Raises RuntimeError where its history is not here."""
    asked = subprocess.run(["git", "archive", RELEASE], cwd=ROOT, capture_output=True, check=False)
    if asked.returncode:
        raise RuntimeError(f"the release {RELEASE} is not in this tree's history: {asked.stderr.decode()}")
    # Not by tarfile: Python 3.11.2 does not know the filter that newer ones ask for.
    subprocess.run(["tar", "-x", "-C", str(folder)], input=asked.stdout, check=True)
    return folder


class Planner:
    """One process. Cases are conversations of their own."""

    def __init__(self, which: str, root: Path, model: str) -> None:
        path = f"{root / 'src' / 'tektra'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        worker = Path(__file__).with_name("worker.py")
        self._process = subprocess.Popen(
            [sys.executable, str(worker), which, str(root), model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "TZ": "UTC"},
            text=True,
        )
        self._answer()

    def carry(self, case: Case, setting: Setting = Setting()) -> list[Came]:
        """What came of each turn of a case. Blocks until all are through. Raises RuntimeError when the process ended."""
        turns = [{"say": turn.say, "event": dict(turn.event), "hold": turn.hold} for turn in case.turns]
        line = json.dumps({"setting": setting.as_dict(), "turns": turns})
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return [_came(told) for told in self._answer()]

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self) -> list[dict[str, object]]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the planner's process ended with {self._process.wait()}")
        return list(json.loads(line)) if line.startswith("[") else []


def _came(told: dict[str, object]) -> Came:
    steps: Sequence[dict[str, object]] = told["steps"]  # type: ignore[assignment]
    made = [Made(**{**step, "after": tuple(step["after"])}) for step in steps]  # type: ignore[arg-type]
    return Came(
        steps=tuple(made),
        reply=str(told["reply"]),
        language=str(told["language"]),
        announced=tuple(told["announced"]),  # type: ignore[arg-type]
        outcome=str(told["outcome"]),
        stops=int(str(told["stops"])),
        hushes=int(str(told["hushes"])),
        ended=tuple(told["ended"]),  # type: ignore[arg-type]
        model=bool(told["model"]),
        took_s=float(str(told["took_s"])),
    )

# SPDX-License-Identifier: Apache-2.0
"""A progress line for whatever takes longer than two seconds: on a terminal one line that is rewritten, elsewhere one every 15 s."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

QUIET_S = 2.0
REWRITE_S = 0.5
REPEAT_S = 15.0


def run(what: str, command: list[str], *, log: Path, environment: Mapping[str, str], folder: Path) -> bool:
    """Run the command with its output in `log`, telling how it goes; whether it exited 0."""
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
        )
        try:
            _watch(process, what, log, start)
        finally:
            process.kill()  # Nothing, once it has ended; on Ctrl-C it does not outlive us.
            process.wait()
    _rewrite("")
    return process.returncode == 0


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an explanation."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _watch(process: subprocess.Popen[bytes], what: str, log: Path, start: float) -> None:
    told = start
    while True:
        try:
            process.wait(timeout=REWRITE_S)
            return
        except subprocess.TimeoutExpired:
            pass
        now = time.monotonic()
        last = tail(log, 1).strip()[:70]
        if now - start < QUIET_S:
            continue
        if sys.stdout.isatty():
            _rewrite(f"      {what}: {now - start:.0f} s  {last}")
        elif now - told >= REPEAT_S or told == start:
            told = now
            print(f"      {what}: {now - start:.0f} s  {last}", flush=True)


def _rewrite(line: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{line}", end="", flush=True)

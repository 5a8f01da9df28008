# SPDX-License-Identifier: Apache-2.0
"""Who has a model's files open on this machine. Linux tells it under /proc; elsewhere nobody is known."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def users(folder: Path, proc: Path = PROC) -> list[str]:
    """The other processes that hold or map a file below the folder, as "name (pid)"; those of other accounts are not seen."""
    below = f"{folder.resolve()}{os.sep}"
    return [
        f"{_name(process)} ({process.name})"
        for process in sorted(proc.glob("[0-9]*"))
        if process.name != str(os.getpid()) and any(below in held for held in _held(process))
    ]


def _held(process: Path) -> Iterator[str]:
    try:
        yield (process / "maps").read_text(errors="replace")
        for link in (process / "fd").iterdir():
            yield os.readlink(link)
    except OSError:
        return  # it ended, or is another account's


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(errors="replace").strip()
    except OSError:
        return "a process"

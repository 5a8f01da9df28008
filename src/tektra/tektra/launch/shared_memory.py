# SPDX-License-Identifier: Apache-2.0
"""What Fast DDS leaves in /dev/shm when a process is killed.

A participant makes a segment `fastdds_<16 hex digits>` and, for each port that it listens on or sends to,
`fastdds_port<N>`, with lock files `_el` and `_sl` beside them and a semaphore `sem.<port>_mutex`. (Fast DDS 2 writes
`fastrtps` for `fastdds`.) All of them are mapped by every process that uses them: see /proc/<pid>/maps.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

FOLDER = Path("/dev/shm")
_NAME = re.compile(r"fast(?:dds|rtps)_(?:port\d+|[0-9a-f]{16})")


def mapped_by(pid: int | str) -> set[str]:
    """Names of the Fast DDS segments and ports that a process has mapped; empty when it is gone or not ours."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            return {found.group() for line in file if str(FOLDER) in line and (found := _NAME.search(line))}
    except OSError:
        return set()


def remove_unused(names: set[str], folder: Path = FOLDER) -> list[Path]:
    """Removes the files of those names that no living process has mapped. Returns what was removed."""
    if not names:
        return []
    used: set[str] = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            used |= mapped_by(entry)
    removed = []
    for name in sorted(names - used):
        for file in (name, f"{name}_el", f"{name}_sl", f"sem.{name}_mutex"):
            with suppress(OSError):
                (folder / file).unlink()
                removed.append(folder / file)
    return removed

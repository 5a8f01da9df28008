# SPDX-License-Identifier: Apache-2.0
"""What Fast DDS leaves in /dev/shm when a process is killed.

A participant makes a segment `fastdds_<16 hex digits>` and, for each port that it listens on or sends to,
`fastdds_port<N>`, with lock files `_el` and `_sl` beside them and a semaphore `sem.<port>_mutex`. (Fast DDS 2 writes
`fastrtps` for `fastdds`.) All of them are mapped by every process that uses them: see /proc/<pid>/maps.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path

FOLDER, PROC = Path("/dev/shm"), Path("/proc")
_SEGMENT = re.compile(r"fast(?:dds|rtps)_[0-9a-f]{16}")
#: How a thread is called that listens on a port.
_LISTENS = re.compile(r"dds\.shm\.(\d+)\Z")
_NAME = re.compile(r"fast(?:dds|rtps)_(?:port\d+|[0-9a-f]{16})")


def mapped_by(pid: int | str) -> set[str]:
    """Names of the Fast DDS segments and ports that a process has mapped; empty when it is gone or not ours."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            return {found.group() for line in file if str(FOLDER) in line and (found := _NAME.search(line))}
    except OSError:
        return set()


def ports_of(pid: int, proc: Path = PROC) -> frozenset[str]:
    """Numbers of the ports on which a process listens, by its threads' names; none when it is gone or not ours."""
    found = set()
    with suppress(OSError):
        for task in (proc / str(pid) / "task").iterdir():
            with suppress(OSError):
                if (listens := _LISTENS.match((task / "comm").read_text().strip())) is not None:
                    found.add(listens[1])
    return frozenset(found)


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


def remove_ownerless(names: set[str], folder: Path = FOLDER) -> list[Path]:
    """Removes the segments of those names whose owner has died; returns what was removed. Ports stay: another process may be about
    to open one. Who has such a segment mapped keeps it.

    A participant holds a lock on `<segment>_el` while it lives, and the system lets go of it when the process ends in whatever way:
    so Fast DDS itself tells which are stale, also where the owner runs in another container.
    """
    removed = []
    for name in sorted(names):
        if _SEGMENT.fullmatch(name) and _is_ownerless(folder / f"{name}_el"):
            for file in (name, f"{name}_el"):
                with suppress(OSError):
                    (folder / file).unlink()
                    removed.append(folder / file)
    return removed


def _is_ownerless(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:  # locked, gone, or not ours
        return False

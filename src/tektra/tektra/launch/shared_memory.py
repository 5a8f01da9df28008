# SPDX-License-Identifier: Apache-2.0
"""What Fast DDS leaves in /dev/shm when a process is killed.

A participant makes a segment `fastdds_<16 hex digits>` and, for each port that it listens on or sends to,
`fastdds_port<N>`, with lock files `_el` and `_sl` beside them and a semaphore `sem.<port>_mutex`. (Fast DDS 2 writes
`fastrtps` for `fastdds`.) All of them are mapped by every process that uses them: see /proc/<pid>/maps.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = Path("/dev/shm")
_SEGMENT = re.compile(r"fast(?:dds|rtps)_[0-9a-f]{16}")
_PORT = re.compile(r"fast(?:dds|rtps)_port\d+")
#: In a line of /proc/<pid>/maps; who has a port's semaphore mapped has not the port.
_MAPPED = re.compile(r"(?<=/)fast(?:dds|rtps)_(?:port\d+|[0-9a-f]{16})")

#: The files of one name.
ALL_PARTS = ("{}", "{}_el", "{}_sl", "sem.{}_mutex")


def mapped_by(pid: int | str) -> set[str]:
    """Names of the Fast DDS segments and ports that a process has mapped; empty when it is gone or not ours."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            return {found.group() for line in file if str(FOLDER) in line and (found := _MAPPED.search(line))}
    except OSError:
        return set()


def _unmapped(names: set[str]) -> set[str]:
    """Those that no living process has mapped."""
    entries = [entry for entry in os.listdir("/proc") if entry.isdigit()] if names else []
    return names.difference(*(mapped_by(entry) for entry in entries))


def remove_unused(names: set[str], folder: Path = FOLDER, parts: Sequence[str] = ALL_PARTS) -> list[Path]:
    """Removes the files of those names that no living process has mapped. Returns what was removed."""
    removed = []
    for name in sorted(_unmapped(names)):
        for file in (folder / part.format(name) for part in parts):
            with suppress(OSError):
                file.unlink()
                removed.append(file)
    return removed


def remove_ownerless(names: set[str], folder: Path = FOLDER) -> list[Path]:
    """Removes the segments of those names whose owner has died; returns what was removed. Who has such a segment mapped keeps it.

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


def remove_dead_ports(names: set[str], folder: Path = FOLDER) -> set[str]:
    """Removes the ports of those names that nobody listens on and nobody has mapped; returns those that somebody who sends still
    has, to be looked at again. Whoever opens a port meanwhile waits: Fast DDS does so under a semaphore of the port's name, which is
    held here, and which stays.
    """
    there = {name for name in names if _PORT.fullmatch(name) and (folder / name).exists()}
    dead, left = set(), set()
    for name in there:
        with _held(f"/{name}_mutex") as held:
            if not held:
                left.add(name)
            elif _nobody_listens(name, folder):
                dead.add(name)
    for name in (unmapped := _unmapped(dead)):  # to look at all processes takes long
        with _held(f"/{name}_mutex") as held:
            gone = held and _nobody_listens(name, folder)
            if not (gone and remove_unused({name}, folder, parts=("{}", "{}_el", "{}_sl"))):
                left.add(name)
    return left | (dead - unmapped)


@contextmanager
def _held(semaphore: str) -> Iterator[bool]:
    """Holds a named semaphore of POSIX; false where there is none, or somebody else holds it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.sem_open.restype = ctypes.c_void_p
    for call in (libc.sem_trywait, libc.sem_post, libc.sem_close):
        call.argtypes = [ctypes.c_void_p]
    opened = libc.sem_open(semaphore.encode(), 0)
    if not opened:
        yield False
        return
    try:
        held = libc.sem_trywait(opened) == 0
        try:
            yield held
        finally:
            if held:
                libc.sem_post(opened)
    finally:
        libc.sem_close(opened)


def _nobody_listens(port: str, folder: Path) -> bool:
    locks = [folder / f"{port}_el", folder / f"{port}_sl"]
    return all(not lock.exists() or _is_ownerless(lock) for lock in locks)


def _is_ownerless(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:  # locked, gone, or not ours
        return False

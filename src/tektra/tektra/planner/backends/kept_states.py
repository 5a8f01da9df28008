# SPDX-License-Identifier: Apache-2.0
"""What a language model worked out of a prompt, kept on disk: files that are whole or not there, and not too many.

A file's name is `<key>-<sha256 of its content>.state`. llama.cpp ends the process over a file that was cut short, so none
is given to it that is not what was written.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

_SUFFIX = ".state"
_PART = ".part"
_BLOCK_BYTES = 1 << 20


class KeptStates:
    """One folder of them. Several processes may use it at once. Blocks on the disk; nothing is raised: it is a cache."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self.folder = folder
        self._most_bytes = most_bytes

    def find(self, key: str) -> Path | None:
        """The whole file of that key, or None; a damaged one is deleted."""
        for path in self._files(key):
            with suppress(OSError):
                if path.name == f"{key}-{_digest(path)}{_SUFFIX}":
                    os.utime(path)  # the one used longest ago goes first
                    return path
                path.unlink()
        return None

    def room(self) -> Path | None:
        """A name for a file to be written and then given to keep(); None where the folder cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for part in self.folder.glob(f"*{_PART}"):
                if not Path("/proc", part.stem).exists():  # its process was killed while it wrote
                    part.unlink(missing_ok=True)
        except OSError:
            return None
        return self.folder / f"{os.getpid()}{_PART}"

    def keep(self, part: Path, key: str) -> Path | None:
        """Gives the file its name, at once and whole; None when it could not be kept. Old ones make room."""
        try:
            if part.stat().st_size > self._most_bytes:
                raise OSError("larger than all may be together")
            kept = self.folder / f"{key}-{_digest(part)}{_SUFFIX}"
            part.replace(kept)
        except OSError:
            with suppress(OSError):
                part.unlink()
            return None
        self._make_room(kept)
        return kept

    def _make_room(self, newest: Path) -> None:
        left = self._most_bytes
        with suppress(OSError):
            sizes = {path: path.stat() for path in self._files()}
            order = sorted(sizes, key=lambda path: (path != newest, -sizes[path].st_mtime_ns))
            for path in order:
                left -= sizes[path].st_size
                if left < 0:
                    path.unlink(missing_ok=True)

    def _files(self, key: str = "*") -> list[Path]:
        try:
            return sorted(self.folder.glob(f"{key}-*{_SUFFIX}"))
        except OSError:
            return []


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            found.update(block)
    return found.hexdigest()

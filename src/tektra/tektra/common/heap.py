# SPDX-License-Identifier: Apache-2.0
"""Memory that a process has freed, and keeps."""

from __future__ import annotations

import ctypes
from contextlib import suppress

#: glibc's malloc.h.
_M_ARENA_MAX = -8


def one_arena() -> None:
    """All threads of this process take memory from one place, so that one fills the holes that another left. To be called before
    there are others; they wait for each other then. glibc only."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Gives it to the system, where the C library can (glibc's malloc_trim). Any thread; some milliseconds for 100 MB."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

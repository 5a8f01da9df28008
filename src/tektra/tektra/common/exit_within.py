# SPDX-License-Identifier: Apache-2.0
"""Ends this process by a time, also while a library that hangs holds the interpreter: no Python thread runs then.

A timer of POSIX calls `_exit` in a thread of its own (timer_create(2), SIGEV_THREAD). Linux with glibc; elsewhere nothing is armed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_MONOTONIC, _SIGEV_THREAD = 1, 2


class _Sigevent(ctypes.Structure):
    """struct sigevent of Linux: 64 bytes."""

    _fields_ = (
        ("value", ctypes.c_int64),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("attributes", ctypes.c_void_p),
        ("_rest", ctypes.c_char * 32),
    )


class _Itimerspec(ctypes.Structure):
    """struct itimerspec on 64 bits."""

    _fields_ = tuple((name, ctypes.c_int64) for name in ("every_s", "every_ns", "in_s", "in_ns"))


@contextmanager
def exit_within(seconds: float, status: int) -> Iterator[None]:
    """Whoever is still within after so long ends with that status, as by os._exit: nothing is flushed, no handler runs."""
    libc, timer = ctypes.CDLL(None, use_errno=True), ctypes.c_void_p()
    event = _Sigevent(value=status, notify=_SIGEV_THREAD)
    armed = False
    if all(hasattr(libc, name) for name in ("timer_create", "timer_settime", "_exit")):
        event.function = ctypes.cast(libc._exit, ctypes.c_void_p).value
        whole = int(seconds)
        due = _Itimerspec(in_s=whole, in_ns=max(1, int((seconds - whole) * 1e9)))
        armed = libc.timer_create(_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)) == 0
        if armed:
            libc.timer_settime(timer, 0, ctypes.byref(due), None)
    try:
        yield
    finally:
        if armed:
            libc.timer_delete(timer)

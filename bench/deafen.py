# SPDX-License-Identifier: Apache-2.0
"""Makes a process deaf as a lock-up of Fast DDS does: the threads that receive stand still, everything else goes on.

By ptrace, thread by thread: a signal would stop the whole process. What is deaf is heard no more either after a moment, for
its announcements are made by one of these threads. Linux; for processes of one's own, or as root.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
#: The threads of Fast DDS that receive and keep time, by the beginning of their names.
RECEIVERS = ("dds.udp", "dds.shm", "dds.ev")
_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


class Deafened:
    """`with Deafened(pid):` it is deaf. All in one thread: ptrace belongs to the one that began."""

    def __init__(self, pid: int, names: tuple[str, ...] = RECEIVERS) -> None:
        self._pid, self._names = pid, names
        self.threads: list[int] = []

    def __enter__(self) -> Deafened:
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            if (task / "comm").read_text().startswith(self._names):
                thread = int(task.name)
                self._call(PTRACE_SEIZE, thread)
                self._call(PTRACE_INTERRUPT, thread)
                os.waitpid(thread, 0x40000000)  # __WALL
                self.threads.append(thread)
        if not self.threads:
            raise RuntimeError(f"process {self._pid} has no thread of {', '.join(self._names)}")
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self.threads:
            _libc.ptrace(PTRACE_DETACH, thread, None, None)  # one that was killed meanwhile needs none

    def _call(self, request: int, thread: int) -> None:
        if _libc.ptrace(request, thread, None, None) != 0:
            raise OSError(ctypes.get_errno(), f"ptrace of thread {thread}")

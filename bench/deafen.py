# SPDX-License-Identifier: Apache-2.0
"""Makes a process deaf as a lock-up of Fast DDS does: the threads that receive stand still, everything else goes on.

By ptrace, thread by thread: a signal would stop the whole process. What is deaf is heard no more either after a moment, for
its announcements are made by one of these threads. Linux; for processes of one's own, or as root.

`python bench/deafen.py PID` does it until its standard input ends; `with Deafened(pid):` runs that.
"""

from __future__ import annotations

import ctypes
import os
import select
import subprocess
import sys
from pathlib import Path

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WALL = 0x40000000
#: The threads of Fast DDS that receive and keep time, by the beginning of their names.
RECEIVERS = ("dds.udp", "dds.shm", "dds.ev")


class Deafened:
    """A process that is deaf as long as this is open. It may be killed meanwhile."""

    def __init__(self, pid: int) -> None:
        self._helper = subprocess.Popen(
            [sys.executable, __file__, str(pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._helper.stdout is not None
        if not self._helper.stdout.readline().startswith(b"deaf"):
            self.close()
            raise RuntimeError(f"process {pid} has no threads that could be held")

    def close(self) -> None:
        """It hears again. Again does nothing."""
        self._helper.kill()
        self._helper.communicate()

    def __enter__(self) -> Deafened:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main(pid: int) -> None:
    """Holds the threads; the system lets go of them when this process ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    held = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().startswith(RECEIVERS):
            for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
                if libc.ptrace(request, int(task.name), None, None) != 0:
                    raise OSError(ctypes.get_errno(), f"ptrace of thread {task.name}")
            held += 1
    if not held:
        sys.exit("no such thread")
    print(f"deaf: {held} threads", flush=True)
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        while True:  # a held thread that was killed must be waited for, or its process never ends
            try:
                if os.waitpid(-1, WALL | os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    main(int(sys.argv[1]))

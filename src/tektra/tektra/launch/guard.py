# SPDX-License-Identifier: Apache-2.0
"""The last one out: a small process that ends whatever its supervisor leaves behind, also when that is killed.

It is forked from the supervisor, holds the reading end of a pipe, and waits. When the pipe ends (the supervisor is
gone, by whatever way) it kills every process that carries the run's mark in its environment, however deep in the tree
and whatever session it made for itself, and removes what these left in /dev/shm, and
the run's scratch folder. What one that was killed left there (17 MB) it removes meanwhile.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import time
from contextlib import suppress

from tektra.launch import shared_memory

#: Environment variable that marks every process of a run.
MARK = "TEKTRA_RUN"
#: How often a process's shared memory is noted: soon, for one that lives briefly; then seldom.
FIRST_S, YOUNG_S, YOUNG_EVERY_S, OLD_EVERY_S = 0.3, 10.0, 1.0, 15.0
#: How long the guard tries to kill.
KILL_S = 5.0


def marked(run: str) -> list[int]:
    """Processes of this user whose environment carries the run's mark, but this one."""
    needle = f"{MARK}={run}".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
                if needle in file.read().split(b"\0"):
                    found.append(int(name))
    return found


class Guard:
    """The supervisor's end: forks the guard, and tells it of processes. One thread."""

    def __init__(self, run: str, scratch: str) -> None:
        self._run = run
        self._scratch = scratch
        self._pipe = -1
        self.pid = 0

    def start(self) -> None:
        """Forks. To be called while this process has a single thread."""
        reader, self._pipe = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._pipe)
            try:
                _keep(self._run, self._scratch, reader)
            finally:
                os._exit(0)
        os.close(reader)

    def note(self, pid: int) -> None:
        """Tells of a new process."""
        with suppress(OSError):
            os.write(self._pipe, f"{pid}\n".encode())

    def gone(self) -> bool:
        """True when the guard itself has ended; it is reaped then."""
        with suppress(ChildProcessError):
            return self.pid != 0 and os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return True

    def close(self) -> None:
        """Lets the guard clean up, and waits for it (seconds at most). May be called twice."""
        if self.pid:
            os.close(self._pipe)
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
            self.pid = 0


def _keep(run: str, scratch: str, reader: int) -> None:
    """The guard's whole life."""
    reader = _let_go_of_everything_but(reader)
    names, buffer = set[str](), b""
    looks: dict[int, _Look] = {}
    while True:
        for pid, look in list(looks.items()):
            if look.due_s <= time.monotonic():
                look.names |= shared_memory.mapped_by(pid)
                look.again(time.monotonic())
                names |= look.names
                if not os.path.exists(f"/proc/{pid}"):
                    del looks[pid]
                    shared_memory.remove_ownerless(look.names)
        wait_s = max(0.0, min(look.due_s for look in looks.values()) - time.monotonic()) if looks else None
        if select.select([reader], [], [], wait_s)[0]:
            data = os.read(reader, 4096)
            if not data:
                break
            *pids, buffer = (buffer + data).split(b"\n")
            looks |= {int(pid): _Look(time.monotonic()) for pid in pids}
    for pid in marked(run):
        names |= shared_memory.mapped_by(pid)
    _kill_all(run)
    shared_memory.remove_unused(names)
    shutil.rmtree(scratch, ignore_errors=True)


class _Look:
    """The shared memory that a process was seen to have mapped, and when it is to be looked at next."""

    def __init__(self, now_s: float) -> None:
        self._born_s = now_s
        self.names: set[str] = set()
        self.due_s = now_s + FIRST_S

    def again(self, now_s: float) -> None:
        self.due_s = now_s + (YOUNG_EVERY_S if now_s - self._born_s < YOUNG_S else OLD_EVERY_S)


def _let_go_of_everything_but(reader: int) -> int:
    """A session of its own, no signal from a terminal, no file kept open. Returns the pipe's new number."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.dup2(reader, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 65536)
    return 3


def _kill_all(run: str) -> None:
    until_s = time.monotonic() + KILL_S
    while (left := marked(run)) and time.monotonic() < until_s:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)

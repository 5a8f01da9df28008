# SPDX-License-Identifier: Apache-2.0
"""The stack under the demo: `tektra up` and `tektra record` as processes of their own, and what they use of memory."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil

SAMPLE_S = 1.0
END_S = 30.0
SHARED = re.compile(r"/dev/shm/(fast(?:dds|rtps)_\w+)")


class Stack:
    """Starts processes, sums the memory of all of them and their children, and ends them surely."""

    def __init__(self, log: Path) -> None:
        self.peak_mb = 0.0
        self.peak_by_process: dict[str, float] = {}
        self.shared: set[str] = set()
        self.log = log
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ended = threading.Event()
        threading.Thread(target=self._watch_memory, name="memory", daemon=True).start()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts `tektra ARGUMENTS...`; its output goes to the log."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "tektra.cli.main", *arguments]
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self._processes.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> list[int]:
        """Ends a process as Ctrl-C does, and returns the pids of its family that are still there afterwards."""
        family = _family(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _, alive = psutil.wait_procs(family, timeout=5.0)
        for left in alive:
            left.kill()
        return [left.pid for left in alive]

    def close(self) -> None:
        """Ends whatever still runs."""
        self._ended.set()
        for process in reversed(self._processes):
            self.end(process)

    def _watch_memory(self) -> None:
        while not self._ended.wait(SAMPLE_S):
            used = {name: mb for process in [os.getpid()] for name, mb in _memory_mb(process).items()}
            for process in _family(os.getpid()):
                self.shared |= shared_memory(process.pid)
            if (total := sum(used.values())) > self.peak_mb:
                self.peak_mb, self.peak_by_process = total, used


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def shared_memory(pid: int) -> set[str]:
    """Names of the files of Fast DDS in /dev/shm that a process has mapped."""
    try:
        return set(SHARED.findall(Path(f"/proc/{pid}/maps").read_text()))
    except OSError:
        return set()


def left_in_shm(names: set[str]) -> set[str]:
    """Those of the files that are still there, and that no process uses any more."""
    left = {name for name in names if (Path("/dev/shm") / name).exists()}
    for process in psutil.process_iter():
        left -= shared_memory(process.pid)
    return left


def _memory_mb(pid: int) -> dict[str, float]:
    """Proportional set size in MB of a process and its children (shared pages count once), by name."""
    used: dict[str, float] = {}
    for process in _family(pid):
        try:
            command = process.cmdline()
            name = next((Path(part).name for part in command[1:] if not part.startswith("-")), process.name())
            used[f"{name}-{process.pid}"] = process.memory_full_info().pss / 1e6
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return used

# SPDX-License-Identifier: Apache-2.0
"""Runs the processes of a launch plan until they have ended or a person ends them.

Each process has a session of its own, dies with this one (PR_SET_PDEATHSIG), and its output comes out line by line
behind its name. One thread: `preexec_fn` is safe in it, and so is the guard's fork. Linux only.
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO

import yaml

from tektra.common.paths import state_dir
from tektra.common.run_record import ProcessRecord, remove_processes, write_processes
from tektra.launch import nodes
from tektra.launch.console import Console
from tektra.launch.guard import MARK, Guard
from tektra.launch.last_words import LastWords
from tektra.launch.lines import Lines
from tektra.launch.parameter_files import nodes_of
from tektra.launch.spec import ProcessSpec
from tektra.launch.supervision import Patience, Start, Supervised, Supervision

PR_SET_PDEATHSIG = 1
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_libc = ctypes.CDLL(None)


class Supervisor:
    """`run` blocks. Processes named in `companions` keep nothing running; their lines come without a prefix."""

    def __init__(
        self, specs: list[ProcessSpec], *, companions: tuple[str, ...] = (), patience: Patience | None = None
    ) -> None:
        self._specs = specs
        self._companions = companions
        supervised = [
            Supervised(
                respawn=spec.respawn, first_pause_s=spec.respawn_delay_s, counts=spec.name not in companions
            )
            for spec in specs
        ]
        self._supervision = Supervision(supervised, patience or Patience())
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lines: dict[int, Lines] = {}
        self._words = [LastWords() for _ in specs]
        self._selector = selectors.DefaultSelector()
        self._console = Console(
            sys.stdout, [spec.name for spec in specs], companions, on_left=self._reader_left
        )
        self._run = uuid.uuid4().hex
        self._scratch = ""
        self._guard: Guard | None = None

    def run(self) -> int:
        """Starts everything and waits. Returns 0, or 1 when a process failed by itself or had to be killed."""
        self._scratch = tempfile.mkdtemp(prefix="tektra_")
        self._guard = Guard(self._run, self._scratch)
        self._guard.start()
        wakeup, wakeup_writer = os.pipe()
        for end in (wakeup, wakeup_writer):
            os.set_blocking(end, False)
        self._selector.register(wakeup, selectors.EVENT_READ, self._woken)
        before = signal.set_wakeup_fd(wakeup_writer, warn_on_full_buffer=False)
        handlers = {
            number: signal.signal(number, lambda *_: None) for number in (*END_SIGNALS, signal.SIGCHLD)
        }
        try:
            while not self._supervision.done:
                self._step()
        finally:
            signal.set_wakeup_fd(before)
            self._guard.close()
            remove_processes(state_dir())
            for number, handler in handlers.items():
                signal.signal(number, handler)
            self._selector.close()
            os.close(wakeup)
            os.close(wakeup_writer)
        failed = [self._specs[index].name for index in self._supervision.failed]
        if failed:
            self._console.tell(f"failed: {', '.join(failed)}")
        return int(bool(failed))

    def _step(self) -> None:
        now_s = time.monotonic()
        for action in self._supervision.due(now_s):
            if isinstance(action, Start):
                self._start(action.index)
            else:
                self._signal(action.index, action.number)
        if self._supervision.idle and not self._supervision.ending:
            self._supervision.end(now_s)
            return
        due_s = self._supervision.next_due_s()
        for key, _ in self._selector.select(None if due_s is None else max(0.0, due_s - time.monotonic())):
            key.data(key.fileobj)
        self._console.flush()

    def _woken(self, pipe: int) -> None:
        for number in os.read(pipe, 256):
            if number in END_SIGNALS:
                if not self._supervision.ending:
                    self._console.tell("ending all processes; once more: at once")
                self._supervision.end(time.monotonic())
        self._reap()

    def _reap(self) -> None:
        for index, process in list(self._running.items()):
            state = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if state is None:
                continue
            with suppress(ProcessLookupError):  # its children first, while its number cannot be another's
                os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            del self._running[index]
            self._drain(index, process)
            self._ended(index, process.pid, code)
        if self._guard is not None and self._guard.gone() and not self._supervision.ending:
            self._guard.start()
            for process in self._running.values():
                self._guard.note(process.pid)

    def _ended(self, index: int, pid: int, code: int) -> None:
        pause_s = self._supervision.exited(index, code, time.monotonic(), self._words[index].reason(code))
        self._record()
        if self._specs[index].name in self._companions:
            return
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        again = f"; starting it again in {pause_s:g} s" if pause_s is not None else ""
        if down := self._supervision.processes[index].why_down:
            again = f"; LEFT DOWN, for {down}; mend that, then start `tektra up` anew"
        if code or again or not self._supervision.ending:
            self._console.tell(f"ended with {how}, pid {pid}{again}", index)

    def _start(self, index: int) -> None:
        spec = self._specs[index]
        self._supervision.processes[index].started(time.monotonic())
        self._words[index].started()
        command = nodes.arguments(spec, self._parameter_files(index))
        try:
            process = _spawn(command, spec, self._run)
        except (OSError, subprocess.SubprocessError) as fault:
            self._console.tell(f"cannot be started: {fault}; see {spec.where}", index)
            self._ended(index, 0, 127)
            return
        if self._guard is not None:
            self._guard.note(process.pid)
        self._running[index], self._lines[index] = process, Lines()
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(
                process.stdout, selectors.EVENT_READ, lambda stream: self._read(index, stream)
            )
        self._record()
        if spec.name not in self._companions:
            self._console.tell(f"started, pid {process.pid}", index)

    def _parameter_files(self, index: int) -> list[Path]:
        """The files of the process in order; values become a file of their own, as launch_ros does it."""
        spec, files = self._specs[index], []
        for number, source in enumerate(spec.parameters):
            if isinstance(source, Path):
                files.append(source)
                continue
            file = Path(self._scratch) / f"{index + 1}_{number}.yaml"
            file.write_text(
                yaml.dump({spec.node or "/**": {"ros__parameters": source}}, Dumper=_Quoting),
                encoding="utf-8",
            )
            files.append(file)
        return files

    def _signal(self, index: int, number: signal.Signals) -> None:
        process = self._running.get(index)
        if process is None:
            return
        if number is not signal.SIGINT:
            self._console.tell(f"has not ended yet: {number.name}", index)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    def _read(self, index: int, stream: IO[bytes]) -> None:
        if stream.closed:  # drained a moment ago, when its process ended
            return
        try:
            data = os.read(stream.fileno(), 65536)
        except BlockingIOError:
            return
        if data:
            self._write(index, self._lines[index].add(data))
        else:
            self._selector.unregister(stream)
            stream.close()

    def _drain(self, index: int, process: subprocess.Popen[bytes]) -> None:
        """The rest of what it wrote. A grandchild that still holds the pipe keeps nobody waiting."""
        stream = process.stdout
        with suppress(BlockingIOError, OSError, ValueError):
            while stream is not None and (data := os.read(stream.fileno(), 65536)):
                self._write(index, self._lines[index].add(data))
        self._write(index, self._lines[index].rest())
        if stream is not None and not stream.closed:
            self._selector.unregister(stream)
            stream.close()

    def _write(self, index: int, lines: list[str]) -> None:
        self._words[index].heard(lines)
        self._console.write(index, lines)

    def _record(self) -> None:
        """For `tektra status`: what there should be, and what became of it."""
        records = []
        for index, (spec, process) in enumerate(zip(self._specs, self._supervision.processes, strict=True)):
            if spec.name not in self._companions:
                pid = self._running[index].pid if index in self._running else 0
                names = [name for name, _ in nodes_of(spec)]
                records.append(
                    ProcessRecord(
                        spec.name, names, process.phase.value, pid, process.starts, process.why_down
                    )
                )
        with suppress(OSError):  # status then knows less
            write_processes(state_dir(), records)

    def _reader_left(self) -> None:
        self._supervision.end(time.monotonic())


class _Quoting(yaml.SafeDumper):
    """Every text in quotation marks: rcl takes more plain texts for numbers than YAML does (5e-1, nan)."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def _spawn(command: list[str], spec: ProcessSpec, run: str) -> subprocess.Popen[bytes]:
    """A process in a session of its own that dies with this one."""
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=spec.cwd,
        env={**spec.environment, "PYTHONUNBUFFERED": "1", MARK: run},
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 (this process has one thread)
    )

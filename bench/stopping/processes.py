# SPDX-License-Identifier: Apache-2.0
"""Child processes of a measurement: each in a session of its own, dying with it, heard line by line."""

from __future__ import annotations

import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from tektra.common import paths

BENCH = Path(__file__).resolve().parents[1]
PR_SET_PDEATHSIG = 1
END_S = 10.0
_libc = ctypes.CDLL(None)


def _begin() -> None:
    """In the child: it ends with its parent, and has no priority from it."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


class Child:
    """A Python process. What it tells in JSON lines waits in `told`, with the child; other lines are passed over."""

    def __init__(
        self,
        arguments: list[str],
        told: queue.Queue[tuple[Child, Any]],
        environment: dict[str, str] | None = None,
    ) -> None:
        self.arguments = arguments
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("TEKTRA_BENCH_LOG") else None,
            env={**os.environ, **(environment or {})},
            cwd=BENCH,
            start_new_session=True,
            preexec_fn=_begin,  # noqa: PLW1509
        )
        threading.Thread(target=self._hear, args=(told,), daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def _hear(self, told: queue.Queue[tuple[Child, Any]]) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with suppress(ValueError):
                told.put((self, json.loads(line)))


def rover_limits() -> list[str]:
    """What a rover's driver must be given, as `key:=value`: config/robots/rover1.yaml, but for where the robot is."""
    text = (paths.share_dir() / "config" / "robots" / "rover1.yaml").read_text(encoding="utf-8")
    given = yaml.safe_load(text)["/**/driver"]["ros__parameters"]
    return [f"{key}:={value}" for key, value in given.items() if key not in ("link", "host", "port")]


class Family:
    """All children of a part of a measurement. A context manager: they end with it, in good order where they can."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.told: queue.Queue[tuple[Child, Any]] = queue.Queue()
        self.children: list[Child] = []
        self._environment = environment

    def start(self, *arguments: str) -> Child:
        """`python ARGUMENTS...`, in bench/."""
        self.children.append(Child(list(arguments), self.told, self._environment))
        return self.children[-1]

    def node(
        self, stage: str, name: str, *parameters: str, namespace: str = "", files: list[str] | None = None
    ) -> Child:
        """A node of Tektra's, as the launch file starts it. `parameters`: `key:=value`; `files`: `--params-file FILE`."""
        words = ["-c", f"from tektra.{stage}.node import main; main()", "--ros-args", "-r", f"__node:={name}"]
        words += ["-r", f"__ns:=/{namespace}"] if namespace else []
        return self.start(
            *words, *(files or []), *(word for parameter in parameters for word in ("-p", parameter))
        )

    def check(self) -> None:
        """Raises SystemExit when one has ended by itself."""
        for child in self.children:
            if (code := child.process.poll()) is not None:
                raise SystemExit(
                    f"{' '.join(child.arguments)} ended with {code}; TEKTRA_BENCH_LOG=1 shows why"
                )

    def __enter__(self) -> Family:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGCONT, signal.SIGINT):
            for child in self.children:
                if child.process.poll() is None:
                    child.process.send_signal(number)
        until_s = time.monotonic() + END_S
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, until_s - time.monotonic()))
            child.process.kill()
            child.process.wait()

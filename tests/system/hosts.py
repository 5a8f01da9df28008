# SPDX-License-Identifier: Apache-2.0
"""Two hosts on one machine: network namespaces joined by one cable, each with a name, a machine id and a /dev/shm of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE_S = 40.0
#: Everything that two hosts do not share: shared memory, by which they would talk past the cable, and who they are.
APART = 'mount -t tmpfs tmpfs /dev/shm && mount --bind "$1" /etc/machine-id && hostname "$2" && echo up && exec cat'


def why_not() -> str:
    """Why namespaces cannot be made here; empty when they can."""
    if not shutil.which("ip") or not shutil.which("unshare"):
        return "ip (iproute2) or unshare (util-linux) is missing"
    name = f"tektra{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"network namespaces are not allowed ({made.stderr.strip()})"
    mounts = "ip netns exec NAME unshare --mount --uts mount -t tmpfs tmpfs /dev/shm".replace("NAME", name)
    kept = subprocess.run(mounts.split(), capture_output=True, text=True, check=False)
    _run("ip", "netns", "del", name)
    return f"mount namespaces are not allowed ({kept.stderr.strip()})" if kept.returncode else ""


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


class Host:
    """One of the two: what its first process, which only waits, has for itself, the others share. All end with `close`."""

    def __init__(self, name: str, address: str, folder: Path, environment: dict[str, str]) -> None:
        self.name, self.address = name, address
        self._folder = folder / name
        self._folder.mkdir()
        (self._folder / "machine-id").write_text(uuid.uuid4().hex + "\n")
        self._environment = {
            **os.environ,
            **environment,
            "TEKTRA_HOME": str(self._folder),
            "TEKTRA_STATE": str(self._folder),
            "ROS_LOG_DIR": str(self._folder / "ros_log"),
        }
        self._processes: list[subprocess.Popen[str]] = []
        apart = f"ip netns exec {name} unshare --mount --uts sh -c".split()
        first = self._popen(*apart, APART, "sh", str(self._folder / "machine-id"), name)
        assert first.stdout is not None
        assert first.stdout.readline() == "up\n", self.log.read_text()
        self._within = f"nsenter --target {first.pid} --mount --uts --net".split()

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Starts a command there; what it writes to its errors goes to the host's log."""
        return self._popen(*self._within, *command, **environment)

    def _popen(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env={**self._environment, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def node(self, stage: str, *words: str, namespace: str = "") -> subprocess.Popen[str]:
        """A node of Tektra's, as the launch file starts it."""
        command = [sys.executable, "-c", f"from tektra.{stage}.node import main; main()", "--ros-args"]
        command += ["-r", f"__node:={stage}", *(["-r", f"__ns:=/{namespace}"] if namespace else []), *words]
        return self.start(*command)

    @property
    def log(self) -> Path:
        return self._folder / "log"

    def close(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
        for process in self._processes:
            try:
                process.wait(5.0)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Cable:
    """Between the two hosts; it is pulled at the operator's end, so the robot's end sees no carrier."""

    def __init__(self, robot: str, operator: str) -> None:
        self._operator = operator
        for host in (robot, operator):
            _run("ip", "netns", "add", host)
            _run("ip", "-n", host, "link", "set", "lo", "up")
        _run(*f"ip link add cable netns {robot} type veth peer name cable netns {operator}".split())
        for host, address in ((robot, "10.78.5.1"), (operator, "10.78.5.2")):
            _run("ip", "-n", host, "address", "add", f"{address}/24", "dev", "cable")
            _run("ip", "-n", host, "link", "set", "cable", "up")
            _run("ip", "-n", host, "route", "add", "224.0.0.0/4", "dev", "cable")

    def pull(self) -> None:
        _run("ip", "-n", self._operator, "link", "set", "cable", "down")

    def plug_in(self) -> None:
        _run("ip", "-n", self._operator, "link", "set", "cable", "up")
        _run("ip", "-n", self._operator, "route", "replace", "224.0.0.0/4", "dev", "cable")


@contextmanager
def two_hosts(folder: Path, environment: dict[str, str]) -> Iterator[tuple[Host, Host, Cable]]:
    """The robot's host, the operator's host and the cable between them, for a while."""
    mark = uuid.uuid4().hex[:6]
    names = (f"robot-{mark}", f"operator-{mark}")
    hosts: list[Host] = []
    try:
        cable = Cable(*names)
        hosts += [
            Host(name, address, folder, environment)
            for name, address in zip(names, ("10.78.5.1", "10.78.5.2"), strict=True)
        ]
        yield hosts[0], hosts[1], cable
    finally:
        for host in hosts:
            host.close()
        for name in names:
            with suppress(subprocess.CalledProcessError):
                _run("ip", "netns", "del", name)


class Ear:
    """Hears a process line by line, in a thread; each line with when it came by the monotonic clock."""

    def __init__(self, process: subprocess.Popen[str], read: Callable[[str], Any] = json.loads) -> None:
        self.heard: list[tuple[float, Any]] = []
        self._process, self._read = process, read
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError, KeyError):
                self.heard.append((time.monotonic(), self._read(line)))

    def say(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def until(self, holds: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
        end_s = time.monotonic() + timeout_s
        while not holds():
            assert self._process.poll() is None, f"ended with {self._process.returncode} before {what}"
            assert time.monotonic() < end_s, f"not within {timeout_s} s: {what}; last heard {self.heard[-5:]}"
            time.sleep(0.01)

# SPDX-License-Identifier: Apache-2.0
"""The robots and the cable of the measurements of stopping: what they note is what happened, when it happened."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.commands import Drive, StandStill

BENCH = Path(__file__).parents[3] / "bench"
PATIENCE_S = 10.0


class Process:
    """One of them, heard line by line."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=BENCH,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> dict:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def close(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(PATIENCE_S)


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def make(*arguments: str) -> Process:
        started.append(Process(*arguments))
        return started[-1]

    yield make
    assert [process.close() for process in started] == [0] * len(started)


def until(link, holds: Callable[[], object]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s
        link.poll(time.monotonic())
        time.sleep(0.005)


def test_a_robot_notes_when_it_was_set_in_motion_and_when_the_halt_came(start) -> None:
    robots = start("stopping.robots", "2")
    ports = robots.hear()["ports"]
    assert list(ports) == ["robot1", "robot2"]
    link = JsonTcpLink("robot2", "127.0.0.1", ports["robot2"])
    link.connect()
    until(link, lambda: link.up)
    for command, event, reason in (
        (Drive(0.0, 0.0, 0.5, 0.4), "moves", ""),
        (StandStill(1), "stands", "halt"),
    ):
        before_ns = time.time_ns()
        assert link.send(command, time.monotonic())
        after_ns = time.time_ns()
        noted = robots.hear()
        assert (noted["robot"], noted["event"], noted["reason"]) == ("robot2", event, reason)
        assert before_ns <= noted["ns"] <= after_ns, (
            "the kernel's time of the bytes, not when this process came to them"
        )
    assert link.send(Drive(0.0, 0.0, 0.5, 0.1), time.monotonic())
    assert robots.hear()["event"] == "moves"
    assert robots.hear()["reason"] == "ttl", "what ran out is no halt"
    link.close()


class Far:
    """The robot's end: sends back what it gets, on whatever connection comes."""

    def __init__(self, kind: socket.SocketKind) -> None:
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        serve = self._streams if kind == socket.SOCK_STREAM else self._datagrams
        threading.Thread(target=serve, daemon=True).start()

    def _streams(self) -> None:
        self._socket.listen()
        while True:
            end, _ = self._socket.accept()
            with suppress(OSError):
                while data := end.recv(100):
                    end.sendall(data)

    def _datagrams(self) -> None:
        while True:
            self._socket.sendto(*self._socket.recvfrom(100))


def near(kind: socket.SocketKind, port: int) -> socket.socket:
    end = socket.socket(socket.AF_INET, kind)
    end.settimeout(0.5)
    end.connect(("127.0.0.1", port))
    return end


def answered(end: socket.socket, word: bytes) -> bool:
    with suppress(OSError):
        end.send(word)
        return end.recv(100) == word
    return False


def reached(kind: socket.SocketKind, port: int, word: bytes) -> bool:
    with suppress(OSError), near(kind, port) as end:
        return answered(end, word)
    return False


@pytest.mark.parametrize("word", ["cut", "break"])
@pytest.mark.parametrize("name", ["tcp", "udp"])
def test_a_cable_carries_until_it_is_cut_or_broken_and_again_when_mended(start, name, word) -> None:
    kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[name]
    cable = start("stopping.cable", f"{name}={Far(kind).port}")
    (port,) = cable.hear()["ports"]
    end = near(kind, port)
    end.settimeout(PATIENCE_S)
    assert answered(end, b"one")
    end.settimeout(0.5)
    cable.say(word)
    assert not any([answered(end, b"two"), answered(end, b"three")][1:]), "the word may come a moment later"
    cable.say("mend")
    until_s = time.monotonic() + PATIENCE_S
    while not reached(kind, port, b"four"):  # it listens again a moment after the word
        assert time.monotonic() < until_s
        time.sleep(0.01)
    assert name == "udp" or not answered(end, b"five"), "a connection of before stays dead"

# SPDX-License-Identifier: Apache-2.0
"""Who of those that the graph names is still there, by a kernel's files that the test writes."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tektra.ros.living import LOOK_S, Processes, Speakers

HOST = b"\x78\xfd"


class Kernel:
    """What /proc tells of processes, under a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "sys/kernel").mkdir(parents=True)
        self.last(32768)

    def last(self, number: int) -> None:
        (self.root / "sys/kernel/pid_max").write_text(f"{number}\n")

    def run(self, pid: int, began: int = 100, *, takes_part: bool = True, state: str = "S") -> None:
        folder = self.root / str(pid)
        folder.mkdir(exist_ok=True)
        mapped = (
            "7f00-7f01 rw-s 0 00:1a 7 /dev/shm/fastdds_0011\n"
            if takes_part
            else "7f00-7f01 r-xp 0 00:1a 7 /bin/sh\n"
        )
        (folder / "maps").write_text(mapped)
        fields = [state, "1", *["0"] * 17, str(began), "0"]
        (folder / "stat").write_text(f"{pid} (a name) with) {' '.join(fields)}")

    def end(self, pid: int) -> None:
        for name in ("maps", "stat"):
            (self.root / str(pid) / name).unlink()
        (self.root / str(pid)).rmdir()


def endpoint(pid: int, *, vendor: bytes = b"\x01\x0f", chance: int = 7) -> bytes:
    number = (pid & 0xFFFF).to_bytes(2, "little")
    return vendor + HOST + number + chance.to_bytes(6, "little") + b"\x00\x00\x13\x03"


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path)


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def processes(kernel: Kernel, clock: list[float]) -> Processes:
    def now_s() -> float:
        clock[0] += 1.0
        return clock[0]

    return Processes(kernel.root, now_s)


def test_who_was_seen_alive_and_then_was_killed_has_ended(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711)
    assert not processes.ended(endpoint(4711))
    kernel.end(4711)
    assert processes.ended(endpoint(4711))


def test_its_successor_lives(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711)
    processes.ended(endpoint(4711))
    kernel.end(4711)
    kernel.run(4712)
    assert processes.ended(endpoint(4711))
    assert not processes.ended(endpoint(4712, chance=8))


def test_a_killed_one_that_nobody_has_waited_for_has_ended(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711)
    processes.ended(endpoint(4711))
    kernel.run(4711, state="Z")
    assert processes.ended(endpoint(4711))


def test_another_process_of_the_same_number_is_not_taken_for_it(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711, began=100)
    processes.ended(endpoint(4711))
    kernel.run(4711, began=999)
    assert processes.ended(endpoint(4711))


def test_a_frozen_one_is_there(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711)
    processes.ended(endpoint(4711))
    kernel.run(4711, state="T")
    assert not processes.ended(endpoint(4711))


@pytest.mark.parametrize("here", [False, True])
def test_one_of_another_host_or_container_is_there(kernel: Kernel, processes: Processes, here: bool) -> None:
    """Its number is nobody's here, or that of a process that takes no part in the graph, and ends."""
    if here:
        kernel.run(4711, takes_part=False)
    assert not processes.ended(endpoint(4711))
    if here:
        kernel.end(4711)
    assert not processes.ended(endpoint(4711))


def test_numbers_beyond_two_bytes(kernel: Kernel, processes: Processes) -> None:
    kernel.last(4194304)
    kernel.run(4711 + 3 * 65536)
    assert not processes.ended(endpoint(4711 + 3 * 65536))
    kernel.end(4711 + 3 * 65536)
    assert processes.ended(endpoint(4711 + 3 * 65536))


def test_two_of_whom_one_may_be_it_are_there_until_both_have_ended(
    kernel: Kernel, processes: Processes
) -> None:
    kernel.last(4194304)
    kernel.run(4711)
    kernel.run(4711 + 65536)
    processes.ended(endpoint(4711))
    kernel.end(4711)
    assert not processes.ended(endpoint(4711))
    kernel.end(4711 + 65536)
    assert processes.ended(endpoint(4711))


def test_another_middleware_is_not_judged(kernel: Kernel, processes: Processes) -> None:
    kernel.run(4711)
    other = endpoint(4711, vendor=b"\x01\x10")
    processes.ended(other)
    kernel.end(4711)
    assert not processes.ended(other)
    assert not processes.ended(b"")


def test_a_kernel_that_tells_nothing_is_no_death(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "nothing", iter(range(100)).__next__)
    assert not processes.ended(endpoint(4711))
    assert not processes.ended(endpoint(4711))


class Topics:
    """A node that counts how often it is asked who publishes."""

    def __init__(self) -> None:
        self.there, self.looks = 0, 0

    def count_publishers(self, _topic: str) -> int:
        return self.there

    def get_publishers_info_by_topic(self, _topic: str, *, no_mangle: bool = False) -> list[SimpleNamespace]:
        self.looks += 1
        return [
            SimpleNamespace(endpoint_gid=list(endpoint(1, vendor=b"\0\0", chance=n)))
            for n in range(self.there)
        ]


def test_a_single_speaker_is_seldom_looked_at_and_several_always() -> None:
    topics, now_s = Topics(), [0.0]
    speakers = Speakers(topics, lambda: now_s[0])
    topics.there = 1
    for step in range(1000):
        now_s[0] = 0.02 * step
        assert speakers.count("/rover1/state") == 1
    assert topics.looks <= 20.0 / LOOK_S + 1
    topics.there, topics.looks = 2, 0
    assert [speakers.count("/rover1/state") for _ in range(10)] == [2] * 10
    assert topics.looks == 10

# SPDX-License-Identifier: Apache-2.0
"""A process whose port of shared memory was taken away from under it is found out, and nobody else."""

import random
from pathlib import Path

import pytest

from tektra.watchdog.lost_ports import LOST_S, THREADS_S, LostPorts


class Machine:
    """A played /proc and /dev/shm with one process, looked at four times a second."""

    PID = 7

    def __init__(self, root: Path) -> None:
        self.proc, self.shm = root / "proc", root / "shm"
        self.shm.mkdir()
        self.now_s, self._number = 100.0, 0
        self.mapped: dict[str, list[tuple[int, bool]]] = {}
        self.state("S")
        self.ports = LostPorts(self.proc, self.shm)
        self.listens("23665", "7002")

    def state(self, letter: str) -> None:
        (self.proc / str(self.PID)).mkdir(parents=True, exist_ok=True)
        (self.proc / str(self.PID) / "stat").write_text(f"{self.PID} (a (b) c) {letter} 1 2 3")

    def listens(self, *ports: str) -> None:
        for number, port in enumerate(("", *ports)):
            task = self.proc / str(self.PID) / "task" / str(self.PID + number)
            task.mkdir(parents=True, exist_ok=True)
            (task / "comm").write_text(f"dds.shm.{port}\n" if port else "dds.shm.wdog\n")
            if port:
                self.takes(port)

    def takes(self, port: str) -> None:
        """It makes the port's file anew, and maps it."""
        self.made_by_another(port)
        self.mapped[port] = [
            *((inode, True) for inode, _ in self.mapped.get(port, ())),
            (self._inode(port), False),
        ]
        self._write()

    def made_by_another(self, port: str) -> None:
        self._number += 1
        file = self.shm / f"fastdds_port{port}"
        new = self.shm / f"new{self._number}"  # made before the old one goes: another inode
        new.write_text("x")
        new.rename(file)
        self.mapped[port] = [(inode, True) for inode, _ in self.mapped.get(port, ())]
        self._write()

    def removed(self, port: str) -> None:
        (self.shm / f"fastdds_port{port}").unlink()
        self.mapped[port] = [(inode, True) for inode, _ in self.mapped[port]]
        self._write()

    def told(self, seconds: float) -> str:
        """What is found within that time, at once."""
        for _ in range(round(seconds * 4)):
            if found := self.ports.look(self.PID, self.now_s):
                return found
            self.now_s += 0.25
        return ""

    def _inode(self, port: str) -> int:
        return (self.shm / f"fastdds_port{port}").stat().st_ino

    def _write(self) -> None:
        lines = ["7f00-7f01 r-xp 00000000 08:01 99 /usr/lib/libc.so.6", "7f02-7f03 rw-p 00000000 00:00 0 "]
        for port, files in self.mapped.items():
            for inode, deleted in files:
                name = f"{self.shm}/fastdds_port{port}{' (deleted)' if deleted else ''}"
                lines.append(f"7fd9d1b1a000-7fd9d1b27000 rw-s 00000000 00:19 {inode}    {name}")
        (self.proc / str(self.PID) / "maps").write_text("\n".join(lines) + "\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_one_that_has_its_ports_is_well(machine: Machine) -> None:
    assert machine.told(3 * THREADS_S) == ""


@pytest.mark.parametrize("port", ["23665", "7002"])
@pytest.mark.parametrize("how", ["removed", "made_by_another"])
def test_one_whose_port_went_is_found_and_soon(machine: Machine, port: str, how: str) -> None:
    machine.told(5.0)
    getattr(machine, how)(port)
    began_s = machine.now_s
    assert machine.told(LOST_S + 3.0) == port
    assert machine.now_s - began_s >= LOST_S


def test_one_that_mends_it_itself_is_well(machine: Machine) -> None:
    machine.told(5.0)
    machine.made_by_another("23665")
    assert machine.told(LOST_S - 1.5) == ""
    machine.takes("23665")
    assert machine.told(3 * THREADS_S) == ""


@pytest.mark.parametrize("letter", ["T", "t"])
def test_one_that_stands_still_has_time_to_mend_it_afterwards(machine: Machine, letter: str) -> None:
    machine.told(5.0)
    machine.state(letter)
    machine.made_by_another("7002")
    assert machine.told(3 * LOST_S) == ""
    machine.state("S")
    assert machine.told(LOST_S - 1.5) == ""
    machine.takes("7002")
    assert machine.told(2 * LOST_S) == ""


def test_while_nobody_looked_nothing_counts(machine: Machine) -> None:
    machine.told(5.0)
    machine.removed("7002")
    machine.told(1.5)
    machine.now_s += 60.0  # the machine slept
    assert machine.told(LOST_S - 1.5) == ""
    machine.takes("7002")
    assert machine.told(2 * LOST_S) == ""


def test_a_port_that_is_only_sent_to_may_go(machine: Machine) -> None:
    machine.takes("9999")  # of another process
    machine.told(5.0)
    machine.removed("9999")
    assert machine.told(3 * THREADS_S) == ""


def test_a_process_of_which_nothing_is_told_has_lost_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.told(5.0)
    machine.removed("7002")
    (machine.proc / "7" / "maps").unlink()
    assert machine.told(3 * LOST_S) == ""
    gone = LostPorts(tmp_path / "nowhere", machine.shm)
    assert not any(gone.look(8, float(second)) for second in range(30))


@pytest.mark.parametrize("seed", range(40))
def test_random_stories_find_what_is_lost_and_nothing_else(machine: Machine, seed: int) -> None:
    chance = random.Random(seed)
    lost_since_s: dict[str, float] = {}
    for _ in range(60):
        port = chance.choice(("23665", "7002"))
        match chance.randrange(4):
            case 0 if port not in lost_since_s:
                chance.choice((machine.removed, machine.made_by_another))(port)
                lost_since_s[port] = machine.now_s
            case 1 if port in lost_since_s:
                machine.takes(port)
                del lost_since_s[port]
        found = machine.told(chance.choice((0.5, 1.0, 2.0)))
        oldest_s = max((machine.now_s - since_s for since_s in lost_since_s.values()), default=0.0)
        if found:
            assert found in lost_since_s
            return
        assert oldest_s < LOST_S + 3.0

# SPDX-License-Identifier: Apache-2.0
"""The door at which `tektra status` is told how all stands: one answer each, for this account alone, and no wait without an end."""

import os
import queue
import socket
import stat
from pathlib import Path

import pytest

from tektra.common import status_door
from tektra.common.snapshot import NodeStatus, RobotStatus, SafetyStatus, Snapshot
from tektra.common.status_door import WAITING_MAX, Door, ask

WHOLE = Snapshot(
    [NodeStatus("/tektra/planner", True, "active", "ok", "running", 0.4, sign_s=0.2)],
    [RobotStatus("rover1", "rover", ["move"], connected=True, battery=0.5, x_m=1.0, y_m=2.0, age_s=0.1)],
    SafetyStatus(True, 3, ["operator"], 0.02, ["zone"], {"rover1": ["voice"]}),
    frozenset({"/tektra/planner", "/rover1/driver"}),
)


@pytest.fixture
def visitors() -> queue.SimpleQueue:
    return queue.SimpleQueue()


@pytest.fixture
def door(tmp_path: Path, visitors: queue.SimpleQueue):
    made = Door(tmp_path, visitors.put)
    yield made
    made.close()


def test_who_asks_is_told_all_of_it(tmp_path: Path) -> None:
    def tell(visitor: socket.socket) -> None:
        door.answer(visitor, WHOLE.as_wire())

    door = Door(tmp_path, tell)
    for _ in range(3):
        assert Snapshot.from_wire(ask(tmp_path, 5.0)) == WHOLE
    door.close()
    assert ask(tmp_path, 5.0) is None


def test_a_folder_deeper_than_a_sockets_name_may_be_has_a_door_too(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30) / ("deeper" * 30)
    door = Door(deep, lambda visitor: door.answer(visitor, b"here"))
    assert ask(deep, 5.0) == b"here"
    door.close()


def test_each_domain_has_its_own_and_another_account_none(door: Door, tmp_path: Path, monkeypatch) -> None:
    (made,) = tmp_path.glob("*.sock")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    monkeypatch.setenv("ROS_DOMAIN_ID", "77")
    assert ask(tmp_path, 5.0) is None


def test_one_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        Door(tmp_path, lambda visitor: None)
        os._exit(0)
    os.waitpid(child, 0)
    assert ask(tmp_path, 5.0) is None
    door = Door(tmp_path, lambda visitor: door.answer(visitor, b"anew"))
    assert ask(tmp_path, 5.0) == b"anew"
    door.close()


def test_one_that_hangs_keeps_nobody(door: Door, tmp_path: Path) -> None:
    assert ask(tmp_path, 0.05) is None


def test_no_more_than_a_few_wait(
    door: Door, visitors: queue.SimpleQueue, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (made,) = tmp_path.glob("*.sock")
    waiting = []
    for _ in range(WAITING_MAX):
        waiting.append(socket.socket(socket.AF_UNIX))
        waiting[-1].connect(made.name)
        visitors.get(timeout=5.0)
    late = socket.socket(socket.AF_UNIX)
    late.settimeout(5.0)
    late.connect(made.name)
    assert late.recv(1) == b"", "sent away"
    for each in [late, *waiting]:
        each.close()


def test_who_takes_no_answer_holds_nobody_up(
    door: Door, visitors: queue.SimpleQueue, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(status_door, "SEND_MAX_S", 0.01)
    monkeypatch.chdir(tmp_path)
    (made,) = tmp_path.glob("*.sock")
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(made.name)
        door.answer(visitors.get(timeout=5.0), b"x" * 50_000_000)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"nodes": [{"no": 1}], "robots": [], "safety": null, "expected": []}']
)
def test_what_is_no_snapshot_is_said(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a snapshot"):
        Snapshot.from_wire(data)

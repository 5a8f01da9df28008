# SPDX-License-Identifier: Apache-2.0
"""The disk that Tektra keeps everything on is full, to the last byte: it stops by word and by topic, stays stopped, is reset,
drives, answers, and nothing ends. The disk is a small one of its own (tmpfs), which only root can make."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rclpy")

from std_msgs.msg import String

from tektra_interfaces.msg import ReplyDelta, SafetyState
from tektra_interfaces.srv import StopRobot

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")

SIZE_MB = 24
GO = "rover1 go to the kitchen"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> None:
    """Until not one byte more goes in."""
    with (disk / "everything").open("wb", buffering=0) as out:
        for size in (65_536, 512, 1):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                pass


def is_stopped(state: SafetyState, robot: str) -> bool:
    """All is stopped; or this robot, where one is named."""
    return any(one.stopped for one in state.robots if one.robot == robot) if robot else bool(state.stopped)


def drives(person: Any) -> Any:
    """An order that is carried out, and its result to come: a planner that was starved of a processor may take the gate for silent."""
    for _ in range(5):
        begun = person.begin(GO)
        person.until(
            lambda begun=begun: begun.done() or person.truth.body("rover1").vx_mps > 0.3, "an outcome"
        )
        if not begun.done():
            return begun
    raise AssertionError(f"it does not drive: {begun.result().result}")


def test_with_a_full_disk_it_stops_and_drives_and_answers(start_tektra, meet, model_that_says, disk) -> None:
    script = model_that_says([["kitchen", '{"reply": "x", "steps": []}']])
    running = start_tektra(*script, "avatar:=false", "bridge:=false", "web:=false", kept=disk)
    person = meet(running)
    told: list[str] = []
    person.node.create_subscription(ReplyDelta, "/tektra/reply", lambda one: told.append(one.text), 50)
    person.until(lambda: person.safety, "the gate's state")
    before = dict(running.pids)
    fill(disk)

    for word, robot in (("rover one, freeze", "rover1"), ("Stop!", "")):
        begun = drives(person)
        t_s = person.truth.now.t_s
        person.command.publish(String(data=word))
        person.until(lambda robot=robot: is_stopped(person.safety[-1], robot), f"{word!r} is a stop")
        assert person.stopping_time_s("rover1", t_s) < 2.0, "so long takes a word, with its way over topics"
        person.end_of(begun)
        person.nothing_moves_for(1.0)
        release = StopRobot.Request(robot=robot, source="test")
        assert person.call(StopRobot, "/safety/reset_robot", release).success
    assert person.ask("where is rover1?").reply
    assert told, "what is answered is on its topic as well"
    assert running.pids == before, "nothing ended, and nothing was started anew"
    status = running.cli("status")
    assert "rover1" in status.stdout

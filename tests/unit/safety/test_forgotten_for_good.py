# SPDX-License-Identifier: Apache-2.0
"""Whom an operator forgot is no ghost of the next gate, however soon after the answer this one is killed."""

import json
import math
import os
from types import SimpleNamespace

import pytest

from tektra.safety.kept_doubts import KeptDoubts
from tektra.safety.operator_services import OperatorServices
from tektra.safety.people import Person
from tektra_interfaces.srv import StopRobot

from .test_kept_doubts import APART, FLOOR, THERE, started_anew, times

HERE = (0.0, 0.0, 0.0)


class Services:
    """The operators' services of a gate whose file of who is lost is `file`."""

    def __init__(self, world, file) -> None:
        self.world, self.kept = world, KeptDoubts(file, world.gate, times(world))
        self._served = {}
        self._executor = SimpleNamespace(request_sent_ns=0)
        node = SimpleNamespace(executor=self._executor, create_service=self._create)
        OperatorServices(node, world.gate, None, lambda: None, self.kept, lambda: times(world))

    def _create(self, _, name, callback, **__) -> None:
        self._served[name] = callback

    def keep(self) -> None:
        self.kept.keep(times(self.world))

    def call(self, name: str, robot: str, sent_s: float = 0.0, **asked: object) -> StopRobot.Response:
        """`sent_s`: when, by the middleware (0: it does not tell)."""
        self._executor.request_sent_ns = round(sent_s * 1e9)
        return self._served[name](StopRobot.Request(robot=robot, **asked), StopRobot.Response())


@pytest.fixture
def services(ready_with, tmp_path) -> Services:
    """rover2 is lost, and so is somebody; the file has both."""
    world = ready_with(rules=APART)
    found = Services(world, tmp_path / "lost.json")
    world.gate.people.heard("camera", FLOOR, [Person("p", 7.0, 7.0)], world.now_s, 0.0)
    world.run(0.2, "rover1", "rover2", pose=THERE)
    world.run(2.0, "rover1", pose=HERE)
    found.keep()
    return found


def kept(path) -> tuple[list[str], int]:
    """Which robots, and how many people; rover1 is reached throughout, and kept as whoever is."""
    told = json.loads(path.read_text())
    return [name for name in told["robots"] if name != "rover1"], len(told["people"])


def test_a_robot_that_was_forgotten_is_no_ghost_of_a_gate_that_is_killed_at_once(
    services, new_world, tmp_path
) -> None:
    assert kept(tmp_path / "lost.json") == (["rover2"], 1)
    assert services.call("/safety/forget_robot", "rover2").success
    again = started_anew(new_world, tmp_path / "lost.json")
    assert "rover2" not in again.gate.known()
    assert len(list(again.gate.people.last_seen)) == 1, "nobody else was forgotten with it"


def test_nor_are_people(services, new_world, tmp_path) -> None:
    assert services.call("/safety/forget_people", "camera").success
    again = started_anew(new_world, tmp_path / "lost.json")
    assert not list(again.gate.people.last_seen) and "rover2" in again.gate.known()


def test_it_is_on_the_disk_before_it_is_answered_and_who_is_lost_is_never_waited_for(
    services, tmp_path, monkeypatch
) -> None:
    syncs: list[object] = []
    monkeypatch.setattr(os, "fsync", lambda number: syncs.append(kept(tmp_path / "lost.json")))
    services.world.run(1.2, "rover2", pose=THERE)
    services.world.run(0.2, "rover1", "rover2", pose=HERE)
    services.keep()
    assert kept(tmp_path / "lost.json") == (["rover2"], 1) and not syncs
    services.world.run(2.0, "rover1", pose=HERE)
    assert services.call("/safety/forget_robot", "rover2").success
    assert syncs[-1] == ([], 1)
    before = len(syncs)
    assert services.call("/safety/forget_people", "lidar").success
    assert len(syncs) == before, "it is there already"
    services.world.run(1.2, "rover1", pose=(1.0, 0.0, 0.0))
    services.keep()
    assert len(syncs) == before
    # What was written since is right, and may not be on the disk yet.
    assert services.call("/safety/forget_people", "lidar").success
    assert len(syncs) > before


def test_a_disk_that_is_full_is_told_in_the_answer(services, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    answer = services.call("/safety/forget_robot", "rover2")
    assert answer.success and "no space left" in answer.message
    monkeypatch.undo()
    services.world.run(1.2, "rover1", pose=HERE)
    services.keep()
    assert not services.kept.fault


def test_one_who_is_not_lost_is_not_forgotten(services) -> None:
    services.world.run(0.2, "rover1", "rover2", pose=(THERE[0], 0.0, math.pi))
    answer = services.call("/safety/forget_robot", "rover2")
    assert not answer.success and "is reached" in answer.message

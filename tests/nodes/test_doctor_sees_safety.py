# SPDX-License-Identifier: Apache-2.0
"""The doctor against a real graph: the safety gate running, killed, and nothing at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

rclpy = pytest.importorskip("rclpy")
from tektra.cli import doctor, doctor_checks
from tektra.cli.doctor_checks import Level

LIMIT_S = 20.0  # a bound for a loaded machine; an answer ends the wait
SILENCE_S = 5.0  # long enough to learn the others' names, 50 times the gate's deadline of 0.1 s


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROS_DOMAIN_ID", str(random.randint(20, 220)))
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))


@pytest.fixture
def gate(graph: None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tektra.safety.node"], env=os.environ.copy())
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def planner(graph: None) -> Iterator[None]:
    """A node of ours that stays when the gate dies."""
    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node("planner", namespace="tektra", context=context)
    yield
    node.destroy_node()
    rclpy.try_shutdown(context=context)


def test_a_running_gate_is_seen(gate: subprocess.Popen[bytes]) -> None:
    reading = doctor.listen(LIMIT_S)
    assert reading.stopped is not None
    assert "/safety" in reading.nodes
    assert doctor_checks.safety(reading)[0].level is not Level.BROKEN


@pytest.mark.usefixtures("planner")
def test_a_gate_that_hangs_is_broken_although_its_last_state_is_latched(
    gate: subprocess.Popen[bytes],
) -> None:
    assert doctor.listen(LIMIT_S).stopped is not None
    gate.send_signal(signal.SIGSTOP)
    try:
        (found,) = doctor_checks.safety(doctor.listen(SILENCE_S))
    finally:
        gate.send_signal(signal.SIGCONT)
    assert found.level is Level.BROKEN
    assert "nothing can move" in found.what


@pytest.mark.usefixtures("planner")
def test_a_killed_gate_is_broken_while_others_run(gate: subprocess.Popen[bytes]) -> None:
    assert doctor.listen(LIMIT_S).stopped is not None
    gate.kill()
    gate.wait()
    (found,) = doctor_checks.safety(doctor.listen(SILENCE_S))
    assert found.level is Level.BROKEN
    assert found.remedy


@pytest.mark.usefixtures("graph")
def test_an_empty_graph_is_not_called_broken() -> None:
    end_s = time.monotonic() + 10.0
    while (reading := doctor.listen(0.5)).nodes and time.monotonic() < end_s:
        pass  # whom another test killed leaves the graph when its lease is over
    (found,) = doctor_checks.safety(reading)
    assert found.level is Level.INFO

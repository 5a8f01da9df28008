# SPDX-License-Identifier: Apache-2.0
"""`tektra check-robot` against the simulator, whose firmware knows how it really brakes."""

import os
import re
import shutil

import pytest
import yaml

from tektra.sim.firmware.rover import RoverLimits


@pytest.fixture(scope="module")
def running(start_for_all):
    running = start_for_all("mind:=false", "avatar:=false", "bridge:=false", "web:=false")
    running.wait_ready()
    return running


def test_nothing_moves_without_its_name_said_once_more(running, tmp_path) -> None:
    done = running.cli("check-robot", "rover1", "--out", str(tmp_path / "out.yaml"))
    assert done.returncode == 1 and "Nothing moved" in done.stdout, done.stdout + done.stderr
    assert not (tmp_path / "out.yaml").exists()


def test_another_robots_driver_is_not_frozen(running, tmp_path) -> None:
    pid = running.pids["rover2/driver"]
    done = running.cli("check-robot", "rover1", "--consent", "rover1", "--driver-pid", str(pid))
    assert done.returncode == 2 and "not a node of rover1" in done.stderr


def test_what_it_measures_of_the_rover_is_true(running, tmp_path) -> None:
    out = tmp_path / "rover1.yaml"
    pid = running.pids["rover1/driver"]
    words = ("check-robot", "rover1", "--consent", "rover1", "--out", str(out), "--driver-pid", str(pid))
    done = running.cli(*words, timeout_s=240.0)
    assert done.returncode == 0, done.stdout + done.stderr + running.log[-3000:]
    written = yaml.safe_load(out.read_text())["/**/driver"]["ros__parameters"]
    truth = RoverLimits()
    assert written["linear_speed"] == pytest.approx(truth.linear_speed_mps, rel=0.05)
    assert 0.4 < written["linear_deceleration"] <= truth.linear_deceleration_mps2
    assert re.search(r"stands 0\.\d+ m, braking .* after its driver fell silent", out.read_text())
    assert "odometry: within" in out.read_text()


def test_half_a_cut_link_is_refused(running, tmp_path) -> None:
    done = running.cli("check-robot", "rover1", "--consent", "rover1", "--cut-link", "--cut-command", "true")
    assert done.returncode == 2 and "--mend-command" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("ss"), reason="only root cuts connections, by ss")
def test_what_it_does_when_its_link_is_cut_is_measured(running, tmp_path) -> None:
    out = tmp_path / "rover1.yaml"
    kill = f"ss --kill --tcp dst 127.0.0.1 dport = {running.ports['rover1_port']}"
    cut = f"sh -c '(for i in $(seq 40); do {kill}; sleep 0.05; done) >/dev/null 2>&1 &'"
    words = ("check-robot", "rover1", "--consent", "rover1", "--out", str(out), "--cut-link")
    done = running.cli(*words, "--cut-command", cut, "--mend-command", "true", timeout_s=240.0)
    assert done.returncode == 0, done.stdout + done.stderr + running.log[-3000:]
    assert re.search(r"stands 0\.\d+ m, braking .* after its link was cut", out.read_text())

# SPDX-License-Identifier: Apache-2.0
"""A process that is deaf, as after a lock-up of the middleware, is noticed from outside and started anew; so is a frozen one."""

import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from deafen import Deafened

from tektra.launch.shared_memory import FOLDER, mapped_by, ports_of

#: The watchdog waits for 8 s; on a loaded machine everything takes longer.
NOTICED_S = 90.0


@pytest.fixture(scope="module")
def running(start_for_all):
    return start_for_all("mind:=false", "avatar:=false")


def ready(running) -> bool:
    status = running.cli("status", "--json")
    return status.returncode == 0 and json.loads(status.stdout)["ready"]


def signs(running) -> str:
    """What the watchdog has heard."""
    file = Path(running.environment["TEKTRA_HOME"]) / "state" / f"signs-{running.domain}.json"
    return file.read_text() if file.is_file() else ""


@pytest.mark.parametrize("name", ["safety", "rover1/driver", "bridge"])
def test_a_deaf_process_is_ended_and_comes_back(running, name: str) -> None:
    starts = running.starts(name)
    running.wait_until(lambda: f"/{name}" in signs(running), f"the watchdog hears {name}", NOTICED_S)
    with Deafened(running.pids[name]):
        running.wait_until(lambda: running.starts(name) > starts, f"{name} started anew", NOTICED_S)
    running.wait_until(lambda: ready(running), f"all ready after {name} was deaf", NOTICED_S)
    assert re.search(r"it is deaf(, mute or hangs| to whoever came later); its threads: ", running.log)
    assert re.search(r'File "[^"]+/executor\.py", line \d+ in ', running.log), "where it stood in Python"


def test_a_frozen_process_is_ended_and_comes_back(running) -> None:
    starts = running.starts("rover2/skills")
    os.kill(running.pids["rover2/skills"], signal.SIGSTOP)
    running.wait_until(lambda: running.starts("rover2/skills") > starts, "started anew", NOTICED_S)
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)


@pytest.mark.parametrize("name", ["safety", "watchdog"])
def test_one_that_lost_its_port_of_shared_memory_is_ended_and_comes_back(running, name: str) -> None:
    """Whom it knew it hears on; to whoever comes later it is deaf. Where it was held up in that moment, Fast DDS marks the old port as dead
    and the listener makes a new one by itself: then nobody is to be ended."""
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)
    pid, starts, ports = running.pids[name], running.starts(name), ports_of(running.pids[name])
    assert ports
    for port in ports:
        (FOLDER / f"fastdds_port{port}").unlink(missing_ok=True)
    assert not has_its_files(pid)
    running.wait_until(
        lambda: running.starts(name) > starts or has_its_files(pid),
        f"{name} started anew, or has its ports again",
        NOTICED_S,
    )
    running.wait_until(lambda: ready(running), f"all ready after {name} had lost a port", NOTICED_S)
    assert running.starts(name) == starts or "of shared memory" in running.log


def has_its_files(pid: int) -> bool:
    """The file of each port that it listens on is one that it has mapped."""
    mapped = Path(f"/proc/{pid}/maps").read_text() if Path(f"/proc/{pid}").exists() else ""
    ports = ports_of(pid)
    files = [FOLDER / f"fastdds_port{port}" for port in ports]
    return bool(ports) and all(file.exists() and f" {file.stat().st_ino} " in mapped for file in files)


def test_what_a_killed_process_had_of_shared_memory_is_removed_while_the_others_run(running) -> None:
    """17 MB each: what was killed now and then had filled the memory after a while."""
    pid = running.pids["rover1/skills"]
    running.wait_until(lambda: segments(pid), "it has a segment")
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)
    own = [name for name in segments(pid) if is_locked_by(pid, name)]
    assert own
    os.kill(pid, signal.SIGKILL)
    running.wait_until(
        lambda: not any((FOLDER / name).exists() for name in own), "its segments are removed", 60.0
    )
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)


def segments(pid: int) -> set[str]:
    return {name for name in mapped_by(pid) if "port" not in name}


def is_locked_by(pid: int, segment: str) -> bool:
    """By the open files of the process: the owner holds that of the lock."""
    files = (os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink())
    return f"{FOLDER}/{segment}_el" in files


def test_a_deaf_watchdog_ends_nobody_and_comes_back(running) -> None:
    starts = {name: running.starts(name) for name in running.pids}
    with Deafened(running.pids["watchdog"]):
        running.wait_until(lambda: running.starts("watchdog") > starts["watchdog"], "started anew", NOTICED_S)
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)
    assert {name: running.starts(name) for name in starts} == {**starts, "watchdog": starts["watchdog"] + 1}


def test_after_a_pause_of_the_whole_machine_a_stop_is_latched_and_everybody_hears_again(running) -> None:
    everything = [running.process.pid, *running.pids.values()]
    for pid in everything:
        os.kill(pid, signal.SIGSTOP)
    signal.sigtimedwait([signal.SIGUSR2], 12.0)  # longer than the watchdog waits
    for pid in reversed(everything):
        os.kill(pid, signal.SIGCONT)
    stop = running.cli("stop")
    assert stop.returncode == 0, stop.stderr
    running.wait_until(lambda: running.cli("reset").returncode == 0, "a reset", NOTICED_S)
    running.wait_until(lambda: ready(running), "all ready", NOTICED_S)


def test_what_ends_again_and_again_for_one_reason_is_left_down_and_status_says_why(
    start_tektra, tmp_path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("/safety:\n  ros__parameters:\n    zones_file: /no/such/file.yaml\n")
    running = start_tektra(
        "mind:=false", "avatar:=false", "robots:=false", "sim:=false", f"params:={wrong}", ready=False
    )
    running.wait_until(lambda: "LEFT DOWN" in running.log, "it is left down", 60.0)
    assert running.starts("safety") == 3
    status = running.cli("status")
    assert status.returncode == 1
    assert (
        "/safety  " in status.stdout
        and "NOT SEEN: left down: it ended 3 times for the same reason" in status.stdout
    )
    assert "remedy: mend that" in status.stdout
    doctor = running.cli("doctor", "--quick", "--json")
    assert any(
        finding["level"] == "broken" and "/safety is not seen: left down" in finding["what"]
        for finding in json.loads(doctor.stdout)["findings"]
    )

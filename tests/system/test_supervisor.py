# SPDX-License-Identifier: Apache-2.0
"""`tektra up` with real processes that misbehave: they are started again, ended surely, and leave nothing behind."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tektra.launch.shared_memory import mapped_by

Start = Callable[..., object]


def launch(tmp_path: Path, *executables: str) -> Path:
    file = tmp_path / "test.launch.xml"
    file.write_text("<launch>\n" + "\n".join(executables) + "\n</launch>\n")
    return file


def script(tmp_path: Path, name: str, text: str, attributes: str = "") -> str:
    """An <executable> that runs a Python text."""
    file = tmp_path / f"{name}.py"
    file.write_text(text)
    return f'<executable cmd="{sys.executable} {file}" name="{name}" {attributes}/>'


def alive(pid: int) -> bool:
    """Neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def all_gone(pids: list[int], timeout_s: float = 10.0) -> list[int]:
    """Waits for them to go; those that did not."""
    until_s = time.monotonic() + timeout_s
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until_s:
        time.sleep(0.02)
    return left


PATIENT = "import time\nprint('here', flush=True)\ntime.sleep(1000)\n"
#: Starts a child in its own group, and one that made a session for itself, and tells their numbers.
PARENT = """\
import subprocess, time
near = subprocess.Popen(["sleep", "1000"])
far = subprocess.Popen(["sleep", "1000"], start_new_session=True)
print("children", near.pid, far.pid, flush=True)
time.sleep(1000)
"""
DEAF = """\
import signal, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
print("here", flush=True)
time.sleep(1000)
"""


def children(running) -> list[int]:
    running.wait_until(lambda: "children" in running.log, "it told its children")
    line = next(line for line in running.log.splitlines() if "children" in line)
    return [int(word) for word in line.split()[-2:]]


def test_lines_carry_the_name_of_the_process_that_wrote_them(start_tektra, tmp_path: Path) -> None:
    one = script(tmp_path, "one", "print('hello'); import sys; print('oops', file=sys.stderr)")
    running = start_tektra(ready=False, launch_file=launch(tmp_path, one))
    assert running.process.wait(30.0) == 0
    assert "[one-1] hello\n" in running.log
    assert "[one-1] oops\n" in running.log
    assert "[one-1] ended with exit code 0" in running.log


def test_a_failure_becomes_the_exit_status(start_tektra, tmp_path: Path) -> None:
    bad = script(tmp_path, "bad", "raise SystemExit(7)")
    running = start_tektra(ready=False, launch_file=launch(tmp_path, bad))
    assert running.process.wait(30.0) == 1
    assert "failed: bad" in running.log


def test_a_killed_process_comes_back(start_tektra, tmp_path: Path) -> None:
    file = launch(tmp_path, script(tmp_path, "it", PATIENT, 'respawn="true" respawn_delay="0.2"'))
    running = start_tektra(ready=False, launch_file=file)
    running.wait_until(lambda: "[it-1] here" in running.log, "it runs")
    first = running.pids["it"]
    os.kill(first, signal.SIGKILL)
    running.wait_until(lambda: running.log.count("[it-1] here") == 2, "it came back")
    assert running.pids["it"] != first
    assert "ended with signal SIGKILL" in running.log


def test_a_process_that_dies_takes_its_children_along(start_tektra, tmp_path: Path) -> None:
    running = start_tektra(ready=False, launch_file=launch(tmp_path, script(tmp_path, "it", PARENT)))
    near, far = children(running)
    os.kill(running.pids["it"], signal.SIGKILL)
    assert all_gone([near, far]) == []


def test_ctrl_c_ends_everything_and_is_no_failure(start_tektra, tmp_path: Path) -> None:
    file = launch(tmp_path, script(tmp_path, "a", PARENT), script(tmp_path, "b", PATIENT, 'respawn="true"'))
    running = start_tektra(ready=False, launch_file=file)
    running.wait_until(lambda: "[b-2] here" in running.log, "both run")
    pids = [*children(running), *running.pids.values()]
    assert running.end() == 0
    assert all_gone(pids) == []
    assert running.starts("b") == 1


@pytest.mark.slow
def test_a_process_that_ignores_signals_and_one_that_is_stopped_are_killed(
    start_tektra, tmp_path: Path
) -> None:
    file = launch(tmp_path, script(tmp_path, "deaf", DEAF), script(tmp_path, "hung", PATIENT))
    running = start_tektra(ready=False, launch_file=file)
    running.wait_until(lambda: running.log.count("] here") == 2, "both run")
    pids = list(running.pids.values())
    os.kill(running.pids["hung"], signal.SIGSTOP)
    assert running.end() == 1
    assert all_gone(pids) == []
    assert "[deaf-1] has not ended yet: SIGTERM" in running.log
    assert "failed: deaf, hung" in running.log


def test_a_second_ctrl_c_does_not_wait(start_tektra, tmp_path: Path) -> None:
    running = start_tektra(ready=False, launch_file=launch(tmp_path, script(tmp_path, "deaf", DEAF)))
    running.wait_until(lambda: "here" in running.log, "it runs")
    for told in ("ending all processes", "has not ended yet: SIGTERM"):
        running.process.send_signal(signal.SIGINT)
        running.wait_until(lambda told=told: told in running.log, told, 4.0)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(2.5) == 1  # SIGTERM alone has 4 s


def test_a_killed_supervisor_leaves_no_process(start_tektra, tmp_path: Path) -> None:
    file = launch(tmp_path, script(tmp_path, "a", PARENT), script(tmp_path, "deaf", DEAF))
    running = start_tektra(ready=False, launch_file=file)
    running.wait_until(lambda: "[deaf-2] here" in running.log, "both run")
    pids = [*children(running), *running.pids.values()]
    assert all(alive(pid) for pid in pids)
    running.process.kill()
    running.process.wait()
    assert all_gone(pids) == []


def test_a_killed_guard_is_replaced_and_still_leaves_nothing(start_tektra, tmp_path: Path) -> None:
    running = start_tektra(ready=False, launch_file=launch(tmp_path, script(tmp_path, "a", PARENT)))
    pids = [*children(running), *running.pids.values()]
    guard = guard_of(running)
    os.kill(guard, signal.SIGKILL)
    running.wait_until(lambda: guard_of(running) not in (0, guard), "there is a new guard")
    running.process.kill()
    running.process.wait()
    assert all_gone(pids) == []


def guard_of(running) -> int:
    """The child of the supervisor that carries no mark of the run: it was forked, not started."""
    own = set(running.pids.values())
    listed = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    for pid in map(int, listed):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if pid not in own and b"up" in command and b"tektra.cli.ready" not in command and alive(pid):
            return pid
    return 0


def test_a_program_that_is_not_there_is_told_with_its_line(start_tektra, tmp_path: Path) -> None:
    running = start_tektra(ready=False, launch_file=launch(tmp_path, '<executable cmd="/no/such/program"/>'))
    assert running.process.wait(30.0) == 1
    assert "cannot be started" in running.log
    assert "test.launch.xml:2" in running.log


def test_the_reader_of_its_output_may_leave(tmp_path: Path, start_tektra) -> None:
    import subprocess

    file = launch(
        tmp_path,
        script(tmp_path, "a", "import time\nwhile True: print('x' * 500, flush=True); time.sleep(0.01)"),
    )
    command = [sys.executable, "-m", "tektra.cli.main", "up", "--launch-file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30.0) in (0, 1)


def fastdds_files(domain: int, since: set[str]) -> set[str]:
    """New segments, and the ports of this domain, in /dev/shm."""
    ports = {f"port{7400 + 250 * domain + offset}" for offset in range(250)}
    names = {name for name in os.listdir("/dev/shm") if "fastdds_" in name or "fastrtps_" in name}
    return {
        name
        for name in names - since
        if "_port" not in name or any(port in name.split("_") for port in ports)
    }


def test_killed_nodes_leave_nothing_in_shared_memory(start_tektra) -> None:
    before = set(os.listdir("/dev/shm"))
    running = start_tektra("mind:=false", "avatar:=false", "bridge:=false", "web:=false")
    used = {name for pid in running.pids.values() for name in mapped_by(pid)}
    assert used
    for name in ("safety", "rover1/driver"):
        os.kill(running.pids[name], signal.SIGKILL)
    running.wait_until(lambda: running.starts("safety") == 2, "it came back")
    running.process.kill()
    running.process.wait()
    assert all_gone(list(running.pids.values())) == []
    until_s = time.monotonic() + 10.0
    # Low ports are shared by all domains of the machine: what another living process uses has to stay.
    while (left := used & set(os.listdir("/dev/shm")) - in_use()) and time.monotonic() < until_s:
        time.sleep(0.05)
    assert left == set()
    assert {name for name in fastdds_files(running.domain, before) if "_port" in name} == set()


def in_use() -> set[str]:
    """What some living process has mapped."""
    return {name for pid in os.listdir("/proc") if pid.isdigit() for name in mapped_by(pid)}

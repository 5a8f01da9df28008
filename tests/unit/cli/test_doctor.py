# SPDX-License-Identifier: Apache-2.0
"""The doctor's checks, each with one thing wrong: what is found, how bad it is, and which remedy is named."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from tektra.cli import doctor, doctor_clock, doctor_network
from tektra.cli import doctor_checks as checks
from tektra.cli.doctor_checks import Finding, Level, SafetyReading
from tektra.common import system_packages
from tektra.common.model_lock import Lock, Model, ModelFile
from tektra.common.system_packages import SystemPackage

WEIGHTS = b"weights"
ROOT = Path(__file__).resolve().parents[3]


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1
    return findings[0]


def test_a_missing_system_package_is_broken_and_names_the_line_to_run() -> None:
    package = SystemPackage("libegl1", "draws", present=lambda: False)
    found = only(checks.system([package]))
    assert found.level is Level.BROKEN
    assert found.remedy == "sudo apt-get install --no-install-recommends libegl1"


def test_a_missing_compiler_is_no_reason_to_stop_what_is_built_already() -> None:
    found = only(
        checks.system([SystemPackage("build-essential", "compiles", lambda: False, only_to_build=True)])
    )
    assert found.level is Level.WARNING


def test_system_packages_that_are_here_are_fine() -> None:
    assert only(checks.system([SystemPackage("libegl1", "draws", lambda: True)])).level is Level.OK


def test_a_library_is_told_from_one_that_does_not_exist() -> None:
    assert system_packages.has_library("libc.so.6")
    assert not system_packages.has_library("libtektra-does-not-exist.so.9")


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    (tmp_path / "core.in").write_text("# why\nnumpy>=1.26,<3  # a range\njsonschema==4.26.0  # why\n")
    return tmp_path


def test_a_missing_python_package_names_its_pip_line(requirements: Path) -> None:
    def version(name: str) -> str:
        if name == "jsonschema":
            raise PackageNotFoundError(name)
        return "2.4.6"

    found = only(checks.python_packages(requirements, version))
    assert (found.level, found.what) == (Level.BROKEN, "jsonschema is missing")
    assert "pip install jsonschema==4.26.0" in found.remedy


def test_another_version_than_the_pinned_one_is_a_warning(requirements: Path) -> None:
    found = only(checks.python_packages(requirements, lambda name: "4.0.0"))
    assert (found.level, found.what) == (Level.WARNING, "jsonschema is 4.0.0; 4.26.0 was tried")


def test_python_packages_as_pinned_are_fine(requirements: Path) -> None:
    assert only(checks.python_packages(requirements, lambda name: "4.26.0")).level is Level.OK


@pytest.fixture
def known() -> Lock:
    file = ModelFile("voice.onnx", len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest(), "", ())
    model = Model("voice", "tts", "for tests", "CC0", True, "voice.onnx", "", "", (file,))
    spare = Model("spare", "tts", "for tests", "CC0", False, "voice.onnx", "", "", (file,))
    return Lock("https://hub.invalid", {"voice": model, "spare": spare}, {})


def test_a_missing_model_of_the_default_is_broken_and_others_are_not_missed(
    known: Lock, tmp_path: Path
) -> None:
    found = only(checks.model_files(known, tmp_path, read_all=True))
    assert found.level is Level.BROKEN
    assert "voice.onnx is missing" in found.what
    assert found.remedy == "tektra models pull voice"


def test_a_wrong_sha256_is_found_by_reading_all_bytes(known: Lock, tmp_path: Path) -> None:
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "voice.onnx").write_bytes(WEIGHTS.upper())
    assert only(checks.model_files(known, tmp_path, read_all=False)).level is Level.OK
    found = only(checks.model_files(known, tmp_path, read_all=True))
    assert (found.level, found.remedy) == (Level.BROKEN, "tektra models pull voice")
    assert "another sha256" in found.what


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_broken_and_names_its_holder(taken_port: int) -> None:
    found = only(checks.ports([taken_port]))
    assert found.level is Level.BROKEN
    assert f"port {taken_port}" in found.what
    assert f"process {os.getpid()}" in found.what


def test_a_port_that_tektra_itself_holds_is_fine(taken_port: int) -> None:
    holder = "process 9: /x/.venv/bin/python -m tektra.sim.main"
    assert only(checks.ports([taken_port], lambda port: holder)).level is Level.OK


def test_a_free_port_is_fine() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert only(checks.ports([port])).what == "free"


@pytest.mark.parametrize(
    ("reading", "level", "what"),
    [
        (SafetyReading(("/tektra/planner",), None, ()), Level.BROKEN, "nothing can move"),
        (SafetyReading((), None, ()), Level.INFO, "not running"),
        (SafetyReading(("/safety",), True, ("operator",)), Level.WARNING, "stopped: operator"),
        (SafetyReading(("/safety",), False, ()), Level.OK, "not stopped"),
    ],
    ids=["silent while others run", "nothing runs", "stopped", "running"],
)
def test_the_safety_node_is_judged_by_what_was_seen(reading: SafetyReading, level: Level, what: str) -> None:
    found = only(checks.safety(reading))
    assert found.level is level
    assert what in found.what


@pytest.mark.parametrize(
    ("node", "ours"),
    [
        ("/safety", True),
        ("/tektra/planner", True),
        ("/rover1/driver", True),
        ("/rover1/skills", True),
        ("/tektra_doctor", False),
        ("/rviz", False),
        ("/safety_camera", False),
    ],
)
def test_our_nodes_are_told_from_others(node: str, ours: bool) -> None:
    assert doctor.is_ours(node) is ours


def test_little_memory_and_a_full_disk_are_warnings_with_a_remedy(tmp_path: Path) -> None:
    assert (only(checks.memory(1_000_000_000)).level, only(checks.memory(16_000_000_000)).level) == (
        Level.WARNING,
        Level.OK,
    )
    found = only(checks.disk(tmp_path / "not" / "yet", 10_000_000))
    assert found.level is Level.WARNING
    assert "TEKTRA_HOME" in found.remedy


def test_the_exit_status_is_non_zero_only_when_something_is_broken() -> None:
    warning = Finding(Level.WARNING, "disk", "nearly full", "free some space")
    broken = Finding(Level.BROKEN, "ports", "7101 is taken", "end that program")
    assert doctor.exit_status([warning]) == 0
    assert doctor.exit_status([warning, broken]) == 1


def test_both_outputs_name_the_remedy() -> None:
    findings = [Finding(Level.BROKEN, "ports", "7101 is taken", "end that program")]
    assert "remedy: end that program" in doctor.as_text(findings)
    assert json.loads(doctor.as_json(findings)) == {
        "broken": True,
        "findings": [
            {"level": "broken", "check": "ports", "what": "7101 is taken", "remedy": "end that program"}
        ],
    }


def test_without_real_time_priority_or_locked_memory_it_says_how_to_get_them() -> None:
    priority, memory = checks.scheduling("neither this nor that", "too little")
    assert (priority.level, memory.level) == (Level.WARNING, Level.WARNING)
    assert "neither this nor that" in priority.what
    for found, words in ((priority, ("rtprio", "CAP_SYS_NICE")), (memory, ("memlock", "CAP_IPC_LOCK"))):
        assert all(word in found.remedy for word in (*words, "limits.d", "AmbientCapabilities", "--cap-add"))


def test_with_both_there_is_nothing_to_do() -> None:
    assert [(found.level, found.remedy) for found in checks.scheduling("", "")] == [(Level.OK, "")] * 2


NEAR = "A9FEA97B,169.254.169.123,4,1764340000.1,0.000012,0.00001,0.00002,-3.1,0.001,0.02,0.0005,0.0003,64.2,Normal"


@pytest.mark.parametrize(
    ("environment", "tracking", "kernel", "level", "words"),
    [
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}, None, False, Level.OK, "one host"),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"}, None, False, Level.WARNING, "nobody keeps"),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST", "ROS_STATIC_PEERS": "10.0.0.2"}, None, None, Level.WARNING, "not known"),
        ({}, NEAR, True, Level.OK, "0.6 ms"),
        ({}, NEAR.replace("0.000012", "-0.2"), True, Level.WARNING, "200.6 ms"),
        ({}, NEAR.replace("Normal", "Not synchronised"), True, Level.WARNING, "no server"),
        ({}, "what", True, Level.WARNING, "what"),
    ],
)  # fmt: skip
def test_the_clock_matters_between_hosts_and_how_well_it_is_kept_is_said(
    environment, tracking, kernel, level, words
) -> None:
    finding = doctor_clock.clock(environment, tracking=tracking, kernel=kernel)
    assert finding.level is level and words in finding.what
    assert bool(finding.remedy) == (level is Level.WARNING)


def test_sockets_that_lose_a_start_are_told_with_the_line_that_mends_it() -> None:
    few = only(doctor_network.sockets(212_992))
    assert few.level is Level.WARNING
    assert "rmem_max=4194304" in few.remedy
    assert only(doctor_network.sockets(4_194_304)).level is Level.OK


def test_the_doctor_wants_what_the_profile_asks_for() -> None:
    asked = re.search(r"<receiveBufferSize>(\d+)<", (ROOT / "config" / "fastdds.xml").read_text())
    assert asked
    assert int(asked[1]) == doctor_network.SOCKET_BYTES

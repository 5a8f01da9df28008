# SPDX-License-Identifier: Apache-2.0
"""launch/tektra.launch.xml itself: what runs, under which names, with which parameters."""

from pathlib import Path

import pytest

from tektra.common.paths import share_dir
from tektra.launch import nodes, reader
from tektra.launch.spec import LaunchPlan, ProcessSpec

BODY = {
    "/safety",
    "/tektra/watchdog",
    *(f"/{robot}/{node}" for robot in ("rover1", "rover2", "arm1") for node in ("driver", "skills")),
}
MIND = {f"/tektra/{node}" for node in ("speech_in", "planner", "speech_out", "vision")}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch):
    """Reads it as if all programs were installed in /opt/tektra."""
    monkeypatch.setattr(
        nodes, "executable_of", lambda package, name, environment: Path("/opt") / package / name
    )

    def _read(**arguments: str) -> LaunchPlan:
        return reader.read_launch(share_dir() / "launch/tektra.launch.xml", arguments, {})

    return _read


def one(plan: LaunchPlan, node: str) -> ProcessSpec:
    (found,) = (process for process in plan.processes if process.node == node)
    return found


def values(process: ProcessSpec) -> dict[str, object]:
    return {
        key: value
        for source in process.parameters
        if isinstance(source, dict)
        for key, value in source.items()
    }


def test_by_default_everything_runs(read) -> None:
    plan = read()
    assert {process.node for process in plan.processes} == {
        "",
        *BODY,
        *MIND,
        "/tektra/avatar",
        "/tektra/bridge",
        "/tektra/web",
    }
    assert [process.name for process in plan.processes if not process.node] == ["sim"]


def test_the_body_runs_without_mind_avatar_bridge_web_and_simulator(read) -> None:
    plan = read(mind="false", avatar="false", bridge="false", web="false", sim="false")
    assert {process.node for process in plan.processes} == BODY


def test_without_its_own_gate_only_the_gate_is_missing(read) -> None:
    with_gate, without = read(), read(gate="false")
    nodes = {process.node for process in with_gate.processes}
    assert {process.node for process in without.processes} == nodes - {"/safety"}


def test_every_process_comes_back_when_it_dies(read) -> None:
    assert all(process.respawn and process.respawn_delay_s <= 1.0 for process in read().processes)


def test_robots_differ_in_link_and_port(read) -> None:
    plan = read(rover1_port="1", rover2_port="2", arm1_port="3", robot_host="10.0.0.9")
    drivers = [values(one(plan, f"/{robot}/driver")) for robot in ("rover1", "rover2", "arm1")]
    assert drivers == [
        {"link": "json_tcp", "host": "10.0.0.9", "port": 1, "namespaced_tf": False},
        {"link": "json_udp", "host": "10.0.0.9", "port": 2, "namespaced_tf": False},
        {"link": "json_tcp", "host": "10.0.0.9", "port": 3, "namespaced_tf": False},
    ]
    files = [one(plan, f"/{robot}/driver").parameters[0] for robot in ("rover1", "rover2", "arm1")]
    assert [file.name for file in files if isinstance(file, Path)] == [
        "rover1.yaml",
        "rover2.yaml",
        "arm1.yaml",
    ]


def test_simulator_and_drivers_agree_on_the_ports(read) -> None:
    (sim,) = (process for process in read(rover1_port="5001").processes if process.name == "sim")
    assert sim.command[-1] == "truth=7100,rover1=5001,rover2=7102,arm1=7103"


def test_models_and_devices_are_chosen_by_arguments(read) -> None:
    plan = read(
        llm="smollm2-135m", stt="whisper-base", camera="opencv", camera_source="/clips/street one.mp4"
    )
    assert values(one(plan, "/tektra/planner"))["model"] == "smollm2-135m"
    assert values(one(plan, "/tektra/speech_in"))["stt_model"] == "whisper-base"
    assert values(one(plan, "/tektra/vision"))["source"] == "/clips/street one.mp4"


def test_every_parameter_fits_its_node(read) -> None:
    from tektra.cli.up import known_options
    from tektra.launch.parameter_files import check_all

    plan = read()
    known = [
        process.executable
        for process in plan.processes
        if process.node and known_options("tektra", process.executable)
    ]
    assert {"safety", "driver", "skills", "bridge", "web"} <= set(known)
    assert check_all(plan.processes, plan.node_names, known_options) == []


def test_every_argument_says_what_it_is_for(read) -> None:
    assert [entry.name for entry in read().arguments if not entry.description or entry.default is None] == []


@pytest.mark.parametrize(("sim", "port"), [("true", 7200), ("false", 0)])
def test_pictures_of_the_home_are_offered_where_a_simulator_runs(read, sim: str, port: int) -> None:
    assert values(one(read(sim=sim, truth_port="7200"), "/tektra/bridge"))["home_port"] == port

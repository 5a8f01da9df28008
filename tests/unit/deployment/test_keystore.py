# SPDX-License-Identifier: Apache-2.0
"""The policy by which SROS 2 keeps nodes apart: who alone may permit, tell, request and reset."""

import importlib.util
import sys
from fnmatch import fnmatch
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tektra.common.errors import OptionError
from tektra.common.paths import share_dir
from tektra.launch import nodes, reader

ROOT = Path(__file__).parents[3]
ROBOTS = ("rover1", "rover2", "arm1")


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_keystore", ROOT / "scripts" / "make_keystore.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def policy(script) -> ElementTree.Element:
    return ElementTree.fromstring(script.policy(ROBOTS))


def may(policy: ElementTree.Element, kind: str, verb: str, name: str) -> set[str]:
    """The enclaves that may do it."""
    found = set()
    for enclave in policy.iter("enclave"):
        for group in enclave.iter(f"{kind}s"):
            if group.get(verb) == "ALLOW" and any(fnmatch(name, item.text) for item in group):
                found.add(enclave.get("path"))
    return found


def test_the_gate_alone_permits_and_tells_the_state_of_safety(policy) -> None:
    for name in ("/safety/state", "/safety/audit", "/rover1/motion/permitted"):
        assert may(policy, "topic", "publish", name) == {"/safety"}, name


def test_a_driver_alone_tells_its_robots_state_and_its_skills_alone_request_motion(policy) -> None:
    for topic in ("state", "description", "odom", "scan", "imu"):
        assert may(policy, "topic", "publish", f"/rover1/{topic}") == {"/rover1/driver"}
    assert may(policy, "topic", "publish", "/rover1/motion/request") == {"/rover1/skills"}


def test_operators_alone_reset_and_whoever_stops_may(policy) -> None:
    operators = {"/tektra/bridge", "/tektra/web", "/tektra/operator"}
    for service in ("reset", "reset_all", "reset_robot", "forget_robot", "jog_robot"):
        assert may(policy, "service", "request", f"/safety/{service}") == operators
    for mind in ("planner", "speech_in", "vision"):
        assert f"/tektra/{mind}" in may(policy, "topic", "publish", "/safety/stop")
        assert f"/tektra/{mind}" in may(policy, "service", "request", "/safety/stop_robot")


def test_every_process_of_the_launch_file_has_an_enclave_with_a_policy(policy, monkeypatch) -> None:
    monkeypatch.setattr(
        nodes, "executable_of", lambda package, name, environment: Path("/opt") / package / name
    )
    plan = reader.read_launch(share_dir() / "launch/tektra.launch.xml", {}, {})
    known = {enclave.get("path") for enclave in policy.iter("enclave")}
    for process in plan.processes:
        if process.node:
            assert process.environment["ROS_SECURITY_ENCLAVE_OVERRIDE"] == process.node
            assert process.node in known


FLEET = """\
/rover1/driver:
  ros__parameters: {link: json_tcp}
/rover2/driver:
  ros__parameters: {link: json_tcp}
"""


def test_processes_that_a_fleet_shares_have_enclaves_that_may_what_its_robots_may_and_no_more(
    script, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(
        nodes, "executable_of", lambda package, name, environment: Path("/opt") / package / name
    )
    (tmp_path / "fleet.yaml").write_text(FLEET)
    arguments = {"fleet_params": str(tmp_path / "fleet.yaml")}
    plan = reader.read_launch(share_dir() / "launch/fleet.launch.xml", arguments, {})
    by_program = {
        Path(process.command[0]).name: process.environment["ROS_SECURITY_ENCLAVE_OVERRIDE"]
        for process in plan.processes
    }
    assert by_program == {"fleet_drivers": "/fleet/drivers", "fleet_skills": "/fleet/skills"}
    policy = ElementTree.fromstring(script.policy(["arm1"], ["rover1", "rover2"]))
    paths = [enclave.get("path") for enclave in policy.iter("enclave")]
    assert len(paths) == len(set(paths)), "an enclave has one policy"
    assert set(by_program.values()) <= set(paths) and not {"/rover1/driver", "/rover2/skills"} & set(paths)
    for robot in ("rover1", "rover2"):
        assert may(policy, "topic", "publish", f"/{robot}/state") == {"/fleet/drivers"}
        assert may(policy, "service", "reply", f"/{robot}/driver/get_parameters") == {"/fleet/drivers"}
        assert may(policy, "topic", "publish", f"/{robot}/motion/request") == {"/fleet/skills"}
        assert may(policy, "topic", "publish", f"/{robot}/motion/permitted") == {"/safety"}
    assert may(policy, "topic", "publish", "/arm1/state") == {"/arm1/driver"}
    profiles = {
        (enclave.get("path"), profile.get("ns"), profile.get("node"))
        for enclave in policy.iter("enclave")
        for profile in enclave.iter("profile")
    }
    assert {("/fleet/drivers", f"/{robot}", "driver") for robot in ("rover1", "rover2")} < profiles


def test_a_robot_that_is_named_twice_gets_no_keys(script) -> None:
    with pytest.raises(OptionError, match="rover1"):
        script.policy(["rover1"], ["rover1", "rover2"])


@pytest.mark.parametrize("which", [(["safety"], []), ([], ["tektra"])])
def test_a_name_that_no_robot_can_have_gets_no_keys(script, which) -> None:
    with pytest.raises(OptionError, match="reserved"):
        script.policy(*which)

# SPDX-License-Identifier: Apache-2.0
"""What gate, driver and skills really have in the graph is what their policy of SROS 2 allows, and no less."""

import importlib.util
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from rclpy.parameter import Parameter

from tektra.driver.node import DriverNode
from tektra.safety.node import SafetyNode
from tektra.skills.node import SkillsNode
from tests.peers.control_msgs_package import environment

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_keystore.py"


BASE = {"link": "ros_base", "ros_base.pose_source": "pose", "ros_base.battery_topic": "base/battery"}
ARM = {
    "link": "joint_trajectory",
    "kind": "arm",
    "joint_names": ["a"],
    "joint_speed": [1.0],
    "joint_acceleration": [1.0],
    "joint_lower": [-1.0],
    "joint_upper": [1.0],
    "joint_trajectory.joint_names": ["a"],
    "joint_trajectory.deceleration": [1.0],
    "joint_trajectory.action": "arm_controller/follow_joint_trajectory",
    "joint_trajectory.joint_states_topic": "controller/joint_states",
}
#: What `action/call` and `action/execute` permit.
ACTION = "_action/*"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_keystore", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("robot", [BASE, ARM])
def test_the_body_runs_within_its_policy(spinner, tmp_path, script, robot) -> None:
    if robot is ARM:
        environment()  # control_msgs in reach
    state_file = Parameter("state_file", value=str(tmp_path / "safety.json"))
    given = [Parameter(key, value=value) for key, value in robot.items()]
    gate = SafetyNode(parameter_overrides=[state_file])
    driver, skills = DriverNode(namespace="/base1", parameter_overrides=given), SkillsNode(namespace="/base1")
    spinner.add(gate, driver, skills)
    skills._eyes.listen(True)  # as a skill that looks for something has it
    spinner.until(lambda: gate.count_publishers("/base1/motion/permitted"))
    own = {profile.name: profile for profile in script.profiles(["base1"])}
    for node in (gate, driver, skills):
        profile, name = own[node.get_fully_qualified_name()], (node.get_name(), node.get_namespace())
        executed = tuple(f"{action}/{ACTION}" for action in profile.execute)
        called = tuple(f"{action}/{ACTION}" for action in profile.call)
        services = (*profile.reply, *(f"{profile.name[1:]}/{service}" for service in script.PARAMETERS))
        for which, allowed in (
            (
                gate.get_publisher_names_and_types_by_node,
                (*profile.publish, *script.EVERYBODY_SAYS, *executed),
            ),
            (gate.get_subscriber_names_and_types_by_node, (*profile.subscribe, *called)),
            (gate.get_service_names_and_types_by_node, (*services, *executed)),
            (gate.get_client_names_and_types_by_node, (*profile.request, *called)),
        ):
            for topic, _ in which(*name):
                assert any(fnmatch(topic[1:], pattern) for pattern in allowed), f"{name}: {topic}"

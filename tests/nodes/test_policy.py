# SPDX-License-Identifier: Apache-2.0
"""What gate, driver and skills really have in the graph is what their policy of SROS 2 allows, and no less."""

import importlib.util
import sys
from fnmatch import fnmatch
from pathlib import Path

from rclpy.parameter import Parameter

from tektra.driver.node import DriverNode
from tektra.safety.node import SafetyNode
from tektra.skills.node import SkillsNode

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_keystore.py"


def test_the_body_runs_within_its_policy(spinner, tmp_path) -> None:
    spec = importlib.util.spec_from_file_location("make_keystore", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)
    state_file = Parameter("state_file", value=str(tmp_path / "safety.json"))
    body = [
        SafetyNode(parameter_overrides=[state_file]),
        DriverNode(namespace="/base1", parameter_overrides=[Parameter("link", value="ros_base")]),
        SkillsNode(namespace="/base1"),
    ]
    spinner.add(*body)
    gate, own = body[0], {profile.enclave: profile for profile in script.profiles(["base1"])}
    spinner.until(lambda: gate.count_publishers("/base1/motion/permitted"))
    for node in body:
        profile, name = own[node.get_fully_qualified_name()], (node.get_name(), node.get_namespace())
        actions = tuple(f"{action}/_action/*" for action in profile.execute)
        services = (*profile.reply, *(f"{profile.enclave[1:]}/{service}" for service in script.PARAMETERS))
        for which, allowed in (
            (
                gate.get_publisher_names_and_types_by_node,
                (*profile.publish, *script.EVERYBODY_SAYS, *actions),
            ),
            (gate.get_subscriber_names_and_types_by_node, profile.subscribe),
            (gate.get_service_names_and_types_by_node, (*services, *actions)),
        ):
            for topic, _ in which(*name):
                assert any(fnmatch(topic[1:], pattern) for pattern in allowed), f"{name}: {topic}"

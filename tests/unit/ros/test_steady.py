# SPDX-License-Identifier: Apache-2.0
"""No clock stops a timer of the body: not one that is set back, nor a `/clock` that pauses or never comes."""

import pytest
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node

from tektra.driver.node import DriverNode
from tektra.ros.steady import SteadyNode
from tektra.safety.node import SafetyNode
from tektra.skills.node import SkillsNode


@pytest.mark.parametrize("node", [SafetyNode, SkillsNode, DriverNode])
def test_the_body_is_made_of_nodes_with_steady_timers(node: type) -> None:
    assert issubclass(node, SteadyNode)
    assert node.create_timer is SteadyNode.create_timer


def test_their_timers_run_by_the_steady_clock_unless_they_name_another(monkeypatch) -> None:
    clocks: list[ClockType] = []
    monkeypatch.setattr(Node, "create_timer", lambda *given, **_: clocks.append(given[4].clock_type))
    node = SteadyNode.__new__(SteadyNode)
    node.create_timer(0.1, None)
    node.create_timer(0.1, None, clock=Clock(clock_type=ClockType.SYSTEM_TIME))
    assert clocks == [ClockType.STEADY_TIME, ClockType.SYSTEM_TIME]

# SPDX-License-Identifier: Apache-2.0
"""What the gate tells of itself, and who hears by it whether something moves."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from builtin_interfaces.msg import Time

from tektra.ros.robots_here import RobotsHere
from tektra.safety.convert import state
from tektra_interfaces.msg import SafetyState


def told(world) -> SafetyState:
    return state(world.gate, "gate", 1, stamp=Time(), now_s=world.now_s)


@pytest.fixture
def here() -> RobotsHere:
    return RobotsHere(SimpleNamespace(create_subscription=lambda *of: None))


def test_a_goal_is_told_while_it_moves_a_robot_and_no_longer(ready) -> None:
    assert {one.robot: one.goal_id for one in told(ready).robots} == {"rover1": "g1", "rover2": ""}
    ready.run(1.0, "rover1", "rover2")  # nobody asks for a motion any more
    assert {one.robot: one.goal_id for one in told(ready).robots} == {"rover1": "", "rover2": ""}


def test_who_hears_the_gate_knows_who_is_here_and_whether_anybody_is_moved(ready, here) -> None:
    assert (here.names, here.moved) == (frozenset(), False)
    here._heard(told(ready))
    assert (here.names, here.moved) == ({"rover1", "rover2"}, True)
    ready.run(1.0, "rover1", "rover2")
    here._heard(told(ready))
    assert not here.moved

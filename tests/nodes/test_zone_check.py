# SPDX-License-Identifier: Apache-2.0
"""The node that owns the map asks the gate for its zones, and warns once where they do not fit."""

from rclpy.node import Node
from rclpy.parameter import Parameter

from tektra.common import paths
from tektra.common.world import load_world
from tektra.ros.parameters import declare
from tektra.ros.steady import SteadyNode
from tektra.ros.zone_check import ZoneCheck
from tektra.safety.options import SafetyOptions

WORLD = load_world(paths.share_dir() / "config" / "world.yaml")


class Owner(Node):
    """Keeps what it warns of."""

    def __init__(self) -> None:
        super().__init__("planner")
        self.said: list[str] = []

    def get_logger(self):
        class Log:
            warning = self.said.append
            info = error = staticmethod(lambda *_, **__: None)

        return Log


def gate_with(zones_file: str) -> SteadyNode:
    gate = SteadyNode("safety", parameter_overrides=[Parameter("zones_file", value=zones_file)])
    declare(gate, SafetyOptions)
    return gate


def test_zones_of_ones_own_that_do_not_fit_are_warned_of_once_also_if_the_gate_comes_later(
    spinner, tmp_path
) -> None:
    file = tmp_path / "yard.yaml"
    file.write_text(
        "version: 1\nzones:\n  yard: {kind: keep_in, corners: [{x_m: 50, y_m: 50}, {x_m: 60, y_m: 50}, {x_m: 60, y_m: 60}]}\n"
    )
    owner = Owner()
    ZoneCheck(owner).set(WORLD)
    spinner.add(owner)
    spinner.during(1.5)
    assert owner.said == []
    spinner.add(gate_with(str(file)))
    spinner.until(lambda: owner.said, what="a warning")
    told = len(owner.said)
    assert any("zone yard lies outside" in words for words in owner.said)
    spinner.during(2.5)
    assert len(owner.said) == told


def test_zones_that_fit_are_no_words(spinner) -> None:
    owner = Owner()
    check = ZoneCheck(owner)
    check.set(WORLD)
    spinner.add(owner, gate_with(""))
    spinner.until(lambda: check._world is None, what="the gate's answer")
    assert owner.said == []

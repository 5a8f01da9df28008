# SPDX-License-Identifier: Apache-2.0
"""Whoever owns the map says where it and the gate's zones differ, whichever file the gate has them from."""

from tektra.common import paths
from tektra.common.world import load_world
from tektra.ros.zone_check import warnings

CONFIG = paths.share_dir() / "config"
WORLD = load_world(CONFIG / "world.yaml")
ELSEWHERE = """version: 1
zones:
  the yard:
    kind: keep_in
    corners: [{x_m: 50, y_m: 50}, {x_m: 60, y_m: 50}, {x_m: 60, y_m: 60}]
"""


def test_tektras_own_zones_fit_its_own_world() -> None:
    assert warnings(WORLD, "") == []
    assert warnings(WORLD, str(CONFIG / "safety.yaml")) == []


def test_a_zones_file_of_ones_own_is_compared_and_what_differs_is_named(tmp_path) -> None:
    file = tmp_path / "yard.yaml"
    file.write_text(ELSEWHERE)
    told = warnings(WORLD, str(file))
    assert any("zone the yard lies outside of the world's bounds" in words for words in told)
    assert all(str(file) in words for words in told)


def test_zones_of_another_machine_and_a_file_that_is_none_are_said(tmp_path) -> None:
    assert "not compared" in warnings(WORLD, "/elsewhere/zones.yaml")[0]
    file = tmp_path / "broken.yaml"
    file.write_text("version: 1\nzones:\n  yard: {kind: keep_in, corners: []}\n")
    assert "not compared" in warnings(WORLD, str(file))[0]

# SPDX-License-Identifier: Apache-2.0
"""The benchmark's own run of strangers in the graph, short: odd topics, names, types and qualities beside gate, driver and skills."""

import pytest

from tests.nodes.benches import measured

pytest.importorskip("rclpy")

ENDPOINTS = 600


@pytest.mark.slow
def test_odd_endpoints_in_the_graph_crash_nothing_move_nothing_and_leave_nothing_behind() -> None:
    found, told = measured("fuzz_graph", "--endpoints", str(ENDPOINTS))
    assert found["endpoints"] >= ENDPOINTS
    assert (found["crashes"], found["motions"]) == (0, 0), told
    assert found["rss_growth_mb"] <= 10
    assert found["files_growth"] <= 5

# SPDX-License-Identifier: Apache-2.0
"""The benchmark's own run of hostile messages, short: every topic of the body, in the real nodes and over the wire."""

import pytest

from tests.nodes.benches import measured

pytest.importorskip("rclpy")

MESSAGES = 4000


@pytest.mark.slow
def test_hostile_messages_crash_nothing_and_move_nothing() -> None:
    found, told = measured("fuzz_topics", "--messages", str(MESSAGES))
    assert found["messages"] >= MESSAGES
    assert (found["crashes"], found["motions"]) == (0, 0), told
    assert found["rss_growth_mb"] <= 10

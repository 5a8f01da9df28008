# SPDX-License-Identifier: Apache-2.0
"""The benchmark's own run of hostile messages, short: every topic of the body, in the real nodes and over the wire."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rclpy")

BENCH = Path(__file__).parents[2] / "bench"
MESSAGES = 4000


@pytest.mark.slow
def test_hostile_messages_crash_nothing_and_move_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "fuzz_topics.py", "--messages", str(MESSAGES)],
        cwd=BENCH,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])["figures"]
    assert found["messages"] >= MESSAGES
    assert (found["crashes"], found["motions"]) == (0, 0), done.stdout
    assert found["rss_growth_mb"] <= 10

# SPDX-License-Identifier: Apache-2.0
"""Whatever happens in whatever order: 10,000 random stories a run, a million with TEKTRA_NIGHTLY=1.

Hypothesis draws seeds, and each seed is some stories: drawing every event by itself would take ten times as long.
"""

import os

from hypothesis import given, settings
from hypothesis import strategies as st
from stories import Story

STORIES = 1_000_000 if os.environ.get("TEKTRA_NIGHTLY") else 10_000
PER_SEED, EVENTS = 50, 40


@settings(max_examples=STORIES // PER_SEED, deadline=None)
@given(st.integers(0, 2**63))
def test_no_permit_between_a_stop_and_its_reset_none_beyond_a_limit_and_none_into_a_forbidden_place(
    seed: int,
) -> None:
    permits = sum(Story(seed + number).run(EVENTS).permits for number in range(PER_SEED))
    assert permits > PER_SEED, "a gate that permits nothing would keep every promise"

# SPDX-License-Identifier: Apache-2.0
"""What comes late is refused in words that say what to do."""

import math

import pytest

from tektra.common.lateness import LATE_S, late


@pytest.mark.parametrize("age_s", [0.0, 0.1, LATE_S, -LATE_S])
def test_what_was_asked_now_is_done(age_s: float) -> None:
    assert late(age_s) == ""


def test_what_was_asked_long_ago_is_not() -> None:
    assert (
        late(31.04) == "it was asked 31.0 s ago: ask again, and if it was now, set the clocks of both hosts"
    )
    assert late(-7.0).startswith("it was asked 7.0 s in the future")
    assert late(math.inf) and late(math.nan)

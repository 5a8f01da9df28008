# SPDX-License-Identifier: Apache-2.0
"""What comes late is refused in words that say what to do."""

import math

import pytest

from tektra.common.errors import InputError
from tektra.common.lateness import LATE_S, refuse_late


@pytest.mark.parametrize("age_s", [0.0, 0.1, LATE_S, -LATE_S])
def test_what_was_asked_now_is_done(age_s: float) -> None:
    refuse_late(age_s)


@pytest.mark.parametrize(
    ("age_s", "told"),
    [
        (31.04, "31.0 s ago: ask again; if it was now, set the clocks of both hosts$"),
        (-7.0, "7.0 s in the future"),
        (math.inf, ""),
        (math.nan, ""),
    ],
)
def test_what_was_asked_long_ago_is_not(age_s: float, told: str) -> None:
    with pytest.raises(InputError, match=f"^it was asked {told}"):
        refuse_late(age_s)

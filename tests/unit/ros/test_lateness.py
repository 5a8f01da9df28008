# SPDX-License-Identifier: Apache-2.0
"""How old a message is, by its own stamp and by the middleware's."""

import math
import time

import pytest

from tektra.ros.lateness import no_younger


def age_s(stamp_age_s: float, sent_ago_s: float) -> float:
    """What counts of a message whose stamp is so old, and that was sent so long ago by its publisher's clock."""
    clock_s = 1000.0
    sent = {"source_timestamp": time.time_ns() - round(sent_ago_s * 1e9)}
    return clock_s - no_younger(clock_s - stamp_age_s, clock_s, sent)


@pytest.mark.parametrize(
    ("stamp_age_s", "sent_ago_s", "counts_s"),
    [
        (0.1, 0.0, 0.1),
        (0.0, 3.0, 3.0),  # by a `/clock` that stands it is of now
        (-0.04, 3.0, 3.0),
        (-10.0, 0.0, -10.0),  # a stamp of the future is none of now, though it has just been sent
        (-10.0, -10.0, -10.0),  # by a clock that is ahead: how long it was on its way nobody knows
        (-10.0, 3.0, -10.0),
        (-0.04, -0.04, -0.04),
    ],
)
def test_whichever_is_further_from_now_counts(stamp_age_s, sent_ago_s, counts_s) -> None:
    assert age_s(stamp_age_s, sent_ago_s) == pytest.approx(counts_s, abs=0.02)


def test_a_stamp_that_is_no_number_stays_none() -> None:
    assert math.isnan(age_s(math.nan, 3.0))

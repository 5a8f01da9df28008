# SPDX-License-Identifier: Apache-2.0
"""How old a message is, by its own stamp and by the middleware's."""

import math
import time
from types import SimpleNamespace

import pytest
from builtin_interfaces.msg import Time

from tektra.common.lateness import Attention
from tektra.ros import lateness
from tektra.ros.clock import time_msg
from tektra.ros.lateness import goal_age_s, no_younger


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


def test_a_goal_without_a_stamp_is_as_old_as_nobody_looked_and_one_with_a_stamp_as_that_says(
    monkeypatch,
) -> None:
    monkeypatch.setattr(lateness, "boot_s", lambda: 113.0)
    monkeypatch.setattr(lateness, "time", SimpleNamespace(time=lambda: 1000.0))
    attention = Attention(100.0)
    attention.alive(113.0)
    hung, unknown = (
        SimpleNamespace(executor=executor) for executor in (SimpleNamespace(attention=attention), None)
    )
    assert goal_age_s(hung, Time()) == pytest.approx(13.0) and goal_age_s(unknown, Time()) == 0.0
    assert goal_age_s(hung, time_msg(999.0)) == pytest.approx(1.0)

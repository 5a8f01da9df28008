# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.common.errors import InputError
from tektra.vision.arrivals import AHEAD_S, HELD_S, Arrivals

NOW_S = 1.7e9


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals(max_age_s=1.0)


@pytest.mark.parametrize(
    "stamp_s, word",
    [
        (NOW_S - 1.01, "came 1.01 s after it was taken"),
        (NOW_S - 86_400.0, "came 86400.00 s after"),
        (NOW_S + 0.2, "0.20 s in the future"),
        (NOW_S + 3600.0, "in the future"),
        (0.0, "without a stamp"),
        (-5.0, "without a stamp"),
        (float("nan"), "without a stamp"),
    ],
)
def test_late_future_and_missing_stamps_are_refused_with_a_word(
    arrivals: Arrivals, stamp_s: float, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        arrivals.judge(stamp_s, NOW_S)
    assert arrivals.refused == 1
    arrivals.judge(NOW_S, NOW_S)  # what was refused is no measure for the next


def test_a_stamp_that_steps_back_or_comes_twice_is_refused(arrivals: Arrivals) -> None:
    arrivals.judge(NOW_S - 0.3, NOW_S)
    for stamp_s in (NOW_S - 0.3, NOW_S - 0.4):
        with pytest.raises(InputError, match="older than the one before"):
            arrivals.judge(stamp_s, NOW_S)
    arrivals.judge(NOW_S - 0.2, NOW_S)


def test_clocks_may_differ_by_as_much_as_the_gate_allows(arrivals: Arrivals) -> None:
    arrivals.judge(NOW_S + AHEAD_S * 0.99, NOW_S)


def test_after_our_own_clock_was_set_back_pictures_count_again_at_once(arrivals: Arrivals) -> None:
    arrivals.judge(NOW_S, NOW_S)
    arrivals.judge(NOW_S - 3600.0, NOW_S - 3599.9)
    arrivals.judge(NOW_S - 3599.9, NOW_S - 3599.8)


def test_a_camera_whose_clock_steps_back_is_believed_again_when_it_is_newer_than_before(
    arrivals: Arrivals,
) -> None:
    arrivals.judge(NOW_S, NOW_S)
    believed = []
    for tenth in range(1, 9):
        now_s = NOW_S + tenth / 10.0
        try:
            arrivals.judge(now_s - 0.5, now_s)
            believed.append(tenth)
        except InputError:
            pass
    assert believed == [6, 7, 8]


def test_of_several_that_share_a_topic_one_is_looked_at_until_it_is_silent(arrivals: Arrivals) -> None:
    """Pages of two people send to one topic: the thumb of one was held up beside the face of the other."""
    for tenth in range(10):
        arrivals.judge(NOW_S + tenth / 10.0, NOW_S + tenth / 10.0, "web_1")
        with pytest.raises(InputError, match="'web_2' among those of 'web_1'"):
            arrivals.judge(NOW_S + tenth / 10.0 + 0.05, NOW_S + tenth / 10.0 + 0.05, "web_2")
    assert arrivals.refused == 10
    late_s = NOW_S + 0.9 + HELD_S + 0.1
    arrivals.judge(late_s, late_s, "web_2")
    with pytest.raises(InputError, match="'web_1' among"):
        arrivals.judge(late_s + 0.1, late_s + 0.1, "web_1")


def test_a_sender_whose_pictures_are_refused_holds_nothing(arrivals: Arrivals) -> None:
    with pytest.raises(InputError):
        arrivals.judge(NOW_S - 86_400.0, NOW_S, "yesterday")
    arrivals.judge(NOW_S, NOW_S, "now")

# SPDX-License-Identifier: Apache-2.0
"""Pictures are fluid as far as the machine allows, and seldom while the face rests."""

import pytest

from tektra.avatar.pace import PicturePace, share_of
from tektra.avatar.state import AvatarState

IDLE, SPEAKING = AvatarState(), AvatarState(mode="speaking")


def drawn(
    pace: PicturePace, state: AvatarState, from_s: float, to_s: float, cpu_s: float, wall_s: float = 0.0
) -> int:
    """How many pictures, each of which takes so long, of 30 states a second."""
    count = 0
    for number in range(round((to_s - from_s) * 30)):
        if pace.due(state, from_s + number / 30):
            count += 1
            pace.took(cpu_s, wall_s or cpu_s)
    return count


def pace(share: float = 1.0) -> PicturePace:
    return PicturePace(at_most_hz=25.0, rest_hz=5.0, share=share)


def test_a_face_in_motion_is_drawn_25_times_a_second_where_a_picture_is_cheap() -> None:
    made = pace()
    drawn(made, SPEAKING, 0.0, 2.0, 0.005)
    assert drawn(made, SPEAKING, 2.0, 12.0, 0.005) in range(245, 256)


def test_a_face_at_rest_is_drawn_seldom_and_what_begins_is_shown_at_once() -> None:
    made = pace()
    assert drawn(made, IDLE, 0.0, 10.0, 0.005) in range(49, 53)
    assert made.due(SPEAKING, 10.01)
    assert drawn(made, SPEAKING, 10.05, 11.0, 0.005) > 20


@pytest.mark.parametrize(("share", "cpu_s"), [(0.5, 0.04), (0.4, 0.06), (1.0, 0.06), (0.1, 0.3)])
def test_pictures_take_no_more_of_a_core_than_they_may(share: float, cpu_s: float) -> None:
    made = pace(share)
    drawn(made, SPEAKING, 0.0, 5.0, cpu_s)
    count = drawn(made, SPEAKING, 5.0, 35.0, cpu_s)
    assert 0.8 * share < count * cpu_s / 30.0 <= 1.05 * share


def test_a_picture_that_had_to_wait_for_others_leaves_them_time() -> None:
    made = pace()
    drawn(made, SPEAKING, 0.0, 5.0, 0.02, 0.2)
    assert drawn(made, SPEAKING, 5.0, 15.0, 0.02, 0.2) in range(33, 37)


def test_one_slow_picture_is_no_slow_machine() -> None:
    made = pace(0.5)
    drawn(made, SPEAKING, 0.0, 5.0, 0.02)
    made.took(0.1, 0.1)
    assert drawn(made, SPEAKING, 5.0, 15.0, 0.02) > 230


def test_the_first_picture_which_loads_everything_counts_for_nothing() -> None:
    made = pace()
    made.took(8.0, 9.0)
    made.took(0.01, 0.01)
    assert made.cpu_s == pytest.approx(0.01)


def test_a_resting_rate_over_the_highest_is_the_highest() -> None:
    made = PicturePace(at_most_hz=2.0, rest_hz=10.0, share=1.0)
    assert drawn(made, IDLE, 0.0, 10.0, 0.001) in range(19, 23)


@pytest.mark.parametrize(
    ("cores", "asked", "share"), [(2, 0.0, 0.5), (16, 0.0, 1.0), (1, 0.0, 0.25), (2, 0.3, 0.3)]
)
def test_where_nobody_asks_for_a_share_it_is_a_quarter_of_the_machine(
    cores: int, asked: float, share: float
) -> None:
    assert share_of(cores, asked) == share

# SPDX-License-Identifier: Apache-2.0
"""What comes late is refused in words that say what to do."""

import math

import pytest

from tektra.common.errors import InputError
from tektra.common.lateness import LATE_S, Attention, Idleness, refuse_late


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


def test_who_looks_again_and_again_keeps_nothing_waiting() -> None:
    attention = Attention(0.0)
    assert [attention.alive(0.1 * step) for step in range(1, 50)] == [0.0] * 49
    assert attention.waited_s(4.95) == 0.0


def test_what_comes_to_one_who_was_held_up_may_have_waited_all_the_while() -> None:
    attention = Attention(0.0)
    assert attention.waited_s(19.0) == 19.0
    assert attention.alive(19.0) == 19.0
    assert attention.waited_s(19.01) == pytest.approx(19.01)
    for step in range(1, 20):
        attention.alive(19.0 + 0.1 * step)
    assert attention.waited_s(20.9) == 0.0, "by now it has caught up"


def test_two_delays_in_a_row_are_one() -> None:
    attention = Attention(0.0)
    attention.alive(3.0)
    attention.alive(3.2)
    attention.alive(5.0)
    assert attention.waited_s(5.0) == 5.0


def test_whoever_does_nothing_is_idle_for_as_long_as_one_looks() -> None:
    idleness = Idleness()
    assert idleness.look(10.0, 9.9) == 0.0
    assert idleness.look(10.5, 10.4) == 0.0
    assert [idleness.look(10.5 + 0.5 * n, 10.4) for n in (1, 2, 20)] == [0.5, 1.0, 2.0]
    assert idleness.look(21.0, 20.9) == 0.0


def test_a_pause_of_the_machine_makes_nobody_idle() -> None:
    """After a night with its lid closed a laptop ended all of its mind: the clock had gone on, and nobody had done anything."""
    idleness = Idleness()
    idleness.look(10.0, 9.9)
    assert idleness.look(30_000.0, 9.9) <= Idleness.LOOK_MAX_S

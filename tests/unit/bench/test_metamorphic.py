# SPDX-License-Identifier: Apache-2.0
"""A request in other words has the same plan; and the check finds a reader for which it has not."""

import pytest
from metamorphic import Changed, Found, Planned, changed, joined, swapped
from mind.cases import load

EACH, PAIRS, SEED = 60, 8, 5


@pytest.fixture(scope="module")
def planned() -> Planned:
    return Planned()


def test_other_names_and_small_words_change_no_plan(planned: Planned) -> None:
    found = [Found(one, planned(one.words)) for one in changed(load()[::EACH], planned)]
    assert sum(one.plan is not None for one in found) > 100
    assert [one.changed.words for one in found if one.other_plan] == []


def test_two_orders_in_one_breath_are_the_one_and_then_the_other(planned: Planned) -> None:
    found = [Found(one, planned(one.words)) for one in joined(load(), planned, count=PAIRS, seed=SEED)]
    assert sum(one.plan is not None for one in found) > PAIRS
    assert [one.changed.words for one in found if one.other_plan] == []


def test_both_rovers_and_their_docks_change_places() -> None:
    assert swapped("send rover1 to dock2 and rover2 to dock1") == "send rover2 to dock1 and rover1 to dock2"


def test_another_robot_and_another_plan_are_told_apart() -> None:
    go = ("rover1", "navigate_to", (("place", "hall"),))
    one = Changed("polite", "en", "rover1 to the hall", "please rover1 to the hall", (go,))
    assert not Found(one, (go,)).other_plan
    assert not Found(one, None).other_plan
    twice = Found(one, (go, go))
    assert twice.other_plan
    assert not twice.wrong_robot
    assert Found(one, (("rover2", *go[1:]),)).wrong_robot

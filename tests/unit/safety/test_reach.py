# SPDX-License-Identifier: Apache-2.0
"""Robots that are passed over as too far away can never be too near."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from tektra.safety.path import Placed
from tektra.safety.reach import may_meet, reach_of
from tektra.safety.whereabouts import Whereabouts
from tektra.safety.zones import Judgement, Rules, Twist, Zones

RULES = Rules(reaction_s=0.2, separation=0.1)
places, speeds, turns = st.floats(-2.0, 2.0), st.floats(-1.0, 1.0), st.floats(-3.0, 3.0)
robots = st.builds(
    lambda x, y, yaw, vx, wz, braking: Placed(x, y, yaw, Twist(vx, 0.0, wz), 0.3, braking),
    places, places, turns, speeds, turns, st.floats(0.5, 6.0),
)  # fmt: skip


@given(robots, robots, speeds, turns)
def test_what_is_passed_over_would_not_have_been_judged(
    one: Placed, other: Placed, vx: float, wz: float
) -> None:
    asked = Twist(vx, 0.0, wz)
    if not may_meet(one, asked, other, RULES):
        assert Zones(RULES).judge("a", one, asked, {"b": other}) == Judgement()


def test_neighbours_are_judged_and_far_robots_are_not() -> None:
    here = Placed(0.0, 0.0, 0.0, Twist(), 0.3, 1.0)
    ways = {distance: Placed(distance, 0.0, math.pi, Twist(0.5), 0.3, 1.0) for distance in (0.9, 5.0)}
    assert [may_meet(here, Twist(0.5), other, RULES) for other in ways.values()] == [True, False]


def test_whom_a_few_sums_leave_out_could_not_have_been_met() -> None:
    rng, left_out = random.Random(3), 0
    for _ in range(3_000):
        where, now_s, rules = Whereabouts(), 10.0, Rules(0.25, 0.05)
        one = Placed(0.0, 0.0, 0.0, Twist(), 0.3, 2.0, rng.choice((0.0, 0.2)))
        asked = Twist(rng.uniform(-1.0, 1.0), 0.0, rng.uniform(-1.0, 1.0))
        there = (rng.uniform(-3.0, 3.0), rng.uniform(-3.0, 3.0))
        if rng.random() < 0.5:
            where.permitted(Twist(rng.uniform(0.0, 1.0)), now_s - rng.uniform(0.0, 1.0))
        where.measured(
            Placed(*there, 0.0, Twist(rng.uniform(-1.0, 1.0)), 0.4, 1.0), now_s - rng.uniform(0.0, 0.5)
        )
        if rng.random() < 0.5:
            where.permitted(Twist(rng.uniform(0.0, 1.0)), now_s)
        if rng.random() < 0.2:
            where.unreached(now_s, now_s - 0.3)
        if where.beyond(0.0, 0.0, reach_of(one, asked, rules), rules.reaction_s, now_s):
            left_out += 1
            assert not may_meet(one, asked, where.now(now_s), rules)
    assert left_out > 500

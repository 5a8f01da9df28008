# SPDX-License-Identifier: Apache-2.0
"""Robots that are passed over as too far away can never be too near."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tektra.safety.reach import may_meet
from tektra.safety.zones import Judgement, Placed, Rules, Twist, Zones

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

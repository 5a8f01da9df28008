# SPDX-License-Identifier: Apache-2.0
"""A footprint of thousands of corners costs no decision more than one of thirty."""

import math
import random

import numpy as np
import pytest

from tektra.safety.sweep import MOST_CORNERS, Footprint


@pytest.mark.parametrize("corners", [MOST_CORNERS + 1, 500, 10_000])
def test_an_outline_of_many_corners_is_held_by_one_of_few(corners: int) -> None:
    """Each of ten thousand corners was compared with each place that a sensor saw: a decision took a second, and the gate hung."""
    chance = random.Random(corners)
    for _ in range(20):
        long, wide = chance.uniform(0.1, 2.0), chance.uniform(0.1, 1.0)
        turns = [math.tau * chance.random() for _ in range(corners)]
        outline = [(long * math.cos(turn), wide * math.sin(turn)) for turn in turns]
        held, whole = Footprint(outline), np.array(outline)
        assert len(held.corners) <= MOST_CORNERS
        assert held.off(whole[:, 0], whole[:, 1]).max() <= 1e-9, "a part of it is left out"
        assert held.radius <= 1.01 * max(long, wide) + 1e-9


def test_few_corners_stay_what_they_are() -> None:
    box = [(0.4, 0.2), (-0.3, 0.2), (-0.3, -0.2), (0.4, -0.2)]
    assert sorted(map(tuple, Footprint(box).corners.tolist())) == sorted(box)

# SPDX-License-Identifier: Apache-2.0
"""Who points where, among several: what is in dispute is so unsure that it is asked about."""

import random

import pytest

from tektra.planner.world.pointing import FRESH_S, VAGUE_M
from tektra.vision.hands import Target
from tektra.vision.pointings import MEANT_S, NOWHERE_M, Pointings


def at(x: float, y: float, off: float = 0.2) -> Target:
    return Target(x, y, (off**2, 0.0, off**2), off)


def vague(target: Target) -> bool:
    return target.covariance[0] > VAGUE_M**2 and target.covariance[2] > VAGUE_M**2


ANN, BOB = ("hall", "hall_f1"), ("hall", "hall_f2")


def test_one_finger_that_moves_is_followed() -> None:
    all_of_them = Pointings()
    for look in range(20):
        assert not vague(all_of_them.among_others(look / 3.0, ANN, at(look * 0.5, 1.0)))


def test_what_two_cameras_see_of_one_finger_is_one_place() -> None:
    all_of_them, dice = Pointings(), random.Random(1)
    for look in range(50):
        for camera in ("hall", "porch"):
            target = at(3.0 + dice.gauss(0.0, 0.1), 2.0 + dice.gauss(0.0, 0.1))
            assert not vague(all_of_them.among_others(look / 3.0, (camera, f"{camera}_h1"), target))


@pytest.mark.parametrize("other", [BOB, ("porch", "porch_f1"), ("porch", "")])
def test_two_people_who_point_elsewhere_point_nowhere(other: tuple[str, str]) -> None:
    """The last one won: "go there" of the first went where the second happened to point, or somebody on a poster."""
    all_of_them = Pointings()
    assert not vague(all_of_them.among_others(10.0, ANN, at(3.0, 2.0)))
    for look in range(6):
        assert vague(all_of_them.among_others(11.0 + look / 3.0, other, at(6.0, 2.0)))
        assert vague(all_of_them.among_others(11.1 + look / 3.0, ANN, at(3.0, 2.0)))


def test_once_the_other_has_let_it_be_it_is_a_place_again() -> None:
    all_of_them = Pointings()
    all_of_them.among_others(10.0, BOB, at(6.0, 2.0))
    assert vague(all_of_them.among_others(10.0 + MEANT_S - 0.1, ANN, at(3.0, 2.0)))
    assert not vague(all_of_them.among_others(10.0 + MEANT_S + 0.1, ANN, at(3.0, 2.0)))
    assert MEANT_S >= FRESH_S and NOWHERE_M > VAGUE_M

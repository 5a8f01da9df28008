# SPDX-License-Identifier: Apache-2.0
"""Whom a sensor told of and tells of no more stays, also where its word sees no floor, or gives the name to somebody else."""

import math

import pytest
from shapely import Polygon

from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.people import Person
from tektra.safety.people_reports import Report, missing
from tektra.safety.separation import Known
from tektra.safety.zones import Rules

FLOOR = [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]
ELSEWHERE = [(4.0, -1.0), (8.0, -1.0), (8.0, 1.0), (4.0, 1.0)]
HERE = {"pose": (0.0, 0.0, 0.0)}


def told(world, times: int, people, *, floor=FLOOR, age_s: float = 0.0) -> None:
    for _ in range(times):
        world.run(0.2, "rover1", **HERE)
        named = [Person(name, x, 0.0) for name, x in people]
        world.gate.people.heard("camera", floor, named, world.now_s, age_s)


def moves(world) -> bool:
    return world.permitted(world.ask(goal="on", motion=Motion(Kind.VELOCITY, twist=Twist(0.5))))


@pytest.mark.parametrize("names", [("a", "b"), ("", "")], ids=["named", "without names"])
@pytest.mark.parametrize(
    ("age_s", "beside"), [(1.5, 5.0), (0.0, math.nan)], ids=["a wrong clock", "one who cannot be placed"]
)
def test_one_of_two_whom_a_doubtful_word_leaves_out_stays(ready_with, names, age_s, beside) -> None:
    """Each such word took the place of the one before: who was missing was gone."""
    world = ready_with(rules=Rules())
    one, other = names
    told(world, 5, [(one, beside), (other, 0.9)], age_s=age_s)
    assert not moves(world)
    told(world, 20, [(one, beside)], age_s=age_s)
    assert not moves(world)
    told(world, 2, [])
    world.run(1.2, "rover1", **HERE)
    told(world, 2, [])
    assert moves(world), "all of the floor was seen again"


def test_the_same_one_told_of_again_and_again_by_a_wrong_clock_is_no_crowd(ready_with) -> None:
    world = ready_with(rules=Rules())
    for name in ("a", ""):
        for step in range(50):
            told(world, 1, [(name, 5.0 - 0.05 * step)], age_s=1.5)
    assert len(world.gate.people.everybody()) <= 2


def test_a_name_that_leaps_is_somebody_elses(ready_with) -> None:
    world = ready_with(rules=Rules())
    told(world, 5, [("a", 0.9)])
    told(world, 20, [("a", 6.0)], floor=ELSEWHERE)
    assert not moves(world)


def test_two_of_one_name_are_two(ready_with) -> None:
    world = ready_with(rules=Rules())
    told(world, 5, [("a", 0.9), ("a", 6.0)])
    told(world, 20, [("a", 6.0)], floor=ELSEWHERE)
    assert not moves(world)


def test_who_walks_on_under_their_name_is_the_same() -> None:
    def report(at_s: float, *people: tuple[str, float]) -> Report:
        there = tuple(Known(x, 0.0, 1.6, 0.15) for _, x in people)
        return Report(there, tuple(name for name, _ in people), Polygon(), Polygon(), at_s, at_s, "camera")

    before = report(10.0, ("a", 0.0), ("b", 1.0), ("", 2.0))
    assert [who.x for who in missing(before, report(10.5, ("b", 0.3), ("a", 0.7), ("", 2.0)))] == [2.0]
    assert not missing(before, report(10.5, ("b", 0.3), ("a", 0.7), ("", 2.0)), nameless=True)
    assert [who.x for who in missing(before, report(10.5), nameless=True)] == [0.0, 1.0, 2.0]
    assert not missing(report(10.0), before)

# SPDX-License-Identifier: Apache-2.0
"""Many robots in one home: who goes first, and that everybody gets there. Ten rovers drive as in bench/fleet.py."""

import importlib.util
import itertools
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.areas import load_areas
from tektra.common.world import load_world
from tektra.skills.claims import EXTRA_M, GAP_M, Traffic, next_ticket, sampled
from tektra.skills.fleet import LEASE_S, REMEMBER_S, Fleet
from tektra.skills.library import MARGIN_M
from tektra.skills.route import Floor
from tektra.skills.seen import Other, Pose, Seen

ROOT = Path(__file__).parents[3]
WORLD = load_world(ROOT / "config" / "world.yaml")
RADIUS = 0.3


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    """bench/fleet.py: the same code makes the test and the measurement."""
    sys.path.insert(0, str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location("bench_fleet", ROOT / "bench" / "fleet.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_fleet"] = module
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "bench"))
    return module


# -- what robots know of each other ------------------------------------------------------------------------------


def test_a_claim_that_is_not_told_again_is_void_and_its_robot_stands_where_it_was() -> None:
    fleet = Fleet("rover1")
    fleet.described("rover2", 0.4)
    fleet.told("rover2", 7, [(1.0, 2.0), (3.0, 4.0)], now_s=10.0)
    assert fleet.others(10.0 + LEASE_S / 2) == {
        "rover2": Other(1.0, 2.0, 0.4, (7, "rover2"), ((1.0, 2.0), (3.0, 4.0)))
    }
    assert fleet.others(10.1 + LEASE_S) == {"rover2": Other(1.0, 2.0, 0.4)}
    assert fleet.others(10.1 + REMEMBER_S) == {}


@pytest.mark.parametrize(
    "way",
    [
        [(math.nan, 1.0)],
        [(1.0, 1.0), (math.inf, 1.0)],
        [(1.0, 1.0), (1e300, 1.0)],
        [(0.0, 0.0), (0.4, 0.0)] * 501,
        [(0.0, 0.0), (900.0, 0.0), (0.0, 0.0)],
    ],
)
def test_what_cannot_be_is_passed_over(way) -> None:
    """A way of 1e300 m would be looked at point by point."""
    fleet = Fleet("rover1")
    fleet.told("rover2", 7, way, now_s=10.0)
    assert fleet.others(10.0) == {}


@pytest.mark.parametrize(("told", "taken"), [(math.nan, 0.3), (-1.0, 0.3), (1e9, 5.0), (0.4, 0.4)])
def test_a_width_that_cannot_be_is_not_believed(told: float, taken: float) -> None:
    fleet = Fleet("rover1")
    fleet.described("rover2", told)
    fleet.told("rover2", 0, [(1.0, 2.0)], now_s=10.0)
    assert fleet.others(10.0)["rover2"].radius == taken


def test_nobody_counts_itself_or_what_tells_no_place() -> None:
    fleet = Fleet("rover1")
    fleet.told("rover1", 0, [(1.0, 2.0)], now_s=10.0)
    fleet.told("rover2", 0, [], now_s=10.0)
    assert fleet.others(10.0) == {}


@given(
    st.lists(st.tuples(st.integers(1, 10**18), st.sampled_from("abcdef")), max_size=6), st.integers(1, 10**18)
)
def test_a_new_ticket_is_later_than_all_that_are_known_whatever_the_clocks_say(known, stamp_ns) -> None:
    others = {name: Other(0.0, 0.0, ticket=(ns, name), route=((0.0, 0.0),)) for ns, name in known}
    ticket = next_ticket("rover1", Seen(1.0, None, others=others, stamp_ns=stamp_ns))
    assert all(ticket > other.ticket for other in others.values()) and ticket[0] >= stamp_ns


# -- who gives way --------------------------------------------------------------------------------------------------

ACROSS = Other(5.0, 7.0, RADIUS, (5, "b"), ((5.0, 7.0), (5.0, 3.0)))
AHEAD = sampled([(3.0, 5.0), (7.0, 5.0)])


def test_the_later_claim_stops_before_the_way_of_the_earlier_and_the_earlier_does_not() -> None:
    later = Traffic(RADIUS, (9, "a"), {"b": ACROSS})
    free, whose = later.gives_way(AHEAD)
    assert whose == "b"
    assert 5.0 - AHEAD[free - 1][0] == pytest.approx(2 * RADIUS + GAP_M + EXTRA_M, abs=0.1)
    assert Traffic(RADIUS, (1, "a"), {"b": ACROSS}).gives_way(AHEAD) == (len(AHEAD), "")


def test_one_that_stands_too_near_to_an_earlier_way_may_leave_it_and_not_cross_it() -> None:
    near = Traffic(RADIUS, (9, "a"), {"b": ACROSS})
    away = sampled([(4.5, 5.0), (2.0, 5.0)])
    assert near.gives_way(away) == (len(away), "")
    assert near.gives_way(sampled([(4.5, 5.0), (7.0, 5.0)]))[0] <= 1


def test_who_claimed_earlier_stands_at_its_end_and_everybody_else_where_it_is() -> None:
    others = {"b": ACROSS, "c": Other(6.0, 5.0, RADIUS)}
    assert Traffic(RADIUS, None, others).takes(5.0, 3.0) == "b"
    assert Traffic(RADIUS, None, others).takes(5.0, 7.0) == "", "it will have left"
    assert Traffic(RADIUS, (1, "a"), others).takes(5.0, 7.0) == "b", "it waits for us, and is still there"
    assert Traffic(RADIUS, (9, "a"), others).stands_on(AHEAD) == "c"


ways = st.lists(st.tuples(st.floats(0.0, 10.0), st.floats(0.0, 10.0)), min_size=2, max_size=5)


@given(ways, ways)
def test_of_two_claims_one_always_goes_on(one, two) -> None:
    """Whatever the ways: the order is total, so no two robots ever give way to each other."""
    first, second = Other(*one[0], RADIUS, (1, "a"), tuple(one)), Other(*two[0], RADIUS, (2, "b"), tuple(two))
    assert Traffic(RADIUS, first.ticket, {"b": second}).gives_way(sampled(one)) == (len(sampled(one)), "")


# -- everybody gets there ---------------------------------------------------------------------------------------------


def test_robots_that_stand_at_all_other_places_never_shut_off_a_way() -> None:
    """The condition under which nobody waits for ever (docs/decisions/claims.md), for every pair of spots of the home."""
    radius = math.hypot(0.22, 0.20)
    floor = Floor(WORLD, radius + MARGIN_M, load_areas(ROOT / "config" / "safety.yaml"))
    spots = [Pose(pose.x_m, pose.y_m) for place in WORLD.places.values() for pose in place.poses]
    assert len(spots) > 10, "ten rovers, and somewhere to go"
    shut = [
        (start, goal)
        for start, goal in itertools.permutations(spots, 2)
        if floor.route(start, goal, [(s.x, s.y, 2 * radius + GAP_M) for s in spots if s not in (start, goal)])
        is None
    ]
    assert shut == []


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_rovers_on_errands_never_touch_and_all_get_on(simulation: ModuleType, seed: int) -> None:
    found = simulation.House(seed, claims=True).run(3.0)
    assert found.collisions == 0 and found.nearest_m > 2 * 0.297, "not even their circles touched"
    assert found.failures == []
    assert min(found.errands) >= 2, "none starved"
    assert found.longest_wait_s < 100.0


def test_a_rover_whose_skills_died_on_the_way_is_driven_round(simulation: ModuleType) -> None:
    house = simulation.House(3, claims=True, rovers=5)
    one = house.rovers[0]
    while not (one.runner.run and 4.2 < one.y < 5.8 and one.v > 0.3):
        house.step()  # until it drives in the hall
    dead = house.kill(0)
    before = [rover.done for rover in house.rovers]
    found = house.run(3.0)
    assert found.collisions == 0
    assert all(rover.done > count for rover, count in zip(house.rovers, before, strict=True))
    assert dead.v == 0.0


def test_the_judge_of_the_simulation_sees_a_collision(simulation: ModuleType) -> None:
    house = simulation.House(1, claims=True, rovers=2)
    house.rovers[1].x, house.rovers[1].y = house.rovers[0].x + 0.3, house.rovers[0].y
    house.step()
    assert house.found.collisions == 1
    house.rovers[0].x, house.rovers[0].y = 5.0, 0.0
    for _ in range(5):
        house.step()
    assert house.found.collisions == 2, "a wall"

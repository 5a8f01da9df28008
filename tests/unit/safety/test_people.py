# SPDX-License-Identifier: Apache-2.0
"""Speed and separation towards people: the formula of ISO/TS 15066, and what is not known."""

import dataclasses
import math
import random
import re
from pathlib import Path

import pytest
from shapely import Polygon, box

from tektra.common.world_yaml import WorldError
from tektra.safety.last_seen import MOST, LastSeen
from tektra.safety.motion import Twist
from tektra.safety.path import Placed
from tektra.safety.people import People, Person
from tektra.safety.people_reports import MOST_TOLD, gathered
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.separation import Known
from tektra.safety.zones import KEEP_IN, Judgement, Rules, Zone, load_rules

ROOM = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
KITCHEN = Zone("kitchen", KEEP_IN, Polygon(ROOM), people_assumed=True)
NUMBERS = PeopleRules(
    human_speed=1.6,
    human_speed_min=0.5,
    reaction_s=0.25,
    intrusion=0.3,
    intrusion_arm=0.85,
    person_error=0.1,
    robot_error=0.05,
    arm_deceleration=2.0,
    stale_s=1.0,
)
WIDE = ((-50, -50), (50, -50), (50, 50), (-50, 50))
RADIUS, DECELERATION, SPEED = 0.3, 2.0, 0.8
#: Of a robot that drives at SPEED straight towards somebody, from its edge: S_h + S_r + S_s + C + Z_d + Z_r.
DISTANCE = 1.6 * (0.25 + 0.8 / 2.0) + 0.8 * 0.25 + 0.8**2 / 4.0 + 0.3 + 0.1 + 0.05
#: The same of one that stands, or only just moves.
STANDING = 1.6 * 0.25 + 0.3 + 0.1 + 0.05


def at(x: float = 0.0, y: float = 0.0, yaw: float = 0.0, vx: float = 0.0) -> Placed:
    return Placed(x, y, yaw, Twist(vx, 0.0, 0.0), RADIUS, DECELERATION)


def people(*seen: Person, zones=(), area=(), now_s: float = 10.0, age_s: float = 0.0, **numbers) -> People:
    made = People(Rules(zones=zones, people=PeopleRules(**{**vars(NUMBERS), **numbers})))
    made.heard("camera", area, seen, now_s, age_s)
    return made


def judge(made: People, placed=None, vx: float = SPEED, wz: float = 0.0, now_s: float = 10.0) -> Judgement:
    return made.judge("rover1", placed or at(), Twist(vx, 0.0, wz), now_s)


def ahead(gap: float, **more) -> Person:
    """Somebody straight before a robot at the origin, that far from its edge."""
    return Person("p", RADIUS + gap, 0.0, **more)


# -- the formula -----------------------------------------------------------------------------------------------


def test_full_speed_towards_somebody_is_free_from_the_distance_of_the_standard_on() -> None:
    assert judge(people(ahead(DISTANCE + 0.001))) == Judgement()
    cut = judge(people(ahead(DISTANCE - 0.01)))
    assert 0.9 < cut.factor < 1.0 and cut.cause == "a person"


def test_nearer_it_is_slower_and_nearest_it_stands() -> None:
    factors = [judge(people(ahead(gap))).factor for gap in (1.6, 1.4, 1.2, 1.0, STANDING - 0.01)]
    assert factors == sorted(factors, reverse=True) and factors[0] > factors[2] > factors[-1] == 0.0


def test_the_factor_is_the_largest_to_within_an_eighth() -> None:
    for gap in (0.95, 1.1, 1.3, 1.6, 1.8):
        speed = judge(people(ahead(gap))).factor * SPEED
        kept = 1.6 * (0.25 + speed / 2.0) + speed * 0.25 + speed**2 / 4.0 + 0.45
        faster = speed * 1.126
        assert kept <= gap < 1.6 * (0.25 + faster / 2.0) + faster * 0.25 + faster**2 / 4.0 + 0.45


def test_the_age_of_what_was_seen_counts_like_a_reaction_time() -> None:
    assert judge(people(ahead(DISTANCE + 1.6 * 0.4 + 0.001), age_s=0.4)).factor == 1.0
    assert judge(people(ahead(DISTANCE + 1.6 * 0.4 - 0.01), age_s=0.4)).factor < 1.0
    waiting = people(ahead(DISTANCE + 0.001))
    assert judge(waiting, now_s=10.1).factor < 1.0


def test_a_sensor_that_is_less_sure_keeps_the_robot_further_away() -> None:
    assert judge(people(ahead(DISTANCE + 0.4 + 0.001, uncertainty=0.5))).factor == 1.0
    assert judge(people(ahead(DISTANCE + 0.4 - 0.01, uncertainty=0.5))).factor < 1.0
    assert judge(people(ahead(DISTANCE + 0.001, uncertainty=0.01))).factor == 1.0


@pytest.mark.parametrize(
    "velocity, counts", [((0.0, 0.0), 0.5), ((0.0, 3.0), 3.0), ((1.0, None), 1.6), ((math.nan, 0.0), 1.6)]
)
def test_a_known_velocity_counts_and_never_less_than_the_rules_say(velocity, counts) -> None:
    keep = DISTANCE + (counts - 1.6) * 0.65
    vx, vy = velocity
    assert judge(people(ahead(keep + 0.001, vx=vx, vy=vy))).factor == 1.0
    assert judge(people(ahead(keep - 0.01, vx=vx, vy=vy))).factor < 1.0


def test_who_is_driving_now_reacts_from_that_speed() -> None:
    gap = 1.6 * (0.25 + 0.2) + 0.4 * 0.25 + 0.4**2 / 4.0 + 0.45 + 0.01
    assert judge(people(ahead(gap)), vx=0.4).factor == 1.0
    assert judge(people(ahead(gap)), at(vx=0.8), vx=0.4).factor < 1.0


def test_driving_away_costs_no_distance_of_ones_own() -> None:
    # 1.6 m/s of a person against 0.8 m/s: what counts is the end, 0.25 s and 0.4 s of braking later.
    keep = DISTANCE - 2.0 * (0.8 * 0.25 + 0.8**2 / 4.0)
    assert judge(people(ahead(keep + 0.1)), vx=-SPEED).factor == 1.0
    assert judge(people(ahead(keep - 0.1)), vx=-SPEED).factor < 1.0


def test_passing_in_a_curve_is_judged_along_the_curve() -> None:
    beside = people(Person("p", 1.5, -1.5))
    left, right = judge(beside, vx=1.5, wz=2.2), judge(beside, vx=1.5, wz=-2.2)
    assert right.factor < judge(beside, vx=1.5).factor < left.factor


def test_too_near_already_it_may_slowly_go_away_and_nothing_else() -> None:
    near = people(ahead(0.3))
    assert judge(near).factor == 0.0
    assert judge(near, vx=0.05).factor == 0.0
    assert judge(near, vx=0.0, wz=0.5).factor == 0.0
    away = judge(near, vx=-SPEED)
    assert 0.05 < away.factor * SPEED <= 0.1
    between = people(ahead(0.3), Person("q", -RADIUS - 0.3, 0.0))
    assert judge(between, vx=-SPEED).factor == 0.0


def test_turning_on_the_spot_keeps_the_distance_until_it_ends() -> None:
    keep = STANDING + 1.6 * 1.5 / 3.0
    assert judge(people(ahead(keep + 0.001)), vx=0.0, wz=1.5).factor == 1.0
    assert judge(people(ahead(keep - 0.01)), vx=0.0, wz=1.5).factor < 1.0
    assert judge(people(ahead(0.1)), vx=0.0).factor == 1.0, "to stand is always free"


def test_a_robot_that_does_not_know_its_place_stands_while_anybody_is_known() -> None:
    assert people(ahead(50.0)).judge("rover1", None, Twist(0.1), 10.0).factor == 0.0
    assert people().judge("rover1", None, Twist(0.1), 10.0).factor == 1.0
    assert people(zones=(KITCHEN,)).judge("rover1", None, Twist(0.1), 10.0).factor == 0.0


@pytest.mark.parametrize(
    "asked", [Twist(math.nan), Twist(0.0, math.nan), Twist(0.0, 0.0, math.nan), Twist(math.inf)]
)
def test_a_velocity_that_is_no_number_is_none(asked: Twist) -> None:
    assert people(ahead(50.0)).judge("rover1", at(), asked, 10.0).factor == 0.0


# -- arms ------------------------------------------------------------------------------------------------------


def arm(made: People, speed: float = 1.0, base=(0.0, 0.0), now_s: float = 10.0) -> float:
    return made.judge_arm("arm1", base, 0.8, speed, now_s).factor


def test_an_arm_stands_before_anybody_can_be_in_its_reach() -> None:
    keep = 0.8 + 0.85 + 0.1 + 0.05 + 1.6 * (0.25 + 1.0 / 2.0)
    assert arm(people(Person("p", keep + 0.001, 0.0))) == 1.0
    assert arm(people(Person("p", keep - 0.4, 0.0))) == pytest.approx(0.5)
    assert arm(people(Person("p", keep - 0.8 - 0.01, 0.0))) == 0.0
    assert arm(people(Person("p", keep - 0.8 - 0.01, 0.0)), speed=0.0) == 0.0
    assert arm(people(Person("p", keep - 0.8 + 0.01, 0.0)), speed=0.0) == 1.0


def test_an_arm_whose_place_or_speed_is_unknown_stands_while_anybody_is_known() -> None:
    assert arm(people(Person("p", 50.0, 0.0)), base=None) == 0.0
    assert arm(people(Person("p", 50.0, 0.0)), base=(math.nan, 0.0)) == 0.0
    assert arm(people(Person("p", 2.0, 0.0)), speed=math.inf) == 0.0
    assert arm(people(), base=None) == 1.0


def test_where_an_arm_is_and_reaches_comes_from_the_rules_and_one_they_do_not_name_stands() -> None:
    somebody = people(Person("p", 3.0, 0.0), arms={"arm1": Arm(0.0, 0.0, 0.8)})
    assert somebody.judge_parts("arm1", None, (0.5, 0.5), 10.0, drives=False).factor == 1.0
    assert 0.0 < somebody.judge_parts("arm1", None, (1.0, 1.0), 10.0, drives=False).factor < 1.0
    assert somebody.judge_parts("arm2", None, (0.1,), 10.0, drives=False).factor == 0.0
    assert somebody.judge_parts("arm2", at(), (0.1,), 10.0, drives=False).factor == 0.0, (
        "how far it reaches nobody knows"
    )
    assert somebody.judge_parts("arm1", at(-9.0), (1.0, 1.0), 10.0, drives=True).factor == 1.0, (
        "an arm that drives about"
    )
    assert somebody.judge_parts("rover1", at(), (), 10.0, drives=False).factor == 1.0, (
        "a gripper within its base"
    )
    assert somebody.judge_parts("rover1", at(1.5), (), 10.0, drives=False).factor == 0.0
    assert people().judge_parts("arm2", None, (1.0,), 10.0, drives=False).factor == 1.0


# -- what is not known -----------------------------------------------------------------------------------------


def test_nobody_known_and_nobody_assumed_holds_nothing() -> None:
    assert judge(People(Rules())) == Judgement()


def test_who_was_seen_is_not_forgotten_when_that_is_stale() -> None:
    made = people(ahead(0.3))
    for now_s in (11.0, 11.01, 100.0):
        made.tick(now_s)
        assert judge(made, now_s=now_s).factor == 0.0


def test_somebody_may_be_anywhere_in_a_zone_that_nobody_sees() -> None:
    blind = People(Rules(zones=(KITCHEN,), people=NUMBERS))
    assert judge(blind, at(5, 5)) == Judgement(0.0, "a person who may be in kitchen", passing=True)
    outside = at(-RADIUS - DISTANCE - 0.001, 5)
    assert judge(blind, outside).factor == 1.0
    assert judge(blind, at(-RADIUS - DISTANCE + 0.05, 5)).factor < 1.0
    assert blind.judge_arm("arm1", (5.0, 5.0), 0.8, 1.0, 10.0).factor == 0.0


def test_a_zone_that_is_seen_empty_is_free_and_its_unseen_part_is_not() -> None:
    assert judge(people(zones=(KITCHEN,), area=ROOM), at(5, 5)).factor == 1.0
    half = people(zones=(KITCHEN,), area=((0, 0), (5, 0), (5, 10), (0, 10)))
    assert judge(half, at(5 - RADIUS - DISTANCE - 0.02, 5)).factor == 1.0
    assert judge(half, at(4, 5)).factor == 0.0
    assert judge(half, at(6, 5)).factor == 0.0


def test_two_sensors_side_by_side_see_the_whole() -> None:
    made = people(zones=(KITCHEN,), area=((0, 0), (5.00001, 0), (5, 10), (0, 10)))
    made.heard("other", ((5.00002, 0), (10, 0), (10, 10), (5, 10)), (), 10.0, 0.0)
    assert judge(made, at(5, 5)).factor == 1.0
    assert judge(made, at(5, 5), now_s=11.01).factor == 0.0, "and neither does when it is stale"


def test_who_comes_into_a_seen_zone_counts_there() -> None:
    made = people(Person("p", 6.0, 5.0), zones=(KITCHEN,), area=ROOM)
    assert judge(made, at(5, 5)).cause == "a person"


def test_people_are_assumed_for_the_robots_of_the_zone_alone() -> None:
    mine = Zone("kitchen", KEEP_IN, Polygon(ROOM), robots=("rover2",), people_assumed=True)
    assert judge(people(zones=(mine,)), at(5, 5)).factor == 1.0
    assert people(zones=(mine,)).judge("rover2", at(5, 5), Twist(0.5), 10.0).factor == 0.0


@pytest.mark.parametrize("age_s", [1.1, -0.2, math.nan, math.inf, -math.inf])
def test_a_report_from_the_past_or_the_future_has_not_come(age_s: float) -> None:
    made = People(Rules(zones=(KITCHEN,), people=NUMBERS))
    assert "stamp" in made.heard("camera", ROOM, (), 10.0, age_s)
    assert judge(made, at(5, 5)).factor == 0.0


@pytest.mark.parametrize("age_s", [1.1, 60.0, -0.2, -3600.0, math.nan, math.inf, -math.inf])
def test_whom_a_sensor_with_a_wrong_clock_names_is_there_all_the_same(age_s: float) -> None:
    """All that it told was thrown away: to a camera whose clock was ahead there was nobody, and robots drove on."""
    made = People(Rules(people=NUMBERS))
    for step in range(40):
        now_s = 10.0 + 0.1 * step
        assert "stamp" in made.heard("camera", ROOM, (ahead(0.3), Person("q", math.nan, 0.0)), now_s, age_s)
        made.tick(now_s)
        assert judge(made, now_s=now_s).factor == 0.0
    assert not list(made.last_seen), "it is told of anew each time, and multiplies nobody"
    assert judge(made, at(-60.0), now_s=14.0).factor == 1.0
    made.tick(15.2)
    assert judge(made, now_s=15.2).cause == "a person whom camera saw last"
    assert made.heard("camera", ROOM, (), 16.0, 0.0) == ""
    made.heard("camera", WIDE, (), 16.1, 0.0)
    assert judge(made, now_s=16.1).factor == 1.0, "it has its time again, and sees that floor"
    assert not made.doubts(16.1)


def test_a_late_word_of_a_sensor_says_nothing_beside_its_newer_one() -> None:
    made = people(ahead(9.0), now_s=10.0)
    assert "older" in made.heard("camera", (), (ahead(0.3),), 10.5, 1.4)
    assert judge(made, now_s=10.5).factor == 1.0


@pytest.mark.parametrize(
    "area", [(), ROOM[:2], (*ROOM[:3], (math.nan, 10.0)), ((0, 0), (10, 10), (10, 0), (0, 10))]
)
def test_a_seen_polygon_that_is_none_has_seen_nothing(area) -> None:
    assert judge(people(zones=(KITCHEN,), area=area), at(5, 5)).factor == 0.0


@pytest.mark.parametrize(
    "fault", [{"x": math.nan}, {"y": math.inf}, {"uncertainty": -1.0}, {"uncertainty": math.nan}]
)
def test_a_person_nobody_can_place_leaves_the_zone_unseen_and_the_others_known(fault) -> None:
    lost = Person(**{"id": "q", "x": 1.0, "y": 1.0, **fault})
    made = People(Rules(zones=(KITCHEN,), people=NUMBERS))
    assert "not finite" in made.heard("camera", ROOM, (lost, ahead(0.3)), 10.0, 0.0)
    assert judge(made, at(5, 5)).cause == "a person who may be in kitchen"
    assert judge(made).cause == "a person"


def test_a_report_that_cannot_be_used_forgets_nobody() -> None:
    made = people(ahead(0.3), zones=(KITCHEN,), area=ROOM)
    assert judge(made, at(5, 5)).factor == 1.0
    made.heard("camera", ROOM, (Person("p", math.nan, 0.0),), 10.5, 0.0)
    assert judge(made, now_s=10.9).cause == "a person"
    assert judge(made, at(5, 5), now_s=10.9).factor == 0.0, "and has seen nothing"
    made.heard("camera", ROOM, (), 10.6, 0.0)
    assert judge(made, now_s=10.9).factor == 1.0


def test_an_older_report_does_not_undo_a_newer_one() -> None:
    made = people(ahead(0.3), age_s=0.1)
    assert "older" in made.heard("camera", ROOM, (), 10.0, 0.5)
    assert judge(made).factor == 0.0


def test_a_sensor_that_sees_nobody_does_not_outvote_one_that_does() -> None:
    made = people(ahead(0.3))
    made.heard("other", ROOM, (), 10.0, 0.0)
    assert judge(made).factor == 0.0


# -- the file --------------------------------------------------------------------------------------------------

GOOD = """version: 1
reaction_s: 0.2
separation_m: 0.1
people:
  human_speed_mps: 1.6
  human_speed_min_mps: 1.0
  stale_s: 0.5
zones:
  a: {kind: keep_in, people: assume, corners: [{x_m: 0, y_m: 0}, {x_m: 1, y_m: 0}, {x_m: 1, y_m: 1}]}
"""


@pytest.mark.parametrize(
    "change, line, key",
    [
        (("stale_s: 0.5", "stale_s: 0"), 7, "people.stale_s"),
        (("stale_s: 0.5", "stale_s: .nan"), 7, "people.stale_s"),
        (("stale_s: 0.5", "stale: 0.5"), 7, "people.stale"),
        (("min_mps: 1.0", "min_mps: 1.7"), 6, "people.human_speed_min_mps"),
        (("human_speed_mps: 1.6", "human_speed_mps: fast"), 5, "people.human_speed_mps"),
        (("people: assume", "people: maybe"), 9, "zones.a.people"),
        (("stale_s: 0.5", "arms: {arm1: {x_m: 1, y_m: 2}}"), 7, "people.arms.arm1.reach_m"),
    ],
)
def test_a_bad_number_is_refused_by_file_line_and_key(tmp_path: Path, change, line: int, key: str) -> None:
    file = tmp_path / "safety.yaml"
    file.write_text(GOOD)
    rules = load_rules(file)
    assert rules.zones[0].people_assumed and rules.people.stale_s == 0.5
    assert rules.people.reaction_s == PeopleRules().reaction_s, "what is not named has its default"
    file.write_text(GOOD.replace(*change))
    with pytest.raises(WorldError, match=re.escape(f"safety.yaml:{line}: {key}")):
        load_rules(file)


def test_the_rules_that_come_with_tektra_name_every_number_and_assume_nobody() -> None:
    file = Path(__file__).parents[3] / "config" / "safety.yaml"
    rules = load_rules(file)
    assert dataclasses.replace(rules.people, arms={}) == PeopleRules()
    assert set(rules.people.arms) == {"arm1"}
    assert not any(zone.people_assumed for zone in rules.zones)


def test_a_crowd_costs_no_more_than_a_hundred_and_leaves_no_place_out() -> None:
    """A thousand people in one message, then a thousand others, held the gate up for a third of a second."""
    chance = random.Random(1)
    told = [
        Person(
            str(number),
            chance.uniform(-9.0, 9.0),
            chance.uniform(-5.0, 5.0),
            *((chance.uniform(-3.0, 3.0), 0.0) if number % 3 else (None, None)),
            uncertainty=chance.choice((0.0, 0.3)),
        )
        for number in range(1000)
    ]
    found = gathered(told)
    assert len(found) <= 2 * MOST_TOLD and gathered(told[:MOST_TOLD]) == told[:MOST_TOLD]
    for one in told:
        around = [
            crowd
            for crowd in found
            if math.hypot(crowd.x - one.x, crowd.y - one.y) + one.uncertainty <= crowd.uncertainty + 1e-9
        ]
        known = one.vx is not None
        assert any(
            (crowd.vx is not None) == known and (not known or abs(crowd.vx) >= abs(one.vx))
            for crowd in around
        )
    far = [Person(str(number), 1e6 * (number % 2), float(number)) for number in range(500)]
    assert len(gathered(far)) <= 2 * MOST_TOLD


def test_of_a_crowd_that_is_lost_at_once_no_place_is_left_out() -> None:
    lost, chance = LastSeen(), random.Random(2)
    crowd = [Known(chance.uniform(-9.0, 9.0), chance.uniform(-9.0, 9.0), 1.6, 0.3) for _ in range(150)]
    lost.lose(crowd, box(-9, -9, 9, 9), 10.0, "camera", 1.6)
    kept = list(lost)
    assert len(kept) == MOST
    for one in crowd:
        assert any(
            each.person.distance(one.x, one.y) + one.error <= each.person.error + 1e-9 for each in kept
        )

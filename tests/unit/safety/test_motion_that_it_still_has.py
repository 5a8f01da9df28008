# SPDX-License-Identifier: Apache-2.0
"""What a base has does not end at once: whoever changes their mind while it drives or turns leads it into no zone, and no
nearer to somebody than the gate keeps it."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice, repeat

import pytest
from shapely import Point, box, union_all

from tektra.safety.limits import Limits
from tektra.safety.motion import Twist
from tektra.safety.onward import IDLE_RADPS
from tektra.safety.path import Placed
from tektra.safety.people import People, Person
from tektra.safety.people_rules import PeopleRules
from tektra.safety.zones import KEEP_OUT, Judgement, Rules, Zone, Zones

from .conftest import TICK_S, World
from .drives import Base, changing, drive, some_ask

RADIUS = 0.3


def sluggish(story: random.Random, sideways: bool) -> Limits:
    brakes = story.uniform(0.5, 0.6)
    return Limits(1.0, 1.5, 2.0, brakes, 6.0, linear_jerk=50.0, angular_jerk=50.0, sideways=sideways)


def described(rules: Rules, limits: Limits) -> World:
    world = World(rules=rules)
    world.gate.described("rover1", "driver-1", limits, RADIUS)
    world.run(0.4, "rover1", pose=(0.0, 0.0, 0.0))
    return world


def nearest_to_zones(seed: int, sideways: bool) -> tuple[float, float]:
    """How near the footprint came to any zone, negative: by how much it entered; and how far it drove (m)."""
    story = random.Random(seed)
    squares = []
    while len(squares) < 6:
        x, y, size = story.uniform(-2.5, 2.5), story.uniform(-2.5, 2.5), story.uniform(0.1, 0.8)
        square = box(x - size, y - size, x + size, y + size)
        squares += [square] if square.distance(Point(0.0, 0.0)) > RADIUS + 0.15 else []
    zones, whole = tuple(Zone(f"z{i}", KEEP_OUT, one) for i, one in enumerate(squares)), union_all(squares)
    limits = sluggish(story, sideways)
    world, base = described(Rules(0.2, 0.0, zones), limits), Base(limits, keeps_bend=seed % 2 == 1)
    nearest, driven = math.inf, 0.0
    for _ in drive(world, base, islice(changing(story, limits), 162), 4):
        here = Point(base.x, base.y)
        off = whole.distance(here) if not whole.contains(here) else -whole.boundary.distance(here)
        nearest, driven = (
            min(nearest, off - RADIUS),
            driven + math.hypot(base.twist.vx, base.twist.vy) * TICK_S,
        )
    return nearest, driven


@pytest.mark.parametrize(
    ("seed", "sideways"), [(11, False), (97, False), (35, False), (80, True), (117, True)]
)
def test_who_changes_their_mind_while_it_still_drives_leads_it_into_no_zone(
    seed: int, sideways: bool
) -> None:
    """The gate had judged the way that was asked for alone: a robot that began to turn while it drove went up to 0.24 m into
    a zone beside it."""
    nearest, driven = nearest_to_zones(seed, sideways)
    assert nearest > -0.01, "it entered a zone"
    assert driven > 0.5, "who permits nothing enters nothing"


def test_a_base_that_stands_turns_on_the_spot_beside_a_zone_and_one_that_drives_at_it_does_not() -> None:
    zones = Zones(Rules(0.2, 0.0, (Zone("stairs", KEEP_OUT, box(0.31, -1.0, 2.0, 1.0)),)))
    stands = Placed(0.0, 0.0, 0.0, Twist(), RADIUS, 0.5, turn_deceleration=3.0)
    turn = Twist(wz=1.0)
    assert zones.judge("rover1", stands, turn, {}).factor == 1.0
    for has in ({"twist": Twist(0.5)}, {"granted": Twist(0.5)}):
        assert zones.judge("rover1", replace(stands, **has), turn, {}) == Judgement(
            0.0, "stairs", passing=True
        )


# -- people ----------------------------------------------------------------------------------------------------------


def spared(base: Base, under_way: Sequence[Twist], person: tuple[float, float]) -> float:
    """How near somebody comes, while it drives, who walks straight at a base that is told to stop now (m)."""
    base, (x, y), nearest = replace(base), person, math.inf
    for told in chain(under_way, repeat(Twist(), 100)):
        base.step(told)
        dx, dy = base.x - x, base.y - y
        far = math.hypot(dx, dy)
        step = 1.6 * TICK_S / far
        x, y = x + dx * step, y + dy * step
        if math.hypot(base.twist.vx, base.twist.vy) < 0.02:
            break
        nearest = min(nearest, far * (1.0 - step))
    return nearest


def nearest_to_somebody(seed: int, sideways: bool) -> float:
    """How much nearer than the gate keeps it a base comes to somebody, if negative, whose driver changes their mind twice (m)."""
    story, rules = random.Random(seed), PeopleRules()
    speed, bend = (
        story.uniform(0.3, 1.0) * story.choice((1, -1)),
        story.choice((0.0, story.uniform(-1.5, 1.5))),
    )
    asks = [Twist(speed, 0.0, bend), *(some_ask(story, 1.0, sideways) for _ in range(2))]
    changes, angle, far = (story.uniform(0.4, 2.0), story.uniform(-math.pi, math.pi), story.uniform(1.5, 4.5))
    person, limits = (far * math.cos(angle), far * math.sin(angle)), sluggish(story, sideways)
    world, base = described(Rules(people=rules), limits), Base(limits, keeps_bend=seed % 2 == 1)

    def see() -> None:
        world.gate.people.heard("camera", (), [Person("p", *person)], world.now_s, 0.0)

    asked = chain(repeat(asks[0], round(changes / TICK_S)), repeat(asks[1], 12), repeat(asks[2], 12))
    keep = RADIUS + rules.intrusion + rules.person_error + rules.robot_error
    return min(spared(base, under_way, person) for under_way in drive(world, base, asked, 5, see)) - keep


@pytest.mark.parametrize("seed", [324, 173])
def test_who_changes_their_mind_while_it_still_drives_leads_it_no_nearer_to_anybody(seed: int) -> None:
    """It came 0.01 m nearer to somebody than the gate keeps it; and one that turned about, whatever way it still drove."""
    assert nearest_to_somebody(seed, sideways=False) > 0.0


def test_a_turn_on_the_spot_is_judged_by_the_drive_that_is_not_over() -> None:
    people = People(Rules(people=PeopleRules()))
    people.heard("camera", (), [Person("p", 2.6, 0.0)], 10.0, 0.0)
    stands = Placed(0.0, 0.0, 0.0, Twist(), RADIUS, 0.5, turn_deceleration=3.0)
    assert people.judge("rover1", stands, Twist(wz=1.0), 10.0).factor == 1.0
    for has in ({"twist": Twist(0.8)}, {"granted": Twist(0.8)}):
        share = people.judge("rover1", replace(stands, **has), Twist(wz=1.0), 10.0).factor
        assert share < IDLE_RADPS, "it brakes straight on, as was judged when that was permitted"

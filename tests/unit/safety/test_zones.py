# SPDX-License-Identifier: Apache-2.0
"""Zones are judged by what a robot would sweep before it stands."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from tektra.common.world_yaml import WorldError
from tektra.safety.motion import Twist
from tektra.safety.path import Placed
from tektra.safety.zones import KEEP_IN, KEEP_OUT, SLOW, Rules, Zone, Zones, load_rules

ROOM = Zone("room", KEEP_IN, Polygon([(0, 0), (10, 0), (10, 10), (0, 10)]))
STAIRS = Zone("stairs", KEEP_OUT, Polygon([(5, 4), (6, 4), (6, 6), (5, 6)]))
CROWD = Zone("crowd", SLOW, Polygon([(2, 7), (8, 7), (8, 9), (2, 9)]), speed=0.2, robots=("rover1",))
RADIUS = 0.3


def at(x: float, y: float, yaw: float = 0.0, vx: float = 0.0, deceleration: float = 2.0) -> Placed:
    return Placed(x, y, yaw, Twist(vx, 0.0, 0.0), RADIUS, deceleration)


def judge(placed, vx: float = 0.6, wz: float = 0.0, robot: str = "rover1", others=None, **rules):
    zones = Zones(Rules(**{"reaction_s": 0.2, "zones": (ROOM, STAIRS, CROWD), **rules}))
    return zones.judge(robot, placed, Twist(vx, 0.0, wz), others or {})


def test_without_rules_nothing_is_cut() -> None:
    assert judge(None, zones=()).factor == 1.0


def test_a_robot_that_does_not_know_its_place_gets_no_speed_where_zones_apply() -> None:
    assert judge(None).factor == 0.0


def test_far_from_every_edge_nothing_is_cut() -> None:
    assert judge(at(2, 2)).factor == 1.0


def test_the_stopping_distance_counts_and_not_the_place() -> None:
    # 0.6 m/s: 0.12 m of reaction and 0.09 m of braking; the stairs begin 5 m - 0.3 m of radius away.
    assert judge(at(4.45, 5)).factor == 1.0
    cut = judge(at(4.52, 5))
    assert 0.0 < cut.factor < 1.0 and cut.cause == "stairs"
    assert judge(at(4.52, 5), vx=0.1).factor == 1.0
    assert judge(at(4.699, 5)).factor < 0.05


def test_driving_away_from_the_stairs_is_free() -> None:
    assert judge(at(4.65, 5, yaw=math.pi)).factor == 1.0


def test_the_edge_of_the_room_holds_backwards_too() -> None:
    assert judge(at(0.35, 5), vx=-0.6).factor < 0.5
    assert judge(at(0.35, 5), vx=0.6).factor == 1.0


def test_a_curve_is_judged_as_a_curve() -> None:
    towards_the_corner = at(4.65, 3.75, yaw=0.9)
    assert judge(towards_the_corner).factor < 1.0
    assert judge(towards_the_corner, wz=3.0).factor == 1.0


def test_turning_on_the_spot_is_free_anywhere() -> None:
    assert judge(at(4.69, 5), vx=0.0, wz=1.0).factor == 1.0


def test_a_slow_zone_cuts_the_speed_of_its_robots_only() -> None:
    assert judge(at(3, 8)).factor == pytest.approx(1 / 3)
    assert judge(at(3, 8), robot="rover2").factor == 1.0


def test_who_is_inside_a_keep_out_zone_may_slowly_leave_and_not_go_deeper() -> None:
    inside = at(5.1, 5)
    assert judge(inside, vx=0.6).factor == 0.0
    out = judge(inside, vx=-0.6)
    assert out.factor > 0.0 and out.factor * 0.6 <= 0.1


def test_two_robots_keep_apart_by_where_both_would_stand() -> None:
    other = {"rover2": at(3.0, 2.0, yaw=math.pi, vx=0.6)}
    assert judge(at(1.0, 2.0), others=other, separation=0.1).factor == 1.0
    near = judge(at(1.9, 2.0), others=other, separation=0.1)
    assert near.factor < 1.0 and near.cause == "rover2"
    assert judge(at(1.9, 2.0), vx=-0.1, others=other, separation=0.1).factor == 1.0, "backing off is free"
    assert judge(at(2.4, 2.0), vx=-0.05, others=other, separation=0.1).factor == 1.0, (
        "also when already too near"
    )


def test_passing_beside_each_other_is_free() -> None:
    other = {"rover2": at(3.0, 2.8, yaw=math.pi, vx=0.6)}
    assert judge(at(2.6, 2.0), others=other, separation=0.1).factor == 1.0


@settings(deadline=None)  # a loaded machine is late
@given(
    st.floats(0.3, 9.7),
    st.floats(0.3, 9.7),
    st.floats(-math.pi, math.pi),
    st.floats(-0.6, 0.6),
    st.floats(-1.5, 1.5),
)
def test_what_is_permitted_never_sweeps_a_keep_out_zone(x, y, yaw, vx, wz) -> None:
    placed = at(x, y, yaw)
    if STAIRS.polygon.distance(Point(x, y)) < RADIUS:
        return
    judged = judge(placed, vx=vx, wz=wz)
    speed, turn = vx * judged.factor, wz * judged.factor
    for t in [0.2 * step / 10 for step in range(11)] + [
        0.2 + abs(speed) / 2.0 * step / 10 for step in range(11)
    ]:
        braking = max(0.0, t - 0.2)
        length = abs(speed) * min(t, 0.2) + abs(speed) * braking - braking**2
        bend = turn / abs(speed) * length if abs(speed) > 1e-3 else 0.0
        heading = yaw + bend / 2.0
        chord = math.copysign(length * (math.sin(bend / 2.0) / (bend / 2.0) if bend else 1.0), speed)
        point = Point(x + chord * math.cos(heading), y + chord * math.sin(heading))
        assert STAIRS.polygon.distance(point) >= RADIUS - 0.012, "within a polygon's roundness"


GOOD = """
version: 1
reaction_s: 0.2
separation_m: 0.1
zones:
  a: {kind: keep_out, corners: [{x_m: 0, y_m: 0}, {x_m: 1, y_m: 0}, {x_m: 1, y_m: 1}]}
"""


@pytest.mark.parametrize(
    "change, words",
    [
        (("version: 1", "version: 2"), "version"),
        (("keep_out", "keepout"), "kind"),
        ((", {x_m: 1, y_m: 1}", ""), "corners"),
        (("{x_m: 1, y_m: 1}", "{x_m: 2, y_m: 0}"), "corners"),
        (("y_m: 1", "z_m: 1"), "y_m"),
        (("separation_m: 0.1", "separation_m: -1"), "separation_m"),
        (("reaction_s: 0.2", "reaction_s: .nan"), "reaction_s"),
        (("kind: keep_out", "kind: slow"), "speed_mps"),
        (("zones:", "zone:"), "zone"),
        (("zones:", "zones: ["), ""),
    ],
)
def test_a_bad_file_is_refused_by_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    file = tmp_path / "safety.yaml"
    file.write_text(GOOD)
    assert load_rules(file).zones[0].name == "a"
    file.write_text(GOOD.replace(*change))
    with pytest.raises(WorldError) as error:
        load_rules(file)
    assert words in str(error.value) and re.search(r"safety.yaml:\d+:", str(error.value))


def test_the_zones_that_come_with_tektra_let_every_place_be_reached() -> None:
    from tektra.common.world import load_world

    config = Path(__file__).parents[3] / "config"
    zones, world = Zones(load_rules(config / "safety.yaml")), load_world(config / "world.yaml")
    for place in world.places.values():
        for pose in place.poses:
            judged = zones.judge("rover1", at(pose.x_m, pose.y_m, pose.yaw_rad), Twist(0.05), {})
            assert judged.factor == 1.0, place.name


def test_who_breaks_a_zone_now_is_told_by_its_name() -> None:
    zones = Zones(Rules(zones=(ROOM, STAIRS, CROWD)))
    assert zones.inside("rover1", at(2, 2)) == ""
    assert zones.inside("rover1", at(3, 8)) == "", "a slow zone is a place to be"
    assert zones.inside("rover1", at(5 - RADIUS + 0.01, 5)) == "", "within the error of a pose"
    assert zones.inside("rover1", at(5 - RADIUS + 0.05, 5)) == "stairs"
    assert zones.inside("rover1", at(5.5, 5)) == "stairs"
    assert zones.inside("rover1", at(RADIUS - 0.05, 5)) == "room"
    assert zones.inside("rover1", at(-20, 5)) == "room"
    closet = Zone("closet", KEEP_IN, Polygon([(0, 0), (0.4, 0), (0.4, 0.4), (0, 0.4)]))
    assert Zones(Rules(zones=(closet,))).inside("rover1", at(0.2, 0.2)) == "closet", "it does not fit in"
    mine = Zone("mine", KEEP_OUT, STAIRS.polygon, robots=("rover2",))
    assert Zones(Rules(zones=(mine,))).inside("rover1", at(5.5, 5)) == ""


@settings(deadline=None)  # a loaded machine is late
@given(
    st.lists(
        st.tuples(st.floats(-4, 4), st.floats(-4, 4), st.sampled_from([KEEP_IN, KEEP_OUT, SLOW])), max_size=12
    ),
    st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4), st.floats(-3, 3), st.floats(0, 1)), max_size=6),
    st.floats(-1, 1),
    st.floats(-2, 2),
)
def test_what_is_left_out_as_far_away_changes_no_judgement(corners, robots, vx, wz) -> None:
    zones = tuple(
        Zone(f"z{i}", kind, Polygon([(x, y), (x + 3, y), (x + 3, y + 3), (x, y + 3)]), speed=0.1)
        for i, (x, y, kind) in enumerate(corners)
    )
    others = {f"r{i}": at(x, y, yaw, speed) for i, (x, y, yaw, speed) in enumerate(robots)}
    rules = Rules(reaction_s=0.2, separation=0.1, zones=zones)
    plain = Zones(rules)
    plain._near = lambda robot, placed, reach: (
        [z for z in zones if z.kind == KEEP_IN]
        + [  # type: ignore[method-assign]
            z for z in zones if z.kind != KEEP_IN
        ]
    )
    here, asked = at(0.0, 0.0), Twist(vx, 0.0, wz)
    assert Zones(rules).judge("r", here, asked, others) == plain.judge("r", here, asked, others)


#: Its mouth is narrower than a robot, and the yard in it wide.
YARD = Polygon(
    [
        (-3, -3),
        (3, -3),
        (3, 3),
        (-3, 3),
        (-3, 0.2),
        (-2, 0.2),
        (-2, 2),
        (2, 2),
        (2, -2),
        (-2, -2),
        (-2, -0.2),
        (-3, -0.2),
    ]
)


def test_who_is_a_hair_over_the_edge_of_a_yard_stands_at_it_as_outside() -> None:
    rules = Rules(0.2, 0.0, (Zone("ring", KEEP_OUT, YARD),))
    zones, edge = Zones(rules), 2.0 - 0.3
    for x in (edge + 0.01, 3.3 - 0.01):
        assert zones.inside("rover1", at(x, 0.0)) == ""
    for x in (edge + 0.1, 3.3 - 0.1, 2.5):
        assert zones.inside("rover1", at(x, 0.0)) == "ring"


def test_out_of_a_zone_leads_into_the_yard_that_it_encloses_too() -> None:
    zones = Zones(Rules(0.2, 0.0, (Zone("ring", KEEP_OUT, YARD),)))
    slowly = Twist(-0.08)
    assert zones.judge("rover1", at(1.8, 0.0), slowly, {}).factor == 1.0
    assert zones.judge("rover1", at(1.8, 0.0), Twist(0.08), {}).factor == 0.0, "deeper"
    assert zones.judge("rover1", at(3.2, 0.0), Twist(0.08), {}).factor == 1.0

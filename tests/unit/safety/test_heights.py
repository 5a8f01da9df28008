# SPDX-License-Identifier: Apache-2.0
"""Zones with a floor and a ceiling, and robots above one another."""

import dataclasses
import math
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from tektra.common.areas import GROUND_M, load_areas
from tektra.common.world_yaml import WorldError
from tektra.safety.gate import Gate, Request
from tektra.safety.heights import Climbing, Layer, Tall
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.zones import KEEP_IN, KEEP_OUT, SLOW, Rules, Zone, load_rules

TICK_S = 0.05
# At its speed at once, so that one decision tells.
ROVER = Limits(0.6, 1.5, 50.0, 3.0, 4.0, linear_jerk=1e4, angular_jerk=20.0)
COPTER = dataclasses.replace(ROVER, altitude=20.0, sideways=True)
AHEAD, UP, DOWN = (
    Motion(Kind.VELOCITY, twist=Twist(0.5)),
    Motion(Kind.TAKE_OFF, altitude=6.0),
    Motion(Kind.LAND),
)


def square(x: float, y: float, half: float) -> Polygon:
    return Polygon([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])


class Sky:
    """A gate, a copter and a rover, which are where they are said to be."""

    def __init__(self, *zones: Zone, separation: float = 0.05) -> None:
        self.now_s, self.sequence = 100.0, 0
        self.gate = Gate(SafetyOptions(), rules=Rules(0.2, separation, zones))
        self.gate.described("copter", "driver-1", COPTER, radius=0.3)
        self.gate.described("rover", "driver-2", ROVER, radius=0.3)
        self.at = {"copter": (0.0, 0.0), "rover": (50.0, 0.0)}
        self.height, self.rate, self.moving = 0.0, 0.0, False
        self.wait(0.5)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.now_s += TICK_S
            self.height += self.rate * TICK_S
            self.gate.tick(self.now_s, self.now_s)
            for robot, (x, y) in self.at.items():
                said = Report(
                    True, self.moving, False, self.gate.latch.epoch_of(robot), self.now_s, pose=(x, y, 0.0)
                )
                said = dataclasses.replace(said, altitude=self.height if robot == "copter" else math.nan)
                self.gate.heard(robot, said, now_s=self.now_s, stamp_s=self.now_s)

    def ask(self, motion: Motion, robot: str = "copter", *, later_s: float = 3.0) -> bool:
        """Whether it is permitted, a drive as fast as it was asked; long after what was permitted before."""
        self.wait(later_s)
        self.sequence += 1
        asked = Request(
            *(robot, f"g{self.sequence}", "skill", self.sequence),
            *(self.gate.latch.epoch_of(robot), self.now_s, motion),
        )
        decided = self.gate.decide(asked, now_s=self.now_s, stamp_s=self.now_s)
        return decided is not None and decided[1].motion.twist == motion.twist

    def reason(self) -> str:
        return self.gate.take_records()[-1].detail


def shelf(floor: float = -math.inf, ceiling: float = math.inf, kind: str = KEEP_OUT) -> Zone:
    """Right before the copter."""
    return Zone("shelf", kind, square(0.92, 0.0, 0.6), layer=Layer(floor, ceiling))


@pytest.mark.parametrize(
    ("floor", "ceiling", "height", "flies"),
    [
        (-math.inf, 3.0, 5.0, True),  # over it
        (-math.inf, 3.0, 2.0, False),
        (-math.inf, 3.0, 3.3, False),  # nearer than heights are known
        (8.0, math.inf, 5.0, True),  # under it
        (8.0, math.inf, 7.5, False),  # with its own size
        (4.0, 6.0, 5.0, False),
        (4.0, 6.0, math.nan, False),  # it may be at any height
        (-math.inf, math.inf, 15.0, False),  # a zone without heights has all of them
    ],
)
def test_what_flies_passes_over_and_under_a_zone_and_not_through_it(floor, ceiling, height, flies) -> None:
    sky = Sky(shelf(floor, ceiling))
    sky.height = height
    assert sky.ask(AHEAD) is flies


def test_what_climbs_or_sinks_does_not_pass_just_because_it_is_not_there_yet() -> None:
    sky = Sky(shelf(6.5))
    sky.height = 4.0
    assert sky.ask(AHEAD)
    sky.rate = 2.0
    assert not sky.ask(AHEAD, later_s=0.5)  # at 5 m by then
    assert "shelf" in sky.reason()


def test_what_was_told_to_climb_a_moment_ago_may_still_do_so() -> None:
    sky = Sky(shelf(5.0, 8.0))
    sky.height = 3.0
    assert sky.ask(UP)
    assert not sky.ask(AHEAD, later_s=0.5)
    assert sky.ask(AHEAD)


def test_a_ceiling_to_stay_under_binds_take_off_height_and_flight() -> None:
    room = Zone("room", KEEP_IN, square(0.0, 0.0, 30.0), layer=Layer(0.0, 5.0))
    sky = Sky(room)
    assert not sky.ask(UP)  # 6 m
    assert "room is in the way" in sky.reason()
    assert sky.ask(Motion(Kind.TAKE_OFF, altitude=5.0))
    sky.height = 5.1  # it wavers
    assert sky.ask(AHEAD)
    sky.height = 5.6
    assert not sky.ask(AHEAD)
    assert sky.ask(Motion(Kind.TAKE_OFF, altitude=4.0))
    assert sky.ask(DOWN)
    sky.height = math.nan
    assert not sky.ask(AHEAD)
    assert sky.ask(DOWN)
    sky.at["rover"] = (3.0, 3.0)
    assert sky.ask(AHEAD, "rover")  # a ceiling is none for what drives


def test_what_is_above_its_ceiling_and_moves_stops_its_robot() -> None:
    sky = Sky(Zone("room", KEEP_IN, square(0.0, 0.0, 30.0), layer=Layer(0.0, 5.0)))
    sky.height, sky.moving = 4.9, True
    sky.wait(0.2)
    assert not sky.gate.latch.causes_of("copter")
    sky.height = 5.4
    sky.wait(0.2)
    assert sky.gate.latch.causes_of("copter")


def test_over_a_forbidden_place_it_stays_up_and_beside_it_it_lands() -> None:
    pond = Zone("pond", KEEP_OUT, square(0.0, 0.0, 2.0), layer=Layer(ceiling=2.0))
    sky = Sky(pond)
    sky.height = 5.0
    assert not sky.ask(DOWN)
    assert "pond is in the way" in sky.reason()
    assert not sky.ask(Motion(Kind.TAKE_OFF, altitude=1.0))
    assert sky.ask(Motion(Kind.TAKE_OFF, altitude=8.0))
    sky.at["copter"] = (2.5, 0.0)
    assert sky.ask(DOWN)
    sky.at["copter"], sky.height = (0.0, 0.0), 1.0  # however it came there
    assert sky.ask(DOWN)


def test_nothing_takes_off_through_a_zone_above_it() -> None:
    sky = Sky(Zone("beam", KEEP_OUT, square(0.0, 0.0, 1.0), layer=Layer(3.0, 4.0)))
    assert not sky.ask(UP)
    assert sky.ask(Motion(Kind.TAKE_OFF, altitude=1.5))


def test_a_rover_drives_under_a_zone_that_begins_above_it_and_not_under_a_lower_one() -> None:
    for floor, drives in ((GROUND_M, True), (GROUND_M - 0.5, False)):
        sky = Sky(shelf(floor))
        sky.at = {"copter": (50.0, 0.0), "rover": (0.0, 0.0)}
        assert sky.ask(AHEAD, "rover") is drives


def test_a_slow_zone_slows_what_is_at_its_height() -> None:
    slow = dataclasses.replace(shelf(ceiling=2.0, kind=SLOW), speed=0.1)
    for height, cut in ((1.0, True), (5.0, False)):
        sky = Sky(slow)
        sky.height = height
        assert sky.ask(AHEAD) is not cut
        told = [record.detail for record in sky.gate.take_records()]
        assert any("shelf" in detail for detail in told) is cut


def test_a_copter_flies_over_a_rover_and_not_low_and_lands_on_none() -> None:
    sky = Sky()
    sky.at["rover"] = (0.5, 0.0)
    for height, flies in ((6.0, True), (2.0, False), (math.nan, False)):
        sky.height = height
        assert sky.ask(AHEAD) is flies
    sky.height = 6.0
    assert not sky.ask(DOWN)
    assert "rover is in the way" in sky.reason()
    assert not sky.ask(Motion(Kind.TAKE_OFF, altitude=1.0))
    assert sky.ask(Motion(Kind.TAKE_OFF, altitude=8.0))
    sky.at["rover"] = (3.0, 0.0)
    assert sky.ask(DOWN)


def test_under_a_copter_that_lands_nobody_drives() -> None:
    sky = Sky()
    sky.height = 6.0
    sky.at["rover"] = (-0.7, 0.0)
    assert sky.ask(AHEAD, "rover")
    sky.at["rover"] = (-1.5, 0.0)
    assert sky.ask(DOWN)
    sky.at["rover"] = (-0.7, 0.0)
    assert not sky.ask(AHEAD, "rover", later_s=TICK_S)


def test_a_copter_that_is_lost_may_be_at_any_height() -> None:
    sky = Sky()
    sky.height, sky.moving = 6.0, False
    sky.at["rover"] = (-0.7, 0.0)
    assert sky.ask(AHEAD, "rover")
    del sky.at["copter"]
    assert not sky.ask(AHEAD, "rover")
    assert "copter" in sky.reason()


def test_a_height_that_leaps_ends_the_goal() -> None:
    sky = Sky()
    sky.height = 6.0
    assert sky.ask(AHEAD)
    goal = f"g{sky.sequence}"
    sky.height += 0.3  # a gust
    sky.wait(TICK_S)
    assert dict(sky.gate.robots())["copter"] == goal
    sky.height -= 2.0  # its barometer, or another source of height
    sky.wait(TICK_S)
    assert dict(sky.gate.robots())["copter"] == ""
    assert "its height leapt" in sky.reason()
    assert sky.ask(AHEAD)  # asked anew


def test_no_number_of_a_height_ends_the_gate_or_lets_it_through() -> None:
    for height in (math.inf, -math.inf, 1e308, -1e308, 5e-324):
        sky = Sky(shelf(3.0))
        sky.height = height
        assert sky.ask(AHEAD) is (height == 5e-324)


@given(
    heights=st.lists(st.floats(-5.0, 100.0), min_size=2, max_size=20),
    floor=st.floats(-5.0, 50.0),
    size=st.floats(0.1, 30.0),
)
def test_who_is_at_a_zones_heights_is_always_one_whom_it_concerns(heights, floor, size) -> None:
    climbing, layer, now_s = Climbing(), Layer(floor, floor + size), 10.0
    for height in heights:
        now_s += 0.05
        tall = climbing.tall(height, 0.3, 1.0, now_s)
        assert tall.low < height < tall.high
        assert not layer.has(tall) or layer.concerns(tall)
        assert Tall(True).meets(tall) and tall.meets(Tall(True))


def rules_file(tmp_path, more: str):
    path = tmp_path / "safety.yaml"
    path.write_text(
        textwrap.dedent(
            """\
            version: 1
            reaction_s: 0.2
            separation_m: 0.05
            zones:
              mast:
                kind: keep_out
                corners: [{x_m: 0.0, y_m: 0.0}, {x_m: 1.0, y_m: 0.0}, {x_m: 1.0, y_m: 1.0}]
            """
        )
        + textwrap.indent(textwrap.dedent(more), "    ")
    )
    return path


def test_floor_and_ceiling_are_read_and_checked(tmp_path) -> None:
    (zone,) = load_rules(rules_file(tmp_path, "floor_m: 3.0\nceiling_m: 9.0\n")).zones
    assert zone.layer == Layer(3.0, 9.0)
    (zone,) = load_rules(rules_file(tmp_path, "ceiling_m: 9.0\n")).zones
    assert zone.layer == Layer(-math.inf, 9.0)
    for wrong in ("floor_m: 3.0\nceiling_m: 3.0\n", "floor_m: .nan\n", "floor_m: high\n"):
        with pytest.raises(WorldError):
            load_rules(rules_file(tmp_path, wrong))


def test_ways_on_the_ground_are_planned_under_what_begins_above_it(tmp_path) -> None:
    assert load_areas(rules_file(tmp_path, "floor_m: 3.0\n")) == ()
    assert len(load_areas(rules_file(tmp_path, "floor_m: 2.0\n"))) == 1

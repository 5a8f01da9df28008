# SPDX-License-Identifier: Apache-2.0
"""The reach of arms among robots, robots that are low, and people under what lands."""

import dataclasses
import math
import textwrap
from pathlib import Path

import pytest
from shapely import Polygon

from tektra.common.errors import InputError
from tektra.common.world import load_world
from tektra.common.world_yaml import WorldError
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.people import Person
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.zones import KEEP_OUT, Layer, Rules, Zone, load_rules

TICK_S = 0.05
ROVER = Limits(0.6, 1.5, 50.0, 3.0, 4.0, linear_jerk=1e4, angular_jerk=20.0)
COPTER = dataclasses.replace(ROVER, altitude=20.0, sideways=True)
JOINTS = {
    "joint_names": ("lift",),
    "joint_lower": (-2.0,),
    "joint_upper": (2.0,),
    "joint_speed": (1.0,),
    "joint_acceleration": (4.0,),
}
ARM = Limits(0.0, 0.0, 0.0, 0.0, 0.0, **JOINTS)
CARRIER = dataclasses.replace(ROVER, **JOINTS)
AHEAD, BACK, LIFT = (
    Motion(Kind.VELOCITY, twist=Twist(0.5)),
    Motion(Kind.VELOCITY, twist=Twist(-0.1)),
    Motion(Kind.JOINTS, joint_names=("lift",), joint_positions=(0.5,)),
)
BOLTED = Arm(3.0, 0.0, 0.85)
STOWS = dataclasses.replace(BOLTED, clear={"lift": (-0.1, 0.1)})


class Floor:
    """A gate and robots that are where they are said to be; the arm is bolted at (3, 0) and tells no place."""

    def __init__(self, *, rule=BOLTED, zones=(), heights=None, separation=0.05, rules=None, **limits) -> None:
        self.now_s, self.sequence = 100.0, 0
        people = PeopleRules(arms={"arm": rule} if rule else {})
        own = Rules(0.2, separation, zones, people, heights or {})
        self.gate, self.yaw = Gate(SafetyOptions(), rules=rules or own), 0.0
        self.at = {"rover": (0.0, 0.0), "arm": None}
        self.limits = {"rover": ROVER, "arm": ARM, **limits}
        self.heights, self.joints = {}, {"lift": 0.0}
        for robot in self.limits:
            self.at.setdefault(robot, (50.0, 50.0))
            self.gate.described(robot, f"driver of {robot}", self.limits[robot], radius=0.3)
        self.wait(0.5)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.now_s += TICK_S
            self.gate.tick(self.now_s, self.now_s)
            for robot, place in self.at.items():
                if robot in self.limits:
                    self.tell(robot, place)

    def tell(self, robot, place) -> None:
        pose = (*place, self.yaw) if place else None
        epoch, height = self.gate.latch.epoch_of(robot), self.heights.get(robot, math.nan)
        said = Report(True, False, False, epoch, self.now_s, pose=pose, joints=self.joints, altitude=height)
        self.gate.heard(robot, said, now_s=self.now_s, stamp_s=self.now_s)

    def asked(self, robot: str, motion: Motion, *, later_s: float = 3.0):
        """What is permitted, long after anything else was; None when nothing is."""
        self.wait(later_s)
        self.sequence += 1
        asked = Request(
            *(robot, f"g{self.sequence}", "skill", self.sequence),
            *(self.gate.latch.epoch_of(robot), self.now_s, motion),
        )
        decided = self.gate.decide(asked, now_s=self.now_s, stamp_s=self.now_s)
        return decided and decided[1]

    def whole(self, robot: str, motion: Motion, **later: float) -> bool:
        decided = self.asked(robot, motion, **later)
        return decided is not None and decided.motion == motion

    def reason(self) -> str:
        return self.gate.take_records()[-1].detail


@pytest.mark.parametrize("x", [1.68, 1.7, 1.79])
def test_nobody_drives_into_the_reach_of_an_arm(x) -> None:
    floor = Floor()
    floor.at["rover"] = (x, 0.0)
    assert not floor.whole("rover", AHEAD)


def test_beside_its_reach_a_robot_drives_and_out_of_it_slowly() -> None:
    floor = Floor()
    floor.at["rover"] = (1.0, 1.3)
    assert floor.whole("rover", AHEAD)
    floor.at["rover"] = (1.9, 0.0)
    assert floor.asked("rover", AHEAD) is None and "arm is in the way" in floor.reason()
    assert floor.whole("rover", BACK)


def test_an_arm_whose_driver_never_came_or_left_is_still_bolted_there() -> None:
    floor = Floor()
    floor.gate.gone("arm")
    del floor.limits["arm"]
    floor.at["rover"] = (1.7, 0.0)
    assert not floor.whole("rover", AHEAD)


def test_an_operator_who_forgets_a_lost_arm_takes_it_away() -> None:
    floor = Floor()
    del floor.limits["arm"]
    floor.wait(3.0)
    floor.gate.doubts.forget_robot("operator", "arm", floor.now_s)
    floor.at["rover"] = (1.7, 0.0)
    assert floor.whole("rover", AHEAD)


def test_no_arm_moves_while_a_robot_is_in_its_reach_or_comes() -> None:
    floor = Floor()
    assert floor.whole("arm", LIFT)
    floor.at["rover"] = (1.9, 0.0)
    assert floor.asked("arm", LIFT) is None and "rover is in the way" in floor.reason()
    floor.at["rover"] = (1.7, 0.0)
    assert floor.whole("arm", LIFT)


def test_no_arm_moves_near_where_a_robot_was_lost() -> None:
    floor = Floor()
    floor.at["rover"] = (1.9, 0.0)
    floor.wait(0.5)
    del floor.limits["rover"]
    assert floor.asked("arm", LIFT) is None


def test_a_low_robot_passes_under_an_arm_that_never_comes_so_low() -> None:
    high = dataclasses.replace(BOLTED, low=0.7)
    floor = Floor(rule=high, heights={"rover": 0.4})
    floor.at["rover"] = (1.9, 0.0)
    assert floor.whole("rover", AHEAD) and floor.whole("arm", LIFT)
    unknown = Floor(rule=high)
    unknown.at["rover"] = (1.9, 0.0)
    assert not unknown.whole("rover", AHEAD)


def test_a_low_robot_drives_under_a_zone_that_a_high_one_meets() -> None:
    zone = Zone(
        "shelf", KEEP_OUT, Polygon([(0.4, -1.0), (2.0, -1.0), (2.0, 1.0), (0.4, 1.0)]), layer=Layer(0.8)
    )
    assert Floor(rule=None, zones=(zone,), heights={"rover": 0.4}).whole("rover", AHEAD)
    assert not Floor(rule=None, zones=(zone,)).whole("rover", AHEAD)


def test_an_arm_that_drives_about_fills_its_reach_while_its_joints_move() -> None:
    floor = Floor(rule=STOWS, arm=CARRIER)
    floor.at["arm"], floor.at["rover"] = (3.0, 0.0), (1.7, 0.0)
    assert floor.whole("rover", AHEAD) and floor.whole("arm", LIFT)
    assert not floor.whole("rover", AHEAD, later_s=0.1)
    assert floor.whole("rover", AHEAD)  # its joints stand where they were
    floor.at["rover"] = (1.9, 0.0)
    assert floor.asked("arm", LIFT) is None


@pytest.mark.parametrize("how", ["out", "no range is named", "its joints are not told", "lost", "gone"])
def test_an_arm_that_was_left_outstretched_is_driven_into_by_nobody(how: str) -> None:
    """It counted by the footprint of its base as soon as its joints stood."""
    floor = Floor(rule=BOLTED if how.startswith("no") else STOWS, arm=CARRIER)
    floor.at["arm"] = (6.0, 0.0)  # elsewhere than one that is bolted
    if how == "out":
        floor.joints = {"lift": 0.5}
    elif how.startswith("its"):
        floor.joints = {}
    floor.wait(3.0)
    if how in ("lost", "gone"):
        del floor.limits["arm"]
        floor.wait(3.0)
    if how == "gone":
        floor.gate.gone("arm")
    for x, drives in ((3.5, True), (4.7, False)):
        floor.at["rover"] = (x, 0.0)
        assert floor.whole("rover", AHEAD) is drives, x
    assert floor.reason().endswith("arm")
    floor.at["rover"] = (5.3, 0.0)
    assert floor.whole("rover", BACK), "out of it slowly"


def test_what_carries_an_outstretched_arm_keeps_it_off_people_and_zones() -> None:
    shelf = Zone("shelf", KEEP_OUT, Polygon([(2.0, -1.0), (3.0, -1.0), (3.0, 1.0), (2.0, 1.0)]))
    free = {}
    for out in (0.0, 0.5):
        floor = Floor(rule=STOWS, zones=(shelf,), arm=CARRIER)
        floor.joints = {"lift": out}
        floor.at |= {"rover": (30.0, 0.0), "arm": (1.2, 0.0)}
        free["zone", out] = floor.whole("arm", AHEAD)
        floor.at["arm"] = (-4.0, 0.0)
        floor.wait(3.0)
        assert floor.gate.people.heard("camera", [], [Person("p", -2.1, 0.0)], floor.now_s, 0.0) == ""
        free["person", out] = floor.whole("arm", AHEAD, later_s=0.1)
    assert free == {("zone", 0.0): True, ("person", 0.0): True, ("zone", 0.5): False, ("person", 0.5): False}


def test_without_a_separation_to_keep_no_reach_is_kept_either() -> None:
    floor = Floor(separation=0.0)
    floor.at["rover"] = (1.9, 0.0)
    assert floor.whole("rover", AHEAD) and floor.whole("arm", LIFT)


def test_no_copter_comes_down_on_an_arm() -> None:
    floor = Floor(copter=COPTER)
    floor.heights["copter"] = 5.0
    floor.at["copter"] = (2.5, 0.5)
    assert floor.asked("copter", Motion(Kind.LAND)) is None and "arm is in the way" in floor.reason()
    floor.at["copter"] = (0.0, 5.0)
    assert floor.whole("copter", Motion(Kind.LAND))


def test_nothing_lands_on_a_person_nor_where_one_was_seen_last() -> None:
    floor, down = Floor(copter=COPTER, rule=None), Motion(Kind.LAND)
    floor.heights["copter"] = 5.0
    floor.at["copter"] = (0.0, 5.0)
    somebody, corners = Person("p", 0.3, 5.0), [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]
    floor.wait(3.0)
    assert floor.gate.people.heard("camera", corners, [somebody], floor.now_s, 0.0) == ""
    assert floor.asked("copter", down, later_s=0.1) is None and "a person is in the way" in floor.reason()
    assert floor.asked("copter", down) is None and "whom camera saw last" in floor.reason()
    assert floor.gate.people.heard("camera", corners, [], floor.now_s, 0.0) == ""
    assert floor.whole("copter", down, later_s=0.1)


def test_who_is_far_from_it_or_merely_assumed_keeps_nothing_in_the_air() -> None:
    zone = Zone("hall", "slow", Polygon([(-9, -9), (9, -9), (9, 9), (-9, 9)]), speed=1.0, people_assumed=True)
    floor, down = Floor(copter=COPTER, rule=None, zones=(zone,)), Motion(Kind.LAND)
    floor.heights["copter"] = 5.0
    floor.at["copter"] = (0.0, 5.0)
    floor.wait(3.0)
    assert floor.gate.people.heard("camera", [], [Person("p", 4.0, 5.0)], floor.now_s, 0.0) == ""
    assert floor.whole("copter", down, later_s=0.1)


RULES = """
version: 1
reaction_s: 0.2
separation_m: 0.05
robots:
  rover: {height_m: 0.4}
people:
  arms:
    arm: {x_m: 3.0, y_m: 0.0, reach_m: 0.85, %s}
"""


def test_heights_of_robots_and_arms_are_read_and_checked(tmp_path) -> None:
    file = tmp_path / "safety.yaml"
    file.write_text(textwrap.dedent(RULES % "low_m: 0.7, high_m: 1.9"))
    rules = load_rules(file)
    assert rules.heights == {"rover": 0.4}
    assert rules.people.arms["arm"] == Arm(3.0, 0.0, 0.85, 0.7, 1.9)
    file.write_text(textwrap.dedent(RULES % "low_m: 2.7"))
    with pytest.raises(WorldError, match="high_m"):
        load_rules(file)


HOME = Path(__file__).parents[3] / "config"


def poses_of_the_home():
    for name, place in load_world(HOME / "world.yaml").places.items():
        for number, pose in enumerate(place.poses):
            yield pytest.param(pose, id=f"{name}{number}")


@pytest.mark.parametrize("pose", poses_of_the_home())
def test_every_place_of_the_home_is_reached_and_left_beside_the_arm_that_may_move_meanwhile(pose) -> None:
    floor = Floor(arm1=ARM, rules=load_rules(HOME / "safety.yaml"))
    cos, sin = math.cos(pose.yaw_rad), math.sin(pose.yaw_rad)
    floor.yaw = pose.yaw_rad
    floor.at["arm1"] = None
    for back, speed in ((0.3, 0.2), (0.05, 0.05), (0.0, -0.1)):
        floor.at["rover"] = (pose.x_m - back * cos, pose.y_m - back * sin)
        assert floor.whole("rover", Motion(Kind.VELOCITY, twist=Twist(speed))), (back, floor.reason())
    assert floor.asked("rover", Motion(Kind.VELOCITY, twist=Twist(wz=0.8))) is not None
    assert floor.whole("arm1", LIFT)


def test_a_robot_is_where_it_was_whatever_a_stranger_says_in_its_name() -> None:
    """States of two came in turn, and the last one counted: others drove through the robot while the stranger told of elsewhere."""
    other = Floor(rule=None, other=ROVER)
    other.at["other"] = (0.66, 0.0)
    other.wait(0.2)
    other.gate.counted("other", 2)
    for _ in range(60):
        other.wait(TICK_S)
        other.tell("other", (30.0, 0.0))
    assert not other.whole("rover", AHEAD, later_s=TICK_S)
    other.gate.counted("other", 1)
    other.gate.described("other", "driver of other", ROVER, radius=0.3)
    other.at["other"] = (30.0, 0.0)
    assert other.whole("rover", AHEAD)


def test_while_two_speak_as_one_robot_no_reset_is_granted() -> None:
    """One of them stands, and the other moves: which state came last decided."""
    floor = Floor(rule=None)
    floor.gate.stops.stop("operator", "somebody")
    floor.gate.counted("rover", 2)
    floor.wait(0.1)
    with pytest.raises(InputError, match="several nodes speak as rover"):
        floor.gate.stops.reset("operator")
    floor.gate.counted("rover", 1)
    floor.gate.stops.reset("operator")


def test_an_arm_that_drives_about_moves_in_the_reach_of_a_bolted_one_only_while_that_is_clear() -> None:
    """Each is within the other's reach, though no footprint is."""
    clear = dataclasses.replace(BOLTED, clear={"lift": (-0.1, 0.1)})
    for rule, moves in ((BOLTED, False), (clear, True)):
        arms = {"arm": rule, "carrier": STOWS}
        floor = Floor(rules=Rules(0.2, 0.05, people=PeopleRules(arms=arms)), carrier=CARRIER)
        floor.at["carrier"] = (1.6, 0.0)
        assert floor.whole("carrier", LIFT) is moves
    assert floor.whole("arm", LIFT), "its footprint is out of reach"
    assert floor.whole("carrier", LIFT, later_s=0.0) is False, (
        "it was permitted to leave its range a moment ago"
    )
    assert floor.whole("carrier", LIFT)
    assert floor.asked("arm", LIFT, later_s=0.1) is None, "the other's joints move"


def test_of_two_arms_that_drive_about_one_alone_moves_where_their_reaches_meet() -> None:
    arms = {"arm": STOWS, "carrier": STOWS}
    rules = Rules(0.2, 0.05, people=PeopleRules(arms=arms))
    floor = Floor(rules=rules, arm=CARRIER, carrier=CARRIER)
    floor.at |= {"arm": (3.0, 0.0), "carrier": (1.6, 0.0)}
    assert floor.whole("arm", LIFT) and floor.asked("carrier", LIFT, later_s=0.1) is None
    assert floor.whole("carrier", LIFT)


def test_an_arm_that_swings_while_its_base_drives_keeps_its_reach_off_others() -> None:
    floor = Floor(rule=STOWS, arm=CARRIER)
    floor.at |= {"arm": (3.0, 0.0), "rover": (1.7, 0.0)}
    floor.yaw = math.pi
    assert floor.whole("arm", LIFT)
    assert not floor.whole("arm", AHEAD, later_s=0.5) and floor.whole("arm", AHEAD)


@pytest.mark.parametrize("somebody", ["rover", "person"])
def test_an_arm_that_drives_about_and_does_not_know_where_it_is_does_not_move(somebody: str) -> None:
    """The file's place is where a bolted one is; this one may be anywhere."""
    floor = Floor(arm=CARRIER)
    floor.at["arm"] = None
    if somebody == "person":
        floor.at.pop("rover")
        floor.gate.doubts.forget_robot("operator", "rover", floor.now_s + 9.0)
        floor.wait(3.0)
        floor.gate.people.heard("camera", [], [Person("p", 40.0, 0.0)], floor.now_s, 0.0)
    assert floor.asked("arm", LIFT, later_s=0.1) is None

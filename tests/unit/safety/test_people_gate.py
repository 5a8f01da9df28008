# SPDX-License-Identifier: Apache-2.0
"""The gate keeps every verb away from people, waits for those who pass, and tells of those who stay."""

import dataclasses

import pytest
from shapely import Polygon

from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.motion import Kind, Limits, Motion, Permitted, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.people import Person
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.zones import KEEP_IN, Rules, Zone

TICK_S = 0.05
ROBOT = Limits(
    *(0.6, 1.5, 1.0, 6.0, 4.0, ("elbow",), (-1.0,), (1.0,), (1.0,), 0.0, 0.1, (4.0,), 5.0, 20.0),
    altitude=2.0,
    tool_names=("sprayer",),
)
ROOM = Zone("room", KEEP_IN, Polygon([(-9, -9), (9, -9), (9, 9), (-9, 9)]), people_assumed=True)
MOTIONS = [
    Motion(Kind.VELOCITY, twist=Twist(0.3)),
    Motion(Kind.VELOCITY, twist=Twist(0.0, 0.0, 0.3)),
    Motion(Kind.JOINTS, joint_names=("elbow",), joint_positions=(0.5,)),
    Motion(Kind.GRIPPER, gripper_opening=0.05),
    Motion(Kind.TOOL, tool_name="sprayer", tool_value=1.0),
    Motion(Kind.TAKE_OFF, altitude=1.0),
]


class Floor:
    """A gate, one robot at the origin, and time."""

    def __init__(self, *zones: Zone) -> None:
        self.now_s, self.sequence = 100.0, 0
        people = PeopleRules(arms={"rover1": Arm(0.0, 0.0, 0.5, clear={"elbow": (-0.1, 0.1)})})
        self.gate = Gate(SafetyOptions(), rules=Rules(zones=zones, people=people))
        self.gate.described("rover1", "driver-1", ROBOT, radius=0.3)
        self.wait(0.5)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.now_s += TICK_S
            self.gate.tick(self.now_s, self.now_s)
            said = Report(True, False, False, self.gate.latch.epoch, self.now_s, pose=(0.0, 0.0, 0.0))
            self.gate.heard("rover1", dataclasses.replace(said, joints={"elbow": 0.0}), **self.times)

    @property
    def times(self) -> dict[str, float]:
        return {"now_s": self.now_s, "stamp_s": self.now_s}

    def see(self, *people: Person) -> None:
        self.gate.people.heard("camera", ((-9, -9), (9, -9), (9, 9), (-9, 9)), people, self.now_s, 0.0)

    def ask(self, motion: Motion = MOTIONS[0], goal: str = "g1") -> Permitted | None:
        self.wait(TICK_S)
        self.sequence += 1
        epoch = self.gate.latch.epoch
        asked = Request("rover1", goal, "skill", self.sequence, epoch, self.now_s, motion)
        decided = self.gate.decide(asked, **self.times)
        return decided[1] if decided else None

    def reason(self) -> str:
        return self.gate.take_records()[-1].detail


def test_every_verb_is_free_while_nobody_is_near_and_refused_beside_a_person() -> None:
    for motion in MOTIONS:
        floor = Floor()
        floor.see(Person("p", 5.0, 0.0))
        assert floor.ask(motion) is not None, motion.kind
        floor.see(Person("p", 0.8, 0.0))
        assert floor.ask(motion) is None, motion.kind
        assert floor.reason() == "a person is in the way"


def test_every_verb_is_refused_where_somebody_may_be() -> None:
    for motion in MOTIONS:
        floor = Floor(ROOM)
        assert floor.ask(motion) is None
        assert floor.reason() == "a person who may be in room is in the way"
        floor.see()
        assert floor.ask(motion) is not None


def test_what_flies_lands_beside_anybody_and_on_nobody() -> None:
    floor = Floor()
    floor.see(Person("p", 1.5, 0.0))
    assert floor.ask(Motion(Kind.LAND)) is not None
    floor.see(Person("p", 0.5, 0.0))
    assert floor.ask(Motion(Kind.LAND)) is None


def test_it_slows_down_towards_a_person_and_the_audit_says_so() -> None:
    floor = Floor()
    for _ in range(40):
        free = floor.ask()
    assert free is not None and free.motion.twist.vx == pytest.approx(0.3)
    floor.see(Person("p", 1.35, 0.0))
    slow = floor.ask()
    assert slow is not None and 0.0 < slow.motion.twist.vx < 0.3
    assert slow.clamped == "a person" and "a person" in floor.reason()


def test_a_goal_waits_for_somebody_who_passes_and_then_goes_on() -> None:
    floor = Floor()
    assert floor.ask() is not None
    floor.see(Person("p", 0.8, 0.0))
    for _ in range(15):
        assert floor.ask() is None
        assert floor.gate.why_stopped("rover1", floor.now_s) == []
    floor.see()
    assert floor.ask() is not None, "the same goal"


def test_who_stays_is_told_to_be_in_the_way() -> None:
    floor = Floor()
    for _ in range(60):
        floor.see(Person("p", 0.8, 0.0))
        assert floor.ask() is None
    assert floor.gate.why_stopped("rover1", floor.now_s) == ["a person is in the way"]
    floor.wait(1.5)
    assert floor.gate.why_stopped("rover1", floor.now_s) == []
    for _ in range(15):
        floor.see(Person("p", 0.8, 0.0))
        assert floor.ask(goal="g2") is None
        assert floor.gate.why_stopped("rover1", floor.now_s) == [], "the next goal waits anew"

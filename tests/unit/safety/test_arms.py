# SPDX-License-Identifier: Apache-2.0
"""Two bolted arms whose reaches meet: never both out of the ranges in which they are out of each other's way."""

import dataclasses
import itertools
import math
import random
import textwrap
from pathlib import Path

import pytest

from tektra.common.world_yaml import WorldError
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion
from tektra.safety.options import SafetyOptions
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.zones import Rules, load_rules

TICK_S = 0.05
LIMITS = Limits(
    *(0.0, 0.0, 0.0, 0.0, 0.0),
    joint_names=("waist", "lift"),
    joint_lower=(-2.0, -2.0),
    joint_upper=(2.0, 2.0),
    joint_speed=(1.0, 1.0),
    joint_acceleration=(4.0, 4.0),
)
CLEAR = {"waist": (-0.5, 0.5)}
ONE, TWO = Arm(3.0, 0.0, 0.85, clear=CLEAR), Arm(4.5, 0.0, 0.85, clear=CLEAR)


class Bench:
    """A gate and two arms that go where they are permitted to, until the permit ends."""

    def __init__(self, one: Arm = ONE, two: Arm = TWO, *, separation: float = 0.05) -> None:
        self.now_s, self.sequence = 100.0, itertools.count(1)
        self.rules = {"one": one, "two": two}
        self.gate = Gate(
            SafetyOptions(), rules=Rules(0.2, separation, people=PeopleRules(arms=dict(self.rules)))
        )
        self.joints = {name: {"waist": 0.0, "lift": 0.0} for name in self.rules}
        self.permits: dict[str, tuple[Motion, tuple[float, ...], float]] = {}
        self.speaks = dict.fromkeys(self.rules, True)
        for name in self.rules:
            self.gate.described(name, f"driver of {name}", LIMITS, radius=0.2)
        self.wait(1.5)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.now_s += TICK_S
            self.gate.tick(self.now_s, self.now_s)
            for name, joints in self.joints.items():
                self._move(name, joints)
                if self.speaks[name]:
                    self.tell(name)

    def tell(self, name: str, late_s: float = 0.0) -> None:
        said = Report(
            *(True, name in self.permits, False, self.gate.latch.epoch_of(name), self.now_s - late_s),
            joints=dict(self.joints[name]),
        )
        self.gate.heard(name, said, now_s=self.now_s, stamp_s=self.now_s)

    def ask(self, name: str, goal: str = "", **positions: float) -> bool:
        """Whether one request for these positions is permitted; it is carried out then."""
        number = next(self.sequence)
        motion = Motion(Kind.JOINTS, joint_names=tuple(positions), joint_positions=tuple(positions.values()))
        asked = Request(
            *(name, goal or f"g{number}", "arm_pose", number),
            *(self.gate.latch.epoch_of(name), self.now_s, motion),
        )
        decided = self.gate.decide(asked, now_s=self.now_s, stamp_s=self.now_s)
        if decided is not None:
            self.permits[name] = (motion, decided[1].joint_speeds, self.now_s + 0.11)
        return decided is not None

    def goes(self, name: str, **positions: float) -> bool:
        """Whether it gets there within some seconds."""
        goal = f"g{next(self.sequence)}"
        for _ in range(100):
            self.ask(name, goal, **positions)
            self.wait(TICK_S)
            if all(abs(self.joints[name][one] - at) < 0.01 for one, at in positions.items()):
                return True
        return False

    def out(self, name: str) -> bool:
        arm = self.rules[name]
        return not all(
            low - 0.03 <= self.joints[name][one] <= high + 0.03 for one, (low, high) in arm.clear.items()
        )

    def reason(self) -> str:
        return self.gate.take_records()[-1].detail

    def _move(self, name: str, joints: dict[str, float]) -> None:
        if name not in self.permits:
            return
        motion, speeds, until_s = self.permits[name]
        if self.now_s > until_s:
            del self.permits[name]
            return
        for joint, goal, speed in zip(motion.joint_names, motion.joint_positions, speeds, strict=True):
            most = speed * TICK_S
            joints[joint] += max(-most, min(most, goal - joints[joint]))


def test_an_arm_leaves_its_range_only_while_the_other_is_in_its_own() -> None:
    bench = Bench()
    assert bench.goes("one", waist=1.0)
    assert not bench.ask("two", waist=1.0) and "one is in the way" in bench.reason()
    assert bench.goes("one", waist=0.0)
    bench.wait(1.5)
    assert bench.goes("two", waist=1.0)
    assert not bench.ask("one", waist=1.0)


def test_within_its_range_an_arm_moves_whatever_the_other_does() -> None:
    bench = Bench()
    assert bench.goes("one", waist=1.0)
    assert bench.goes("two", waist=0.4, lift=1.5)


def test_of_two_that_ask_in_one_moment_one_alone_leaves() -> None:
    bench = Bench()
    assert bench.ask("one", waist=1.0)
    assert not bench.ask("two", waist=1.0)
    bench.wait(0.3)  # one has hardly moved, and says that it is in its range
    assert not bench.ask("two", waist=1.0)


def test_an_arm_that_falls_silent_may_be_anywhere_until_it_is_forgotten() -> None:
    bench = Bench()
    bench.speaks["two"] = False
    bench.wait(2.0)
    assert not bench.ask("one", waist=1.0) and bench.goes("one", waist=0.3)
    bench.gate.doubts.forget_robot("operator", "two", bench.now_s)
    assert bench.goes("one", waist=1.0)


@pytest.mark.parametrize("never_came", [False, True])
def test_an_arm_whose_driver_left_or_never_came_is_forgotten_by_name_too(never_came: bool) -> None:
    """There was no robot of that name to forget, and what it could meet stood for ever."""
    bench = Bench()
    bench.speaks["two"] = False
    bench.gate.gone("two")
    if never_came:
        bench.gate._robots.pop("two", None)
    bench.wait(1.0)
    assert not bench.ask("one", waist=1.0)
    bench.gate.doubts.forget_robot("operator", "two", bench.now_s)
    assert bench.goes("one", waist=1.0)
    bench.gate.described("two", "another driver", LIMITS, radius=0.2)
    bench.joints["two"]["waist"], bench.speaks["two"] = 1.0, True
    bench.wait(0.2)
    assert not bench.ask("one", waist=1.2)


def test_arms_that_name_no_range_or_tell_no_joints_hold_each_other() -> None:
    bench = Bench(two=dataclasses.replace(TWO, clear={}))
    assert not bench.ask("one", waist=1.0) and bench.ask("one", waist=0.3)
    bench = Bench()
    bench.joints["two"] = {"lift": 0.0}
    bench.wait(0.2)
    assert not bench.ask("one", waist=1.0)
    bench.joints["two"] = {"waist": math.nan, "lift": 0.0}
    bench.wait(0.2)
    assert not bench.ask("one", waist=1.0)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (ONE, dataclasses.replace(TWO, x=4.8)),
        (dataclasses.replace(ONE, high=1.0), dataclasses.replace(TWO, low=1.2)),
        (dataclasses.replace(ONE, clear={}), dataclasses.replace(TWO, clear={}, apart=("one",))),
    ],
    ids=["too far", "above it", "said to be apart"],
)
def test_arms_that_cannot_meet_are_not_held(one: Arm, two: Arm) -> None:
    bench = Bench(one, two)
    assert bench.goes("one", waist=1.0) and bench.goes("two", waist=1.0)


@pytest.mark.parametrize("seed", range(12))
def test_in_no_story_both_are_out(seed: int) -> None:
    """Late words, silences, minds that change; a dozen stories of forty seconds each."""
    chance, bench, left = random.Random(seed), Bench(), 0
    goals = dict.fromkeys(bench.rules, ("", 0.0))
    for moment in range(800):
        for name in bench.rules:
            if chance.random() < 0.03:
                goals[name] = (f"{name} {moment}", chance.choice((0.0, 0.0, 1.0, -1.0, 0.45)))
            if chance.random() < 0.01:
                bench.speaks[name] = not bench.speaks[name]
            if chance.random() < 0.1:
                bench.tell(name, chance.choice((0.0, 0.2, 0.45)))
            if goals[name][0] and chance.random() < 0.9:
                bench.ask(name, goals[name][0], waist=goals[name][1])
        bench.wait(TICK_S)
        assert not (bench.out("one") and bench.out("two")), (moment, bench.joints)
        left += bench.out("one") or bench.out("two")
    assert left > 20  # and they do move


def test_the_file_names_ranges_and_what_is_apart(tmp_path: Path) -> None:
    head = "version: 1\nreaction_s: 0.2\nseparation_m: 0.05\npeople:\n  arms:\n"
    file = tmp_path / "safety.yaml"
    arm = "    one: {x_m: 1.0, y_m: 1.0, reach_m: 0.8, clear: {waist: {low_rad: -1.0, high_rad: 0.5}}, apart: [two]}"
    file.write_text(head + arm + "\n")
    read = load_rules(file).people.arms["one"]
    assert read.clear == {"waist": (-1.0, 0.5)} and read.apart == ("two",)
    file.write_text(head + textwrap.dedent(arm).join(("    ", "\n")).replace("-1.0", "1.0"))
    with pytest.raises(WorldError, match="high_rad"):
        load_rules(file)

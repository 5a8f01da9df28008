# SPDX-License-Identifier: Apache-2.0
"""Random stories of a rover and an arm that is bolted: late words, lost links, minds that change."""

import math
import random

import pytest

from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.neighbours import Neighbours
from tektra.safety.options import SafetyOptions
from tektra.safety.people_rules import Arm, PeopleRules
from tektra.safety.zones import Judgement, Rules

STEP_S, RADIUS, REACH, LASTS = 0.01, 0.3, 0.85, 1000
OPTIONS = SafetyOptions()
RULES = Rules(0.25, 0.05, people=PeopleRules(arms={"arm": Arm(3.0, 3.0, REACH)}))
ARM = Limits(
    *(0.0, 0.0, 0.0, 0.0, 0.0),
    joint_names=("lift",),
    joint_lower=(-2.0,),
    joint_upper=(2.0,),
    joint_speed=(1.0,),
    joint_acceleration=(4.0,),
)


class Story:
    """One seed. What it must not come to, it raises; `driven` m, and for how many steps the arm moved."""

    def __init__(self, seed: int) -> None:
        self.rng, self.gate = random.Random(seed), Gate(OPTIONS, rules=RULES)
        self.brakes, self.late = self.rng.uniform(1.0, 5.0), self.rng.randrange(8)
        self.limits = Limits(0.6, 1.5, 1.0, self.brakes, 4.0, linear_jerk=5.0, angular_jerk=20.0)
        away, at = self.rng.choice((0.7, 2.5)), self.rng.uniform(-3.0, 3.0)
        self.x, self.y = 3.0 + away * math.cos(at), 3.0 + away * math.sin(at)
        self.yaw = self.rng.uniform(-3.0, 3.0)
        self.aim, self.until, self.speed, self.orders = Twist(), 0, 0.0, []
        self.arm_until, self.sequence, self.goal = -1, 0, 0
        self.lost_until, self.driven, self.lifted = -1, 0.0, 0
        self.gate.described("rover", "1", self.limits, RADIUS)
        self.gate.described("arm", "1", ARM, 0.14)

    def run(self) -> "Story":
        for number in range(LASTS):
            now_s = 100.0 + number * STEP_S
            if number % 4 == 0:
                self.gate.tick(now_s, now_s)
            if number % 5 == 0:
                self._tell(number, now_s)
            if number % 6 == 0 and number > 50:
                self._ask(number, now_s)
            before = self._off()
            self._step(number)
            self._look(number, before)
        return self

    def _tell(self, number: int, now_s: float) -> None:
        if self.rng.random() < 0.005:
            self.lost_until = number + self.rng.randrange(50, 300)
        for robot, pose, twist in (
            ("arm", None, Twist()),
            ("rover", (self.x, self.y, self.yaw), Twist(self.speed)),
        ):
            if robot == "rover" and number < self.lost_until:
                continue
            epoch = self.gate.latch.epoch_of(robot)
            said = Report(
                True, abs(twist.vx) > 0.01, False, epoch, now_s, pose=pose, twist=twist, joints={"lift": 0.0}
            )
            self.gate.heard(robot, said, now_s=now_s, stamp_s=now_s)

    def _ask(self, number: int, now_s: float) -> None:
        if self.rng.random() < 0.03:
            self.goal += 1
        lift = Motion(Kind.JOINTS, joint_names=("lift",), joint_positions=(1.0,))
        if self.goal % 3 and self._permitted("arm", lift, now_s):
            self.arm_until = number + 20
        if number < self.lost_until:
            return
        aside = math.remainder(math.atan2(3.0 - self.y, 3.0 - self.x) - self.yaw, math.tau)
        drive = Twist((0.6, 0.6, -0.5)[self.goal % 3], 0.0, min(max(2.0 * aside, -1.5), 1.5))
        permitted = self._permitted("rover", Motion(Kind.VELOCITY, twist=drive), now_s)
        if permitted:
            self.orders.append((number + self.late, permitted.motion.twist))

    def _permitted(self, robot: str, motion: Motion, now_s: float):
        self.sequence += 1
        epoch = self.gate.latch.epoch_of(robot)
        asked = Request(robot, f"{robot}/{self.goal}/{epoch}", "s", self.sequence, epoch, now_s, motion)
        decided = self.gate.decide(asked, now_s=now_s, stamp_s=now_s)
        return decided and decided[1]

    def _step(self, number: int) -> None:
        while self.orders and self.orders[0][0] <= number:
            self.aim, self.until = self.orders.pop(0)[1], number + round(OPTIONS.permit_valid_s / STEP_S)
        aim = self.aim if number < self.until else Twist()
        most = self.brakes * STEP_S
        faster = abs(aim.vx) >= abs(self.speed) and aim.vx * self.speed >= 0.0
        self.speed = (
            aim.vx if faster else self.speed - math.copysign(min(most, abs(self.speed - aim.vx)), self.speed)
        )
        self.yaw += aim.wz * STEP_S
        self.x += self.speed * STEP_S * math.cos(self.yaw)
        self.y += self.speed * STEP_S * math.sin(self.yaw)
        self.driven += abs(self.speed) * STEP_S
        self.lifted += number < self.arm_until

    def _off(self) -> float:
        return math.hypot(self.x - 3.0, self.y - 3.0) - REACH - RADIUS

    def _look(self, number: int, before: float) -> None:
        off = self._off()
        assert off > -0.01 or off >= before - 1e-3, f"{number}: it drives {-off:.3f} m into the arm's reach"
        assert off > -0.01 or number >= self.arm_until, (
            f"{number}: the arm moves, and it is {-off:.3f} m within"
        )


@pytest.mark.parametrize("seed", range(4))
def test_no_rover_is_where_an_arm_may_reach_while_either_moves(seed: int) -> None:
    stories = [Story(1000 * seed + number).run() for number in range(12)]
    assert sum(story.driven for story in stories) > 0.5 * len(stories)
    assert sum(story.lifted for story in stories) > 50 * len(stories)


@pytest.mark.parametrize("spoilt", ["near", "judge_arm"])
def test_the_stories_find_a_gate_that_does_not_know_of_reach(
    monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    blind = {"near": lambda *_: {}, "judge_arm": lambda *_: Judgement()}
    monkeypatch.setattr(Neighbours, spoilt, blind[spoilt])
    with pytest.raises(AssertionError, match="reach" if spoilt == "near" else "within"):
        for seed in range(60):
            Story(seed).run()

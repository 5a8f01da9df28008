# SPDX-License-Identifier: Apache-2.0
"""Two robots that set out in the same moment: neither tells yet how fast it is, and each is permitted something."""

import dataclasses
import math
from collections.abc import Callable

import pytest

from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.path import Placed, ahead_of
from tektra.safety.zones import Rules

STEP_S, RADIUS, SEPARATION = 0.02, 0.3, 0.05
OPTIONS = dataclasses.replace(SafetyOptions(), linear_speed_max=2.0)
#: Quick off the mark, and hard to stop.
HASTY = Limits(1.5, 1.5, 20.0, 0.6, 4.0, linear_jerk=500.0, angular_jerk=50.0)


@dataclasses.dataclass
class Body:
    """Drives along its heading as it is permitted, at once; without a permit it brakes."""

    name: str
    x: float
    y: float
    yaw: float
    speed: float = 0.0
    aim: float = 0.0
    until_s: float = 0.0
    trail: list[tuple[float, float, float]] = dataclasses.field(default_factory=list)

    def step(self, now_s: float) -> None:
        aim = self.aim if now_s < self.until_s else 0.0
        slowest = self.speed - HASTY.linear_deceleration * STEP_S
        self.speed = aim if aim >= self.speed else max(aim, slowest)
        self.x += self.speed * STEP_S * math.cos(self.yaw)
        self.y += self.speed * STEP_S * math.sin(self.yaw)
        self.trail.append((self.x, self.y, self.speed))


class Duel:
    """A gate and bodies whose states come `late_s` after they were measured, all of whom ask for all they can from 0.8 s on."""

    def __init__(self, *bodies: Body, late_s: float, separation: float = SEPARATION) -> None:
        self.gate = Gate(OPTIONS, rules=Rules(0.25, separation))
        self.bodies, self.late, self.sequence = bodies, round(late_s / STEP_S), 0
        for body in bodies:
            self.gate.described(body.name, "1", HASTY, RADIUS)

    def nearest(self) -> float:
        """How near two of them come, edge to edge."""
        return min(self._step(100.0 + number * STEP_S, number) for number in range(350))

    def _step(self, now_s: float, number: int) -> float:
        for body in self.bodies:
            body.step(now_s)
        if number % 2 == 0:
            self.gate.tick(now_s, now_s)
            for body in self.bodies:
                self._tell(body, now_s, number)
            for body in self.bodies if number > 40 else ():
                self._ask(body, now_s)
        places = [(body.x, body.y) for body in self.bodies]
        gaps = [math.dist(a, b) for at, a in enumerate(places) for b in places[:at]]
        return min(gaps) - 2.0 * RADIUS

    def _tell(self, body: Body, now_s: float, number: int) -> None:
        back = min(self.late, number)
        x, y, speed = body.trail[number - back]
        told = Report(
            *(True, speed > 0.0, False, self.gate.latch.epoch_of(body.name), now_s - back * STEP_S),
            pose=(x, y, body.yaw),
            twist=Twist(speed),
        )
        self.gate.heard(body.name, told, now_s=now_s, stamp_s=now_s)

    def _ask(self, body: Body, now_s: float) -> None:
        self.sequence += 1
        motion = Motion(Kind.VELOCITY, twist=Twist(HASTY.linear_speed))
        epoch = self.gate.latch.epoch_of(body.name)
        asked = Request(body.name, f"goal of {body.name}", "move", self.sequence, epoch, now_s, motion)
        if (decided := self.gate.decide(asked, now_s=now_s, stamp_s=now_s)) is not None:
            body.aim, body.until_s = decided[1].motion.twist.vx, now_s + OPTIONS.permit_valid_s


def towards_each_other(gap: float) -> tuple[Body, ...]:
    return Body("a", 0.0, 0.0, 0.0), Body("b", gap + 2.0 * RADIUS, 0.0, math.pi)


def across(gap: float) -> tuple[Body, ...]:
    return Body("a", -gap, 0.0, 0.0), Body("b", 0.0, -gap, math.pi / 2.0)


def in_a_doorway(gap: float) -> tuple[Body, ...]:
    turns = (math.tau * part / 3.0 for part in range(3))
    return tuple(
        Body(f"r{at}", -gap * math.cos(yaw), -gap * math.sin(yaw), yaw) for at, yaw in enumerate(turns)
    )


@pytest.mark.parametrize("late_s", [0.0, 0.45])
@pytest.mark.parametrize("meet", [towards_each_other, across, in_a_doorway])
@pytest.mark.parametrize("gap", [1.0, 3.5, 4.5])
def test_who_set_out_in_the_same_moment_do_not_meet(
    gap: float, meet: Callable[[float], tuple[Body, ...]], late_s: float
) -> None:
    assert Duel(*meet(gap), late_s=late_s).nearest() >= SEPARATION - 1e-3


def test_the_story_would_find_them() -> None:
    assert Duel(*towards_each_other(3.5), late_s=0.2, separation=0.0).nearest() < 0.0


def test_another_drives_as_it_told_or_was_permitted_since() -> None:
    stands = Placed(0.0, 0.0, 0.0, Twist(), RADIUS, 1.0)
    drives = dataclasses.replace(stands, twist=Twist(0.5))
    ends = {
        "nothing": ahead_of(stands, 1.0).bounds[2],
        "told": ahead_of(drives, 1.0).bounds[2],
        "permitted": ahead_of(dataclasses.replace(stands, granted=Twist(0.5)), 1.0).bounds[2],
    }
    assert ends == pytest.approx({"nothing": 0.001, "told": 1.0, "permitted": 1.0})
    turned_round = ahead_of(dataclasses.replace(drives, granted=Twist(-0.5)), 1.0).bounds
    assert (turned_round[0], turned_round[2]) == pytest.approx((-1.0, 1.0))

# SPDX-License-Identifier: Apache-2.0
"""The first second after a robot was lost: it may still do what it was told to, and others reckon with that while they brake."""

import dataclasses
import math

import pytest

from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.whereabouts import UNREACHED_S
from tektra.safety.zones import Rules

SOFT = Limits(0.6, 1.5, 1.0, 1.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
TICK_S, APART = 0.04, Rules(0.2, 0.05)


def permits(world, robot: str, speed: float) -> float:
    """What a robot is permitted that asks to drive ahead."""
    asked = world.ask(robot, f"of {robot}", motion=Motion(Kind.VELOCITY, twist=Twist(speed)))
    decided = world.gate.decide(asked, now_s=world.now_s, stamp_s=world.clock_s)
    return decided[1].motion.twist.vx if decided else 0.0


@pytest.fixture
def world(ready_with):
    made = ready_with(rules=APART)
    for robot in ("rover1", "rover2"):
        made.gate.described(robot, "driver-1", SOFT, 0.3)
    return made


@pytest.mark.parametrize("how", ["silent", "link", "gone"])
def test_one_that_stood_when_it_was_lost_may_have_set_out_by_its_newest_permit(world, how: str) -> None:
    for _ in range(4):
        world.tick()
        world.hear("rover1", pose=(9.0, 0.0, 0.0))
        world.hear("rover2", pose=(3.0, 0.0, 0.0))
        permitted = permits(world, "rover2", 0.6)
    assert permitted > 0.03
    if how == "link":
        world.hear("rover2", connected=False)
    elif how == "gone":
        world.gate.gone("rover2")
    world.run(3.0, "rover1", pose=(9.0, 0.0, 0.0))
    drift = world.gate.known()["rover2"].there(world.now_s).drift
    assert drift >= permitted * UNREACHED_S + permitted**2 / (2.0 * SOFT.linear_deceleration)


@pytest.mark.parametrize(("speed", "lost_at_m"), [(0.4, 2.6), (0.4, 3.0), (0.9, 3.8), (0.9, 4.2), (0.9, 4.6)])
def test_nobody_is_still_under_way_where_one_comes_that_was_lost_driving_towards_them(
    ready_with, speed: float, lost_at_m: float
) -> None:
    """It goes on for a second as it did, and then brakes; nobody can tell it to stop earlier. Whoever drives towards it brakes as
    badly, and must begin in time: it is nearer once they stand."""
    world, fast = (
        ready_with(rules=APART),
        dataclasses.replace(SOFT, linear_speed=1.0, linear_deceleration=0.5),
    )
    for robot in ("rover1", "rover2"):
        world.gate.described(robot, "driver-1", fast, 0.3)
    x, v, other_x, other_v, lost_s, nearest, driven = 0.0, 0.0, 6.0, speed, 0.0, math.inf, 0.0
    for _ in range(220):
        world.tick()
        world.hear("rover1", pose=(x, 0.0, 0.0), moving=v > 0.0, twist=Twist(v))
        if lost_s or other_x - x <= lost_at_m:
            lost_s += TICK_S
        else:
            world.hear("rover2", pose=(other_x, 0.0, math.pi), moving=True, twist=Twist(speed))
        v = max(permits(world, "rover1", 1.0), v - fast.linear_deceleration * TICK_S)
        x += v * TICK_S
        other_v = max(0.0, other_v - fast.linear_deceleration * TICK_S) if lost_s > UNREACHED_S else speed
        other_x -= other_v * TICK_S
        nearest, driven = min(nearest, other_x - x) if v > 0.0 else nearest, max(driven, v)
    assert nearest >= 0.3 + 0.3, "it drives into it"
    assert driven > 0.3

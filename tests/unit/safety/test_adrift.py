# SPDX-License-Identifier: Apache-2.0
"""A robot that tells how it moves, and not where it is: for others it is wherever it can have come by now."""

import dataclasses
import math

import pytest
from shapely import Point

from tektra.safety.motion import Twist
from tektra.safety.path import ahead_of
from tektra.safety.zones import Rules

from .conftest import ROVER, TICK_S

REACTION_S, SPEED, BRAKES = 0.2, 0.6, 6.0
FAR = {"pose": (9.0, 9.0, 0.0)}


@pytest.fixture
def world(ready_with):
    return ready_with(rules=Rules(REACTION_S, 0.05))


def drives(world, seconds: float, **state) -> None:
    """rover2, while rover1 is elsewhere."""
    for _ in range(round(seconds / TICK_S)):
        world.tick()
        world.hear("rover1", **FAR)
        world.hear("rover2", **{"moving": True, **state})


def drift(world) -> float:
    return world.gate.known()["rover2"].there(world.now_s).drift


@pytest.mark.parametrize("turn", [0.0, -1.5])
@pytest.mark.parametrize(("every", "late_s"), [(1, 0.0), (10, 0.0), (1, 0.4), (10, 0.4)])
def test_no_place_where_it_can_stand_is_left_out_however_seldom_and_late_it_speaks(
    world, turn: float, every: int, late_s: float
) -> None:
    """Its age, the time since, and its way until it stands counted ahead of where it looked when it knew its place, or not at all."""
    drives(world, 0.4, pose=(0.0, 0.0, 0.0), twist=Twist(SPEED))
    x = y = yaw = 0.0
    for step in range(50):
        world.tick()
        yaw += turn * TICK_S
        x, y = x + SPEED * math.cos(yaw) * TICK_S, y + SPEED * math.sin(yaw) * TICK_S
        world.hear("rover1", **FAR)
        if step % every == 0:
            told = {"twist": Twist(SPEED, 0.0, turn), "stamp_s": world.clock_s - late_s}
            world.hear("rover2", moving=True, **told)
        stops = SPEED * REACTION_S + SPEED**2 / (2.0 * BRAKES)
        end = Point(x + stops * math.cos(yaw), y + stops * math.sin(yaw))
        there = world.gate.known()["rover2"].there(world.now_s, REACTION_S)
        ahead = ahead_of(there, there.fastest * REACTION_S + there.fastest**2 / (2.0 * BRAKES))
        assert ahead.distance(end) <= there.drift + 0.02


def test_one_that_was_driven_by_hand_without_a_place_and_then_lost_may_go_on(world) -> None:
    drives(world, 2.0, pose=(0.0, 0.0, 0.0), moving=False)
    drives(world, 1.0, twist=Twist(SPEED))
    world.hear("rover2", connected=False, moving=True)
    world.run(3.0, "rover1", **FAR)
    assert drift(world) >= SPEED * 1.0 + SPEED * 1.0 + SPEED**2 / (2.0 * BRAKES) - 0.01


def test_one_that_stood_without_a_place_is_no_larger_for_having_stood(world) -> None:
    """Its speed of long ago counted for all the time since: others stood 36 m away from it."""
    drives(world, 2.0, pose=(0.0, 0.0, 0.0), twist=Twist(SPEED))
    drives(world, 60.0, twist=Twist(), moving=False)
    assert drift(world) < 0.2
    world.hear("rover2", connected=False, moving=True)
    world.run(3.0, "rover1", **FAR)
    assert drift(world) < 0.2


def test_the_way_that_it_went_unheard_is_not_forgotten_when_it_speaks_again_without_a_place(world) -> None:
    drives(world, 1.0, pose=(0.0, 0.0, 0.0), twist=Twist(SPEED))
    world.hear("rover2", connected=False, moving=True)
    world.run(3.0, "rover1", **FAR)
    unheard = drift(world)
    assert unheard >= SPEED * 1.0
    drives(world, 1.0, twist=Twist(), moving=False)
    assert drift(world) >= unheard
    drives(world, 0.2, pose=(1.0, 0.0, 0.0), moving=False)
    assert drift(world) < 0.05


def test_a_copter_without_a_place_is_at_every_height(world) -> None:
    world.gate.described("rover2", "driver-2", dataclasses.replace(ROVER, altitude=20.0, sideways=True), 0.3)
    drives(world, 1.0, pose=(0.0, 0.0, 0.0), altitude=2.0)
    drives(world, 1.0, altitude=8.0)
    tall = world.gate.known()["rover2"].there(world.now_s).tall
    assert (tall.low, tall.high) == (-math.inf, math.inf)

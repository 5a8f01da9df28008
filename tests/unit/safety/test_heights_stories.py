# SPDX-License-Identifier: Apache-2.0
"""Random stories of a copter among zones with heights: whatever is asked, it is never where it must not be."""

import math
import random

import pytest
from shapely import Point, Polygon

from tektra.safety.gate import Gate, Request
from tektra.safety.heights import Layer
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.zones import KEEP_IN, KEEP_OUT, Rules, Zone

TICK_S, RADIUS = 0.05, 0.3
COPTER = Limits(1.5, 1.5, 2.0, 2.0, 3.0, linear_jerk=20.0, angular_jerk=50.0, altitude=12.0, sideways=True)
CEILING_M = 8.0
#: It climbs and sinks so fast, and so it begins and ends that; a word to it is so long on its way.
CLIMB_MPS, CLIMB_MPS2, LATE_S = 1.5, 2.0, 0.1


class Copter:
    """Obeys what is permitted while it is, a moment late, and then stays where it is."""

    def __init__(self, story: random.Random) -> None:
        self.x = self.y = self.z = self.vx = self.vy = self.vz = 0.0
        self.story, self.waiting, self.until_s = story, [], -math.inf
        self.told = Motion(Kind.VELOCITY)

    def permit(self, motion: Motion, now_s: float) -> None:
        self.waiting.append((now_s + LATE_S, motion))

    def step(self, now_s: float) -> None:
        while self.waiting and self.waiting[0][0] <= now_s:
            _, self.told = self.waiting.pop(0)
            self.until_s = now_s + 0.11
        told = self.told if now_s < self.until_s else Motion(Kind.VELOCITY)
        twist = told.twist if told.kind == Kind.VELOCITY else Twist()
        dx, dy = twist.vx - self.vx, twist.vy - self.vy
        share = min(1.0, 2.0 * TICK_S / change) if (change := math.hypot(dx, dy)) else 1.0
        self.vx, self.vy = self.vx + share * dx, self.vy + share * dy
        wanted = 0.0
        if told.kind in (Kind.TAKE_OFF, Kind.LAND):
            gap = (told.altitude if told.kind == Kind.TAKE_OFF else 0.0) - self.z
            wanted = math.copysign(min(CLIMB_MPS, math.sqrt(CLIMB_MPS2 * abs(gap))), gap)
        self.vz += max(-CLIMB_MPS2 * TICK_S, min(CLIMB_MPS2 * TICK_S, wanted - self.vz))
        self.x, self.y = self.x + self.vx * TICK_S, self.y + self.vy * TICK_S
        self.z = max(0.0, self.z + self.vz * TICK_S)

    @property
    def moving(self) -> bool:
        return math.hypot(self.vx, self.vy, self.vz) > 0.05


def some_zones(story: random.Random) -> list[Zone]:
    """Round a free middle, each somewhere between the ground and the ceiling."""
    zones = []
    for number in range(10):
        angle, off, half = story.uniform(-math.pi, math.pi), story.uniform(1.0, 4.0), story.uniform(0.3, 1.0)
        x, y = off * math.cos(angle), off * math.sin(angle)
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
        floor = story.choice((-math.inf, story.uniform(0.5, 6.0)))
        top = story.choice((math.inf, max(floor, 0.0) + story.uniform(0.3, 3.0)))
        if math.hypot(x, y) - half * math.sqrt(2.0) > RADIUS + 0.1:
            zones.append(Zone(f"zone{number}", KEEP_OUT, Polygon(corners), layer=Layer(floor, top)))
    return zones


def some_ask(story: random.Random) -> Motion:
    kind = story.random()
    if kind < 0.6:
        way, speed = story.uniform(-math.pi, math.pi), story.uniform(0.2, 1.5)
        return Motion(Kind.VELOCITY, twist=Twist(speed * math.cos(way), speed * math.sin(way)))
    return Motion(Kind.LAND) if kind < 0.75 else Motion(Kind.TAKE_OFF, altitude=story.uniform(0.5, 10.0))


def fly(seed: int, *, heeded: bool = True, seconds: float = 40.0) -> tuple[list[str], float, float]:
    """Where it was that it must not be, how far it flew, and how high it was at most."""
    story = random.Random(seed)
    zones, copter, now_s = some_zones(story), Copter(story), 100.0
    room = Zone("room", KEEP_IN, Polygon([(-6, -6), (6, -6), (6, 6), (-6, 6)]), layer=Layer(0.0, CEILING_M))
    gate = Gate(SafetyOptions(), rules=Rules(0.3, 0.05, (*zones, room) if heeded else ()))
    gate.described("copter", "driver-1", COPTER, radius=RADIUS)
    wrong, flown, highest, ask, until_s, number = [], 0.0, 0.0, Motion(Kind.TAKE_OFF, altitude=2.0), 0.0, 0
    while now_s < 100.0 + seconds:
        now_s += TICK_S
        copter.step(now_s)
        flown, highest = flown + math.hypot(copter.vx, copter.vy) * TICK_S, max(highest, copter.z)
        here = Point(copter.x, copter.y).buffer(0.95 * RADIUS)
        wrong += [
            f"{zone.name} at {copter.z:.2f} m"
            for zone in zones
            if here.intersects(zone.polygon) and zone.layer.floor < copter.z < zone.layer.ceiling
        ]
        wrong += ["over its ceiling"] if copter.z > CEILING_M + 0.25 else []
        told_z = copter.z + story.uniform(-0.1, 0.1)
        report = Report(
            *(True, copter.moving, False, gate.latch.epoch_of("copter"), now_s),
            pose=(copter.x, copter.y, 0.0),
            twist=Twist(copter.vx, copter.vy),
            altitude=told_z,
        )
        gate.heard("copter", report, now_s=now_s, stamp_s=now_s)
        gate.tick(now_s, now_s)
        if now_s >= until_s:
            ask, until_s = some_ask(story) if number else ask, now_s + story.uniform(0.3, 4.0)
            goal = f"g{number}"
        number += 1
        epoch = gate.latch.epoch_of("copter")
        asked = Request("copter", goal, "skill", number, epoch, now_s, ask)
        decided = gate.decide(asked, now_s=now_s, stamp_s=now_s)
        if decided is not None:
            copter.permit(decided[1].motion, now_s)
    return wrong, flown, highest


@pytest.mark.parametrize("seed", range(30))
def test_a_copter_is_never_where_it_must_not_be_whatever_is_asked(seed: int) -> None:
    wrong, _, _ = fly(seed)
    assert not wrong


def test_the_stories_are_such_that_a_gate_matters_and_lets_it_fly() -> None:
    """Without zones most of them end in one; with them it still gets about, and up."""
    free = [fly(seed, heeded=False) for seed in range(8)]
    assert sum(bool(wrong) for wrong, _, _ in free) >= 6
    flights = [fly(seed) for seed in range(8)]
    assert sum(flown for _, flown, _ in flights) > 60.0
    assert max(highest for _, _, highest in flights) > 5.0

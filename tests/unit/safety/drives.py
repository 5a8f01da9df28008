# SPDX-License-Identifier: Apache-2.0
"""A base that brakes badly and is driven by somebody who changes their mind all the time, under a gate."""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat

from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist

from .conftest import TICK_S, World

#: How a base at least ends a turn, by the rules of people and obstacles.
TURN_DECELERATION = 3.0


@dataclass
class Base:
    """A base as it is. `keeps_bend`: it slows down along its way; otherwise each part of its velocity ends by itself."""

    limits: Limits
    keeps_bend: bool = False
    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0
    twist: Twist = field(default_factory=Twist)

    def step(self, told: Twist) -> None:
        """TICK_S passes."""
        self.twist = self._towards(told)
        vx, vy, wz = self.twist.vx, self.twist.vy, self.twist.wz
        yaw = self.yaw + wz * TICK_S / 2.0
        self.x += (vx * math.cos(yaw) - vy * math.sin(yaw)) * TICK_S
        self.y += (vx * math.sin(yaw) + vy * math.cos(yaw)) * TICK_S
        self.yaw = math.remainder(self.yaw + wz * TICK_S, math.tau)

    def _towards(self, told: Twist) -> Twist:
        limits, now = self.limits, self.twist
        dx, dy = told.vx - now.vx, told.vy - now.vy
        faster = math.hypot(told.vx, told.vy) > math.hypot(now.vx, now.vy)
        most = (limits.linear_acceleration if faster else limits.linear_deceleration) * TICK_S
        share = min(1.0, most / change) if (change := math.hypot(dx, dy)) else 1.0
        wz = towards(now.wz, told.wz, limits.angular_acceleration, TURN_DECELERATION)
        vx, vy = now.vx + share * dx, now.vy + share * dy
        if self.keeps_bend and told == Twist() and (speed := math.hypot(now.vx, now.vy)):
            wz = now.wz * math.hypot(vx, vy) / speed
        return Twist(vx, vy, wz)


def towards(now: float, wanted: float, up: float, down: float) -> float:
    most = (up if abs(wanted) > abs(now) and wanted * now >= 0.0 else down) * TICK_S
    return now + min(max(wanted - now, -most), most)


def some_ask(story: random.Random, fast: float, sideways: bool) -> Twist:
    kind = story.random()
    if sideways and kind < 0.5:
        way, speed = story.uniform(-math.pi, math.pi), story.uniform(0.1, fast)
        wz = story.choice((0.0, story.uniform(-1.5, 1.5)))
        return Twist(speed * math.cos(way), speed * math.sin(way), wz)
    if kind < 0.5:
        return Twist(story.choice((-1, 1)) * story.uniform(0.1, fast), 0.0, story.uniform(-1.5, 1.5))
    if kind < 0.7:
        return Twist(wz=story.choice((-1.5, 1.5, 0.5, -0.5)))
    return Twist(story.choice((-1, 1)) * fast) if kind < 0.92 else Twist()


def changing(story: random.Random, limits: Limits) -> Iterator[Twist]:
    """What somebody asks for each TICK_S who changes their mind all the time."""
    while True:
        lasts, asked = story.uniform(0.2, 1.5), some_ask(story, limits.linear_speed, limits.sideways)
        yield from repeat(asked, math.ceil(lasts / TICK_S))


def drive(
    world: World, base: Base, asks: Iterable[Twist], late: int, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[list[Twist]]:
    """Each TICK_S moves the base as it is asked, and tells the `late` permits that are on their way to it. `meanwhile` is called
    before each request."""
    under_way = [Twist()] * late
    for asked in asks:
        world.tick()
        meanwhile()
        moving = base.twist != Twist()
        world.hear("rover1", twist=base.twist, moving=moving, pose=(base.x, base.y, base.yaw))
        request = world.ask(motion=Motion(Kind.VELOCITY, twist=asked))
        decided = world.gate.decide(request, now_s=world.now_s, stamp_s=world.clock_s)
        under_way.append(decided[1].motion.twist if decided else Twist())
        base.step(under_way.pop(0))
        yield under_way

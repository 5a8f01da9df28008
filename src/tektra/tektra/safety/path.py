# SPDX-License-Identifier: Apache-2.0
"""Where a robot is on the map, and the ways of its middle until it stands. Units: m, s, rad, in the frame `map`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import shapely
from shapely import LineString, MultiLineString, Point

from tektra.safety.heights import Tall
from tektra.safety.onward import leads_elsewhere, onward
from tektra.safety.ramp import STANDING_MPS, Twist
from tektra.safety.sweep import POSES, Arc

#: Points of a path are this far apart.
STEP_M = 0.05
#: A path is at least so long.
MILLIMETRE = 1e-3
#: Ways that part by less than this are one.
SAME_WAY_M = 0.005


@dataclass(frozen=True)
class Placed:
    """A robot on the map: position, heading, speed then, radius of its footprint, how it brakes (m/s^2), how far it may
    have gone since it was measured (m), how it ends a turn (rad/s^2), what it was permitted last, which may still be on
    its way to the wheels, which heights it takes up, and how fast it may be by all that it was permitted since (m/s)."""

    x: float
    y: float
    yaw: float
    twist: Twist
    radius: float
    deceleration: float
    drift: float = 0.0
    turn_deceleration: float = math.inf
    granted: Twist = Twist()
    tall: Tall = Tall()
    pace: float = 0.0

    def moved(self, drift: float, granted: Twist, pace: float) -> Placed:
        """The same after a while: how far it may have gone, what it was permitted, and how fast. As `replace`, which is slow."""
        still = (self.x, self.y, self.yaw, self.twist, self.radius, self.deceleration)
        return Placed(*still, drift, self.turn_deceleration, granted, self.tall, pace)

    @property
    def had(self) -> float:
        """The fastest that it drove, or was permitted to (m/s)."""
        twist, granted = self.twist, self.granted
        return max(math.hypot(twist.vx, twist.vy), math.hypot(granted.vx, granted.vy))

    @property
    def fastest(self) -> float:
        """No less than what it may have by now, for others, who know nothing of what it is told next (m/s)."""
        return max(self.had, self.pace)

    def later(self) -> Placed:
        """Where it is by now, if it went on as it did."""
        speed = math.hypot(self.twist.vx, self.twist.vy)
        if not self.drift or speed < STANDING_MPS:
            return self
        x, y = arc(self, self.twist, self.drift).coords[-1]
        return replace(self, x=x, y=y, yaw=self.yaw + self.twist.wz / speed * self.drift, drift=0.0)


@dataclass(frozen=True)
class Way:
    """Where a centre goes, and the last piece of it, at whose end it stands then."""

    swept: LineString | MultiLineString
    last: LineString

    @property
    def end(self) -> Point:
        return Point(self.last.coords[-1])

    def parts(self, placed: Placed, ahead: LineString | MultiLineString) -> bool:
        """Its end is further from another's way than it is now."""
        return float(ahead.distance(self.end)) > float(ahead.distance(Point(placed.x, placed.y)))


def way(placed: Placed, twist: Twist, length: float) -> Way:
    """Where the centre goes along what is asked for, at least a millimetre. What it went since it was measured leads on as
    it went then, and from anywhere on that way it may have turned already."""
    length = max(length, MILLIMETRE)
    straight = arc(placed, twist, length + placed.drift)
    if _same_way(placed, twist, length):
        return Way(straight, straight)
    went, after = arc(placed, placed.twist, placed.drift), arc(placed.later(), twist, length)
    return Way(MultiLineString([straight, went, after]), after)


def passing(
    placed: Placed,
    asked: Twist,
    *,
    reaction_s: float,
    turn_deceleration: float,
    most: int = POSES,
    nearly: bool = True,
) -> Iterator[Arc]:
    """The ways from what it has, and from what was permitted last, to what is asked for, and to a stand, where those lead
    elsewhere; with `nearly`, what leads nearly the same way is the same. Its turn and its drive end each by itself, so even
    what it has already may lead on to a way of its own."""
    turns = min(turn_deceleration, placed.turn_deceleration)
    speed, slow = math.hypot(asked.vx, asked.vy), placed.deceleration
    aside = (
        abs(asked.wz) * speed**3 / (4.0 * slow**2)
    )  # so far from its bend a turn that ends at once would lead
    scale = max(placed.radius, placed.had * reaction_s + placed.had**2 / (2.0 * slow))
    hads = {placed.twist, placed.granted} - {asked, Twist()}
    if nearly:
        hads = {had for had in hads if leads_elsewhere(had, asked, scale)}
    for has in hads | ({asked} if aside > SAME_WAY_M else set()):
        for together in (False, True)[: 1 + bool(has.vy or asked.vy)]:
            yield onward(
                has,
                asked,
                reaction_s=reaction_s,
                deceleration=slow,
                turn_deceleration=turns,
                radius=0.0,
                start=(placed.x, placed.y, placed.yaw),
                together=together,
                most=most,
            )


def ahead_of(other: Placed, length: float) -> LineString | MultiLineString:
    """The way of this length of another robot: as it drove, and as it was permitted since, which it tells of only when it is
    too late."""
    told, granted, length = other.twist, other.granted, max(length, MILLIMETRE)
    if math.hypot(granted.vx, granted.vy) < STANDING_MPS:
        return arc(other, told, length)
    if math.hypot(told.vx, told.vy) < STANDING_MPS:
        return arc(other, granted, length)
    one = arc(other, told, length)
    if not leads_elsewhere(told, granted, max(other.radius, length)):
        return one
    return MultiLineString([one, arc(other, granted, length)])


def arc(placed: Placed, twist: Twist, length: float) -> LineString:
    """A way of this length as the twist leads, as chords of some centimetres."""
    speed = math.hypot(twist.vx, twist.vy)
    drives = speed >= STANDING_MPS
    length = length if drives else MILLIMETRE
    steps = max(1, math.ceil(length / STEP_M))
    heading = placed.yaw + (math.atan2(twist.vy, twist.vx) if drives else 0.0)
    bend = twist.wz / speed * length / steps if drives else 0.0
    x, y, points = placed.x, placed.y, [(placed.x, placed.y)]
    for _ in range(steps):
        x += length / steps * math.cos(heading + bend / 2.0)
        y += length / steps * math.sin(heading + bend / 2.0)
        heading += bend
        points.append((x, y))
    return shapely.linestrings(points)


def _same_way(placed: Placed, asked: Twist, length: float) -> bool:
    """Where it went since it was measured, and then as asked, differs by no more than a few millimetres from asked."""
    then, now = math.hypot(placed.twist.vx, placed.twist.vy), math.hypot(asked.vx, asked.vy)
    if placed.drift < MILLIMETRE or then < STANDING_MPS or now < STANDING_MPS:
        return True
    turned = math.atan2(placed.twist.vy, placed.twist.vx) - math.atan2(asked.vy, asked.vx)
    apart = abs(math.remainder(turned, math.tau))
    apart += abs(placed.twist.wz / then - asked.wz / now) * placed.drift
    return apart * (length + placed.drift) <= SAME_WAY_M

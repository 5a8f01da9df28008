# SPDX-License-Identifier: Apache-2.0
"""Where robots may be: keep-in, keep-out and slow zones, and the distance between robots.

Judged is not where a robot is but what it would sweep before it stands: its path over the reaction time and the
braking distance, v*t + v^2/(2a), along the arc that it drives, as wide as the robot. Fail-closed: where zones
apply, a robot that does not know its place gets no speed. Units: m, s, rad, in the frame `map`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from shapely import LineString, MultiLineString, Point, Polygon, box, prepare

from tektra.common.world_yaml import Reader, read_file
from tektra.safety.heights import Layer, Tall
from tektra.safety.motion import Twist
from tektra.safety.path import MILLIMETRE, Placed, Way, ahead_of, passing, way
from tektra.safety.people_rules import PeopleRules, read_people
from tektra.safety.ramp import STANDING_MPS

KEEP_IN, KEEP_OUT, SLOW = "keep_in", "keep_out", "slow"
#: What a zone says of floor that no sensor of people sees: somebody may be there, or nobody is.
ASSUME, IGNORE_MISSING = "assume", "ignore_missing"
#: The speed is halved this often in search of one that is still safe: to 1/64 of what was asked.
HALVINGS = 6
#: A robot that is where it must not be may leave, no faster than this.
RETREAT_MPS = 0.1
#: So many zones are kept as grown for robots of one size.
GROWN_MAX = 1024
#: What reaches less far into a place where it must not be stands at its edge: robots tell where they are to some cm.
EDGE_M = 0.03


@dataclass(frozen=True)
class Zone:
    """A polygon with a rule, at some heights. `robots` empty: for all of them."""

    name: str
    kind: str
    polygon: Polygon
    speed: float = 0.0
    robots: tuple[str, ...] = ()
    people_assumed: bool = False
    layer: Layer = Layer()


@dataclass(frozen=True)
class Rules:
    """What config/safety.yaml says."""

    reaction_s: float = 0.2
    separation: float = 0.0
    zones: tuple[Zone, ...] = ()
    people: PeopleRules = PeopleRules()
    heights: Mapping[str, float] = field(default_factory=dict)  # of what does not fly, by robot


@dataclass(frozen=True)
class Judgement:
    """By which factor the speed is cut (1: not at all, 0: no motion), and by what; `passing`: that may go by itself."""

    factor: float = 1.0
    cause: str = ""
    passing: bool = False


class Zones:
    """Judges a motion against all rules. One thread uses it.

    Zones that a robot cannot reach before it stands are left out at once, by their boxes; the rest is judged
    along the path. Which other robots are near enough to matter, the caller tells.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._keep_in = [zone for zone in rules.zones if zone.kind == KEEP_IN]
        self._others = [zone for zone in rules.zones if zone.kind != KEEP_IN]
        self._bounds = np.array([zone.polygon.bounds for zone in self._others]).reshape(-1, 4).T
        self._grown: dict[tuple[int, float], Polygon] = {}

    def judge(
        self, robot: str, placed: Placed | None, asked: Twist, others: Mapping[str, Placed]
    ) -> Judgement:
        """The largest share of the asked speed at which the robot stands before it breaks a rule."""
        if placed is None:
            bound = any(not zone.robots or robot in zone.robots for zone in self._rules.zones)
            bound = bound or bool(self._rules.separation and others)
            return Judgement(0.0, "not knowing its own place") if bound else Judgement()
        if max(math.hypot(asked.vx, asked.vy), placed.had) < STANDING_MPS:
            return Judgement()
        reach = max(self._reach(placed, asked), MILLIMETRE)
        zones = self._near(robot, placed, reach)
        robots = others if self._rules.separation else {}
        if not zones and not robots:
            return Judgement()
        left = [zone for zone in zones if zone.kind == KEEP_IN and not zone.layer.holds(placed.tall)]
        if left:
            return Judgement(0.0, left[0].name, passing=True)
        whole = self._way(placed, asked)
        slow = self._slowed(zones, placed, asked, whole)
        factor, cause = slow.factor, slow.cause
        for _ in range(HALVINGS):
            twist = asked.scaled(factor)
            path = whole if factor == 1.0 else self._way(placed, twist)
            broken = self._broken(zones, placed, twist, robots, path)
            carried = "" if broken else self._carried(zones, placed, twist, robots)
            if not broken and not carried:
                return Judgement(factor, cause)
            cause, factor = broken or carried, factor / 2.0
        return Judgement(0.0, cause, passing=bool(carried))

    def inside(self, robot: str, placed: Placed) -> str:
        """The zone in which the robot must not be, and is by more than EDGE_M, or outside of which it is; else empty."""
        here = Point(placed.x, placed.y)
        for zone in self._near(robot, placed, MILLIMETRE):
            area = self._sized(zone, placed.radius)
            if zone.kind == KEEP_IN:
                broken = not area.distance(here) <= EDGE_M  # also for NaN: it is larger than its place
                broken = broken or not zone.layer.holds_now(placed.tall)
            else:
                broken = area.contains(here) and area.boundary.distance(here) > EDGE_M
                broken = broken and zone.layer.has(placed.tall)
            if broken and zone.kind != SLOW:
                return zone.name
        return ""

    def climbs(self, robot: str, placed: Placed, goal: float) -> str:
        """The zone that it would be in, or out of, on its way to another height where it is; 0: it lands. Else empty."""
        way, here = replace(placed, tall=placed.tall.towards(goal)), Point(placed.x, placed.y)
        for zone in self._near(robot, way, MILLIMETRE + placed.drift):
            layer, tall = zone.layer, placed.tall
            if zone.kind == KEEP_IN and goal > 0.0:
                outside = not self._sized(zone, placed.radius).distance(here) <= EDGE_M
                broken = outside or not layer.holds(Tall(tall.flies, goal, goal, goal))
            else:
                away = goal >= tall.height >= layer.ceiling or goal <= tall.height <= layer.floor
                over = (
                    zone.kind == KEEP_OUT and self._sized(zone, placed.radius).distance(here) <= placed.drift
                )
                # Whoever is in there already may come down.
                broken = over and not away and (goal > 0.0 or not layer.has(tall))
            if broken:
                return zone.name
        return ""

    def _near(self, robot: str, placed: Placed, reach: float) -> list[Zone]:
        """Zones with a rule that this robot could break, or must obey, within `reach`."""
        bound = [zone for zone in self._keep_in if not zone.robots or robot in zone.robots]
        x, y = placed.x, placed.y
        around = box(x - reach, y - reach, x + reach, y + reach) if bound else None
        found = [
            zone
            for zone in bound
            if not (zone.layer.holds(placed.tall) and self._sized(zone, placed.radius).contains(around))
        ]
        # A hair more than the radius: what is left out must be out by the exact test as well. What is no number leaves none out.
        far, (left, low, right, high) = reach + placed.radius + 1e-6, self._bounds
        apart = (left > x + far) | (right < x - far) | (low > y + far) | (high < y - far)
        for index in np.flatnonzero(~apart):
            zone = self._others[index]
            if (not zone.robots or robot in zone.robots) and zone.layer.concerns(placed.tall):
                found.append(zone)
        return found

    def _way(self, placed: Placed, twist: Twist) -> Way:
        return way(placed, twist, self._stops_within(placed, math.hypot(twist.vx, twist.vy)))

    def _reach(self, placed: Placed, asked: Twist) -> float:
        """How far from where it was measured it may come, by what it has and what is asked for."""
        return self._stops_within(placed, math.hypot(asked.vx, asked.vy, placed.had)) + placed.drift

    def _stops_within(self, placed: Placed, speed: float) -> float:
        """How far it goes before it stands."""
        return speed * self._rules.reaction_s + speed**2 / (2.0 * placed.deceleration)

    def _slowed(self, zones: Sequence[Zone], placed: Placed, asked: Twist, whole: Way) -> Judgement:
        slow = [zone for zone in zones if zone.kind == SLOW]
        cut = [zone for zone in slow if self._sized(zone, placed.radius).intersects(whole.swept)]
        slowest, speed = min(cut, key=lambda zone: zone.speed, default=None), math.hypot(asked.vx, asked.vy)
        if slowest is None or speed <= slowest.speed:
            return Judgement()
        return Judgement(slowest.speed / speed, slowest.name)

    def _broken(
        self, zones: Sequence[Zone], placed: Placed, twist: Twist, others: Mapping[str, Placed], path: Way
    ) -> str:
        """The first rule that this motion, which leads along `path`, breaks; empty when none."""
        for zone in zones:
            if zone.kind == SLOW:
                continue
            area = self._sized(zone, placed.radius)
            fine = area.contains(path.swept) if zone.kind == KEEP_IN else not area.intersects(path.swept)
            if not fine and not self._leaves(zone, area, placed, path, twist):
                return zone.name
        slowly = math.hypot(twist.vx, twist.vy) <= RETREAT_MPS  # so who stands too near may part
        for name, other in others.items():
            keep, ahead = self._apart(placed, other)
            if ahead.distance(path.swept) < keep and not (slowly and path.parts(placed, ahead)):
                return name
        return ""

    def _carried(
        self, zones: Sequence[Zone], placed: Placed, twist: Twist, others: Mapping[str, Placed]
    ) -> str:
        """The first rule that it breaks while it passes from what it has to this motion, other than one that it breaks
        already; empty when none."""
        later, turns = placed.later(), self._rules.people.turn_deceleration
        ways = passing(later, twist, reaction_s=self._rules.reaction_s, turn_deceleration=turns, nearly=False)
        lines = [np.column_stack((one.x, one.y)) for one in ways]
        if not lines:
            return ""
        swept, here = MultiLineString(lines), Point(later.x, later.y)
        for zone in zones:
            area, bound = self._sized(zone, placed.radius), zone.kind == KEEP_IN
            if zone.kind == SLOW or area.contains(here) is not bound:
                continue
            if not area.contains(swept) if bound else area.intersects(swept):
                return zone.name
        for name, other in others.items():
            keep, ahead = self._apart(placed, other)
            if ahead.distance(swept) < keep <= ahead.distance(here):
                return name
        return ""

    def _apart(self, placed: Placed, other: Placed) -> tuple[float, LineString | MultiLineString]:
        """How far to keep from another robot's way, and that way."""
        keep = placed.radius + other.radius + self._rules.separation + other.drift
        return keep, ahead_of(other, self._stops_within(other, other.fastest))

    def _leaves(self, zone: Zone, area: Polygon, placed: Placed, path: Way, twist: Twist) -> bool:
        """A robot that already breaks the rule may slowly drive out of it."""
        here, end = Point(placed.x, placed.y), path.end
        if zone.kind == KEEP_IN:
            nearer = area.distance(end) < area.distance(here)
        else:
            edge = area.boundary  # also that of a yard which it closes round
            nearer = area.contains(here) and edge.distance(end) < edge.distance(here)
        return nearer and math.hypot(twist.vx, twist.vy) <= RETREAT_MPS

    def _sized(self, zone: Zone, radius: float) -> Polygon:
        """Grown or shrunk once, so that each decision is a line against a polygon. Kept by identity: to hash one takes its text."""
        key = (id(zone), radius)
        if key not in self._grown:
            if len(self._grown) >= GROWN_MAX:
                self._grown.clear()
            self._grown[key] = zone.polygon.buffer(-radius if zone.kind == KEEP_IN else radius)
            prepare(self._grown[key])
        return self._grown[key]


def load_rules(path: Path) -> Rules:
    """Reads and checks config/safety.yaml. Raises WorldError, which names file, line and key."""
    top = read_file(path)
    if top.number("version") != 1:
        raise top.error("version", "is not 1, the version that this Tektra reads")
    rules = Rules(
        reaction_s=top.number("reaction_s", low=0.0, high=5.0),
        separation=top.number("separation_m", low=0.0, high=10.0),
        zones=tuple(_zone(name, reader) for name, reader in top.sections("zones")),
        people=read_people(top.section("people", optional=True)),
        heights={name: _height(robot) for name, robot in top.sections("robots")},
    )
    for _ in top.sections("sensors"):
        pass  # tektra.safety.sensors reads them
    top.section("obstacles", optional=True)  # tektra.safety.obstacle_rules reads it
    top.finish()
    return rules


def _height(reader: Reader) -> float:
    height = reader.number("height_m", low=0.0, high=100.0)
    reader.finish()
    return height


def _zone(name: str, reader: Reader) -> Zone:
    kind = reader.text("kind", among=(KEEP_IN, KEEP_OUT, SLOW))
    corners = []
    for corner in reader.items("corners"):
        corners.append((corner.number("x_m"), corner.number("y_m")))
        corner.finish()
    polygon = Polygon(corners) if len(corners) >= 3 else Polygon()
    if polygon.is_empty or not polygon.is_valid or polygon.area < 1e-6:
        raise reader.error(
            "corners", "are no polygon: give three corners or more, in order, without crossing"
        )
    speed = reader.number("speed_mps", low=0.01, high=20.0) if kind == SLOW else 0.0
    layer = Layer(reader.number("floor_m", default=-math.inf), reader.number("ceiling_m", default=math.inf))
    if not layer.floor < layer.ceiling:
        raise reader.error("ceiling_m", f"is not above floor_m, {layer.floor:g}")
    people = reader.text("people", among=(ASSUME, IGNORE_MISSING), default=IGNORE_MISSING)
    zone = Zone(name, kind, polygon, speed, reader.texts("robots"), people == ASSUME, layer)
    reader.finish()
    return zone

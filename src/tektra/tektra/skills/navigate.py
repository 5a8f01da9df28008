# SPDX-License-Identifier: Apache-2.0
"""Going to a place, maybe through others: a way on the map is found, claimed, and followed by pure pursuit (Coulter 1992)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tektra.skills.base import (
    CRAWL_MPS,
    NOT_LOCALIZED,
    SHARE,
    BaseLimits,
    StuckWatch,
    Turn,
    stopping_speed,
    where,
)
from tektra.skills.claims import SAMPLE_M, TOLERANCE_M, Traffic, next_ticket, sampled
from tektra.skills.route import CELL_M, Circle, Floor
from tektra.skills.seen import Command, Drive, End, Hold, Outcome, Point, Pose, Seen, Ticket, clipped, wrapped
from tektra.skills.way import Way

#: A claim is known to everybody after this; nobody drives on a way that he claimed just now.
SETTLE_S = 0.3
#: So far ahead, a robot looks for others that it has to give way to, and for bodies on its way.
LOOK_M, NEAR_M = 1.2, 2.5
#: Ahead, on the route, by which the robot steers.
LOOKAHEAD_M = 0.35
#: With its target further aside than this, the robot turns on the spot first.
ASIDE_RAD = 0.7
#: Where the place counts as reached; its heading is then taken up.
REACHED_M = 0.04
#: Somebody on the way may move on for so long before a way round is looked for.
PATIENCE_S = 1.0
#: Nobody waits longer than this for somebody who has no earlier claim, or for a way at all.
GIVE_UP_S = 20.0
#: Unless there would be one but for robots that are on their ways.
MOVING_S = 120.0
#: A way that somebody stands on is given up after this, so that others need not keep off it.
DROP_S = 5.0
#: How often a way is looked for where there was none.
SEARCH_S = 1.0
#: Who rests for a place that is taken does so at least this far from where it is, so that it leaves that.
AWAY_M = 1.0
#: From something that is on no map a way keeps this much more than the robot's radius; nearer than the second to it, and
#: the robot cannot turn any more: it backs away at BACK_MPS.
STRANGER_M, STRANGER_NEAR_M, BACK_MPS = 0.12, 0.06, 0.1
STRANGER = "something that is on no map"
#: What a blocked robot takes to be in front of it, and how often it looks for another way before it gives up.
BUMP_M, BUMPS = 0.25, 2


@dataclass(frozen=True)
class Driver:
    """Who drives: the robot's name, the radius of its footprint, and what its base can do."""

    robot: str
    radius: float
    limits: BaseLimits


class NavigateTo:
    """Drives to the first of some poses that no other robot takes, round walls, zones and robots.

    A pose with a yaw that is not finite leaves the heading as it is reached. `via`: points to pass on the way.
    `beyond`: where the caller will drive on to from there; it is claimed, too. `rests`: where it may wait for a pose
    that another robot takes, so that two who want each other's place both leave theirs.
    """

    def __init__(
        self,
        driver: Driver,
        floor: Floor,
        name: str,
        poses: Sequence[Pose],
        *,
        via: Sequence[Point] = (),
        beyond: Sequence[Point] = (),
        rests: Sequence[Pose] = (),
    ) -> None:
        self.progress = -1.0
        self._driver, self._floor, self._name, self._poses = driver, floor, name, poses
        self._via, self._beyond, self._rests = list(via), tuple(beyond), list(rests)
        self._resting = False
        self._way = Way()
        self._goal = poses[0]
        self._length = 0.0
        self._final: Turn | None = None
        self._ticket: Ticket | None = None
        self._claimed_s = -math.inf
        self._waiting_s: float | None = None
        self._searched_s = -math.inf
        self._moved = False
        self._bumps: list[Circle] = []
        self._strangers: tuple[Point, ...] = ()
        self._watch = StuckWatch()
        self._pose: Pose | None = None

    @property
    def claim(self) -> tuple[Ticket, tuple[Point, ...]] | None:
        """See Claiming."""
        if self._ticket is None or self._pose is None or not self._way:
            return None
        return self._ticket, (*self._way.left_from(self._pose), *self._beyond)

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        self._pose, self._strangers = seen.pose, seen.strangers
        if self._final is not None:
            step = self._final.step(seen)
            arrived = isinstance(step, End) and step.outcome is Outcome.SUCCEEDED
            return self._reached(seen.pose) if arrived else step
        traffic = Traffic(self._driver.radius, self._ticket, seen.others)
        if not self._way:
            return self._find_a_way(traffic, seen, seen.pose) if self._may_search(seen) else Hold()
        if self._resting and self._may_search(seen) and (free := self._free(traffic)):
            self._take(free[0], self._route(traffic, seen.pose, free[0]), seen)  # no need to rest any more
        if seen.others and seen.now_s - self._claimed_s < SETTLE_S:
            return Hold()
        if obstacle := self._obstacle(traffic, seen, seen.pose):
            return self._wait_or_go_round(obstacle, traffic, seen, seen.pose)
        self._waiting_s = None
        step = self._follow(traffic, seen, seen.pose)
        self._moved = self._moved or isinstance(step, Drive)
        return step

    # -- the way -----------------------------------------------------------------------------------------------

    def _obstacle(self, traffic: Traffic, seen: Seen, pose: Pose) -> str:
        """Who or what makes this way impossible for now; empty when nobody."""
        ahead = sampled(self._way.left_from(pose), most=NEAR_M)
        return (
            seen.barred
            or traffic.stands_on(ahead)
            or traffic.takes(*self._way.end, spare=-TOLERANCE_M)
            or self._stranger_on(ahead, seen)
        )

    def _stranger_on(self, ahead: Sequence[Point], seen: Seen) -> str:
        keep = self._driver.radius + 0.5 * STRANGER_M
        return STRANGER if any(math.dist(p, q) < keep for p in seen.strangers for q in ahead) else ""

    def _back_away(self, seen: Seen, pose: Pose) -> Drive | None:
        """From what is so near that the robot cannot turn beside it; the gate looks what is behind."""
        near = min(seen.strangers, key=lambda one: pose.distance(*one), default=None)
        if near is None or pose.distance(*near) > self._driver.radius + STRANGER_NEAR_M:
            return None
        return Drive(BACK_MPS if self._behind(pose, *near) else -BACK_MPS)

    def _wait_or_go_round(self, obstacle: str, traffic: Traffic, seen: Seen, pose: Pose) -> Command | End:
        waited_s = self._waited(seen)
        if waited_s > PATIENCE_S and not seen.barred and (back := self._back_away(seen, pose)):
            return back
        if not self._moved and not seen.barred and waited_s <= PATIENCE_S:
            # Of two claims made at once this is the later one, and would have been made otherwise: made anew.
            self._way, self._ticket, self._searched_s = Way(), None, -math.inf
            return Hold()
        if waited_s > GIVE_UP_S:
            return End(Outcome.FAILED, f"found no way to {self._name}: {obstacle} is in it")
        if waited_s > PATIENCE_S and self._may_search(seen):
            old, self._way = self._way, Way()
            found = self._find_a_way(traffic, seen, pose)
            self._way = self._way if self._way or waited_s > DROP_S else old
            return found
        return Hold()

    def _find_a_way(self, traffic: Traffic, seen: Seen, pose: Pose) -> Command | End:
        waited_s = self._waited(seen)
        free = self._free(traffic)
        rests = self._places_to_rest(traffic, pose) if not free and waited_s > PATIENCE_S else []
        self._resting = bool(rests)
        for goal in (free or rests)[:1]:
            if self._take(goal, self._route(traffic, pose, goal), seen):
                return Hold()
        if waited_s <= GIVE_UP_S or (waited_s <= MOVING_S and self._only_for_now(traffic, pose)):
            return Hold()
        taken = traffic.takes(self._poses[0].x, self._poses[0].y, spare=CELL_M)
        why = f"{STRANGER if self._strangers else 'something'} is in it" if free else f"{taken} is there"
        return End(Outcome.FAILED, f"found no way to {self._name}: {why}")

    def _may_search(self, seen: Seen) -> bool:
        """True once in SEARCH_S."""
        due = seen.now_s - self._searched_s >= SEARCH_S
        self._searched_s = seen.now_s if due else self._searched_s
        return due

    def _take(self, goal: Pose, route: list[Point] | None, seen: Seen) -> bool:
        """Claims a way, if there is one."""
        if route is None or self._pose is None:
            return False
        self._resting = goal not in self._poses
        self._goal, self._way = goal, Way(route)
        self._length = self._length or self._way.length(self._pose)
        self._moved = self._moved and self._ticket is not None
        self._ticket = self._ticket or next_ticket(self._driver.robot, seen)
        self._claimed_s = seen.now_s
        return True

    def _only_for_now(self, traffic: Traffic, pose: Pose) -> bool:
        """There is a way but for robots that are on theirs: they will be gone."""
        standing = replace(traffic, others={n: o for n, o in traffic.others.items() if o.ticket is None})
        return any(self._route(standing, pose, goal) is not None for goal in self._free(standing))

    def _free(self, traffic: Traffic) -> list[Pose]:
        return [goal for goal in self._poses if not traffic.takes(goal.x, goal.y, spare=CELL_M)]

    def _places_to_rest(self, traffic: Traffic, pose: Pose) -> list[Pose]:
        """Nearest to the goal first, and away from here. Who has rested once stays there until the goal is free."""
        x, y = self._poses[0].x, self._poses[0].y
        away = [
            rest for rest in self._rests if rest not in self._poses and pose.distance(rest.x, rest.y) > AWAY_M
        ]
        open_ = [rest for rest in away if not traffic.takes(rest.x, rest.y, spare=CELL_M)]
        return sorted(open_, key=lambda rest: rest.distance(x, y))

    def _route(self, traffic: Traffic, pose: Pose, goal: Pose) -> list[Point] | None:
        """Through the points that are left to the goal."""
        keep = self._driver.radius + STRANGER_M
        strangers = [(x, y, keep) for x, y in self._strangers if goal.distance(x, y) > keep]
        obstacles, lanes = [*traffic.obstacles(), *self._bumps, *strangers], traffic.lanes()
        route: list[Point] = []
        for x, y in [*(self._via if goal in self._poses else ()), (goal.x, goal.y)]:
            start = Pose(*route[-1]) if route else pose
            leg = self._floor.route(start, Pose(x, y), obstacles, lanes)
            if leg is None:
                return None
            route += leg[1:] if route else leg
        return route

    def _waited(self, seen: Seen) -> float:
        self._waiting_s = seen.now_s if self._waiting_s is None else self._waiting_s
        return seen.now_s - self._waiting_s

    # -- following it ------------------------------------------------------------------------------------------

    def _follow(self, traffic: Traffic, seen: Seen, pose: Pose) -> Command | End:
        self._way.drop_passed(pose, 0.5 * LOOKAHEAD_M)
        if self._via and not self._resting and pose.distance(*self._via[0]) < LOOKAHEAD_M:
            self._via.pop(0)
        left = self._way.length(pose)
        self.progress = max(0.0, 1.0 - left / self._length) if self._length else 1.0
        end_x, end_y = self._way.end
        if pose.distance(end_x, end_y) <= REACHED_M or (
            left < 2 * REACHED_M and self._behind(pose, end_x, end_y)
        ):
            return self._arrive(seen, pose)
        ahead = sampled(self._way.left_from(pose), most=LOOK_M)
        free, _ = traffic.gives_way(ahead)
        room = left if free == len(ahead) else (free - 1) * SAMPLE_M
        if free <= 1 < len(ahead):
            self._watch = StuckWatch()
            return Hold()
        asked = self._steer(pose, min(left, room))
        if self._watch.stuck(asked, pose, seen.now_s):
            return self._bumped(pose, left)
        return asked

    def _steer(self, pose: Pose, room: float) -> Drive:
        limits, target = self._driver.limits, self._way.ahead(pose, LOOKAHEAD_M)
        aside = wrapped(pose.bearing(*target) - pose.yaw)
        if abs(aside) > ASIDE_RAD:
            rate = stopping_speed(abs(aside), SHARE * limits.turn_acceleration, limits.turn_rate, 0.1)
            return Drive(0.0, math.copysign(rate, aside))
        speed = stopping_speed(room, SHARE * limits.deceleration, limits.speed, CRAWL_MPS)
        speed *= max(0.25, 1.0 - abs(aside) / ASIDE_RAD)
        distance = max(0.1, pose.distance(*target))
        # Curvature of the arc through the target: 2 sin(alpha) / L.
        return Drive(speed, clipped(2.0 * speed * math.sin(aside) / distance, limits.turn_rate))

    def _bumped(self, pose: Pose, left: float) -> Command | End:
        """It was asked to move and did not: something that is on no map. A way round it is looked for."""
        if len(self._bumps) == BUMPS:
            return End(Outcome.FAILED, f"blocked on the way to {self._name}, {left:.1f} m before it")
        away = self._driver.radius + BUMP_M
        x, y = self._way.ahead(pose, away)
        self._bumps.append((x, y, away - 0.05))
        self._way, self._watch = Way(), StuckWatch()
        return Hold()

    def _arrive(self, seen: Seen, pose: Pose) -> Command | End:
        if self._resting:
            self._resting, self._rests, self._way, self._ticket = False, [], Way(), None
            return Hold()
        self.progress = 1.0
        turn = wrapped(self._goal.yaw - pose.yaw) if math.isfinite(self._goal.yaw) else 0.0
        if abs(turn) < 0.05:
            return self._reached(pose)
        self._final = Turn(turn, self._driver.limits)
        return self._final.step(seen)

    def _reached(self, pose: Pose) -> End:
        off = pose.distance(self._goal.x, self._goal.y)
        there = {**where(pose), "off_m": round(off, 3)}
        return End(Outcome.SUCCEEDED, f"reached {self._name}", there)

    def _behind(self, pose: Pose, x: float, y: float) -> bool:
        return abs(wrapped(pose.bearing(x, y) - pose.yaw)) > math.pi / 2

# SPDX-License-Identifier: Apache-2.0
"""Everything around a robot that has a say in its motion, one judge after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tektra.safety.climb import Climb
from tektra.safety.known import Known
from tektra.safety.motion import Kind, Motion, Permitted
from tektra.safety.neighbours import Neighbours
from tektra.safety.obstacles import Obstacles
from tektra.safety.people import People
from tektra.safety.reach import fellows_of
from tektra.safety.zones import Judgement, Rules, Zones


class Judges:
    """Zones, other robots, people, obstacles, and heights. One thread uses it."""

    def __init__(
        self,
        robots: Mapping[str, Known],
        rules: Rules,
        *,
        zones: Zones,
        people: People,
        obstacles: Obstacles,
    ) -> None:
        self._robots, self._rules = robots, rules
        self._zones, self._people, self._obstacles = zones, people, obstacles
        self._neighbours = Neighbours(robots, rules)
        self._climb = Climb(zones, self._neighbours, people, rules)

    def granted(self, robot: str, known: Known, motion: Motion, now_s: float) -> None:
        """A motion was permitted: what others must know of it from now on."""
        if motion.kind == Kind.JOINTS and not self._neighbours.arms.stays_clear(robot, motion):
            known.left_clear_s = now_s

    def judge(self, robot: str, known: Known, permitted: Permitted, now_s: float) -> Iterator[Judgement]:
        """What they say to a motion within the robot's own limits: each a share of its speed."""
        motion, here = permitted.motion, known.here(now_s)
        if motion.kind == Kind.VELOCITY:
            others = self._neighbours.near(robot, here, motion.twist, now_s)
            body = self._neighbours.body(robot, here, now_s)
            yield self._zones.judge(robot, body, motion.twist, others)
            yield self._people.judge(robot, body, motion.twist, now_s)
            if self._obstacles.watches(robot) and (limits := known.limits):
                # Who is not kept apart is a stranger to the lidar as well.
                fellows = fellows_of(robot, here, self._robots, now_s) if self._rules.separation else []
                brakes = (limits.linear_deceleration, limits.angular_acceleration)
                reach = body.radius if body is not None and body is not here else 0.0
                yield self._obstacles.judge(
                    robot, motion.twist, *brakes, now_s=now_s, fellows=fellows, reach=reach
                )
        elif motion.kind != Kind.LAND:
            drives, speeds = known.roams, permitted.joint_speeds
            yield self._people.judge_parts(robot, here, speeds, now_s, drives=drives)
            reach = self._rules.people.reach(robot, known.radius)
            yield self._obstacles.judge_parts(robot, reach, now_s)
        if motion.kind == Kind.JOINTS:
            yield self._neighbours.judge_arm(robot, here, motion, now_s)
        if motion.kind in (Kind.TAKE_OFF, Kind.LAND):
            yield self._climb.judge(robot, here, motion, now_s)

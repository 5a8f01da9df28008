# SPDX-License-Identifier: Apache-2.0
"""Speed and separation towards people, after ISO/TS 15066:2016, 5.5.4.2.3.

The protective separation distance, below which a robot must not move towards a person, is

    S_p(t0) = S_h + S_r + S_s + C + Z_d + Z_r

    S_h = v_h (T_r + T_s)   how far the person comes until the robot stands; v_h = 1.6 m/s where nobody knows their
                            velocity (ISO 13855:2010, not :2024); the age of what a sensor saw counts like T_r
    S_r = v_r T_r           how far the robot goes in its reaction time
    S_s                     its braking distance, v^2 / (2a), which takes T_s = v / a
    C                       how far a part of a body reaches beyond the position that a sensor tells
    Z_d, Z_r                how wrong the person's position may be, and the robot's

v_r and v_s are directed. A base drives an arc, so what is asked is that no point of its way until it stands is nearer
than S_h + C + Z_d + Z_r to where the person is now: straight towards somebody that is the formula itself. Of a way
that leads away from somebody all along it is asked at each moment t with v_h t for S_h, as the base gains distance
meanwhile.

Who was seen is not forgotten: of whom no sensor tells any more it is assumed that they walk on (last_seen.py). Who is not known
to be there may still be: in a zone with `people: assume`, somebody stands at the nearest point that no fresh report has seen.
What is stale, from the future or not finite has seen nothing, while the people that it does name count. Units: m, s, rad, in `map`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

import shapely

from tektra.safety.motion import Twist
from tektra.safety.path import Placed
from tektra.safety.people_reports import Person, Report
from tektra.safety.people_seen import Seen
from tektra.safety.separation import HALVINGS, Known, Near, Unseen, largest
from tektra.safety.way import Way, carried, way
from tektra.safety.zones import Judgement, Rules, Zone

__all__ = ["People", "Person"]
#: Floor narrower than twice this between what two sensors see holds nobody.
SLIVER_M = 0.01
NOWHERE = Judgement(0.0, "not knowing its own place")


class People(Seen):
    """Who is where, and how fast a robot may move for it. One thread uses it."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules.people)
        self._zones = [zone for zone in rules.zones if zone.people_assumed]
        self._granted: dict[str, deque[tuple[float, float]]] = {}
        self._areas: dict[str, tuple[object, Unseen | None, tuple[str, ...]]] = {}

    def judge(self, robot: str, placed: Placed | None, asked: Twist, now_s: float) -> Judgement:
        """The largest share of the asked speed, as far as it is sought, at which the distance is kept.

        A base that is too near already may turn no more, and go away from everybody near at RETREAT_MPS at most.
        """
        before = self._before(robot, now_s)
        judged = self._judge(robot, placed, asked, before, now_s)
        granted = math.hypot(asked.vx, asked.vy) * judged.factor if judged.factor else 0.0
        self._granted.setdefault(robot, deque()).append((now_s, granted))
        return judged

    def judge_parts(
        self, robot: str, placed: Placed | None, joint_speeds: Sequence[float], now_s: float, *, drives: bool
    ) -> Judgement:
        """What moves on a base that stands: joints (rad/s each), a gripper, a tool, rotors. The rules tell how far an
        arm reaches, and where one that does not drive is when it does not know; a joint of one that they do not name stands."""
        arm = self._rules.arms.get(robot)
        fixed = (arm.x, arm.y) if arm and not drives else None
        base = (placed.x, placed.y) if placed and (arm or not joint_speeds) else fixed
        reach = self._rules.reach(robot, placed.radius if placed else 0.0)
        # No part is faster than all joints together at the end of the outstretched arm.
        return self.judge_arm(robot, base, reach, reach * sum(joint_speeds), now_s)

    def judge_arm(
        self, robot: str, base: tuple[float, float] | None, reach: float, speed: float, now_s: float
    ) -> Judgement:
        """The share of `speed` (m/s, of the fastest part) at which an arm stands before anybody can be in its reach.

        Nobody tells the gate where an arm's parts are, so it is taken to fill its reach; S_r and S_s lie within it.
        """
        factor, cause = 1.0, ""
        for threat, late_s in self._threats(robot, now_s):
            if base is None:
                return NOWHERE
            gap = threat.distance(*base) - reach - self._rules.intrusion_arm - threat.error
            in_s = (gap / threat.speed if threat.speed else math.copysign(math.inf, gap)) - late_s
            stop_s = in_s - self._rules.reaction_s
            share = stop_s * self._rules.arm_deceleration / speed if speed > 0.0 else 1.0
            if not stop_s >= 0.0 or not share >= 0.5**HALVINGS:
                return Judgement(0.0, threat.cause, passing=True)
            if share < factor:
                factor, cause = share, threat.cause
        return Judgement(factor, cause)

    def under(self, robot: str, placed: Placed, now_s: float) -> str:
        """Who is, was last, or can soon be where a robot would land; who is merely assumed keeps none up."""
        for threat, late_s in self._threats(robot, now_s):
            keep = placed.radius + placed.drift + self._rules.intrusion + threat.error
            keep += threat.speed * (late_s + self._rules.reaction_s)
            if isinstance(threat, Known) and not threat.distance(placed.x, placed.y) > keep:
                return threat.cause
        return ""

    # -- inside ------------------------------------------------------------------------------------------------

    def _before(self, robot: str, now_s: float) -> float:
        """The fastest that was permitted within the reaction time."""
        granted = self._granted.get(robot, deque())
        while granted and granted[0][0] < now_s - self._rules.reaction_s:
            granted.popleft()
        return max((speed for _, speed in granted), default=0.0)

    def _judge(
        self, robot: str, placed: Placed | None, asked: Twist, before: float, now_s: float
    ) -> Judgement:
        if asked == Twist() or next(self._threats(robot, now_s), None) is None:
            return Judgement()
        if placed is None or not placed.deceleration > 0.0:
            return NOWHERE
        if not all(map(math.isfinite, (asked.vx, asked.vy, asked.wz))):
            return Judgement(0.0, "a velocity that is not finite")
        first, near = self._ways(placed, asked, before, 1.0), []
        length, ends_s = max(one.length for one in first), max(one.ends_s for one in first)
        size = placed.radius + self._rules.intrusion
        reach = (placed.x, placed.y, placed.drift + length + size, ends_s)
        for threat, late_s in self._threats(robot, now_s, reach):
            here = threat.distance(placed.x, placed.y)
            keep = size + threat.error
            # However the way bends, it comes no nearer than this; what is far enough then is for every lower speed.
            if not here - placed.drift - length >= keep + threat.speed * (late_s + ends_s):
                near.append(Near(threat, late_s, here, keep))
        # What leads nowhere else as it was asked does not when it is slower.
        ways = partial(self._ways, placed, asked, before, elsewhere=len(first) > 1)
        return largest(near, lru_cache(maxsize=None)(ways)) if near else Judgement()

    def _ways(
        self, placed: Placed, asked: Twist, before: float, factor: float, elsewhere: bool = True
    ) -> list[Way]:
        """What it drives at this share of what it asked."""
        late_s, slow = self._rules.reaction_s, self._rules.turn_deceleration
        turns = min(slow, placed.turn_deceleration)
        found = [way(placed, asked, factor, before=before, reaction_s=late_s, turn_deceleration=turns)]
        if elsewhere:
            found += carried(placed, asked, factor, reaction_s=late_s, turn_deceleration=turns)
        return found

    def _threats(
        self, robot: str, now_s: float, reach: tuple[float, float, float, float] | None = None
    ) -> Iterator[tuple[Known | Unseen, float]]:
        """Everybody who is or may be there, and how long ago a sensor looked. `reach`: of many, who can be no nearer than that (m) to
        there (m, m) in that time (s) may be left out."""
        fresh = {name: report for name, report in self._reports.items() if self._fresh(report, now_s)}
        for report in fresh.values():
            late_s = max(now_s - report.seen_s, 0.0)
            x, y, far, in_s = reach or (0.0, 0.0, math.inf, 0.0)
            yield from ((person, late_s) for person in report.within(x, y, far, late_s + in_s))
        for name, report in self._reports.items():
            if name not in fresh:  # until the next tick
                yield from ((person, max(now_s - report.seen_s, 0.0)) for person in report.people)
        for lost in self.last_seen:
            yield lost.person, max(now_s - lost.seen_s, 0.0)
        for zone in self._zones:
            if not zone.robots or robot in zone.robots:
                unseen, used = self._unseen(zone, fresh)
                if unseen is not None:
                    yield unseen, max((now_s - fresh[name].seen_s for name in used), default=0.0)

    def _unseen(self, zone: Zone, fresh: dict[str, Report]) -> tuple[Unseen | None, tuple[str, ...]]:
        """What no fresh report saw of a zone, None when all of it is seen, and who saw a part of it."""
        key = tuple((name, report.seen_s, report.seen.is_empty) for name, report in fresh.items())
        kept = self._areas.get(zone.name)
        if kept is None or kept[0] != key:
            used = tuple(name for name, report in fresh.items() if report.seen.intersects(zone.polygon))
            area = zone.polygon.difference(shapely.union_all([fresh[name].seen for name in used]))
            area = area.buffer(-SLIVER_M).buffer(SLIVER_M, join_style="mitre")
            error = self._rules.person_error + self._rules.robot_error
            cause = f"a person who may be in {zone.name}"
            unseen = None if area.is_empty else Unseen(area, self._rules.human_speed, error, cause)
            kept = self._areas[zone.name] = (key, unseen, used)
        return kept[1], kept[2]

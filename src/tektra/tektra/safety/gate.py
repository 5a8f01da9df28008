# SPDX-License-Identifier: Apache-2.0
"""The safety gate: the only place where a request to move becomes a permit.

A plain class: everything comes in by a call with the time, nothing is waited for, and every doubt is a refusal.
Two times are passed in: `now_s` of the monotonic clock, by which ages are judged, and `stamp_s` of the ROS clock,
against which the stamps of messages are. One thread uses it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from shapely.errors import ShapelyError

from tektra.common.areas import GROUND_M
from tektra.safety.contacts import Contacts, Touched
from tektra.safety.doubts import Doubts
from tektra.safety.jog import Jog
from tektra.safety.journal import Journal, Record
from tektra.safety.judges import Judges
from tektra.safety.known import OWNER_TIMEOUT_S, Known, Report
from tektra.safety.latch import COLLISION, DRIVER, EPOCH_MAX, REQUESTED, START_UP, TOPIC, Latch, LatchState
from tektra.safety.limits import Ceilings, Limits
from tektra.safety.motion import Kind, Permitted, Refused, Request, permit
from tektra.safety.obstacle_rules import ObstacleRules
from tektra.safety.obstacles import Obstacles
from tektra.safety.options import SafetyOptions
from tektra.safety.people import People
from tektra.safety.pulse import Pulse
from tektra.safety.ramp import Ramp, Twist
from tektra.safety.sensors import Sensor, Sensors
from tektra.safety.stops import Stops
from tektra.safety.told import told
from tektra.safety.zones import Judgement, Rules, Zones

__all__ = ["Gate", "Request"]

UNJUDGED = (Refused, ArithmeticError, ValueError, ShapelyError)  # what cannot be judged is refused, too
#: What a limit of growth cut is no news: every motion begins so.
EASED = "acceleration"
Outline = Sequence[tuple[float, float]]  # corners of a footprint, in base_link


class Gate:
    """Latch, limits and watchdogs of all robots."""

    def __init__(
        self,
        options: SafetyOptions,
        kept: LatchState | None = None,
        rules: Rules | None = None,
        sensors: Iterable[Sensor] = (),
        obstacles: ObstacleRules | None = None,
    ) -> None:
        self.latch = Latch(kept)
        self.sensors = Sensors(sensors)
        self._options = options
        self._ceilings = Ceilings(
            options.linear_speed_max, options.angular_speed_max, options.joint_speed_max, options.altitude_max
        )
        self._rules = rules or Rules()
        self._zones = Zones(self._rules)
        self.people = People(self._rules)
        self.obstacles = Obstacles(obstacles or ObstacleRules())
        self._robots: dict[str, Known] = {}
        self._journal = Journal()
        self._pulse = Pulse(1.0 / options.rate_hz, options.heartbeat_lost_s)
        touched: Touched = {}
        self.stops = Stops(
            self.latch,
            self._robots,
            self._journal,
            zones=self._zones,
            sensors=self.sensors,
            pulse=self._pulse,
            driver_timeout_s=options.driver_timeout_s,
            touched=touched,
        )
        self._judges = Judges(
            self._robots, self._rules, zones=self._zones, people=self.people, obstacles=self.obstacles
        )
        self.jog = Jog(self.latch, self._robots, self._journal)
        self.contacts = Contacts(touched, self.obstacles, self.stops, self.jog)
        self.doubts = Doubts(
            self._robots,
            self.people,
            self.stops,
            self._journal,
            driver_timeout_s=options.driver_timeout_s,
            bolted=self._rules.people.arms,
            unknown=self.unknown,
        )
        self._journal.add("safety", "start_up", f"the gate started; kept causes: {self.latch.told()}")

    # -- what is heard -----------------------------------------------------------------------------------------

    def described(
        self, robot: str, instance: str, limits: Limits, radius: float = 0.0, outline: Outline = ()
    ) -> None:
        """A driver announced itself, with the corners of its footprint in base_link, all of them within `radius` m.
        Limits that cannot be trusted leave the robot without permits."""
        known = self._of(robot)
        if known.describe(instance, limits, radius, outline):
            self._journal.add(
                robot, "refusal", "another driver, or another description: its goal ends", robot
            )
        self.obstacles.shaped(robot, outline, radius)
        self.contacts.described(robot)
        if fault := known.fault():
            self._journal.add(robot, "refusal", f"its description is refused: {fault}", robot)

    def counted(self, robot: str, drivers: int) -> bool:
        """How many announce or tell the state of a robot of this name; with more than one, neither gets a permit.

        True when one alone is left: whose limits are known is not told, and nothing is permitted until described() anew.
        """
        known = self._of(robot)
        if drivers > 1 and not known.duplicate:
            known.revoke()
            self._journal.add(robot, "refusal", f"{drivers} nodes speak as the driver of {robot}", robot)
        alone_again = known.duplicate and drivers <= 1
        if alone_again:
            known.limits = None
        known.duplicate = drivers > 1
        return alone_again

    def gone(self, robot: str) -> None:
        """The last driver of that name left. A stop of that robot alone waits for it, and where it was it may still be."""
        before = self._robots.pop(robot, None)
        if before is not None:
            self.latch.void(robot)
            if (left := before.after_it_left()) is not None:
                self._robots[robot] = left
        self._journal.forget(robot)

    def heard(self, robot: str, report: Report, *, now_s: float, stamp_s: float) -> None:
        """A driver's state. A stop that only the driver heard becomes everyone's, or its robot's alone if it says so."""
        known = self._of(robot)
        if report.epoch > max(EPOCH_MAX, self.latch.epoch_of(robot)):
            self._journal.add_once(robot, "refusal", "its driver tells an epoch that cannot be", robot)
            return
        if report.epoch > self.latch.epoch_of(robot):
            known.revoke()
            self.latch.outgrow(report.epoch, robot)
        elif report.latched and report.epoch == self.latch.epoch_of(robot):
            self._join(robot, report, now_s)
        age_s = stamp_s - report.stamp_s
        late = known.overtaken(now_s - age_s)
        if late or not -self._options.request_ahead_max_s <= age_s <= self._options.driver_timeout_s:
            if report.collision:  # a contact is believed however old the word of it is
                self.stops.stop(COLLISION, robot, "it reports contact", robot, now_s=now_s)
            told = "a newer one came before it" if late else f"its stamp is {age_s:.3f} s old"
            self._journal.add_once(robot, "refusal", f"its driver's state does not count: {told}", robot)
            return
        if (astray := known.take(report, now_s, age_s) or known.nonsense) and known.goal_id:
            known.revoke()
            self._journal.add(robot, "refusal", f"{astray}: its goal ends", robot)
        self.obstacles.moves(robot, None if known.nonsense else report.twist, now_s - max(age_s, 0.0))
        self.stops.watch(robot, known, now_s)

    def asked_to_stop(
        self, cause: str, who: str, detail: str, robot: str, *, now_s: float | None = None
    ) -> None:
        """A StopRequest. Its words come from anywhere, and go no further than the audit."""
        known_cause = cause if cause in REQUESTED else TOPIC
        self.stops.stop(known_cause, who[:80] or "/safety/stop_request", detail[:200], robot, now_s=now_s)

    def tick(self, now_s: float, stamp_s: float) -> None:
        """The gate's own heartbeat. Some ticks in time are the first healthy check; lost drivers lose their goals."""
        lost, stepped_s = self._pulse.tick(now_s, stamp_s)
        self.stops.tick(now_s, lost=lost)
        self.people.tick(now_s)
        self.doubts.tell()
        self.jog.tick(now_s)
        if stepped_s:
            # How old a message is cannot be told across a step: whoever moved must ask anew.
            self._journal.add("safety", "refusal", f"the clock was stepped by {stepped_s:.3f} s: goals end")
        for known in self._robots.values():
            if stepped_s:
                known.revoke()
            known.lose(now_s, self._options.driver_timeout_s)

    # -- the decision ------------------------------------------------------------------------------------------

    def decide(self, request: Request, *, now_s: float, stamp_s: float) -> tuple[int, Permitted] | None:
        """The permit's sequence number and what is permitted; None when refused, which the audit then tells."""
        known = self._robots.get(request.robot)
        try:
            known = self._check(request, known, now_s, stamp_s)
            permitted = self._cut(known, request, now_s)
        except UNJUDGED as refusal:
            if known is not None:
                known.ramp = Ramp()
            self._journal.add_once(request.goal_id, "refusal", str(refusal), request.robot, request.skill)
            return None
        goal = (request.robot, request.skill)
        if known.goal_id != request.goal_id:
            self._journal.add(request.goal_id, "permit", "first permit of this goal", *goal)
        if permitted.clamped not in ("", EASED):
            detail = f"cut to the limit of {permitted.clamped}"
            self._journal.add_once(request.goal_id, "clamp", detail, *goal)
        known.goal_id, known.goal_sequence, known.asked_s = request.goal_id, request.sequence, now_s
        known.ramp, known.waits_s = permitted.ramp, math.inf
        known.permits += 1
        twist = permitted.motion.twist if permitted.motion.kind == Kind.VELOCITY else Twist()
        known.whereabouts.permitted(twist, now_s)
        known.climbing.permitted(permitted.motion, now_s)
        self._judges.granted(request.robot, known, permitted.motion, now_s)
        self.obstacles.granted(request.robot, twist, now_s)
        return known.permits, permitted

    def why_stopped(self, robot: str, now_s: float) -> list[str]:
        """Why this robot alone gets no permit; empty when nothing but the stop of all could hold it."""
        known = self._robots.get(robot, Known())
        faults = known.faults(now_s, self._options.driver_timeout_s)
        held = self.jog.holds(robot, now_s)
        return ([] if held else sorted(self.latch.causes_of(robot))) + faults

    def robots(self) -> Iterable[tuple[str, str]]:
        """Each robot's name and the goal that moves it, by name; those that are gone and stopped alone among them."""
        names = sorted({*self._robots, *self.latch.alone})
        return [(name, self._robots[name].goal_id if name in self._robots else "") for name in names]

    def stop_category(self, robot: str) -> int:
        """How a robot is brought to a stand, as it declared; 0 while nothing is known."""
        known = self._robots.get(robot)
        return known.limits.stop_category if known and known.limits and not known.fault() else 0

    def unknown(self, robot: str) -> Known:
        """What it knows of a robot of that name before anything of it was heard."""
        return Known(height=self._rules.heights.get(robot, GROUND_M))

    def known(self) -> dict[str, Known]:
        """What it knows of each robot, by name; the lost among them."""
        return self._robots

    def world(self) -> dict[str, object]:
        """Where and how every robot is at this moment, as plain JSON values for the audit."""
        return {name: told(known) for name, known in self._robots.items()}

    def take_records(self) -> list[Record]:
        """What happened since the last call, for the audit."""
        return self._journal.take()

    # -- inside ------------------------------------------------------------------------------------------------

    def _of(self, robot: str) -> Known:
        return self._robots.setdefault(robot, self.unknown(robot))

    def _join(self, robot: str, report: Report, now_s: float) -> None:
        if report.alone and not self.latch.causes_of(robot):
            told = "its driver heard a stop that the gate did not"
            self.stops.stop(DRIVER, robot, told, robot, now_s=now_s)
        elif not report.alone and not self.latch.causes - {START_UP}:
            self.stops.stop(DRIVER, robot, "a driver heard a stop that the gate did not", now_s=now_s)

    def _check(self, request: Request, known: Known | None, now_s: float, stamp_s: float) -> Known:
        if self.latch.stopped:
            raise Refused(f"stopped: {', '.join(sorted(self.latch.causes))}")
        if self._pulse.lost(now_s):
            raise Refused("the gate's own heartbeat is late")
        if causes := self.why_stopped(request.robot, now_s):
            raise Refused(f"{request.robot}: {', '.join(causes)}")
        if request.epoch != self.latch.epoch_of(request.robot):
            raise Refused("it was asked for before a stop or reset: ask anew")
        assert known is not None
        age_s = stamp_s - request.stamp_s
        if not -self._options.request_ahead_max_s <= age_s <= self._options.request_age_max_s:
            raise Refused(f"its stamp is {age_s:.3f} s old")
        if not request.goal_id or request.goal_id in known.revoked:
            raise Refused("its goal was revoked: ask anew")
        if known.goal_id == request.goal_id and request.sequence <= known.goal_sequence:
            raise Refused("an older request of the same goal")
        if known.goal_id not in ("", request.goal_id) and now_s - known.asked_s < OWNER_TIMEOUT_S:
            raise Refused("another goal moves this robot")
        return known

    def _cut(self, known: Known, request: Request, now_s: float) -> Permitted:
        """Cut to the robot's own limits first, then slowed to what the strictest judgement leaves."""
        assert known.limits is not None
        fresh = known.goal_id == request.goal_id and now_s - known.asked_s < OWNER_TIMEOUT_S
        before = known.ramp if fresh else Ramp()
        period_s = (
            min(now_s - known.asked_s, self._options.permit_valid_s) if fresh else 1.0 / self._options.rate_hz
        )
        motion = request.motion
        if self.jog.holds(request.robot, now_s):
            motion = self.jog.check(request.skill, motion, self.contacts.of(request.robot).values())
        permitted = permit(motion, known.limits, self._ceilings, before, period_s, known.joints)
        judgements = self._judges.judge(request.robot, known, permitted, now_s)
        judged = min(judgements, key=lambda judgement: judgement.factor, default=Judgement())
        if not judged.factor:
            if not (judged.passing and known.waits(now_s)):
                known.barred = (judged.cause, now_s)
            raise Refused(f"{judged.cause} is in the way")
        if judged.factor >= 1.0:
            return permitted
        return permitted.slowed(judged.factor, judged.cause, before, period_s)

# SPDX-License-Identifier: Apache-2.0
"""Stops and resets: what latches, whose goals end with it, and why a reset is refused.

A cause is an event (somebody said stop), which a reset clears, or a condition (a sensor is silent, a robot reports
contact), which must have ended first: until then it is pending. A reset comes from an operator alone, and starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from tektra.common.errors import InputError
from tektra.common.lateness import LATE_S, refuse_late
from tektra.safety.journal import Journal
from tektra.safety.known import Known
from tektra.safety.latch import COLLISION, HEARTBEAT, RIVAL, SENSOR, START_UP, ZONE, Latch
from tektra.safety.pulse import Pulse
from tektra.safety.rival import Rival
from tektra.safety.sensors import Sensors
from tektra.safety.zones import Zones

#: Clocks of two hosts differ by less. Who asks from further in the future may have asked at any time that is not too late.
AHEAD_S = 0.05


class Stops:
    """Latches causes for all or for one robot, and releases them. One thread uses it."""

    def __init__(
        self,
        latch: Latch,
        robots: Mapping[str, Known],
        journal: Journal,
        *,
        zones: Zones,
        sensors: Sensors,
        pulse: Pulse,
        driver_timeout_s: float,
        touched: Mapping[str, Mapping[str, object]],
    ) -> None:
        self._latch, self._robots, self._journal = latch, robots, journal
        self._zones, self._sensors, self._pulse = zones, sensors, pulse
        self._driver_timeout_s, self._touched = driver_timeout_s, touched
        self.rival = Rival()
        self._now_s = 0.0
        self._said_s: dict[
            str, float
        ] = {}  # when the newest stop of all ("") or of one robot was said, new cause or not

    def stop(
        self, cause: str, who: str, detail: str = "", robot: str = "", *, now_s: float | None = None
    ) -> None:
        """Stops everything, or one robot alone, until a reset. A robot that nobody knows cannot be told apart: all stop.
        `now_s`: where it is not the time of the last tick."""
        if robot and (robot not in self._robots or self._robots[robot].gone):
            detail = f"{detail}; no robot {robot[:40]!r} is known, so all are stopped".lstrip("; ")
            robot = ""
        self._said_s[robot] = self._now_s if now_s is None else now_s
        if not self._latch.stop(cause, robot):
            return
        for name, known in self._robots.items():
            if robot in ("", name):
                known.revoke()
        self._journal.add(who, "stop", f"{cause}: {detail}" if detail else cause, robot)

    def reset(
        self, who: str, robot: str = "", age_s: float = 0.0, *, epoch: int = 0, now_s: float | None = None
    ) -> None:
        """Releases the stop of all, or of one robot alone, as was asked `age_s` ago, and none that is newer than that, or
        than `epoch` (0: not told). Raises InputError with the reason, which the audit tells, too."""
        causes = self._latch.causes_of(robot) if robot else self._latch.causes
        told = ", ".join(sorted(causes))
        try:
            refuse_late(age_s)
            now_s = self._now_s if now_s is None else now_s
            self._refuse_newer(robot, now_s, age_s, epoch)
            if causes and (holding := self._holding(robot, now_s)):
                raise InputError("; ".join(holding), "reset when that has ended")
            self._latch.reset(robot)
        except InputError as error:
            self._journal.add(who, "refusal", f"no reset: {error.what}", robot)
            raise
        self._journal.add(who, "reset", f"causes were: {told}", robot)

    def _refuse_newer(self, robot: str, now_s: float, age_s: float, epoch: int) -> None:
        ahead = age_s < -AHEAD_S
        asked_s = now_s - (LATE_S if ahead else age_s)
        said_s = self._said_s.get(robot, asked_s)
        if asked_s < said_s:
            raise InputError(
                f"a stop was said {now_s - said_s:.2f} s ago, and the clock of who asks is {-age_s:.2f} s ahead"
                if ahead
                else f"a stop was said {said_s - asked_s:.2f} s after this reset was asked for",
                "see why, then reset again",
            )
        newest = self._latch.own_epoch(robot) if robot else self._latch.epoch
        if epoch and newest > epoch:
            raise InputError(
                f"the newest stop is of epoch {newest}, not {epoch}", "see why, then reset again"
            )

    def tick(self, now_s: float, *, lost: bool) -> None:
        """Conditions that nobody reports: the gate's own heartbeat, and silent sensors."""
        self._now_s = now_s
        if START_UP in self._latch.causes:
            self._said_s[""] = now_s  # a reset that was asked before this gate was well is none of its own
            if self._pulse.healthy and not self._sensors.unheard():
                self._latch.started()
                self._journal.add("safety", "start_up", "the first check found the gate healthy")
            return
        if self.rival.lives(now_s):
            self.stop(RIVAL, "safety", f"another gate is on this graph: {self.rival.who}")
        if lost:
            self.stop(HEARTBEAT, "safety", "the gate itself hung")
        if silent := self._sensors.stale(now_s):
            self.stop(SENSOR, "safety", f"nothing is heard of {', '.join(silent)}")

    def watch(self, robot: str, known: Known, now_s: float) -> None:
        """Conditions that a robot reports: contact, and motion where it must not be."""
        if known.collision:
            self.stop(COLLISION, robot, "it reports contact", robot, now_s=now_s)
        if known.placed is None or not known.moving or known.leaving(now_s):
            return
        if zone := self._zones.inside(robot, known.placed):
            self.stop(ZONE, robot, f"it moves where it must not be: {zone}", robot, now_s=now_s)

    def starting(self) -> str:
        """What the first check waits for; empty when it is done."""
        if START_UP not in self._latch.causes:
            return ""
        unheard = ", ".join(self._sensors.unheard())
        return "the safety gate has not finished its first check" + (
            f": nothing was heard yet of {unheard}" if unheard else ""
        )

    def pending(self) -> list[str]:
        """Causes of the stop of all whose condition still holds."""
        holds = {
            START_UP: True,
            HEARTBEAT: not self._pulse.healthy,
            SENSOR: bool(self._sensors.stale(self._now_s)),
            RIVAL: self.rival.lives(self._now_s),
        }
        return sorted(cause for cause in self._latch.causes if holds.get(cause))

    def _holding(self, robot: str, now_s: float) -> list[str]:
        """Why there is no reset yet, in words."""
        names = [robot] if robot else sorted(self._robots)
        known = {name: self._robots[name] for name in names if name in self._robots}
        times = (now_s, self._driver_timeout_s)
        moving = [name for name, one in known.items() if one.still_moves(*times)]
        words = [f"{', '.join(moving)} still moves"] if moving else []
        if several := [name for name, one in known.items() if one.duplicate and one.fresh(*times)]:
            words.append(f"several nodes speak as {', '.join(several)}: end all but one")
        if lost := [name for name, one in known.items() if one.may_move(*times)]:
            words.append(
                f"{', '.join(lost)} moved when it was reached last: see that it stands, "
                "then bring it back, or forget it by name (/safety/forget_robot)"
            )
        if robot:
            return words + self._holding_robot(robot)
        told = {
            START_UP: self.starting(),
            HEARTBEAT: "the safety gate's own heartbeat is late",
            SENSOR: f"nothing is heard of {', '.join(self._sensors.stale(self._now_s))}",
            RIVAL: f"another gate is on this graph: {self.rival.who}; end one of them",
        }
        return words + [told[cause] for cause in self.pending()]

    def _holding_robot(self, robot: str) -> list[str]:
        known = self._robots.get(robot)
        words = [f"{robot} still reports contact"] if known and known.collision else []
        if touched := self._touched.get(robot):
            words.append(
                f"{', '.join(sorted(touched))} of {robot} is still pressed: jog it away (/safety/jog_robot)"
            )
        inside = self._zones.inside(robot, known.placed) if known and known.placed else ""
        if inside and ZONE in self._latch.causes_of(robot):
            words.append(f"{robot} is still where it must not be: {inside}")
        return words

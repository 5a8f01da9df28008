# SPDX-License-Identifier: Apache-2.0
"""A robot that stopped where it must not be, or that touches something, is driven out by hand: slowly, outwards, and while
an operator holds on to it.

The operator says so anew at least every HELD_S (a dead man's switch). Meanwhile requests of the skill `jog` alone get
permits, at RETREAT_MPS and JOG_RPS at most, and the zones let pass what leads out of a forbidden place alone. Turning on
the spot keeps the circle that the footprint fills where it is. A bumper that is held down, by a wall or for ever since it
is broken, is driven away from, where it is told on which side it sits. The stop itself holds on until a reset.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from tektra.common.errors import InputError
from tektra.safety.journal import Journal
from tektra.safety.known import Known
from tektra.safety.latch import COLLISION, ZONE, Latch
from tektra.safety.motion import Kind, Motion, Refused
from tektra.safety.ramp import STANDING_MPS
from tektra.safety.stops import AHEAD_S
from tektra.safety.zones import RETREAT_MPS

#: What a robot is jogged out of: nothing else may have stopped it.
JOGGED = frozenset({ZONE, COLLISION})
#: The skill that such requests name.
SKILL = "jog"
#: For so long an operator's word holds.
HELD_S = 0.5
#: No faster turn on the spot.
JOG_RPS = 0.2


class Jog:
    """Who may be driven out now. One thread uses it."""

    def __init__(self, latch: Latch, robots: Mapping[str, Known], journal: Journal) -> None:
        self._latch, self._robots, self._journal = latch, robots, journal
        self._held_s: dict[str, float] = {}

    def hold(self, who: str, robot: str, now_s: float, age_s: float = 0.0) -> None:
        """An operator said `age_s` ago that they hold on for another HELD_S. Raises InputError where anything but a zone or contact
        stops this robot, and by a clock that is ahead: how long ago that was nobody knows."""
        if age_s < -AHEAD_S:
            raise InputError(f"the clock of who asks is {-age_s:.2f} s ahead", "set the clocks of both hosts")
        if self._latch.stopped:
            raise InputError("all are stopped", "reset that first")
        causes = self._latch.causes_of(robot)
        if not causes or not causes <= JOGGED:
            told = ", ".join(sorted(causes)) or "nothing"
            raise InputError(
                f"{robot[:40]!r} is stopped by {told}",
                "only a stop by a zone or by contact is left by jogging",
            )
        if not self.holds(robot, now_s):
            self._journal.add(who, "jog", "an operator drives it out by hand", robot)
        self._held_s[robot] = max(now_s - max(age_s, 0.0), self._held_s.get(robot, -math.inf))

    def holds(self, robot: str, now_s: float) -> bool:
        """An operator holds on, and nothing but a zone or contact stopped this robot."""
        held_s = self._held_s.get(robot)
        held = held_s is not None and 0.0 <= now_s - held_s <= HELD_S
        causes = self._latch.causes_of(robot)
        return held and bool(causes) and causes <= JOGGED

    def tick(self, now_s: float) -> None:
        """Who is let go of stands, and must be asked anew."""
        for robot in [name for name in self._held_s if not self.holds(name, now_s)]:
            del self._held_s[robot]
            if robot in self._robots:
                self._robots[robot].revoke()

    def let_go(self, robot: str) -> None:
        """Something new happened to it: whoever jogs must look, and ask anew."""
        if self._held_s.pop(robot, None) is not None and robot in self._robots:
            self._robots[robot].revoke()

    def check(self, skill: str, motion: Motion, touched: Iterable[tuple[float, float]] = ()) -> Motion:
        """The motion, no faster than a jog may be, and not towards a place of the robot that touches something (m, in
        base_link; its middle tells no side). Raises Refused."""
        if skill != SKILL or motion.kind != Kind.VELOCITY:
            raise Refused("it stopped where it must not be: it may only be jogged out by an operator")
        twist = motion.twist
        for x, y in touched:
            if (twist.vx - twist.wz * y) * x + (twist.vy + twist.wz * x) * y > 0.0:
                raise Refused("what its bumper touches is in the way")
        speed = (twist.vx**2 + twist.vy**2) ** 0.5
        if STANDING_MPS > speed > 0.0:
            raise Refused("too slow to be a way")
        share = min(1.0, RETREAT_MPS / speed if speed else 1.0, JOG_RPS / abs(twist.wz) if twist.wz else 1.0)
        return Motion(Kind.VELOCITY, twist=twist.scaled(share))

# SPDX-License-Identifier: Apache-2.0
"""The driver's own watchdog: permits and safety states go in, and what the robot may be told comes out.

A plain class, fail-closed: without a fresh permit *and* a fresh safety state the answer is to stand still.
Two times are passed in. `now_s` is monotonic, and everything expires by it: a stepped clock lengthens nothing.
`stamp_s` is the ROS clock's, and serves only to refuse messages whose stamp is stale or in the future.
One thread uses it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tektra.common.insistence import UNCONFIRMED, Insistence
from tektra.driver.commands import Command, Motion, StandStill
from tektra.driver.gates import GONE_S, Gates
from tektra.driver.hold import Hold
from tektra.driver.motion_fault import motion_fault
from tektra.driver.options import DriverOptions
from tektra.driver.rival import ALONE_S, Rival

#: Whoever speaks first need not be the gate: another may be there that is not heard yet.
UNSURE = "no safety gate alone was heard for long enough"
ORDER_S = 1.0  # a permit numbered lower than one from the last second is a copy; later, the gate counts anew


@dataclass(frozen=True)
class SafetyReading:
    """What the driver needs of a SafetyState. `stopped` is true for a stop of all and for whatever holds this robot.

    `all_epoch` and `own_epoch`: of the newest stop or reset of all, and of this robot alone. `all_latched` and
    `own_latched`: the gate holds a stop of the one sort or the other until a reset; to have just started is none.
    """

    instance: str
    sequence: int
    all_epoch: int
    stopped: bool
    stamp_s: float
    own_epoch: int = 0
    all_latched: bool = False
    own_latched: bool = False
    source: str = ""  # the process that said so, where the middleware tells

    @property
    def gate(self) -> str:
        """Who says so: an instance is public, and in another process it is another gate."""
        return f"{self.instance}/{self.source}"

    @property
    def epoch(self) -> int:
        """The robot's epoch, which permits carry."""
        return max(self.all_epoch, self.own_epoch)


@dataclass(frozen=True)
class Permit:
    """A MotionPermit as plain data; the motion's own ttl is not looked at."""

    robot: str
    sequence: int
    epoch: int
    stamp_s: float
    valid_s: float
    motion: Motion
    source: str = ""


@dataclass(frozen=True)
class Verdict:
    """What to tell the robot; `reason` says why it must stand, empty while it may move."""

    command: Command
    reason: str


class Guard:
    """Decides whether the robot may move now."""

    def __init__(self, robot: str, options: DriverOptions) -> None:
        self.refused = 0  # permits and safety states not trusted
        self.last_refusal = ""
        self._insistence = Insistence()
        self.epoch = 0  # newest seen
        self._robot, self._options = robot, options
        self._safety: SafetyReading | None = None
        self._safety_until_s = -math.inf
        self._believed_until_s = -math.inf  # while that gate speaks, no other is believed
        self._permit: tuple[Permit, float] | None = None  # the one in force, and when it runs out
        self._newest: tuple[int, float] = (-1, -math.inf)  # number of the newest permit, when it was heard
        self._linked = False
        self._hold_all: Hold | None = None  # stops that this driver heard itself
        self._hold_own: Hold | None = None
        self._rival: Rival | None = None
        self._gates = Gates()
        self._crowd = ""  # others that permit, too
        self._decided_s = -math.inf

    @property
    def latched(self) -> bool:
        """A stop was heard that the gate has not owned to and released."""
        return self._hold_all is not None or self._hold_own is not None

    @property
    def unconfirmed(self) -> bool:
        """A stop was heard that no gate has owned to."""
        return any(hold is not None and not hold.owned_by for hold in (self._hold_all, self._hold_own))

    def insists(self, now_s: float) -> bool:
        """Whether a stop that the gate does not confirm is to be said again, to all, now."""
        return self._insistence.due(now_s, unconfirmed=self.unconfirmed)

    @property
    def alone(self) -> bool:
        """What the gate must still own to is a stop of this robot alone."""
        return self._hold_own is not None and (self._hold_all is None or bool(self._hold_all.owned_by))

    def stop(self, *, alone: bool = False) -> None:
        """Someone said stop, to all or to this robot alone. Latches until the gate has latched it, too, and released it."""
        hold, seen = self._hold_own if alone else self._hold_all, self.epoch if self._safety else None
        hold = Hold(seen) if (new := hold is None) else hold
        if new and self._safety and (self._safety.own_latched if alone else self._safety.all_latched):
            hold.owned_by = self._safety.gate  # it said so before we heard it ourselves
        hold.again(seen)
        if alone:
            self._hold_own = hold
        else:
            self._hold_all = hold
        self._permit = None

    @property
    def stopped(self) -> bool:
        """A stop holds, as far as is known: heard here, or told by the gate."""
        return self.latched or (
            self._safety is not None and (self._safety.all_latched or self._safety.own_latched)
        )

    def link(self, up: bool) -> None:
        """Whether the robot is reached. A permit from before a cut does not outlive it."""
        if not up:
            self._permit = None
        self._linked = up

    def crowd(self, names: Sequence[str]) -> None:
        """All who permit, when they are several. Nothing is permitted by two."""
        several = f"{len(names)} nodes permit ({', '.join(names)}): end all but one"
        self._crowd = several if len(names) > 1 else ""

    def safety_state(self, reading: SafetyReading, *, now_s: float, stamp_s: float) -> None:
        """The gate's state and heartbeat."""
        age_s = self._age(reading.stamp_s, stamp_s)
        if age_s is not None and self._gates.heard(reading.gate, reading.sequence, now_s):
            self.stop()  # what the other gate held must not be forgotten when it falls silent
        if self._interrupts(reading, now_s):
            self._permit, self._safety_until_s = None, -math.inf
            self._refuse("another gate speaks while the one that is believed does")
            return
        if fault := self._contradiction(reading):
            if age_s is None or not self._outlives_what_was_believed(reading, now_s, ALONE_S):
                self._refuse(fault)
                return
            self._forget()
        elif self._is_another(reading) and (
            age_s is None or not self._outlives_what_was_believed(reading, now_s, GONE_S)
        ):
            if self._safety is not None:
                self._refuse("another gate speaks, and the one that was believed is only just silent")
            return
        if reading.epoch > self.epoch or reading.stopped:
            self._permit = None
        self.epoch = reading.epoch
        if age_s is None:  # a stop is believed however old it is; leave to move is not
            self._safety_until_s = -math.inf
            self._safety = reading if reading.stopped else self._safety
            self._refuse("stamp of the safety state is stale or in the future")
            return
        self._rival = None
        self._safety, self._safety_until_s = reading, now_s + self._options.safety_timeout_s - age_s
        self._believed_until_s = self._safety_until_s
        self._unlatch(reading)

    def permit(self, permit: Permit, *, now_s: float, stamp_s: float) -> None:
        """Leave to move. Whatever is wrong with it ends the leave given before, too."""
        fault = self._fault(permit, now_s, stamp_s)
        if fault:
            self.distrust(fault)
            return
        age_s = self._age(permit.stamp_s, stamp_s) or 0.0
        self._newest = (permit.sequence, now_s)
        until_s = now_s + min(permit.valid_s, self._options.permit_max_s) - age_s
        self._permit = (permit, until_s)

    def distrust(self, why: str) -> None:
        """Something that claims to be a permit is none: counted, and it ends the leave given before."""
        self._permit = None
        self._refuse(why)

    def decide(self, now_s: float) -> Verdict:
        """What the robot is told now. Its ttl ends with the permit and with the safety state, whichever is first."""
        backwards, self._decided_s = now_s < self._decided_s, now_s
        if backwards:
            self._permit = None
        reason = self._why_not(now_s)
        if reason or self._permit is None:
            return Verdict(StandStill(self._options.stop_category), reason or "no permit")
        permit, until_s = self._permit
        ttl_s = min(until_s, self._safety_until_s) - now_s
        return Verdict(replace(permit.motion, ttl_s=ttl_s), "")

    def _why_not(self, now_s: float) -> str:
        if self._gates.several(now_s):
            return "two safety gates are alive: end one of them"
        if self._crowd:
            return self._crowd
        if self.latched:
            return UNCONFIRMED if self._insistence.insists(now_s) else "stop heard"
        if self._safety is None:
            return UNSURE if self._rival else "no safety state"
        if self._safety.stopped:
            return "stopped"
        if now_s >= self._safety_until_s:
            return "safety heartbeat lost"
        if not self._linked:
            return "link down"
        if self._permit is None or now_s >= self._permit[1] or self._permit[0].epoch != self.epoch:
            self._permit = None
            return "no permit"
        return ""

    def _contradiction(self, reading: SafetyReading) -> str:
        """Why it cannot be true if what was believed before is; empty when it can."""
        old = self._safety
        if old and reading.gate == old.gate and reading.sequence <= old.sequence:
            return "safety state out of order"
        if reading.epoch < self.epoch:
            return f"safety state of epoch {reading.epoch} after {self.epoch}"
        return ""

    def _is_another(self, reading: SafetyReading) -> bool:
        return self._safety is None or reading.gate != self._safety.gate

    def _interrupts(self, reading: SafetyReading, now_s: float) -> bool:
        """It is of another gate while the one that is believed still speaks: no leave to move, before either goes on."""
        return self._is_another(reading) and now_s < self._believed_until_s

    def _outlives_what_was_believed(self, reading: SafetyReading, now_s: float, alone_s: float) -> bool:
        """A busy machine makes a gate late, too: whoever speaks in its pause is not the gate for that."""
        rival = self._rival
        if rival is None or not rival.goes_on(reading.gate, reading.sequence, now_s):
            rival = self._rival = Rival(reading.gate, reading.sequence, now_s, now_s)
        return rival.spoke_for_s >= alone_s

    def _forget(self) -> None:
        """What the last gate said binds no more. A stop that was heard here does, until this gate has owned to it, too."""
        self._permit, self._safety, self.epoch = None, None, 0
        for hold in (self._hold_all, self._hold_own):
            if hold is not None:
                hold.at, hold.owned_by = None, ""

    def _unlatch(self, reading: SafetyReading) -> None:
        gate = reading.gate
        if (hold := self._hold_all) and hold.over(
            gate=gate, epoch=reading.all_epoch, latched=reading.all_latched
        ):
            self._hold_all = None
        if (hold := self._hold_own) and hold.over(
            gate=gate, epoch=reading.epoch, latched=reading.own_latched
        ):
            self._hold_own = None

    def _fault(self, permit: Permit, now_s: float, stamp_s: float) -> str:
        newest, heard_s = self._newest
        if permit.robot != self._robot:
            return f"permit for {permit.robot[:40]!r}"
        if self.latched or self._safety is None or self._safety.stopped:
            return "permit while stopped"
        if permit.source != self._safety.source:
            return "permit of another process than the safety gate's"
        if not self._linked:
            return "permit while the link is down"
        if permit.epoch != self.epoch:
            return f"permit of epoch {permit.epoch}, but it is {self.epoch}"
        if permit.sequence <= newest and now_s - heard_s < ORDER_S:
            return f"permit {permit.sequence} after {newest}"
        if self._age(permit.stamp_s, stamp_s) is None:
            return "stamp of the permit is stale or in the future"
        if not (math.isfinite(permit.valid_s) and permit.valid_s > 0.0):
            return "permit without a length of time"
        return motion_fault(permit.motion, self._options)

    def _age(self, then_s: float, stamp_s: float) -> float | None:
        """How old a stamp is; None when it must not be trusted."""
        age_s = stamp_s - then_s
        if not -self._options.stamp_ahead_max_s <= age_s <= self._options.stamp_age_max_s:
            return None  # also for NaN
        return max(age_s, 0.0)

    def _refuse(self, why: str) -> None:
        self.refused += 1
        self.last_refusal = why
